/* SPDX-License-Identifier: MIT */
/* What is said of latency, of nights and of windows, in the order in which JSON shows it. */
#include "diagnosis/model_latency.h"
#include "diagnosis/model_shapes.h"
#include "diagnosis/series.h"

static const struct field model_latency_fields[] = {
    VALUE(model_latency, endpoint),
    WORD(model_latency, layer, measure_words),
    WORD(model_latency, shows, latency_words),
    VALUE(model_latency, nightly),
    VALUE(model_latency, before),
    VALUE(model_latency, after),
    VALUE(model_latency, shift_ms),
    VALUE(model_latency, low_ms),
    VALUE(model_latency, high_ms),
    VALUE(model_latency, p),
    VALUE(model_latency, before_count),
    VALUE(model_latency, after_count),
    VALUE(model_latency, more),
    VALUE(model_latency, before_cites),
    VALUE(model_latency, after_cites),
    FIELD_END,
};
const struct shape model_latency_shape = {"latency", sizeof(struct model_latency), model_latency_fields};

/* SPDX-License-Identifier: MIT */
/* What is said of latency, of nights and of windows, in the order in which JSON shows it. */
#include "collector/suite.h"
#include "diagnosis/answer.h"
#include "diagnosis/compare.h"
#include "diagnosis/model_history.h"
#include "diagnosis/model_latency.h"
#include "diagnosis/model_nights.h"
#include "diagnosis/model_shapes.h"
#include "diagnosis/model_since.h"
#include "diagnosis/series.h"

static const struct field model_time_fields[] = {
    VALUE(model_time, time),
    FIELD_END,
};
const struct shape model_time_shape = {"time", sizeof(struct model_time), model_time_fields};

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
    LIST(model_latency, before_times, model_time),
    LIST(model_latency, after_times, model_time),
    VALUE(model_latency, before_cites),
    VALUE(model_latency, after_cites),
    FIELD_END,
};
const struct shape model_latency_shape = {"latency", sizeof(struct model_latency), model_latency_fields};

static const struct field model_night_fields[] = {
    VALUE(model_night, id),
    VALUE(model_night, short_id),
    VALUE(model_night, started),
    LIST(model_night, labels, model_label),
    FIELD_END,
};
const struct shape model_night_shape = {"night", sizeof(struct model_night), model_night_fields};

static const struct field model_stretch_fields[] = {
    VALUE(model_stretch, folded),          VALUE(model_stretch, runs),        VALUE(model_stretch, passed),
    VALUE(model_stretch, failed),          VALUE(model_stretch, unsteady),    VALUE(model_stretch, not_judged),
    VALUE(model_stretch, not_probed),      VALUE(model_stretch, changes),     VALUE(model_stretch, uptime),
    VALUE(model_stretch, uptime_low),      VALUE(model_stretch, uptime_high), VALUE(model_stretch, attempts),
    VALUE(model_stretch, attempts_passed), VALUE(model_stretch, median),      VALUE(model_stretch, lower),
    VALUE(model_stretch, upper),           VALUE(model_stretch, strip),       FIELD_END,
};
static const struct shape model_stretch_shape = {"stretch", sizeof(struct model_stretch), model_stretch_fields};

static const struct field model_outcome_fields[] = {
    VALUE(model_outcome, run),    VALUE(model_outcome, started), WORD(model_outcome, verdict, verdict_words),
    VALUE(model_outcome, passed), VALUE(model_outcome, total),   VALUE(model_outcome, status),
    VALUE(model_outcome, code),   VALUE(model_outcome, time),    FIELD_END,
};
static const struct shape model_outcome_shape = {"outcome", sizeof(struct model_outcome), model_outcome_fields};

static const struct field model_nights_row_fields[] = {
    VALUE(model_nights_row, endpoint),
    VALUE(model_nights_row, strip),
    LIST(model_nights_row, outcomes, model_outcome),
    FIELD_END,
};
static const struct shape model_nights_row_shape = {"endpoint_nights", sizeof(struct model_nights_row),
                                                    model_nights_row_fields};

static const struct field model_nights_fields[] = {
    VALUE(model_nights, runs),
    LIST(model_nights, nights, model_night),
    LIST(model_nights, endpoints, model_nights_row),
    VALUE(model_nights, left_out),
    LIST(model_nights, latency, model_latency),
    FIELD_END,
};
const struct shape model_nights_shape = {"nights", sizeof(struct model_nights), model_nights_fields};

static const struct field model_history_row_fields[] = {
    VALUE(model_history_row, endpoint),
    VALUE(model_history_row, url),
    WORD(model_history_row, role, role_words),
    WORD(model_history_row, verdict, verdict_words),
    VALUE(model_history_row, flapping),
    OBJECT(model_history_row, stretch, model_stretch),
    OBJECT(model_history_row, first_failing, model_night),
    OBJECT(model_history_row, last_good, model_night),
    OBJECT(model_history_row, gone_since, model_night),
    VALUE(model_history_row, called),
    VALUE(model_history_row, since_start),
    OBJECT(model_history_row, slower_since, model_night),
    VALUE(model_history_row, time_before),
    VALUE(model_history_row, time_after),
    VALUE(model_history_row, p),
    VALUE(model_history_row, faster),
    LIST(model_history_row, outcomes, model_outcome),
    FIELD_END,
};
const struct shape model_history_row_shape = {"endpoint_history", sizeof(struct model_history_row),
                                              model_history_row_fields};

static const struct field model_history_fields[] = {
    VALUE(model_history, schema),
    OBJECT(model_history, suite, model_suite),
    LIST(model_history, nights, model_night),
    LIST(model_history, endpoints, model_history_row),
    VALUE(model_history, runs),
    VALUE(model_history, failing),
    VALUE(model_history, passing),
    VALUE(model_history, flapping),
    VALUE(model_history, gone),
    FIELD_END,
};
const struct shape model_history_shape = {"history", sizeof(struct model_history), model_history_fields};

static const struct field model_window_fields[] = {
    VALUE(model_window, words),
    VALUE(model_window, runs),
    OBJECT(model_window, first, model_night),
    OBJECT(model_window, last, model_night),
    FIELD_END,
};
static const struct shape model_window_shape = {"window", sizeof(struct model_window), model_window_fields};

static const struct field model_window_row_fields[] = {
    VALUE(model_window_row, endpoint),
    WORD(model_window_row, transition, transition_words),
    WORD(model_window_row, role, role_words),
    OBJECT(model_window_row, before, model_stretch),
    OBJECT(model_window_row, after, model_stretch),
    WORD(model_window_row, shows, latency_words),
    VALUE(model_window_row, shift_ms),
    VALUE(model_window_row, low_ms),
    VALUE(model_window_row, high_ms),
    VALUE(model_window_row, p),
    VALUE(model_window_row, more),
    VALUE(model_window_row, before_count),
    VALUE(model_window_row, after_count),
    LIST(model_window_row, before_times, model_time),
    LIST(model_window_row, after_times, model_time),
    FIELD_END,
};
static const struct shape model_window_row_shape = {"transition", sizeof(struct model_window_row),
                                                    model_window_row_fields};

static const struct field model_windows_fields[] = {
    VALUE(model_windows, schema),
    OBJECT(model_windows, suite, model_suite),
    OBJECT(model_windows, before, model_window),
    OBJECT(model_windows, after, model_window),
    LIST(model_windows, transitions, model_window_row),
    VALUE(model_windows, fixed),
    VALUE(model_windows, regressed),
    VALUE(model_windows, still_failing),
    VALUE(model_windows, other_cause),
    VALUE(model_windows, still_passing),
    VALUE(model_windows, changed),
    VALUE(model_windows, added),
    VALUE(model_windows, gone),
    VALUE(model_windows, flapping),
    VALUE(model_windows, not_asked),
    VALUE(model_windows, slower),
    VALUE(model_windows, faster),
    VALUE(model_windows, unshifted),
    VALUE(model_windows, too_few),
    VALUE(model_windows, more),
    VALUE(model_windows, threshold_percent),
    VALUE(model_windows, threshold),
    FIELD_END,
};
const struct shape model_windows_shape = {"windows", sizeof(struct model_windows), model_windows_fields};

static const struct field model_since_fields[] = {
    VALUE(model_since, endpoint),
    OBJECT(model_since, last_good, model_night),
    OBJECT(model_since, first_failing, model_night),
    VALUE(model_since, failing_runs),
    VALUE(model_since, looked),
    LIST(model_since, differences, model_difference),
    FIELD_END,
};
const struct shape model_since_shape = {"since", sizeof(struct model_since), model_since_fields};

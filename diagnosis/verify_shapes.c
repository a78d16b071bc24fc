/* SPDX-License-Identifier: MIT */
/* What is said of a verification, in the order in which JSON shows it. */
#include "diagnosis/model_latency.h"
#include "diagnosis/model_shapes.h"
#include "diagnosis/verify.h"

static const struct field run_fields[] = {
    VALUE(verified_run, id),
    VALUE(verified_run, short_id),
    VALUE(verified_run, started),
    FIELD_END,
};
static const struct shape verified_run_shape = {"run", sizeof(struct verified_run), run_fields};

static const struct field endpoint_fields[] = {
    VALUE(verified_endpoint, endpoint),
    VALUE(verified_endpoint, url),
    VALUE(verified_endpoint, formerly),
    WORD(verified_endpoint, result, verified_words),
    WORD(verified_endpoint, before, verdict_words),
    VALUE(verified_endpoint, before_passed),
    VALUE(verified_endpoint, before_total),
    VALUE(verified_endpoint, before_cites),
    VALUE(verified_endpoint, code_before),
    WORD(verified_endpoint, after, verdict_words),
    VALUE(verified_endpoint, after_passed),
    VALUE(verified_endpoint, after_total),
    VALUE(verified_endpoint, after_cites),
    VALUE(verified_endpoint, code),
    VALUE(verified_endpoint, bound),
    VALUE(verified_endpoint, flapping),
    VALUE(verified_endpoint, recorded_failed),
    VALUE(verified_endpoint, recorded_total),
    VALUE(verified_endpoint, recorded_runs),
    VALUE(verified_endpoint, rate),
    VALUE(verified_endpoint, needed),
    VALUE(verified_endpoint, missing),
    VALUE(verified_endpoint, compared),
    WORD(verified_endpoint, shows, latency_words),
    VALUE(verified_endpoint, time_before),
    VALUE(verified_endpoint, time_after),
    VALUE(verified_endpoint, shift_ms),
    VALUE(verified_endpoint, low_ms),
    VALUE(verified_endpoint, high_ms),
    VALUE(verified_endpoint, before_count),
    VALUE(verified_endpoint, after_count),
    LIST(verified_endpoint, before_times, model_time),
    LIST(verified_endpoint, after_times, model_time),
    FIELD_END,
};
static const struct shape verified_endpoint_shape = {"endpoint", sizeof(struct verified_endpoint), endpoint_fields};

static const struct field finding_fields[] = {
    VALUE(verified_finding, code),
    VALUE(verified_finding, title),
    WORD(verified_finding, change, finding_change_words),
    FIELD_END,
};
static const struct shape verified_finding_shape = {"finding", sizeof(struct verified_finding), finding_fields};

static const struct field other_fields[] = {
    VALUE(verified_other, name),
    VALUE(verified_other, candidate),
    WORD(verified_other, verdict, verdict_words),
    VALUE(verified_other, passed),
    VALUE(verified_other, total),
    VALUE(verified_other, cites),
    FIELD_END,
};
static const struct shape verified_other_shape = {"other", sizeof(struct verified_other), other_fields};

static const struct field caution_fields[] = {
    VALUE(verified_caution, of),
    VALUE(verified_caution, key),
    VALUE(verified_caution, value),
    VALUE(verified_caution, words),
    WORD(verified_caution, standing, standing_caution_words),
    VALUE(verified_caution, cites),
    FIELD_END,
};
static const struct shape verified_caution_shape = {"caution", sizeof(struct verified_caution), caution_fields};

static const struct field verification_fields[] = {
    VALUE(verification, ticket),
    VALUE(verification, title),
    WORD(verification, verdict, verified_words),
    OBJECT(verification, since, verified_run),
    OBJECT(verification, run, verified_run),
    LIST(verification, endpoints, verified_endpoint),
    LIST(verification, findings, verified_finding),
    LIST(verification, controls, verified_other),
    LIST(verification, candidates, verified_other),
    LIST(verification, cautions, verified_caution),
    VALUE(verification, options),
    VALUE(verification, tool),
    FIELD_END,
};
const struct shape verification_shape = {"verification", sizeof(struct verification), verification_fields};

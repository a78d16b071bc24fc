/* SPDX-License-Identifier: MIT */
/* What the report's structs are made of: findings, what to do, experiments, evidence. */
#include "diagnosis/model_shapes.h"

#include "collector/probe.h"
#include "diagnosis/finding.h"
#include "diagnosis/locate.h"

static const struct field model_experiment_fields[] = {
    VALUE(model_experiment, endpoint), VALUE(model_experiment, question),
    VALUE(model_experiment, changed),  VALUE(model_experiment, address),
    VALUE(model_experiment, answer),   VALUE(model_experiment, shows),
    VALUE(model_experiment, cites),    FIELD_END,
};
const struct shape model_experiment_shape = {"experiment", sizeof(struct model_experiment), model_experiment_fields};

static const struct field model_exclusion_fields[] = {
    VALUE(model_exclusion, what),
    VALUE(model_exclusion, cites),
    FIELD_END,
};
const struct shape model_exclusion_shape = {"exclusion", sizeof(struct model_exclusion), model_exclusion_fields};

static const struct field model_caution_fields[] = {
    VALUE(model_caution, key),
    VALUE(model_caution, value),
    VALUE(model_caution, words),
    VALUE(model_caution, cites),
    FIELD_END,
};
const struct shape model_caution_shape = {"caution", sizeof(struct model_caution), model_caution_fields};

static const struct field model_location_fields[] = {
    VALUE(model_location, file),        VALUE(model_location, literal),
    VALUE(model_location, replacement), VALUE(model_location, key),
    VALUE(model_location, line),        WORD(model_location, kind, location_words),
    VALUE(model_location, aside),       FIELD_END,
};
const struct shape model_location_shape = {"location", sizeof(struct model_location), model_location_fields};

static const struct field model_change_fields[] = {
    VALUE(model_change, endpoint),
    VALUE(model_change, from),
    VALUE(model_change, to),
    VALUE(model_change, from_path),
    VALUE(model_change, to_path),
    VALUE(model_change, owner),
    VALUE(model_change, searched),
    VALUE(model_change, search_cut),
    LIST(model_change, locations, model_location),
    LIST(model_change, also, model_location),
    VALUE(model_change, diff),
    FIELD_END,
};
const struct shape model_change_shape = {"change", sizeof(struct model_change), model_change_fields};

static const struct field model_finding_fields[] = {
    VALUE(model_finding, anchor),
    VALUE(model_finding, code),
    WORD(model_finding, layer, layer_words),
    WORD(model_finding, certainty, certainty_words),
    VALUE(model_finding, title),
    FIELD(FIELD_PARTIAL, model_finding, explanation),
    FIELD(FIELD_PARTIAL, model_finding, remedy),
    VALUE(model_finding, told_apart),
    VALUE(model_finding, cure),
    VALUE(model_finding, standard),
    VALUE(model_finding, undecided),
    LIST(model_finding, endpoints, model_name),
    VALUE(model_finding, others),
    VALUE(model_finding, host),
    VALUE(model_finding, probes),
    VALUE(model_finding, experiments),
    LIST(model_finding, excluded, model_exclusion),
    LIST(model_finding, cautions, model_caution),
    LIST(model_finding, says, model_caution),
    LIST(model_finding, warns, model_caution),
    OBJECT(model_finding, broken, model_answer),
    OBJECT(model_finding, working, model_answer),
    OBJECT(model_finding, absent, model_answer),
    OBJECT(model_finding, without, model_answer),
    OBJECT(model_finding, spoiled, model_answer),
    OBJECT(model_finding, plain, model_answer),
    OBJECT(model_finding, certificate, model_certificate),
    OBJECT(model_finding, change, model_change),
    VALUE(model_finding, field),
    VALUE(model_finding, varied),
    VALUE(model_finding, request_id),
    VALUE(model_finding, at),
    VALUE(model_finding, detail),
    FIELD_END,
};
const struct shape model_finding_shape = {"finding", sizeof(struct model_finding), model_finding_fields};

static const struct field model_shown_fields[] = {
    VALUE(model_shown, name),    VALUE(model_shown, url),
    VALUE(model_shown, content), LIST(model_shown, varying, model_name),
    VALUE(model_shown, cites),   FIELD_END,
};
const struct shape model_shown_shape = {"shown", sizeof(struct model_shown), model_shown_fields};

static const struct field model_step_fields[] = {
    WORD(model_step, kind, step_words),          VALUE(model_step, done),  VALUE(model_step, about),
    CONTEXT(model_step, finding, model_finding), VALUE(model_step, cites), FIELD_END,
};
const struct shape model_step_shape = {"step", sizeof(struct model_step), model_step_fields};

static const struct field model_owner_fields[] = {
    VALUE(model_owner, owner),
    VALUE(model_owner, side),
    LIST(model_owner, steps, model_step),
    FIELD_END,
};
const struct shape model_owner_shape = {"owner", sizeof(struct model_owner), model_owner_fields};

static const struct field model_pattern_fields[] = {
    VALUE(model_pattern, status),  VALUE(model_pattern, code),
    VALUE(model_pattern, sample),  VALUE(model_pattern, count),
    VALUE(model_pattern, upgrade), LIST(model_pattern, addresses, model_name),
    VALUE(model_pattern, cites),   FIELD_END,
};
const struct shape model_pattern_shape = {"pattern", sizeof(struct model_pattern), model_pattern_fields};

static const struct field model_message_fields[] = {
    VALUE(model_message, at),   VALUE(model_message, sent), WORD(model_message, type, message_words),
    VALUE(model_message, size), VALUE(model_message, data), FIELD_END,
};
const struct shape model_message_shape = {"message", sizeof(struct model_message), model_message_fields};

static const struct field model_hop_fields[] = {
    VALUE(model_hop, status),  VALUE(model_hop, url),  VALUE(model_hop, location),
    VALUE(model_hop, address), VALUE(model_hop, time), FIELD_END,
};
const struct shape model_hop_shape = {"hop", sizeof(struct model_hop), model_hop_fields};

static const struct field model_token_fields[] = {
    VALUE(model_token, header),     VALUE(model_token, algorithm),
    VALUE(model_token, issuer),     VALUE(model_token, audience),
    VALUE(model_token, scope),      VALUE(model_token, issued),
    VALUE(model_token, not_before), VALUE(model_token, expires),
    VALUE(model_token, expired),    FIELD_END,
};
const struct shape model_token_shape = {"token", sizeof(struct model_token), model_token_fields};

static const struct field model_cause_fields[] = {
    VALUE(model_cause, code),
    VALUE(model_cause, title),
    WORD(model_cause, certainty, certainty_words),
    FIELD_END,
};
const struct shape model_cause_shape = {"cause", sizeof(struct model_cause), model_cause_fields};

static const struct field model_evidence_fields[] = {
    VALUE(model_evidence, ordinal),
    VALUE(model_evidence, full),
    VALUE(model_evidence, cite),
    VALUE(model_evidence, endpoint),
    VALUE(model_evidence, question),
    VALUE(model_evidence, varied),
    VALUE(model_evidence, method),
    VALUE(model_evidence, url),
    VALUE(model_evidence, started),
    WORD(model_evidence, outcome, outcome_words),
    WORD(model_evidence, layer, layer_words),
    VALUE(model_evidence, code),
    VALUE(model_evidence, status),
    VALUE(model_evidence, reason),
    VALUE(model_evidence, detail),
    VALUE(model_evidence, time),
    LIST(model_evidence, timings, model_timing),
    VALUE(model_evidence, address),
    VALUE(model_evidence, port),
    VALUE(model_evidence, tls),
    OBJECT(model_evidence, certificate, model_certificate),
    VALUE(model_evidence, client),
    VALUE(model_evidence, withheld),
    VALUE(model_evidence, proxy),
    VALUE(model_evidence, reused),
    VALUE(model_evidence, from_hosts),
    VALUE(model_evidence, system_address),
    LIST(model_evidence, hops, model_hop),
    VALUE(model_evidence, final_url),
    LIST(model_evidence, tokens, model_token),
    VALUE(model_evidence, request),
    VALUE(model_evidence, response),
    VALUE(model_evidence, body),
    VALUE(model_evidence, body_size),
    VALUE(model_evidence, body_cut),
    VALUE(model_evidence, body_capped),
    VALUE(model_evidence, body_sha256),
    LIST(model_evidence, messages, model_message),
    VALUE(model_evidence, close_code),
    VALUE(model_evidence, close_reason),
    VALUE(model_evidence, open),
    LIST(model_evidence, causes, model_cause),
    LIST(model_evidence, checks, model_check),
    VALUE(model_evidence, command),
    VALUE(model_evidence, loop_lag),
    FIELD_END,
};
const struct shape model_evidence_shape = {"evidence", sizeof(struct model_evidence), model_evidence_fields};

/* SPDX-License-Identifier: MIT */
/* What the report's structs are made of, in the order in which JSON shows it: the run, its endpoints, the comparison. */
#include "diagnosis/model_shapes.h"

#include "collector/probe.h"
#include "collector/suite.h"
#include "diagnosis/answer.h"
#include "diagnosis/compare.h"
#include "diagnosis/finding.h"

const char *const result_words[] = {"works",    "fails",      "no-such-path", "refused",
                                    "unsteady", "not-judged", "not-probed",   NULL};
const char *const state_words[] = {"holds", "fails", "unknown", NULL};
const char *const step_words[] = {"remedy", "decide", "compare", "look", NULL};
const char *const summary_words[] = {"all-well", "failing", "unsteady", "not-judged", "offline", "not-whole", NULL};

static const struct field model_timing_fields[] = {
    VALUE(model_timing, layer),
    VALUE(model_timing, time),
    VALUE(model_timing, failed),
    FIELD_END,
};
const struct shape model_timing_shape = {"timing", sizeof(struct model_timing), model_timing_fields};

static const struct field model_answer_fields[] = {
    VALUE(model_answer, name),
    VALUE(model_answer, url),
    VALUE(model_answer, path),
    VALUE(model_answer, candidate),
    VALUE(model_answer, upgrade),
    WORD(model_answer, verdict, verdict_words),
    WORD(model_answer, result, result_words),
    VALUE(model_answer, passed),
    VALUE(model_answer, total),
    VALUE(model_answer, bound),
    VALUE(model_answer, status),
    VALUE(model_answer, reason),
    VALUE(model_answer, size),
    VALUE(model_answer, said),
    VALUE(model_answer, code),
    WORD(model_answer, layer, layer_words),
    VALUE(model_answer, time),
    VALUE(model_answer, first_message),
    VALUE(model_answer, ping),
    VALUE(model_answer, address),
    VALUE(model_answer, port),
    WORD(model_answer, dns, state_words),
    WORD(model_answer, tcp, state_words),
    WORD(model_answer, tls, state_words),
    WORD(model_answer, http, state_words),
    WORD(model_answer, websocket, state_words),
    WORD(model_answer, auth, state_words),
    VALUE(model_answer, cites),
    VALUE(model_answer, typical),
    LIST(model_answer, timings, model_timing),
    VALUE(model_answer, compared),
    FIELD_END,
};
const struct shape model_answer_shape = {"answer", sizeof(struct model_answer), model_answer_fields};

static const struct field model_name_fields[] = {
    VALUE(model_name, name),
    FIELD_END,
};
const struct shape model_name_shape = {"name", sizeof(struct model_name), model_name_fields};

static const struct field model_label_fields[] = {
    VALUE(model_label, name),
    VALUE(model_label, value),
    FIELD_END,
};
const struct shape model_label_shape = {"label", sizeof(struct model_label), model_label_fields};

static const struct field model_check_fields[] = {
    VALUE(model_check, endpoint), VALUE(model_check, expected),
    VALUE(model_check, actual),   VALUE(model_check, held),
    VALUE(model_check, judged),   VALUE(model_check, total),
    VALUE(model_check, holds),    VALUE(model_check, reason),
    VALUE(model_check, cites),    FIELD_END,
};
const struct shape model_check_shape = {"check", sizeof(struct model_check), model_check_fields};

static const struct field model_endpoint_fields[] = {
    VALUE(model_endpoint, name),
    VALUE(model_endpoint, group),
    VALUE(model_endpoint, used_by),
    VALUE(model_endpoint, owner),
    VALUE(model_endpoint, method),
    WORD(model_endpoint, kind, kind_words),
    WORD(model_endpoint, role, role_words),
    OBJECT(model_endpoint, answer, model_answer),
    LIST(model_endpoint, candidates, model_answer),
    LIST(model_endpoint, checks, model_check),
    FIELD_END,
};
const struct shape model_endpoint_shape = {"endpoint", sizeof(struct model_endpoint), model_endpoint_fields};

static const struct field model_certificate_fields[] = {
    VALUE(model_certificate, subject),    VALUE(model_certificate, issuer),
    VALUE(model_certificate, names),      VALUE(model_certificate, serial),
    VALUE(model_certificate, key),        VALUE(model_certificate, sha256),
    VALUE(model_certificate, not_before), VALUE(model_certificate, not_after),
    VALUE(model_certificate, remaining),  VALUE(model_certificate, verified),
    VALUE(model_certificate, tls),        LIST(model_certificate, endpoints, model_name),
    VALUE(model_certificate, cites),      FIELD_END,
};
const struct shape model_certificate_shape = {"certificate", sizeof(struct model_certificate),
                                              model_certificate_fields};

static const struct field model_run_fields[] = {
    VALUE(model_run, id),
    VALUE(model_run, short_id),
    VALUE(model_run, started),
    VALUE(model_run, ended),
    VALUE(model_run, duration),
    WORD(model_run, state, run_state_words),
    VALUE(model_run, vantage),
    LIST(model_run, labels, model_label),
    VALUE(model_run, tool),
    VALUE(model_run, rules),
    VALUE(model_run, planned),
    VALUE(model_run, attempts),
    VALUE(model_run, experiments),
    VALUE(model_run, probes),
    VALUE(model_run, config),
    VALUE(model_run, diagnosed_anew),
    FIELD_END,
};
const struct shape model_run_shape = {"run", sizeof(struct model_run), model_run_fields};

static const struct field model_summary_fields[] = {
    WORD(model_summary, status, summary_words),
    VALUE(model_summary, required),
    VALUE(model_summary, passing),
    VALUE(model_summary, failing),
    VALUE(model_summary, unsteady),
    VALUE(model_summary, tolerated),
    VALUE(model_summary, not_judged),
    VALUE(model_summary, controls),
    VALUE(model_summary, controls_passing),
    VALUE(model_summary, http),
    VALUE(model_summary, websocket),
    VALUE(model_summary, candidates),
    VALUE(model_summary, confirmed),
    VALUE(model_summary, likely),
    VALUE(model_summary, possible),
    VALUE(model_summary, unexplained),
    FIELD_END,
};
const struct shape model_summary_shape = {"summary", sizeof(struct model_summary), model_summary_fields};

static const struct field model_ticket_fields[] = {
    VALUE(model_ticket, id),
    VALUE(model_ticket, title),
    VALUE(model_ticket, impact),
    VALUE(model_ticket, owner),
    LIST(model_ticket, endpoints, model_name),
    FIELD_END,
};
const struct shape model_ticket_shape = {"ticket", sizeof(struct model_ticket), model_ticket_fields};

static const struct field model_suite_fields[] = {
    VALUE(model_suite, name),
    VALUE(model_suite, environment),
    VALUE(model_suite, source_owner),
    FIELD_END,
};
const struct shape model_suite_shape = {"suite", sizeof(struct model_suite), model_suite_fields};

static const struct field model_transition_fields[] = {
    VALUE(model_transition, endpoint),
    WORD(model_transition, transition, transition_words),
    VALUE(model_transition, renamed),
    VALUE(model_transition, formerly),
    VALUE(model_transition, address_changed),
    VALUE(model_transition, from),
    VALUE(model_transition, to),
    VALUE(model_transition, verdicts_changed),
    OBJECT(model_transition, before, model_answer),
    OBJECT(model_transition, after, model_answer),
    FIELD_END,
};
const struct shape model_transition_shape = {"transition", sizeof(struct model_transition), model_transition_fields};

static const struct field model_finding_change_fields[] = {
    VALUE(model_finding_change, code),
    VALUE(model_finding_change, title),
    WORD(model_finding_change, certainty, certainty_words),
    WORD(model_finding_change, change, finding_change_words),
    LIST(model_finding_change, endpoints, model_name),
    VALUE(model_finding_change, url),
    VALUE(model_finding_change, now),
    LIST(model_finding_change, cautions, model_caution),
    LIST(model_finding_change, says, model_caution),
    LIST(model_finding_change, warns, model_caution),
    VALUE(model_finding_change, before),
    VALUE(model_finding_change, after),
    FIELD_END,
};
const struct shape model_finding_change_shape = {"finding_change", sizeof(struct model_finding_change),
                                                 model_finding_change_fields};

static const struct field model_difference_fields[] = {
    VALUE(model_difference, endpoint),
    VALUE(model_difference, what),
    VALUE(model_difference, before),
    VALUE(model_difference, after),
    VALUE(model_difference, before_cites),
    VALUE(model_difference, after_cites),
    FIELD_END,
};
const struct shape model_difference_shape = {"difference", sizeof(struct model_difference), model_difference_fields};

static const struct field model_comparison_fields[] = {
    WORD(model_comparison, verdict, comparison_words),
    OBJECT(model_comparison, before, model_run),
    OBJECT(model_comparison, after, model_run),
    LIST(model_comparison, transitions, model_transition),
    VALUE(model_comparison, fixed),
    VALUE(model_comparison, regressed),
    VALUE(model_comparison, still_failing),
    VALUE(model_comparison, other_cause),
    VALUE(model_comparison, still_passing),
    VALUE(model_comparison, changed),
    VALUE(model_comparison, added),
    VALUE(model_comparison, gone),
    VALUE(model_comparison, renamed),
    VALUE(model_comparison, not_asked),
    VALUE(model_comparison, flapping),
    LIST(model_comparison, findings, model_finding_change),
    VALUE(model_comparison, cleared),
    VALUE(model_comparison, remaining),
    VALUE(model_comparison, fresh),
    VALUE(model_comparison, not_tested),
    VALUE(model_comparison, replaced),
    VALUE(model_comparison, open),
    LIST(model_comparison, differences, model_difference),
    LIST(model_comparison, latency, model_latency),
    VALUE(model_comparison, slower),
    VALUE(model_comparison, faster),
    VALUE(model_comparison, unshifted),
    VALUE(model_comparison, too_few),
    VALUE(model_comparison, more),
    VALUE(model_comparison, threshold_percent),
    VALUE(model_comparison, threshold),
    FIELD_END,
};
const struct shape model_comparison_shape = {"comparison", sizeof(struct model_comparison), model_comparison_fields};

static const struct field model_fields[] = {
    VALUE(model, schema),
    OBJECT(model, suite, model_suite),
    OBJECT(model, run, model_run),
    OBJECT(model, summary, model_summary),
    LIST(model, tickets, model_ticket),
    LIST(model, findings, model_finding),
    LIST(model, endpoints, model_endpoint),
    LIST(model, layers, model_answer),
    LIST(model, certificates, model_certificate),
    LIST(model, changes, model_change),
    LIST(model, shown, model_shown),
    LIST(model, owners, model_owner),
    LIST(model, experiments, model_experiment),
    LIST(model, patterns, model_pattern),
    VALUE(model, patterns_left),
    LIST(model, history, model_since),
    OBJECT(model, nights, model_nights),
    OBJECT(model, comparison, model_comparison),
    LIST(model, evidence, model_evidence),
    VALUE(model, evidence_left),
    FIELD_END,
};
const struct shape model_shape = {"report", sizeof(struct model), model_fields};

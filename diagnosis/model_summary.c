/* SPDX-License-Identifier: MIT */
/* The sums of a run: what passes, what fails, and what was found. */
#include <string.h>

#include "base/memory.h"
#include "diagnosis/model_maker.h"
#include "diagnosis/rule.h"

static void count_findings(const struct findings *findings, struct model_summary *summary, bool *offline)
{
    for (size_t i = 0; i < findings->count; i++) {
        const struct finding *finding = &findings->list[i];

        if (strcmp(finding->rule->code, "cause-not-found") == 0)
            summary->unexplained++;
        else if (finding->certainty == CERTAINTY_CONFIRMED)
            summary->confirmed++;
        else if (finding->certainty == CERTAINTY_LIKELY)
            summary->likely++;
        else
            summary->possible++;
        *offline = *offline || strcmp(finding->rule->code, "collector-offline") == 0;
    }
}

/* Candidates that were asked. */
static size_t count_candidates(const struct records *part, const struct endpoint *endpoint)
{
    bool *asked;
    size_t count = 0;

    if (endpoint->candidate_count == 0)
        return 0;
    asked = mem_new(endpoint->candidate_count + 1, sizeof *asked);
    for (size_t i = 0; i < part->count; i++) {
        const struct probe *probe = part->probes[i];

        if (probe->candidate == 0 || probe->question != QUESTION_CANDIDATE || asked[probe->candidate])
            continue;
        asked[probe->candidate] = true;
        count++;
    }
    mem_free(asked);
    return count;
}

static void count_endpoint(const struct maker *maker, size_t index, struct model_summary *summary)
{
    const struct endpoint *endpoint = maker_endpoint(maker, (uint32_t)index);
    enum verdict verdict = answers_verdict(maker->answers, index);

    summary->http += endpoint->kind == KIND_HTTP;
    summary->websocket += endpoint->kind == KIND_WEBSOCKET;
    if (!answers_plain(maker->answers, index))
        summary->candidates += count_candidates(answers_part(maker->answers, index), endpoint);
    if (endpoint->role == ROLE_CONTROL) {
        summary->controls++;
        summary->controls_passing += verdict == VERDICT_PASSES;
    }
    if (endpoint->role != ROLE_REQUIRED || verdict == VERDICT_NOT_PROBED)
        return;
    summary->required++;
    summary->passing += verdict == VERDICT_PASSES;
    summary->failing += verdict == VERDICT_FAILS;
    summary->unsteady += verdict == VERDICT_UNSTEADY;
    summary->tolerated +=
        verdict == VERDICT_UNSTEADY && answer_is_tolerated(answers_of(maker->answers, index), endpoint);
    summary->not_judged += verdict == VERDICT_NOT_JUDGED;
}

bool model_fails(const struct model *model)
{
    const struct model_summary *summary = model->summary;

    return summary->failing + summary->unsteady > summary->tolerated;
}

const struct model_summary *maker_summary(const struct maker *maker, bool whole)
{
    struct model_summary *summary = arena_new(maker->arena, 1, sizeof *summary);
    bool offline = false;

    for (size_t i = 0; i < maker->records->suite->endpoint_count; i++)
        count_endpoint(maker, i, summary);
    count_findings(maker->findings, summary, &offline);
    summary->status = offline               ? SUMMARY_OFFLINE
                      : summary->failing    ? SUMMARY_FAILING
                      : summary->unsteady   ? SUMMARY_UNSTEADY
                      : !whole              ? SUMMARY_NOT_WHOLE
                      : summary->not_judged ? SUMMARY_NOT_JUDGED
                                            : SUMMARY_ALL_WELL;
    return summary;
}

/* SPDX-License-Identifier: MIT */
/* Requests with one thing changed: which to make, and which to make again. */
#include <string.h>

#include "diagnosis/experiment.h"
#include "diagnosis/fact.h"
#include "diagnosis/survey.h"
#include "diagnosis/variation.h"

static struct varied varied_of(const struct subject *subject)
{
    return (struct varied){
        .settings = subject->settings,
        .part = subject->part,
        .typical = subject->original->typical,
        .portable = subject->portable,
        .arena = subject->asking->survey->arena,
    };
}

/* The `k`-th item of a variation; false: there is none. */
static bool item_of(const struct subject *subject, const struct variation *variation, unsigned k,
                    struct plan_item *item)
{
    const struct varied varied = varied_of(subject);

    *item = (struct plan_item){.question = variation->question};
    return k < VARIATIONS_MOST && variation->item(&varied, k, item);
}

void variations_ask(struct subject *subject)
{
    struct plan_item item;

    if (!subject->repeatable)
        return;
    for (const struct variation *variation = variations; variation->item; variation++)
        for (unsigned k = 0; item_of(subject, variation, k, &item); k++)
            subject_ask(subject, item, 0, 1);
}

uint16_t variations_port(const struct subject *subject)
{
    struct plan_item item;

    return subject->repeatable && item_of(subject, variation_of(QUESTION_PORT), 0, &item) ? item.port : 0;
}

/* What one value's A-B-A still lacks: of the value itself it is asked for now, of the original it is returned. */
static size_t follow_value(struct subject *subject, const struct plan_item *item, const struct answer *answer)
{
    enum { VALUE_MOST = 4 };
    unsigned steps = aba_steps(subject->original, answer);

    if (steps < 2)
        return 2 - steps;
    if (steps == ABA_STEPS && answer->count < subject_sure_times(subject)) {
        subject_ask(subject, *item, answer->count, 1);
        return SURE_ORIGINALS;
    }
    if (steps >= 4)
        return ABA_STEPS - steps;
    if (answer->count < VALUE_MOST)
        subject_ask(subject, *item, answer->count, 4 - steps);
    return 0;
}

size_t variations_follow(struct subject *subject)
{
    size_t followed = 0, originals = 0;
    struct plan_item item;

    for (const struct variation *variation = variations; variation->item; variation++)
        for (unsigned k = 0; followed < FOLLOWED_MOST && item_of(subject, variation, k, &item); k++) {
            struct answer answer = answer_of_variation(subject->part, subject->endpoint, variation->question,
                                                       item.varied, subject->asking->survey->arena);
            size_t lacking;

            if (answer.verdict != VERDICT_PASSES)
                continue;
            followed++;
            lacking = follow_value(subject, &item, &answer);
            originals = lacking > originals ? lacking : originals;
        }
    return originals;
}

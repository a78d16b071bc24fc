/* SPDX-License-Identifier: MIT */
#include "collector/probe_brief.h"

#include <string.h>

#include "base/intern.h"
#include "collector/probe.h"

_Static_assert(sizeof(struct timings) == BRIEF_TIMES * sizeof(int64_t), "a brief holds all of an attempt's times");

static bool fits(int64_t number)
{
    return number >= INT32_MIN && number <= INT32_MAX;
}

bool brief_make(struct brief *brief, const struct probe *probe, struct intern *intern)
{
    int64_t times[BRIEF_TIMES];
    struct probe like;

    if (probe->outcome != OUTCOME_PASSED || probe->question != QUESTION_NONE || probe->candidate != 0
        || !fits(probe->loop_lag_us))
        return false;
    memcpy(times, &probe->timings, sizeof times);
    for (size_t i = 0; i < BRIEF_TIMES; i++)
        if (!fits(times[i]))
            return false;
    for (size_t i = 0; i < BRIEF_TIMES; i++)
        brief->times[i] = (int32_t)times[i];
    brief->url = probe->url;
    brief->started = probe->started;
    brief->ordinal = probe->ordinal;
    brief->endpoint = probe->endpoint;
    brief->loop_lag_us = (int32_t)probe->loop_lag_us;
    /* Copied whole: the bytes between members, too, are then as probe_new() left them. */
    memcpy(&like, probe, sizeof like);
    like.arena = (struct arena)ARENA_INIT;
    like.url = NULL;
    like.started.us = 0;
    like.ordinal = like.endpoint = 0;
    like.loop_lag_us = 0;
    memset(&like.timings, 0, sizeof like.timings);
    brief->like = intern_array(intern, &like, 1, sizeof like);
    return true;
}

void brief_read(const struct brief *brief, struct probe *probe)
{
    int64_t times[BRIEF_TIMES];

    *probe = *brief->like;
    for (size_t i = 0; i < BRIEF_TIMES; i++)
        times[i] = brief->times[i];
    memcpy(&probe->timings, times, sizeof times);
    probe->url = brief->url;
    probe->started = brief->started;
    probe->ordinal = brief->ordinal;
    probe->endpoint = brief->endpoint;
    probe->loop_lag_us = brief->loop_lag_us;
}

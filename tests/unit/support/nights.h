/* SPDX-License-Identifier: MIT */
/* nights.h - runs before the incident's, in which all endpoints pass. */
#ifndef TESTS_UNIT_SUPPORT_NIGHTS_H
#define TESTS_UNIT_SUPPORT_NIGHTS_H

#include "diagnosis/model_since.h"
#include "diagnosis/series.h"
#include "tests/unit/support/report.h"

/* `count` of them, one a day, each endpoint with a median of `us` give or take a little. All lives in `arena`. */
static inline const struct series *nights_before(const struct reported *reported, size_t count, int64_t us,
                                                 struct arena *arena)
{
    const struct suite *suite = reported->records.suite;
    struct series_night *nights = arena_new(arena, count + 1, sizeof *nights);
    struct series *series = arena_new(arena, 1, sizeof *series);

    for (size_t i = 0; i < count; i++) {
        struct turn *turns = arena_new(arena, suite->endpoint_count, sizeof *turns);

        for (size_t e = 0; e < suite->endpoint_count; e++)
            turns[e] = (struct turn){.passed = 3,
                                     .count = 3,
                                     .status = 200,
                                     .median_us = us + (int64_t)(i % 5) * 100,
                                     .verdict = VERDICT_PASSES};
        nights[i] = (struct series_night){
            .id = reported->run.id,
            .short_id = "0192e0",
            .labels = "{\"deploy\":\"9be01\"}",
            .started = {SCENE_START_US - (int64_t)(count - i) * SCENE_DAY_US},
            .turns = turns,
        };
    }
    *series = (struct series){.suite = suite, .nights = nights, .count = count};
    return series;
}

/* The report on the incident's run among them. */
static inline const struct model *nights_model(const struct reported *reported, const struct series *nights,
                                               struct arena *arena)
{
    const struct earlier earlier = {NULL, 0, nights};

    return model_of_run_since(&reported->run, reported->short_id, &reported->records, &reported->findings, &earlier,
                              arena);
}
#endif

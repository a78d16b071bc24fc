/* SPDX-License-Identifier: MIT */
/* result.h - what came of a probe, without its evidence: what nights are compared and counted by.
 *
 * Results stand in the order of run, endpoint and ordinal: a run is one sweep, an endpoint's results in a run one seek, and
 * those of its last hundred runs a hundred seeks, however many probes the store has. */
#ifndef STORE_RESULT_H
#define STORE_RESULT_H

#include <stdbool.h>
#include <stdint.h>

#include "store/store.h"

struct result {
    uint32_t endpoint; /* index in the run's suite */
    uint32_t ordinal, candidate, attempt;
    enum question question;
    enum outcome outcome;
    enum layer layer; /* that failed */
    const char *code; /* NULL when nothing failed; valid during the call only */
    int status;
    struct wall started;
    struct timings timings;
};

enum { RESULT_EVERY_ENDPOINT = -1 };

/* Hands over the results of a run, of one endpoint or of every one, by endpoint and ordinal; `take` returns false to stop
 * early, which is no failure. */
bool store_each_result(struct store *store, const struct uuid *run, int64_t endpoint,
                       bool (*take)(void *self, const struct result *result), void *self, struct error *err);
#endif

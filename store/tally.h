/* SPDX-License-Identifier: MIT */
/* tally.h - what the attempts on each endpoint of a run come to, as far as pruning asks; private to store/. Reads no
 * evidence. */
#ifndef STORE_TALLY_H
#define STORE_TALLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct db;

/* As diagnosis/answer.h judges. */
enum standing { STANDING_PASSES, STANDING_FAILS, STANDING_UNSTEADY, STANDING_NOT_JUDGED };

struct tally {
    uint32_t endpoint; /* index in the run's suite */
    uint32_t passed, failed, not_judged;
    int64_t failure; /* row of table failure, of the first that failed; 0: none did */
    int64_t *times;  /* µs, ascending: of all but those that failed for another reason than that they were slow */
    size_t time_count, capacity;
};

/* Hands over one tally per endpoint that was attempted in the run with the number `run`, by endpoint; `take` returns false
 * to stop, which fails with what it put into `err`. What a tally points to is valid during the call only. */
bool tally_each(struct db *db, int64_t run, bool (*take)(void *self, const struct tally *tally, struct error *err),
                void *self, struct error *err);

enum standing tally_standing(const struct tally *tally);

/* The median of its times; NOT_MEASURED when it has none. */
int64_t tally_median(const struct tally *tally);
#endif

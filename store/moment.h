/* SPDX-License-Identifier: MIT */
/* moment.h - the dates and times that a person types, as spans on a calendar; private to store/.
 *
 * A span counts µs on the local calendar, as if it were UTC's. Whether a run lies in it is asked with the offset that was
 * in force when it started: so an hour that a change of clocks brings twice means both, without a special case. */
#ifndef STORE_MOMENT_H
#define STORE_MOMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/error.h"

struct moment {
    int64_t from_us, to_us; /* the end is not in it */
};

/* Whether `text` is meant as a date: "2025-09...", or a word for a day. What is no such thing may still be an id. */
bool moment_is_meant(const char *text);

/* Reads "2025-09-11", "2025-09", "2025-09-11 02:00" (also with T, or seconds), "today", "yesterday", "3 days ago", the
 * latter three also with a time behind them. `now_us` is now on the same calendar. ERR_USAGE says what is wrong. */
bool moment_parse(const char *text, int64_t now_us, struct moment *moment, struct error *err);

/* Whether `when` lies in it where clocks are `offset_s` ahead of UTC. */
bool moment_holds(const struct moment *moment, struct wall when, int32_t offset_s);
#endif

/* SPDX-License-Identifier: MIT */
/* series.h - recorded runs side by side, and what became of each endpoint in each: what history, windows, flapping and
 * the latency of nights are made of. Pure; whoever reads a store fills it.
 *
 * An endpoint is the row that it has in the suite of the newest run; in older ones it is found by matching.h. */
#ifndef DIAGNOSIS_SERIES_H
#define DIAGNOSIS_SERIES_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/uuid.h"
#include "collector/probe.h"
#include "collector/suite.h"
#include "diagnosis/answer.h"
#include "diagnosis/rank.h"

/* What of a probe takes time: the whole, and the layers that share it. */
enum measure {
    MEASURE_TOTAL,
    MEASURE_DNS,
    MEASURE_TCP,
    MEASURE_TLS,
    MEASURE_HTTP,      /* to the first byte, or to the end of an upgrade's answer */
    MEASURE_WEBSOCKET, /* from there to the first message */
    MEASURE_PING,
    MEASURE_COUNT
};
extern const char *const measure_words[];

/* An attempt, as far as a series looks at it. */
struct attempt {
    enum outcome outcome;
    enum layer layer;
    const char *code; /* NULL; else it must live as long as what is made of it */
    int status;
    bool again; /* an experiment's: it counts for the verdict, and not for the time */
    struct timings timings;
};

/* µs; NOT_MEASURED where it has none, or tells nothing of how fast the endpoint is: it failed, and for another reason
 * than that it was slow; or an experiment asked it again. */
int64_t attempt_time(const struct attempt *attempt, enum measure measure);
struct attempt attempt_of(const struct probe *probe);

/* One endpoint in one run. */
struct turn {
    uint32_t passed, failed, count;
    int status; /* of the latest that failed, else of the latest */
    const char *code;
    int64_t median_us; /* NOT_MEASURED: none that passed */
    uint8_t verdict, layer;
};

struct series_night {
    struct uuid id;
    const char *short_id;
    const char *labels; /* JSON object; NULL */
    struct wall started;
    int32_t offset_s;
    struct turn *turns; /* of each endpoint */
    double *medians;    /* µs, of each endpoint MEASURE_COUNT of them, 0: not measured; NULL: not looked at */
};

/* Runs of one endpoint of which only counts are left, since they were pruned; they lie among the nights. */
struct folded {
    uint64_t passed, failed, unsteady, not_judged; /* runs */
    uint64_t attempts, attempts_passed;
    double *medians; /* µs, of the runs that have one */
    size_t median_count;
};

/* An endpoint that newer runs have no more. */
struct series_gone {
    const struct series_night *first; /* the oldest run without it, with no turns; NULL: the newest has it */
    const char *called;               /* what has its URL there; NULL: nothing */
};

struct series {
    const struct suite *suite; /* of the newest, and behind its endpoints those that are gone since */
    struct series_night *nights;
    size_t count;                   /* oldest first */
    const struct folded *folded;    /* of each endpoint; NULL: none is */
    const struct series_gone *gone; /* of each endpoint; NULL: not looked at, or none is */
};

/* What the attempts of an endpoint in a run come to. With `medians`, those of every measure are put there. */
struct turn turn_of(const struct attempt *attempts, size_t count, double medians[MEASURE_COUNT]);

enum { FLAPPING_RUNS = 10, FLAPPING_CHANGES = 3 };

/* How often the verdict on the endpoint changed in the last `runs` runs that have one, `last` being the one after the
 * series (VERDICT_NOT_PROBED: none). What was not probed or not judged is no change. */
size_t series_changes(const struct series *series, size_t endpoint, enum verdict last, size_t runs);

/* The medians of the whole time of all runs, also of the folded ones, into memory of `arena`; those of nights come first,
 * oldest first, and are `*nights`. */
struct sample series_times(const struct series *series, size_t endpoint, size_t *nights, struct arena *arena);

/* The medians of one measure, oldest first, into `values` (room for all nights). Returns how many there are. */
size_t series_medians(const struct series *series, size_t endpoint, enum measure measure, double *values);
#endif

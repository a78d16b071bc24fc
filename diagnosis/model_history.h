/* SPDX-License-Identifier: MIT */
/* model_history.h - nights as data: what `endoscope history` and a comparison of windows show in any format. All lives in
 * the arena that made it; the shapes are model_history_shape and model_windows_shape. */
#ifndef DIAGNOSIS_MODEL_HISTORY_H
#define DIAGNOSIS_MODEL_HISTORY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/field.h"
#include "base/slice.h"
#include "diagnosis/latency.h"

struct model_suite;
struct series;
struct suite;

struct model_night {
    const char *id, *short_id;
    struct wall started;
    struct list labels; /* model_label */
};

/* A stretch of runs at one endpoint. */
struct model_stretch {
    uint64_t folded; /* of the runs: pruned, they have no sign in the strip */
    uint64_t runs, passed, failed, unsteady, not_judged, not_probed;
    uint64_t changes;                       /* of verdict */
    double uptime, uptime_low, uptime_high; /* percent; NAN: in no run was it judged */
    uint64_t attempts, attempts_passed;
    int64_t median;       /* of the runs' medians of passing attempts */
    int64_t lower, upper; /* their quartiles */
    const char *strip; /* a sign a run, oldest first: ✓ passes, ✗ fails, ~ unsteady, ? not judged, · not probed */
};

/* One endpoint in one run. */
struct model_outcome {
    const char *run; /* short id */
    struct wall started;
    int verdict; /* verdict_words */
    uint64_t passed, total, status;
    const char *code;
    int64_t time;
};

struct model_history_row {
    struct slice endpoint, url;
    int role;    /* role_words */
    int verdict; /* verdict_words, in the newest run that probed it */
    bool flapping;
    const struct model_stretch *stretch;
    const struct model_night *first_failing; /* from then on it never passed; NULL: it passes */
    const struct model_night *last_good;     /* NULL: none among these runs */
    const struct model_night *gone_since;    /* the first run without it; NULL: the newest has it */
    struct slice called;                     /* what it is called there; absent: it has gone */
    bool since_start;                        /* it failed already in the oldest of these runs that judged it */
    const struct model_night *slower_since;  /* its latency shifted with that run; NULL: not shown to */
    int64_t time_before, time_after;         /* medians on either side of the shift */
    double p;                                /* of the shift, corrected for all endpoints */
    bool faster;                             /* the shift is one to less */
    struct list outcomes;                    /* model_outcome, oldest first */
};

struct model_history {
    const char *schema; /* "endoscope-history/1" */
    const struct model_suite *suite;
    struct list nights;                        /* model_night, oldest first */
    struct list endpoints;                     /* model_history_row */
    uint64_t runs, failing, passing, flapping; /* endpoints, by the newest run that probed each */
    uint64_t gone; /* that the newest run has no more: they are in none of the other counts */
};
extern const struct shape model_history_shape;

/* The history of all endpoints of the series' suite. `strip_most`: signs that a strip may have, the last ones; 0: all. */
const struct model_history *model_of_history(const struct series *series, size_t strip_most, struct arena *arena);

struct model_window {
    struct slice words; /* as it was asked for; absent: the one before the other */
    uint64_t runs;
    const struct model_night *first, *last;
};

struct model_window_row {
    struct slice endpoint;
    int transition; /* transition_words, between the last runs of the two */
    int role;
    const struct model_stretch *before, *after; /* NULL: not in that window's suite */
    int shows;                                  /* latency_words: of the runs' medians */
    double shift_ms, low_ms, high_ms, p;        /* as in model_latency */
    uint64_t more;                              /* runs that would be enough */
    uint64_t before_count, after_count;         /* runs that were timed */
    struct list before_times, after_times;      /* model_time: their medians, as in model_latency */
};

struct model_windows {
    const char *schema; /* "endoscope-windows/1" */
    const struct model_suite *suite;
    const struct model_window *before, *after;
    struct list transitions; /* model_window_row, most telling first */
    uint64_t fixed, regressed, still_failing, other_cause, still_passing, changed, added, gone, flapping, not_asked;
    uint64_t slower, faster, unshifted, too_few, more;
    double threshold_percent;
    int64_t threshold;
};
extern const struct shape model_windows_shape;

/* A window's runs, all by the suite of the second one's newest. */
struct window_side {
    const struct series *series;
    const char *words;
};

/* `earlier`: the suite of the newest run before, for what is gone since. */
const struct model_windows *model_of_windows(const struct window_side *before, const struct window_side *after,
                                             const struct suite *earlier, struct latency_threshold threshold,
                                             struct arena *arena);
#endif

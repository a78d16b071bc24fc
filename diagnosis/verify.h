/* SPDX-License-Identifier: MIT */
/* verify.h - whether a ticket's fix worked: what it was diagnosed on, against what was asked just now. Pure.
 *
 * What failed each time is shown to be fixed by the attempts of the config. What flaps could pass by luck, so it is asked
 * as often as it takes to rule that out: at the rate at which it failed, so many passes in a row have a chance of at most
 * 5 % (one-sided). */
#ifndef DIAGNOSIS_VERIFY_H
#define DIAGNOSIS_VERIFY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/field.h"
#include "diagnosis/compare.h"
#include "diagnosis/latency.h"
#include "diagnosis/series.h"

enum { VERIFY_MOST = 100 }; /* attempts on one endpoint, however rarely it failed */

/* How an endpoint did in the runs that the ticket is about: from the first in which it did not pass to the last. */
struct verify_record {
    uint64_t failed, total, runs; /* attempts, in so many runs */
    bool flapping;                /* unsteady in one of them, or failing in some and passing in others */
    uint64_t needed;              /* passes in a row that rule chance out; 0: it does not flap */
};

/* `nights`: runs by the suite of now, of which `row` is the endpoint's; NULL: none are known. `before`: what it answered in
 * the run of the diagnosis; `among`: that run is one of the nights. */
struct verify_record verify_record_of(const struct answer *before, bool among, const struct series *nights,
                                      uint32_t row);

/* Of an endpoint, and of the ticket, for which the gravest counts: gravest last. */
enum verified {
    VERIFIED_PASSES,      /* it passed in the run of the diagnosis, and does */
    VERIFIED_FIXED,       /* it did not, and does, often enough */
    VERIFIED_NOT_SHOWN,   /* it passes, but not often enough; or it could not be judged or was not asked */
    VERIFIED_OTHER_CAUSE, /* it still does not pass, for another cause than before */
    VERIFIED_NOT_FIXED,
    VERIFIED_WORSE /* it passed, or was unsteady, and now fails each time */
};
extern const char *const verified_words[];

/* Whether what warned of a replacement still stands. */
enum standing_caution { CAUTION_STANDS, CAUTION_GONE, CAUTION_NOT_ASKED };
extern const char *const standing_caution_words[];

struct verified_run {
    const char *id, *short_id;
    struct wall started;
};

struct verified_endpoint {
    struct slice endpoint;
    struct slice url;
    struct slice formerly; /* its address in the run of the diagnosis; absent: the same */
    int result;            /* verified_words */
    int before, after;     /* verdict_words */
    uint64_t before_passed, before_total, after_passed, after_total;
    struct slice code; /* what it fails with now; absent: nothing */
    struct slice code_before;
    struct cites before_cites, after_cites;
    double bound; /* least rate of success, in %, that the passes of now show; NAN: they were not all passes */
    bool flapping;
    uint64_t recorded_failed, recorded_total, recorded_runs; /* where it flaps */
    double rate;                                             /* at which it failed, in % */
    uint64_t needed, missing;              /* passes that rule chance out; those that were not asked */
    bool compared;                         /* latency then and now can be told apart or held equal */
    int shows;                             /* latency_words */
    int64_t time_before, time_after;       /* medians */
    double shift_ms, low_ms, high_ms;      /* by how much it is slower, 95 % */
    uint64_t before_count, after_count;    /* times that those are medians of */
    struct list before_times, after_times; /* model_time (model_latency.h), where it is slower or faster */
};

/* Something else that was asked: a control, a candidate. */
struct verified_other {
    struct slice name;
    bool candidate; /* else a control */
    int verdict;    /* verdict_words */
    uint64_t passed, total;
    struct cites cites;
};

struct verified_caution {
    struct slice of; /* the address that it warns of */
    struct slice key, value;
    const char *words; /* ours; NULL when key and value say it */
    int standing;      /* standing_caution_words */
    struct cites cites;
};

struct verified_finding {
    const char *code, *title;
    int change; /* finding_change_words */
};

struct verification {
    struct slice ticket, title;
    int verdict; /* verified_words */
    const struct verified_run *since, *run;
    struct list endpoints; /* verified_endpoint */
    struct list findings;  /* verified_finding: of before and of now */
    struct list controls;  /* verified_other */
    struct list candidates;
    struct list cautions; /* verified_caution */
    const char *options;  /* that another verb needs to find the store: " --store PATH" */
    const char *tool;
};
extern const struct shape verification_shape;

/* What is put together. Everything lives as long as `arena` and what it points to. */
struct verify_ask {
    const struct ticket *ticket; /* names endpoints; none: all that are required */
    const struct run *before_run, *after_run;
    const char *before_id, *after_id; /* short */
    const struct records *before, *after;
    const struct findings *before_findings, *after_findings;
    const struct series *nights; /* NULL: none are known */
    bool among;
    struct latency_threshold threshold;
};

/* Whether the ticket is about `endpoint`, and whether the finding is about one of the ticket's. */
bool verify_concerns(const struct ticket *ticket, const struct endpoint *endpoint);
bool verify_finding_concerns(const struct ticket *ticket, const struct suite *suite, const struct finding *finding);

/* Where what `finding` names as a replacement is asked now: the endpoint itself, whose address it has become (`*candidate`
 * 0), or one of the candidates. False: nowhere. */
bool verify_replacement(const struct suite *before, const struct finding *finding, const struct suite *now,
                        uint32_t *endpoint, uint32_t *candidate);

const struct verification *verify_make(const struct verify_ask *ask, struct arena *arena);
#endif

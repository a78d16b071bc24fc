/* SPDX-License-Identifier: MIT */
/* nights.h - reads recorded runs into a series: results alone, no evidence, and of one endpoint by one seek a run. */
#ifndef CLI_NIGHTS_H
#define CLI_NIGHTS_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/intern.h"
#include "diagnosis/series.h"
#include "store/select.h"
#include "store/window.h"

/* Which runs: complete ones over a whole suite, in one environment and vantage, the newest `most` (0: all) of those that fit
 * the filter and the rest. */
struct nights_wanted {
    struct run_filter filter;
    const struct run *before;  /* that started before this run; NULL: any */
    const char *config_digest; /* hex, of the config that the suite given was read from; NULL: not known */
    const struct window *window;
    const char *zone;     /* that the window is meant in; NULL: each run's own */
    const char *endpoint; /* only that one, by name; NULL: all */
    size_t most;
    bool medians;    /* of every measure */
    bool folded;     /* with what is left of runs that were pruned, of whole days */
    bool until_good; /* with `endpoint`: no run before the newest in which that passed */
    bool named;      /* the newest run's own suite is read in any case */
    bool gone;       /* with endpoints that the newest run has no more, where no suite was given */
};

struct nights {
    struct arena arena;
    struct intern texts;
    struct suite own;                          /* the newest run's, where none was given or it was `named` */
    const char *suite, *environment, *vantage; /* of the newest: all are of the same */
    struct suite narrowed;                     /* to one endpoint */
    struct suite extended;                     /* by those that are gone */
    struct endpoint *rows;                     /* the extended one's */
    struct series_gone *gone;                  /* of the extended one's */
    struct series series;
};

/* Reads them by the endpoints of `suite`, which must outlive `nights` (NULL: of the newest of the runs that has the
 * endpoint). No run is no failure. Free in either case. */
bool nights_load(struct nights *nights, struct store *store, const struct suite *suite,
                 const struct nights_wanted *wanted, struct error *err);
void nights_free(struct nights *nights);

/* The ordinals of the first `most` attempts on an endpoint (index in that run's suite) in a run, those included that an
 * experiment repeated. */
bool nights_attempts(struct store *store, const struct uuid *run, uint32_t endpoint, uint32_t *ordinals, size_t most,
                     size_t *count, struct error *err);

/* The filter that means the runs `run` is one of. */
struct run_filter nights_like(const struct run *run);
#endif

/* SPDX-License-Identifier: MIT */
/* model_site.h - the front page of an archive of reports: the runs, and the endpoints with their strips of nights. */
#ifndef DIAGNOSIS_MODEL_SITE_H
#define DIAGNOSIS_MODEL_SITE_H

#include <stdint.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/field.h"
#include "diagnosis/model_history.h"

struct model_site_run {
    const char *file; /* below the archive, without ending: "runs/2025-09-11_0200_0192f3ab" */
    const struct model_night *night;
    uint64_t required, passing, failing, others; /* endpoints; others: unsteady, not judged, not probed */
};

struct model_site_endpoint {
    const char *file; /* "endpoints/chat-socket-8c1f09e2" */
    const struct model_history_row *row;
};

struct model_site {
    const struct model_suite *suite;
    struct list runs;      /* model_site_run, newest first */
    struct list endpoints; /* model_site_endpoint */
    uint64_t left_out;     /* older runs, whose pages stay */
};
extern const struct shape model_site_shape;

/* Of `history`, made of `series`. Of the runs the newest `most`. */
const struct model_site *model_of_site(const struct series *series, const struct model_history *history, size_t most,
                                       struct arena *arena);
#endif

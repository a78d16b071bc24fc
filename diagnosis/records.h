/* SPDX-License-Identifier: MIT */
/* records.h - what diagnosis works on: a suite and the probes of one run over it. Borrowed, never changed. */
#ifndef DIAGNOSIS_RECORDS_H
#define DIAGNOSIS_RECORDS_H

#include <stddef.h>
#include <stdint.h>

#include "collector/plan.h"
#include "collector/probe.h"
#include "collector/suite.h"

struct brief;

/* Of endpoints at which every attempt passed and nothing else was asked: these have no probes among those in full. */
struct briefs {
    const struct brief *list; /* by endpoint, and of each in order of ordinals */
    const uint32_t *first;    /* of each endpoint, and one more: where its own begin, and where they end */
    size_t count;
    const struct brief *earliest; /* the one with the lowest ordinal; NULL: there is none */
};

struct records {
    const struct suite *suite;
    struct probe *const *probes; /* in order of ordinals */
    size_t count;
    const struct records *good;  /* the last good run before it, or the one before it; NULL: none is known */
    const struct briefs *briefs; /* beside `probes`: only for what asks by answers.h; NULL: none, `probes` are all */
};
#endif

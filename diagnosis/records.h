/* SPDX-License-Identifier: MIT */
/* records.h - what diagnosis works on: a suite and the probes of one run over it. Borrowed, never changed. */
#ifndef DIAGNOSIS_RECORDS_H
#define DIAGNOSIS_RECORDS_H

#include <stddef.h>
#include <stdint.h>

#include "collector/plan.h"
#include "collector/probe.h"
#include "collector/suite.h"

struct records {
    const struct suite *suite;
    struct probe *const *probes; /* in order of ordinals */
    size_t count;
    const struct records *good; /* the last good run before it, or the one before it; NULL: none is known */
};
#endif

/* SPDX-License-Identifier: MIT */
/* discovery.h - many tests at once: which of them may be believed. Pure. */
#ifndef DIAGNOSIS_DISCOVERY_H
#define DIAGNOSIS_DISCOVERY_H

#include <stddef.h>

/* For each of `count` p-values the false discovery rate at which it would just be believed, in `adjusted` (which may
 * be `p` itself): step-up, for independent or positively dependent tests (Benjamini & Hochberg 1995). */
void discovery_adjust(const double *p, size_t count, double *adjusted);
#endif

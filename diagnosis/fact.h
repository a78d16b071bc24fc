/* SPDX-License-Identifier: MIT */
/* fact.h - what the probes of a run show about one endpoint: holds, does not, or unknown.
 *
 * What nobody measured is unknown, and excludes nothing. */
#ifndef DIAGNOSIS_FACT_H
#define DIAGNOSIS_FACT_H

enum fact {
    FACT_NONE,
    FACT_COUNT
};
#endif

/* SPDX-License-Identifier: MIT */
/* finding.h - a cause, with the probes that speak for it, those that rule out the others, and how sure it is. */
#ifndef DIAGNOSIS_FINDING_H
#define DIAGNOSIS_FINDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/field.h"
#include "base/slice.h"

struct location;
struct rule;

enum certainty { CERTAINTY_NONE, CERTAINTY_POSSIBLE, CERTAINTY_LIKELY, CERTAINTY_CONFIRMED };
extern const char *const certainty_words[]; /* "none", "possible", "likely", "confirmed", NULL */

/* An explanation that was tested and does not hold. */
struct exclusion {
    const char *what; /* "the token": ours */
    struct cites cites;
};

/* Something that a reader must know before the remedy is taken: a replacement that says it is weaker. */
struct caution {
    struct slice key;   /* "/data/mode", or absent */
    struct slice value; /* "legacy" */
    const char *words;  /* ours: "it opens without a token too"; NULL when key and value say it */
    struct cites cites;
};

struct finding {
    const struct rule *rule;
    enum certainty certainty;
    const uint32_t *endpoints; /* that it explains; the first is the one that is shown */
    size_t endpoint_count;
    uint32_t candidate;       /* of the first endpoint: what works instead; 0: none */
    struct cites probes;      /* that speak for it */
    struct cites experiments; /* those of them that were made to decide it */
    const struct exclusion *excluded;
    size_t excluded_count;
    const struct caution *cautions;
    size_t caution_count;
    struct slice
        field; /* what a body names: the missing field of a validation error, the kind of error of a 5xx; may be
                         * absent */
    const char *varied;    /* to what the one thing was changed with which it passes; NULL: nothing was varied */
    const char *undecided; /* of a possible cause: what would decide; else NULL */

    /* Where a source tree holds the wrong address; diagnose() leaves it to whoever can read files. */
    bool searched;                    /* a tree was looked through */
    bool search_cut;                  /* ... up to a limit: there may be more */
    const struct location *locations; /* locate.h; at, from and with are not kept */
    size_t location_count;
    struct slice diff; /* patch.h, all files; absent: none */
};

struct findings {
    const struct finding *list; /* surest and lowest layer first; those about one endpoint together */
    size_t count;
    uint32_t rules; /* version of the rules that made them */
};

/* The findings that a run keeps, and back. What comes back lives in `arena`; an unknown code is an error. */
void findings_to_json(const struct findings *findings, struct buf *out);
bool findings_from_json(const char *json, struct arena *arena, struct findings *findings, struct error *err);
#endif

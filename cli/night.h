/* SPDX-License-Identifier: MIT */
/* night.h - what is done with a recorded run of `nightly`: report files, comparisons, what there is to tell. */
#ifndef CLI_NIGHT_H
#define CLI_NIGHT_H

#include <stdbool.h>

#include <jansson.h>

#include "base/arena.h"
#include "base/buf.h"
#include "cli/night_files.h"
#include "cli/night_state.h"
#include "cli/recorded.h"
#include "cli/session.h"

struct night_made {
    struct arena arena;
    struct night_files files; /* folder NULL: none could be made */
    struct buf news;          /* a line each */
    struct buf text;          /* the report, as text */
    json_t *comparison;       /* verdict and transitions for the summary; NULL: there was no night before */
    unsigned happened;        /* lines of `news` */
    bool fails;               /* something required does */
    bool compared;            /* with a night before */
    unsigned troubles;        /* that were logged */
};

/* What a night is made with. */
struct night_order {
    struct session *session;
    const struct night_state *state;
    struct templates *templates;
    const char *reports; /* the folder of all reports */
    bool whole;          /* the run is complete: it is compared, and `latest` leads to it */
};

/* Makes everything of `recorded`. What cannot be done is logged and counted, and the rest is done all the same. */
void night_make(struct night_made *night, const struct night_order *order, const struct recorded *recorded);
void night_free(struct night_made *night);
#endif

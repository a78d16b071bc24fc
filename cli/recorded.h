/* SPDX-License-Identifier: MIT */
/* recorded.h - a run read back from the store, with its findings: all that a report is made of. */
#ifndef CLI_RECORDED_H
#define CLI_RECORDED_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/uuid.h"
#include "collector/suite.h"
#include "diagnosis/finding.h"
#include "diagnosis/model.h"
#include "diagnosis/records.h"

struct store;

struct recorded {
    struct arena arena;
    struct run run;
    char short_id[UUID_TEXT];
    struct suite suite;
    struct probe **probes;
    size_t count, capacity;
    struct records records;
    struct findings findings;
};

/* Reads the run and its probes. Findings are those kept with the run; a run without them (it was interrupted), or
 * `anew`, is diagnosed now. Free in either case. */
bool recorded_load(struct recorded *recorded, struct store *store, const struct uuid *id, bool anew,
                   struct error *err);

/* Only suite and probes: what a diagnosis under way works on. Called again it reads the probes anew, with those that came
 * since; run and suite stay. */
bool recorded_load_probes(struct recorded *recorded, struct store *store, const struct uuid *id, struct error *err);

struct model_side recorded_side(const struct recorded *recorded);
void recorded_free(struct recorded *recorded);
#endif

/* SPDX-License-Identifier: MIT */
/* recorded.h - a run read back from the store, with its findings: all that a report is made of. */
#ifndef CLI_RECORDED_H
#define CLI_RECORDED_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/intern.h"
#include "base/uuid.h"
#include "cli/briefing.h"
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
    const struct recorded *like; /* outlives this one, which takes its suite where the configs are the same; NULL */
    struct probe **probes;
    struct intern shared; /* what kept probes say */
    size_t count, capacity;
    bool brief; /* set before anything is loaded: only what answers.h asks for will be wanted of endpoints that pass */
    struct briefing briefing;
    bool loaded; /* run and suite; the config that they were made of is gone again, for it may be large */
    bool kept;   /* the probes are the run's own, not read back */
    struct records records;
    struct findings findings;
};

/* Reads the run and its probes. Findings are those kept with the run; a run without them (it was interrupted), or
 * `anew`, is diagnosed now. Free in either case. */
bool recorded_load(struct recorded *recorded, struct store *store, const struct uuid *id, bool anew,
                   struct error *err);

/* Takes over what a run just begun has in memory, in place of reading it back: `run`, which was recorded, and `suite`, which
 * suite_is_shown() and must outlive `recorded`. */
void recorded_adopt(struct recorded *recorded, const struct run *run, const struct suite *suite);

/* Takes over a probe that is in the store. Until the next of recorded_load_probes(), all probes of the run come this way. */
void recorded_keep(struct recorded *recorded, struct probe *probe);

/* Only suite and probes: what a diagnosis under way works on. Called again it reads the probes anew, with those that came
 * since; run and suite stay. Probes that were kept are not read again. */
bool recorded_load_probes(struct recorded *recorded, struct store *store, const struct uuid *id, struct error *err);

/* Reads one probe of the run, which is then the only one, and what was found when it was made: nothing is diagnosed. */
bool recorded_load_probe(struct recorded *recorded, struct store *store, const struct uuid *id, uint32_t ordinal,
                         struct error *err);

/* Finds the causes of what was loaded, beside the last good run before it where that tells something: without one, or
 * where it cannot be read, by this run alone. */
void recorded_diagnose(struct recorded *recorded, struct store *store);

struct model_side recorded_side(const struct recorded *recorded);
void recorded_free(struct recorded *recorded);
#endif

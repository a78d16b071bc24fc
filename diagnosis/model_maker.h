/* SPDX-License-Identifier: MIT */
/* model_maker.h - what the parts of the model share while it is made. Private to diagnosis/model*.c. */
#ifndef DIAGNOSIS_MODEL_MAKER_H
#define DIAGNOSIS_MODEL_MAKER_H

#include <stddef.h>

#include "base/arena.h"
#include "diagnosis/answer.h"
#include "diagnosis/answers.h"
#include "diagnosis/finding.h"
#include "diagnosis/model.h"
#include "diagnosis/records.h"
#include "diagnosis/said.h"

struct maker {
    struct arena *arena;
    const struct records *records;
    const struct findings *findings;
    const char *cite_run; /* in a report about two runs; NULL: in one about one */
    struct wall started;
    struct answers *answers;
};

/* A list that grows in the arena. */
struct grown {
    void *items;
    size_t count, capacity;
};
void *grown_add(struct grown *grown, size_t size, struct arena *arena); /* zeroed; moves when the next one is added */
struct list grown_list(const struct grown *grown);
void grown_name(struct grown *grown, struct slice name, struct arena *arena); /* a model_name */
void grown_once(struct grown *grown, struct slice name,
                struct arena *arena); /* the same, unless it is there: for few */

/* model.c */
struct list maker_labels(const char *json, struct arena *arena); /* model_label */
const struct model_suite *maker_suite(const struct suite *suite, struct arena *arena);

/* model_answer.c */
struct maker maker_make(const struct records *records, const struct findings *findings, const char *cite_run,
                        struct wall started, struct arena *arena);
struct cites maker_cites(const struct maker *maker, struct cites cites);
struct cites maker_cite(const struct maker *maker, const struct probe *probe);
const struct endpoint *maker_endpoint(const struct maker *maker, uint32_t index);
struct answer maker_asked(const struct maker *maker, uint32_t endpoint, uint32_t candidate, enum question question);
struct answer maker_join(struct answer a, struct answer b, struct arena *arena); /* one behind the other */
struct answer maker_absent(const struct maker *maker, uint32_t endpoint);        /* both paths that cannot exist */
bool maker_like_absent(const struct maker *maker, uint32_t endpoint, const struct answer *answer);
const struct model_answer *maker_answer(const struct maker *maker, uint32_t endpoint, uint32_t candidate,
                                        const struct answer *answer);
const struct model_answer *maker_own(const struct maker *maker, uint32_t endpoint); /* of its own address */

/* model_endpoint.c */
struct list maker_endpoints(const struct maker *maker); /* a cursor */
struct list maker_layers(const struct maker *maker);
struct list maker_checks(const struct maker *maker, struct slice endpoint, const struct answer *answer);

/* model_summary.c */
const struct model_summary *maker_summary(const struct maker *maker, bool whole);

/* model_evidence.c */
struct list maker_timings(const struct maker *maker, const struct probe *probe);
struct slice maker_tls(const struct maker *maker, const struct probe *probe);
const struct model_certificate *maker_certificate(const struct maker *maker, const struct probe *probe);
/* The one of the chain that the probe's failure is about: the leaf, unless dates say another. */
const struct model_certificate *maker_guilty_certificate(const struct maker *maker, const struct probe *probe);
struct list maker_certificates(const struct maker *maker);
struct list maker_evidence(const struct maker *maker, const struct list *experiments, uint64_t *left);

/* model_cited.c: the probes that the report shows, and how, in order of ordinals. */
enum cited { CITED_NOT, CITED_LINE, CITED_FULL };
struct cited_probe {
    const struct probe *probe;
    enum cited how;
};
const struct cited_probe *cited_probes(const struct maker *maker, const struct list *experiments, size_t *count);

/* model_experiment.c, model_pattern.c, model_finding.c, model_owner.c */
struct list maker_experiments(const struct maker *maker);
struct list maker_patterns(const struct maker *maker, uint64_t *left);
struct list maker_findings(const struct maker *maker);
enum cautions { CAUTIONS_ALL, CAUTIONS_SAY, CAUTIONS_WARN }; /* what the answer says of itself, what we say of it */
struct list maker_cautions(const struct maker *maker, const struct finding *finding, enum cautions which);
struct list maker_changes(const struct maker *maker, const struct list *findings);
struct list maker_shown(const struct maker *maker);
struct list maker_owners(const struct maker *maker, const struct list *findings, bool compared);

/* model_comparison.c: all but the runs. */
struct along;
struct model_comparison *maker_comparison(const struct maker *before, const struct maker *after,
                                          const struct along *along);

/* model_since.c: model_since, of the report's `history`. */
struct since;
struct list maker_history(const struct maker *maker, const struct since *list, size_t count);

/* model_nights.c: NULL: there are too few runs before. `compared`: in a comparison. */
struct series;
const struct model_nights *maker_nights(const struct maker *maker, const struct model_side *side,
                                        const struct series *series, bool compared);

/* model_latency.c: model_latency, the whole times of endpoints that are slower or faster than in the runs before. */
struct list maker_nightly(const struct maker *maker, const struct series *series);

/* model_latency.c: fills what `row` says of latency. */
struct comparison;
void maker_latency(struct model_comparison *row, const struct comparison *comparison, const struct maker *before,
                   const struct maker *after, const struct along *along);
#endif

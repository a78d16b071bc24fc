/* SPDX-License-Identifier: MIT */
/* answer.h - what one address answered over all the probes that asked it the same thing.
 *
 * All attempts are judged, never the best one: k of n passed. */
#ifndef DIAGNOSIS_ANSWER_H
#define DIAGNOSIS_ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/field.h"
#include "diagnosis/records.h"

enum verdict { VERDICT_PASSES, VERDICT_FAILS, VERDICT_UNSTEADY, VERDICT_NOT_JUDGED, VERDICT_NOT_PROBED };
extern const char *const verdict_words[]; /* ends with NULL */

struct answer {
    const struct probe *const *probes; /* in order of ordinals */
    size_t count;
    size_t passed, failed;
    enum verdict verdict;
    const struct probe
        *typical;      /* the one to show: the latest that failed or, where none did, the latest; NULL: none */
    bool same;         /* all ended the same way: equal status and code */
    int64_t median_us; /* of their total time, of those that got an answer; NOT_MEASURED */
    struct cites cites;
};

/* The attempts on `endpoint` itself (repeats by an experiment are counted with them). */
struct answer answer_of_endpoint(const struct records *records, uint32_t endpoint, struct arena *arena);

/* The probes of one question about an endpoint or one of its candidates. */
struct answer answer_of_question(const struct records *records, uint32_t endpoint, uint32_t candidate,
                                 enum question question, struct arena *arena);

/* Whether `answer`, of `endpoint` itself, is unsteady in no more attempts than `endpoint` tolerates. Those of the plan count:
 * what an experiment repeats is not for the suite to bear. */
bool answer_is_tolerated(const struct answer *answer, const struct endpoint *endpoint);

/* One records per endpoint of the suite, each with that endpoint's probes alone: for whoever goes through thousands of
 * endpoints, since every call above reads all the records that it is given. */
const struct records *records_by_endpoint(const struct records *records, struct arena *arena);

/* The least rate of success, in percent, that n of n successes show with 95 % one-sided confidence if attempts are
 * independent: 100 * 0.05^(1/n) (Clopper & Pearson 1934). 3 of 3 show 36.8. */
double answer_bound(size_t n);
#endif

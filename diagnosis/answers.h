/* SPDX-License-Identifier: MIT */
/* answers.h - what each endpoint of a run answered, made when it is asked for: where ten thousand endpoints pass, next to
 * nothing is. */
#ifndef DIAGNOSIS_ANSWERS_H
#define DIAGNOSIS_ANSWERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "diagnosis/answer.h"
#include "diagnosis/records.h"

struct answers; /* opaque; lives in the arena that it was made with, and remembers what it made */

struct answers *answers_make(const struct records *records, struct arena *arena);

/* The attempts on `endpoint` itself, as answer_of_endpoint(). */
const struct answer *answers_of(struct answers *answers, size_t endpoint);

/* The same, which nobody needs again: what it takes comes from `arena`. */
struct answer answers_look(struct answers *answers, size_t endpoint, struct arena *arena);

/* Their verdict alone. */
enum verdict answers_verdict(struct answers *answers, size_t endpoint);

/* As answer_of_question(). */
struct answer answers_asked(struct answers *answers, size_t endpoint, uint32_t candidate, enum question question,
                            struct arena *arena);

/* The typical probe of answers_of(), maybe in `room`; NULL: there is none. */
const struct probe *answers_typical(struct answers *answers, size_t endpoint, struct probe *room);

/* Whether the endpoint is known by passing attempts alone, and nothing else was asked of it. */
bool answers_plain(const struct answers *answers, size_t endpoint);

/* The endpoint's probes alone. */
const struct records *answers_part(struct answers *answers, size_t endpoint);

/* All probes of the run, those in brief, too. */
size_t answers_probe_count(const struct records *records);
#endif

/* SPDX-License-Identifier: MIT */
/* said.h - what an answer says, on one line or whole: model_said.c. */
#ifndef DIAGNOSIS_SAID_H
#define DIAGNOSIS_SAID_H

#include "base/arena.h"
#include "base/field.h"
#include "base/slice.h"
#include "diagnosis/answer.h"

struct slice said_by(const struct probe *probe, struct arena *arena);
struct slice said_whole(const struct probe *probe); /* the first message from the server, else the body */

/* Of type model_name: the JSON pointers whose values differ between the attempts. */
struct list said_varying(const struct answer *answer, struct arena *arena);
#endif

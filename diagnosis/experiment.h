/* SPDX-License-Identifier: MIT */
/* experiment.h - private to experiment*.c: one endpoint under questions, and how to ask one. */
#ifndef DIAGNOSIS_EXPERIMENT_H
#define DIAGNOSIS_EXPERIMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "collector/plan.h"
#include "diagnosis/answer.h"

struct survey;

enum {
    FOLLOWED_MOST = 2, /* candidates, and variations, that passed and are asked again */
    /* Once an A-B-A is whole, both are asked again: a server that flaps may have made one by chance. */
    SURE_TIMES = 3,     /* what passed, in all */
    SUSPECT_TIMES = 4,  /* ... where several unlike changes pass, as they do where chance decides */
    SURE_ORIGINALS = 2, /* what failed, once more */
};

struct asking {
    const struct survey *survey;
    struct plan *plan;
    size_t made;  /* experiments of the run, with those planned now */
    bool *wanted; /* of each origin: something on it fails where credentials may matter */
};

struct subject {
    struct asking *asking;
    uint32_t endpoint;
    const struct endpoint *settings;
    const struct records *part;
    const struct answer *original;
    size_t made;
    bool repeatable; /* its own request may be sent again */
    bool portable;   /* ... and as it is on other paths, which never get a body */
};

/* Plans `item` for the subject, `times` over, as far as the bounds allow. Its attempts are numbered on from `before`,
 * those that were made. */
void subject_ask(struct subject *subject, struct plan_item item, size_t before, size_t times);

/* Asks for everything that one changed thing could explain, once. */
void variations_ask(struct subject *subject);

/* The port that is worth asking in place of the one that does not take a connection; 0: none. */
uint16_t variations_port(const struct subject *subject);

/* Goes on with the A-B-A of what passed; returns how often the original must be asked for it. */
size_t variations_follow(struct subject *subject);

/* How often something must have passed before an A-B-A is believed. */
size_t subject_sure_times(const struct subject *subject);
#endif

/* SPDX-License-Identifier: MIT */
/* model_experiment.h - private to model_experiment*.c: the table of what was asked beside the attempts. */
#ifndef DIAGNOSIS_MODEL_EXPERIMENT_H
#define DIAGNOSIS_MODEL_EXPERIMENT_H

#include <stddef.h>
#include <stdint.h>

#include "diagnosis/model_maker.h"

struct asking {
    const struct maker *maker;
    struct grown rows; /* model_experiment */
    uint32_t endpoint;
    const struct answer *original;
};

/* Appends a row; the answers stand with " / " between. */
void experiment_add(struct asking *asking, const char *question, const char *changed, struct slice address,
                    const struct answer *answers, size_t count, const char *shows);

/* One row for each thing that was changed alone (diagnosis/variation.h). */
void experiment_variations(struct asking *asking);
#endif

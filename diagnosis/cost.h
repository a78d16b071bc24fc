/* SPDX-License-Identifier: MIT */
/* cost.h - how many experiments a cause wants for one endpoint before it can be as sure as it gets. */
#ifndef DIAGNOSIS_COST_H
#define DIAGNOSIS_COST_H

#include <stddef.h>

struct rule;

/* The probes beside the attempts that the facts of `rule` come from, with three attempts made, one candidate and one
 * value of what is changed; each question counted once. */
size_t rule_experiments(const struct rule *rule);
#endif

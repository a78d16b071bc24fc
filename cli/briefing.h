/* SPDX-License-Identifier: MIT */
/* briefing.h - the attempts of a run that passed, kept in brief as long as nothing else is known of their endpoints. */
#ifndef CLI_BRIEFING_H
#define CLI_BRIEFING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "diagnosis/records.h"

struct brief;
struct intern;

struct briefing {
    struct brief *list;
    uint32_t *first;
    size_t count, capacity;
    struct briefs briefs; /* after briefing_settle(): for records.h */
};

/* Keeps `probe`, which went through probe_share() with `intern`, in brief; it may be freed then. False: it is none that can
 * be. */
bool briefing_add(struct briefing *briefing, const struct probe *probe, struct intern *intern);

/* Fills `briefs`. Hands those of endpoints that `in_full` has (a flag each of `endpoints`) over in full to `take`, which owns
 * what it is given. */
void briefing_settle(struct briefing *briefing, const bool *in_full, size_t endpoints,
                     void (*take)(void *self, struct probe *probe), void *self);

void briefing_clear(struct briefing *briefing);
void briefing_free(struct briefing *briefing);
#endif

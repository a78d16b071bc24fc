/* SPDX-License-Identifier: MIT */
#include "diagnosis/absent.h"

#include <string.h>

#include "diagnosis/address.h"
#include "diagnosis/shape.h"

enum { ABSENT_MOST = 3 };

/* Two sockets that opened have no bodies to tell them apart; where no greeting is expected, nobody waited long for one. */
static enum known is_alike(const struct probe *passing, const struct probe *absent)
{
    if (passing->status != absent->status)
        return DOES_NOT;
    if (!shape_alike(passing, absent) || passing->close_code != absent->close_code)
        return UNKNOWN;
    if (passing->upgrade && !messages_alike(passing, absent))
        return UNKNOWN;
    return HOLDS;
}

static bool same_origin(const struct probe *a, const struct probe *b, struct arena *arena)
{
    return strcmp(address_origin(a->url, arena), address_origin(b->url, arena)) == 0;
}

enum known candidate_is_any(const struct records *part, uint32_t endpoint, uint32_t candidate, struct arena *arena,
                            struct cites *cites)
{
    struct answer passing = answer_of_question(part, endpoint, candidate, QUESTION_CANDIDATE, arena);
    const struct answer absent[ABSENT_MOST] = {
        answer_of_question(part, endpoint, candidate, QUESTION_NO_SUCH_SIBLING, arena),
        answer_of_question(part, endpoint, 0, QUESTION_NO_SUCH_SIBLING, arena),
        answer_of_question(part, endpoint, 0, QUESTION_NO_SUCH_ROOT, arena),
    };
    uint32_t *ordinals = arena_new(arena, ABSENT_MOST, sizeof *ordinals);
    enum known alike[ABSENT_MOST] = {UNKNOWN, UNKNOWN, UNKNOWN};
    bool any = false;

    *cites = (struct cites){.ordinals = ordinals};
    for (size_t i = 0; passing.typical && i < ABSENT_MOST; i++) {
        const struct probe *probe = absent[i].typical;

        if (!probe || !probe->status || !same_origin(passing.typical, probe, arena))
            continue;
        alike[i] = is_alike(passing.typical, probe);
        any = any || alike[i] == HOLDS;
        ordinals[cites->count++] = probe->ordinal;
    }
    if (any)
        return HOLDS;
    if (alike[0] == DOES_NOT)
        return DOES_NOT;
    return alike[1] == DOES_NOT && alike[2] == DOES_NOT && shape_alike(absent[1].typical, absent[2].typical) ? DOES_NOT
                                                                                                             : UNKNOWN;
}

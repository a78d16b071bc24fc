/* SPDX-License-Identifier: MIT */
#include "cli/threshold.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "collector/quantity.h"
#include "diagnosis/model_latency.h"

static bool read_piece(const char *piece, struct latency_threshold *threshold)
{
    char *end;
    int64_t us;
    double percent;

    if (quantity_duration(piece, &us) && us >= 0) {
        threshold->us = (double)us;
        return true;
    }
    percent = strtod(piece, &end);
    if (end == piece || strcmp(end, "%") != 0 || !isfinite(percent) || percent < 0 || percent > 1000000)
        return false;
    threshold->share = percent / 100;
    return true;
}

bool threshold_parse(const struct texts *given, struct latency_threshold *threshold, struct error *err)
{
    *threshold = along_nothing.threshold;
    for (size_t i = 0; i < given->count; i++) {
        char *copy = mem_copy(given->list[i], strlen(given->list[i])), *rest = NULL;
        bool ok = true;

        for (char *piece = strtok_r(copy, ",", &rest); piece && ok; piece = strtok_r(NULL, ",", &rest))
            ok = read_piece(piece, threshold);
        mem_free(copy);
        if (!ok)
            return fail(err, ERR_USAGE, "--threshold wants a share, a time or both, as in 10%%,5ms, not `%s`",
                        given->list[i]);
    }
    return true;
}

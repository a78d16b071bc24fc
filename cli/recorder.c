/* SPDX-License-Identifier: MIT */
#include "cli/recorder.h"

#include <stdio.h>

#include "base/log.h"
#include "cli/recorded.h"
#include "collector/probe.h"
#include "collector/suite.h"
#include "store/store.h"

static void show_failure(const struct recorder *recorder, const struct probe *probe)
{
    char status[16] = "";

    if (probe->outcome != OUTCOME_FAILED || probe->question != QUESTION_NONE)
        return;
    if (probe->status)
        snprintf(status, sizeof status, " (%d)", probe->status);
    log_line(LOG_NOTE, "%s: attempt %u failed: %s%s%s%.*s [p%u]", recorder->suite->endpoints[probe->endpoint].name,
             probe->attempt, probe->code ? probe->code : "unknown", status, probe->detail.len ? ": " : "",
             probe->detail.len > 200 ? 200 : (int)probe->detail.len, probe->detail.data ? probe->detail.data : "",
             probe->ordinal);
}

bool recorder_flush(struct recorder *recorder, struct error *err)
{
    if (recorder->count == 0)
        return true;
    if (!store_put_probes(recorder->store, &recorder->run, recorder->batch, recorder->count, err))
        return false;
    if (recorder->show_failures) {
        progress_clear(&recorder->progress);
        for (size_t i = 0; i < recorder->count; i++)
            show_failure(recorder, recorder->batch[i]);
    }
    for (size_t i = 0; i < recorder->count; i++)
        recorded_keep(recorder->recorded, recorder->batch[i]);
    recorder->count = 0;
    return true;
}

void recorder_drop(struct recorder *recorder)
{
    for (size_t i = 0; i < recorder->count; i++)
        probe_free(recorder->batch[i]);
    recorder->count = 0;
}

static bool take(void *self, struct probe *probe, struct error *err)
{
    struct recorder *recorder = self;

    if (recorder->count == 0)
        recorder->oldest = mono_now();
    recorder->batch[recorder->count++] = probe;
    return recorder->count < BATCH_ROWS || recorder_flush(recorder, err);
}

static bool tick(void *self, const struct progress *progress, struct error *err)
{
    struct recorder *recorder = self;

    if (recorder->count && mono_between(recorder->oldest, mono_now()) >= BATCH_US && !recorder_flush(recorder, err))
        return false;
    progress_show(&recorder->progress, progress);
    return true;
}

struct collector_sink recorder_sink(struct recorder *recorder)
{
    return (struct collector_sink){recorder, take, tick};
}

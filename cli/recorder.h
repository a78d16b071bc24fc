/* SPDX-License-Identifier: MIT */
/* recorder.h - the sink of a run: probes go to the store in batches, and are shown only once they are there. */
#ifndef CLI_RECORDER_H
#define CLI_RECORDER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/clock.h"
#include "base/uuid.h"
#include "cli/progress.h"
#include "collector/collector.h"

struct recorded;
struct store;
struct suite;

enum { BATCH_ROWS = 64, BATCH_US = 200000 };

struct recorder {
    struct store *store;
    const struct suite *suite;
    struct uuid run;
    struct recorded *recorded; /* gets the probes once they are committed; not NULL */
    bool show_failures;        /* a line on stderr per failed attempt, once it is committed */
    struct progress_line progress;
    struct probe *batch[BATCH_ROWS];
    size_t count;
    struct mono oldest; /* when the first of the batch came */
};

/* The sink that records into `recorder`, which must outlive it. */
struct collector_sink recorder_sink(struct recorder *recorder);

/* Commits what is waiting; to be called after the collector has returned. */
bool recorder_flush(struct recorder *recorder, struct error *err);

/* Drops what could not be committed. */
void recorder_drop(struct recorder *recorder);
#endif

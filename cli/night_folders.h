/* SPDX-License-Identifier: MIT */
/* night_folders.h - the folders of reports that nights leave: how one is marked as ours, and the old ones removed.
 *
 * Nothing is removed but what a night wrote: a folder that bears the very name of the run that the mark in it tells, which
 * holds regular files by the names of reports and nothing else. No link is followed, and the folder that `latest` leads to
 * stays. What is removed here `report` writes again as long as the run is in the store. */
#ifndef CLI_NIGHT_FOLDERS_H
#define CLI_NIGHT_FOLDERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/error.h"
#include "collector/probe.h"

/* "2025-09-11_0200_0192f3ab-41c7": sorts by time, and an hour that comes twice has two. */
const char *night_folder_name(const struct run *run, struct arena *arena);

/* Puts the mark into the folder of the run. */
bool night_folder_mark(const char *folder, const struct run *run, struct error *err);

struct night_folders {
    const char *folder;                        /* where they are */
    const char *suite, *environment, *vantage; /* whose; NULL: any */
    int64_t keep_us;                           /* whole days older than this are old */
    struct wall now;
    bool dry;                                   /* only say what would go */
    void (*gone)(void *self, const char *path); /* what was removed, or would be; NULL: nobody listens */
    void (*stays)(void *self, const char *path,
                  const char *why); /* old, marked as ours, and not as we left it; NULL */
    void *self;
};

/* Removes the old ones, how many is then in `count`. One that cannot be removed takes nothing from the others: the first is in
 * `err`. Without `folder` there is nothing to do. */
bool night_folders_prune(const struct night_folders *folders, size_t *count, struct error *err);
#endif

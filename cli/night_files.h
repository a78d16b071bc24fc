/* SPDX-License-Identifier: MIT */
/* night_files.h - the reports of a night as files, in a folder of their own by date:
 *
 *     reports/2025-09-11-0199361c-9e00/report.html  .md .txt .json
 *                                      since-last-night.*  since-last-good.*
 *     reports/latest -> 2025-09-11-0199361c-9e00
 *
 * Each file is there whole or not at all, and `latest` moves when all of them are. Written again, they are the same. */
#ifndef CLI_NIGHT_FILES_H
#define CLI_NIGHT_FILES_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/error.h"
#include "collector/probe.h"
#include "diagnosis/model.h"
#include "render/template.h"

struct night_files {
    const char *root;   /* "reports" */
    const char *folder; /* of the night, in it */
    const char *name;   /* of that folder */
};

/* Makes the folder of `run` in `root`, and that itself where it is missing; texts live in `arena`. */
bool night_files_open(struct night_files *files, const char *root, const struct run *run, struct arena *arena,
                      struct error *err);

/* Writes `model` in every format under `name` ("report"). */
bool night_files_put(const struct night_files *files, const char *name, const struct model *model,
                     struct templates *templates, int32_t offset_s, struct error *err);

/* Lets `latest` point to the night. */
bool night_files_link(const struct night_files *files, struct error *err);
#endif

/* SPDX-License-Identifier: MIT */
/* night_files.h - the reports of a night in a folder of their own, named by when the run started, with `latest` leading to
 * the newest. */
#ifndef CLI_NIGHT_FILES_H
#define CLI_NIGHT_FILES_H

#include <stdbool.h>

#include "base/error.h"
#include "cli/recorded.h"
#include "diagnosis/model.h"
#include "render/template.h"

struct night_files {
    const char *folder; /* of all nights */
    const char *here;   /* of this one; made by night_files_open() */
    struct arena arena;
    struct templates *templates;
    int32_t offset_s; /* of the zone that times are shown in */
};

/* Makes the folder for the run: FOLDER/2025-09-11_0200_0192f3ab-41c7, by the clock of its zone, with the mark by which it
 * is known as ours when it is old (night_folders.h). */
bool night_files_open(struct night_files *files, const char *folder, const struct recorded *recorded,
                      struct templates *templates, struct error *err);

/* Writes NAME.md, NAME.html, NAME.json and NAME.txt of the model, each whole or not at all. */
bool night_files_write(struct night_files *files, const char *name, const struct model *model, struct error *err);

/* `latest` leads here from now on, at once and never nowhere. */
bool night_files_latest(struct night_files *files, struct error *err);
void night_files_close(struct night_files *files);
#endif

/* SPDX-License-Identifier: MIT */
#include "cli/night_journal.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "cli/output.h"

static const char format[] = "endoscope-night/1 began %" PRId64 "\n";

struct wall night_journal_read(const char *path)
{
    FILE *file = fopen(path, "re");
    char line[80];
    struct wall began = {0};
    int64_t us;

    if (!file)
        return began;
    if (fgets(line, sizeof line, file) && sscanf(line, "endoscope-night/1 began %" SCNd64, &us) == 1 && us > 0)
        began.us = us;
    fclose(file);
    return began;
}

bool night_journal_begin(const char *path, struct wall began, struct error *err)
{
    struct buf line = BUF_INIT;
    bool ok;

    buf_printf(&line, format, began.us);
    ok = output_write(path, buf_slice(&line), true, err);
    buf_free(&line);
    return ok;
}

bool night_journal_end(const char *path, struct error *err)
{
    return unlink(path) == 0 || errno == ENOENT || fail(err, ERR_IO, "cannot remove %s: %s", path, strerror(errno));
}

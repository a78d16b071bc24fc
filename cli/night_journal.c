/* SPDX-License-Identifier: MIT */
#include "cli/night_journal.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "cli/output.h"

static const char start[] = "endoscope-night/1 began ";

struct wall night_journal_read(const char *path)
{
    FILE *file = fopen(path, "re");
    char line[80], *end;
    struct wall began = {0};
    size_t head = strlen(start);

    if (!file)
        return began;
    if (fgets(line, sizeof line, file) && strncmp(line, start, head) == 0) {
        began.us = strtoll(line + head, &end, 10);
        if (*end != '\n' || began.us < 0)
            began.us = 0;
    }
    fclose(file);
    return began;
}

bool night_journal_begin(const char *path, struct wall began, struct error *err)
{
    struct buf line = BUF_INIT;
    bool ok;

    buf_printf(&line, "%s%" PRId64 "\n", start, began.us);
    ok = output_write(path, buf_slice(&line), true, err);
    buf_free(&line);
    return ok;
}

bool night_journal_end(const char *path, struct error *err)
{
    return unlink(path) == 0 || errno == ENOENT || fail(err, ERR_IO, "cannot remove %s: %s", path, strerror(errno));
}

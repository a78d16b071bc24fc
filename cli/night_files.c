/* SPDX-License-Identifier: MIT */
#include "cli/night_files.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "cli/output.h"
#include "cli/present.h"

/* Of an id: the milliseconds, so that two runs of a day have two folders, in their order. */
enum { RUN_DIGITS = 13 };

static bool make_folder(const char *path, struct error *err)
{
    struct stat info;

    if (mkdir(path, 0777) == 0 || (errno == EEXIST && stat(path, &info) == 0 && S_ISDIR(info.st_mode)))
        return true;
    return fail(err, ERR_IO, "cannot make the folder %s for the reports: %s", path, strerror(errno));
}

/* "2025-09-11", where the run was made. */
static const char *date_of(const struct run *run, struct arena *arena)
{
    time_t seconds = (time_t)(run->started.us / 1000000 + run->offset_s);
    struct tm parts;
    char date[32] = "";

    if (!gmtime_r(&seconds, &parts) || !strftime(date, sizeof date, "%Y-%m-%d", &parts))
        return "undated";
    return arena_text(arena, date);
}

bool night_files_open(struct night_files *files, const char *root, const struct run *run, struct arena *arena,
                      struct error *err)
{
    char id[UUID_TEXT];

    files->root = arena_text(arena, root);
    files->name = arena_printf(arena, "%s-%.*s", date_of(run, arena), RUN_DIGITS, uuid_text(&run->id, id));
    files->folder = arena_printf(arena, "%s/%s", root, files->name);
    return make_folder(files->root, err) && make_folder(files->folder, err);
}

bool night_files_put(const struct night_files *files, const char *name, const struct model *model,
                     struct templates *templates, int32_t offset_s, struct error *err)
{
    static const struct {
        const char *ending;
        enum format format;
    } kinds[] = {{"md", FORMAT_MARKDOWN}, {"html", FORMAT_HTML}, {"json", FORMAT_JSON}, {"txt", FORMAT_TEXT}};
    struct buf path = BUF_INIT, out = BUF_INIT;
    bool ok = true;

    for (size_t i = 0; ok && i < sizeof kinds / sizeof *kinds; i++) {
        buf_clear(&path);
        buf_clear(&out);
        buf_printf(&path, "%s/%s.%s", files->folder, name, kinds[i].ending);
        ok = present_model(model, kinds[i].format, templates, offset_s, &out, err)
             && output_write(path.data, buf_slice(&out), false, err);
    }
    buf_free(&path);
    buf_free(&out);
    return ok;
}

/* A link cannot be replaced in place, but a new one can be moved over it. */
bool night_files_link(const struct night_files *files, struct error *err)
{
    struct arena arena = ARENA_INIT;
    const char *link = arena_printf(&arena, "%s/latest", files->root);
    const char *fresh = arena_printf(&arena, "%s/.latest.new", files->root);
    struct stat info;
    bool ok;

    if (lstat(link, &info) == 0 && !S_ISLNK(info.st_mode)) {
        ok = fail(err, ERR_IO, "%s is there and no link: move it away, so that it can lead to the newest night", link);
    } else {
        unlink(fresh);
        ok = (symlink(files->name, fresh) == 0 && rename(fresh, link) == 0)
             || fail(err, ERR_IO, "cannot let %s lead to %s: %s", link, files->name, strerror(errno));
    }
    arena_free(&arena);
    return ok;
}

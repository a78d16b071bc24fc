/* SPDX-License-Identifier: MIT */
#include "cli/night_files.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/night_folders.h"
#include "cli/present.h"

static bool make_folder(const char *path, struct error *err)
{
    return mkdir(path, 0755) == 0 || errno == EEXIST
           || fail(err, ERR_IO, "cannot make the folder %s: %s", path, strerror(errno));
}

bool night_files_open(struct night_files *files, const char *folder, const struct recorded *recorded,
                      struct templates *templates, struct error *err)
{
    *files = (struct night_files){.arena = ARENA_INIT, .templates = templates, .offset_s = recorded->run.offset_s};
    files->folder = arena_text(&files->arena, folder);
    files->here = arena_printf(&files->arena, "%s/%s", folder, night_folder_name(&recorded->run, &files->arena));
    return make_folder(folder, err) && make_folder(files->here, err)
           && night_folder_mark(files->here, &recorded->run, err);
}

bool night_files_write(struct night_files *files, const char *name, const struct model *model, struct error *err)
{
    static const struct {
        enum format format;
        const char *ending;
    } formats[] = {{FORMAT_MARKDOWN, "md"}, {FORMAT_HTML, "html"}, {FORMAT_JSON, "json"}, {FORMAT_TEXT, "txt"}};
    bool ok = true;

    for (size_t i = 0; ok && i < sizeof formats / sizeof *formats; i++) {
        struct buf out = BUF_INIT;

        ok = present_model(model, formats[i].format, files->templates, files->offset_s, &out, err)
             && output_write(arena_printf(&files->arena, "%s/%s.%s", files->here, name, formats[i].ending),
                             buf_slice(&out), false, err);
        buf_free(&out);
    }
    return ok;
}

bool night_files_latest(struct night_files *files, struct error *err)
{
    const char *link = arena_printf(&files->arena, "%s/latest", files->folder);
    const char *beside = arena_printf(&files->arena, "%s/.latest.new", files->folder);
    const char *target = strrchr(files->here, '/') + 1;

    struct stat info;

    /* Somebody's folder, or a file: nothing that may be taken away. */
    if (lstat(link, &info) == 0 && !S_ISLNK(info.st_mode))
        return fail(err, ERR_IO, "%s is no link of ours: move it away, and the next night makes one", link);
    /* One that was left by a night that was killed. */
    if (unlink(beside) != 0 && errno != ENOENT)
        return fail(err, ERR_IO, "cannot replace %s: %s", beside, strerror(errno));
    if (symlink(target, beside) != 0 || rename(beside, link) != 0)
        return fail(err, ERR_IO, "cannot make the link %s: %s", link, strerror(errno));
    return true;
}

void night_files_close(struct night_files *files)
{
    arena_free(&files->arena);
}

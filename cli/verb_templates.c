/* SPDX-License-Identifier: MIT */
/* The templates that are compiled in, for users who change words, order or page: listed, and written out as files. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "cli/output.h"
#include "cli/verbs.h"
#include "render/template.h"

/* Where the files of templates are looked for; says which of them go before those compiled in. */
static bool exists(const char *folder, const char *name)
{
    struct buf path = BUF_INIT;
    struct stat info;
    bool there;

    buf_printf(&path, "%s/%s", folder, name);
    there = stat(path.data, &info) == 0;
    buf_free(&path);
    return there;
}

static bool list(const char *folder, struct error *err)
{
    struct buf out = BUF_INIT;
    bool ok;

    for (const struct embedded_template *file = embedded_templates; file->name; file++)
        buf_printf(&out, "%s%s\n", file->name, folder && exists(folder, file->name) ? "  changed" : "");
    ok = output_write(NULL, buf_slice(&out), false, err);
    buf_free(&out);
    return ok;
}

static bool make_folder(const char *path, struct error *err)
{
    if (mkdir(path, 0777) == 0 || errno == EEXIST)
        return true;
    return fail(err, ERR_IO, "cannot make the folder %s: %s", path, strerror(errno));
}

/* The folder of the file `path`, and those above it within `folder`. */
static bool make_folders(const char *folder, const char *path, struct error *err)
{
    struct buf part = BUF_INIT;
    bool ok = true;

    for (const char *slash = path + strlen(folder); ok && (slash = strchr(slash + 1, '/'));) {
        buf_clear(&part);
        buf_put(&part, path, (size_t)(slash - path));
        ok = make_folder(part.data, err);
    }
    buf_free(&part);
    return ok;
}

static bool export_all(const char *folder, bool force, struct error *err)
{
    size_t count = 0;
    bool ok = true;

    /* All or nothing: what somebody has written is looked for before anything is. */
    for (const struct embedded_template *file = embedded_templates; !force && file->name; file++)
        if (exists(folder, file->name))
            return fail(err, ERR_USAGE, "%s/%s is there already; --force overwrites it", folder, file->name);
    ok = make_folder(folder, err);
    for (const struct embedded_template *file = embedded_templates; ok && file->name; file++) {
        struct buf path = BUF_INIT;

        buf_printf(&path, "%s/%s", folder, file->name);
        ok = make_folders(folder, path.data, err)
             && output_write(path.data, (struct slice){file->data, file->len}, false, err);
        buf_free(&path);
        count++;
    }
    if (ok)
        fprintf(stderr, "%zu templates in %s; `endoscope report --templates %s` takes them\n", count, folder, folder);
    return ok;
}

bool verb_templates(const struct arguments *arguments, enum exit_status *status, struct error *err)
{
    const struct texts *words = &arguments->words;

    (void)status;
    if (strcmp(words->list[0], "list") == 0 && words->count == 1)
        return list(arguments->templates, err);
    if (strcmp(words->list[0], "export") == 0 && words->count == 2)
        return export_all(words->list[1], arguments->force, err);
    return fail(err, ERR_USAGE, "`templates` goes on with `list` or `export DIR`");
}

/* SPDX-License-Identifier: MIT */
#include "cli/output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/memory.h"
#include "base/nearest.h"

static bool write_all(int fd, struct slice content)
{
    while (content.len) {
        ssize_t wrote = write(fd, content.data, content.len);

        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote < 0)
            return false;
        content.data += wrote;
        content.len -= (size_t)wrote;
    }
    return true;
}

/* The name's place must be durable as well as the file: else a power cut takes the file back. */
static void sync_folder(const char *path)
{
    struct buf folder = BUF_INIT;
    const char *slash = strrchr(path, '/');
    int fd;

    if (slash)
        buf_put(&folder, path, (size_t)(slash - path) + 1);
    fd = open(slash ? folder.data : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) {
        /* Some file systems cannot sync a folder; the file itself is synced. */
        if (fsync(fd) != 0)
            errno = 0;
        close(fd);
    }
    buf_free(&folder);
}

/* Whether `path` leads to what standard output is: /dev/stdout, or the file that it was redirected to. */
static bool is_stdout(const char *path)
{
    struct stat named, out;

    return stat(path, &named) == 0 && fstat(STDOUT_FILENO, &out) == 0 && named.st_dev == out.st_dev
           && named.st_ino == out.st_ino;
}

/* Devices and pipes cannot be replaced by a file, and are written as they are. */
static bool is_special(const char *path)
{
    struct stat info;

    return stat(path, &info) == 0 && !S_ISREG(info.st_mode);
}

/* Where it goes: to a descriptor as it comes, or to a file beside `path` that takes its place at the end. */
struct output {
    int fd;
    char *shown;     /* what the user named, for messages */
    char *path;      /* what is replaced, no link; NULL: nothing is */
    char *temporary; /* in its place until then */
    bool private, borrowed;
};

static void free_output(struct output *output)
{
    free(output->path);
    mem_free(output->shown);
    mem_free(output->temporary);
    mem_free(output);
}

static bool cannot(const struct output *output, const char *more, struct error *err)
{
    if (output->borrowed)
        return fail(err, ERR_IO, "cannot write to standard output: %s", strerror(errno));
    return fail(err, ERR_IO, "cannot write %s: %s%s", output->shown, strerror(errno), more);
}

/* The file goes beside the one that it replaces. A link stays, and what it leads to is replaced: /dev/stdout must not
 * become a file. */
static bool open_beside(struct output *output, struct error *err)
{
    struct buf temporary = BUF_INIT;
    struct stat info;

    if (lstat(output->shown, &info) == 0 && S_ISLNK(info.st_mode)) {
        output->path = realpath(output->shown, NULL);
        if (!output->path)
            return fail(err, ERR_IO, "cannot write %s: it is a link that leads nowhere", output->shown);
    } else {
        output->path = strdup(output->shown);
        if (!output->path)
            return cannot(output, "", err);
    }
    buf_printf(&temporary, "%s.XXXXXX", output->path);
    output->temporary = mem_copy(temporary.data, temporary.len);
    buf_free(&temporary);
    output->fd = mkostemp(output->temporary, O_CLOEXEC);
    return output->fd >= 0 || cannot(output, "", err);
}

struct output *output_open(const char *path, bool private, struct error *err)
{
    struct output *output = mem_new(1, sizeof *output);
    bool ok = true;

    output->shown = mem_copy(path ? path : "-", strlen(path ? path : "-"));
    output->private = private;
    output->fd = -1;
    if (!path || strcmp(path, "-") == 0 || is_stdout(path)) {
        output->borrowed = true;
        output->fd = STDOUT_FILENO;
        ok = fflush(stdout) == 0 || cannot(output, "", err);
    } else if (is_special(path)) {
        output->fd = open(path, O_WRONLY | O_CLOEXEC);
        ok = output->fd >= 0 || cannot(output, "", err);
    } else {
        ok = open_beside(output, err);
    }
    if (ok)
        return output;
    free_output(output);
    return NULL;
}

static const char untouched[] = "; what was there before is untouched";

bool output_put(struct output *output, struct slice piece, struct error *err)
{
    return write_all(output->fd, piece) || cannot(output, output->path ? untouched : "", err);
}

static bool take(void *self, struct slice piece, struct error *err)
{
    return output_put(self, piece, err);
}

struct sink output_sink(struct output *output)
{
    return (struct sink){take, output};
}

static bool put_in_place(const struct output *output)
{
    mode_t mask = umask(0);

    umask(mask);
    return fchmod(output->fd, (output->private ? 0600 : 0666) & ~mask) == 0 && fsync(output->fd) == 0
           && rename(output->temporary, output->path) == 0;
}

bool output_close(struct output *output, bool whole, struct error *err)
{
    bool ok = whole;

    if (output->path && ok)
        ok = put_in_place(output) || cannot(output, untouched, err);
    if (output->path && ok)
        sync_folder(output->path);
    else if (output->path)
        unlink(output->temporary);
    if (!output->borrowed && close(output->fd) != 0 && ok)
        ok = cannot(output, "", err);
    free_output(output);
    return ok;
}

bool output_write(const char *path, struct slice content, bool private, struct error *err)
{
    struct output *output = output_open(path, private, err);

    return output && output_close(output, output_put(output, content, err), err);
}

bool output_spares(const char *path, const char *kept, struct error *err)
{
    struct stat named, keeping;

    if (!path || strcmp(path, "-") == 0 || stat(path, &named) != 0 || stat(kept, &keeping) != 0)
        return true;
    if (named.st_dev != keeping.st_dev || named.st_ino != keeping.st_ino)
        return true;
    return fail(err, ERR_USAGE, "--output %s would take the place of the store", path);
}

/* The ending of the file's name, not of a folder's. */
static const char *ending_of(const char *path)
{
    const char *slash = path ? strrchr(path, '/') : NULL;
    const char *name = slash ? slash + 1 : path;
    const char *dot = name ? strrchr(name, '.') : NULL;

    return dot ? dot + 1 : NULL;
}

bool output_format(const char *name, const char *path, enum format *format, struct error *err)
{
    static const struct {
        const char *name;
        enum format format;
    } known[] = {{"md", FORMAT_MARKDOWN},
                 {"markdown", FORMAT_MARKDOWN},
                 {"html", FORMAT_HTML},
                 {"htm", FORMAT_HTML},
                 {"json", FORMAT_JSON},
                 {"text", FORMAT_TEXT},
                 {"txt", FORMAT_TEXT},
                 {"junit", FORMAT_JUNIT},
                 {"xml", FORMAT_JUNIT},
                 {"csv", FORMAT_CSV},
                 {"prometheus", FORMAT_PROMETHEUS},
                 {"prom", FORMAT_PROMETHEUS}};
    const char *ending = ending_of(path);

    *format = FORMAT_MARKDOWN;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if ((name && strcmp(name, known[i].name) == 0) || (!name && ending && strcmp(ending, known[i].name) == 0)) {
            *format = known[i].format;
            return true;
        }
    if (name)
        return fail(err, ERR_USAGE,
                    "there is no format `%s`; there are md, html, json, text, junit, csv and prometheus", name);
    return true;
}

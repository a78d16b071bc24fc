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

static bool write_stdout(struct slice content, struct error *err)
{
    if (fflush(stdout) != 0 || !write_all(STDOUT_FILENO, content))
        return fail(err, ERR_IO, "cannot write to standard output: %s", strerror(errno));
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

static bool write_special(const char *path, struct slice content, struct error *err)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    bool ok = fd >= 0 && write_all(fd, content);
    int error = errno;

    if (fd >= 0 && close(fd) != 0 && ok) {
        ok = false;
        error = errno;
    }
    return ok || fail(err, ERR_IO, "cannot write %s: %s", path, strerror(error));
}

/* The file goes beside `path` first, which is no link. Words an error as one of `shown`, what the user named. */
static bool replace_file(const char *path, const char *shown, struct slice content, bool private, struct error *err)
{
    struct buf temporary = BUF_INIT;
    mode_t mask;
    int fd;
    bool ok;

    buf_printf(&temporary, "%s.XXXXXX", path);
    fd = mkostemp(temporary.data, O_CLOEXEC);
    if (fd < 0) {
        fail(err, ERR_IO, "cannot write %s: %s", shown, strerror(errno));
        buf_free(&temporary);
        return false;
    }
    mask = umask(0);
    umask(mask);
    ok = write_all(fd, content) && fchmod(fd, (private ? 0600 : 0666) & ~mask) == 0 && fsync(fd) == 0;
    ok = close(fd) == 0 && ok && rename(temporary.data, path) == 0;
    if (ok) {
        sync_folder(path);
    } else {
        fail(err, ERR_IO, "cannot write %s: %s; what was there before is untouched", shown, strerror(errno));
        unlink(temporary.data);
    }
    buf_free(&temporary);
    return ok;
}

bool output_write(const char *path, struct slice content, bool private, struct error *err)
{
    struct stat info;
    char *target;
    bool ok;

    if (!path || strcmp(path, "-") == 0 || is_stdout(path))
        return write_stdout(content, err);
    if (is_special(path))
        return write_special(path, content, err);
    if (lstat(path, &info) != 0 || !S_ISLNK(info.st_mode))
        return replace_file(path, path, content, private, err);
    /* The link stays, and the file that it leads to is replaced: /dev/stdout must not become a file. */
    target = realpath(path, NULL);
    if (!target)
        return fail(err, ERR_IO, "cannot write %s: it is a link that leads nowhere", path);
    ok = replace_file(target, path, content, private, err);
    free(target);
    return ok;
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
    } known[] = {{"md", FORMAT_MARKDOWN}, {"markdown", FORMAT_MARKDOWN}, {"html", FORMAT_HTML}, {"htm", FORMAT_HTML},
                 {"json", FORMAT_JSON},   {"text", FORMAT_TEXT},         {"txt", FORMAT_TEXT}};
    const char *ending = ending_of(path);

    *format = FORMAT_MARKDOWN;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if ((name && strcmp(name, known[i].name) == 0) || (!name && ending && strcmp(ending, known[i].name) == 0)) {
            *format = known[i].format;
            return true;
        }
    if (name)
        return fail(err, ERR_USAGE, "there is no format `%s`; there are md, html, json and text", name);
    return true;
}

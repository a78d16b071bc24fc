/* SPDX-License-Identifier: MIT */
#include "publish/token.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "collector/secret.h"
#include "collector/suite.h"
#include "publish/process.h"

enum { TOKEN_MOST = 16 * 1024, COMMAND_US = 30 * 1000 * 1000 };

/* Looked at by its descriptor: a file that is swapped between the look and the reading gains nothing. */
static bool read_file(const char *path, struct buf *out, struct error *err)
{
    struct stat info;
    char piece[4096];
    ssize_t count = 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    bool ok = true;

    if (fd < 0 || fstat(fd, &info) != 0)
        ok = fail(err, ERR_CONFIG, "cannot read the token in %s: %s", path, strerror(errno));
    else if (!S_ISREG(info.st_mode))
        ok = fail(err, ERR_CONFIG, "%s is no file: a token is read from a file", path);
    else if (info.st_mode & (S_IRWXG | S_IRWXO))
        ok = fail(err, ERR_CONFIG, "%s holds a token and others may read it: `chmod 600` it", path);
    while (ok && out->len <= TOKEN_MOST && (count = read(fd, piece, sizeof piece)) > 0)
        buf_put(out, piece, (size_t)count);
    if (ok && count < 0)
        ok = fail(err, ERR_CONFIG, "cannot read the token in %s: %s", path, strerror(errno));
    if (fd >= 0)
        close(fd);
    return ok;
}

static bool ask_command(const char *command, struct mono deadline, struct buf *out, struct error *err)
{
    int64_t left = mono_between(mono_now(), deadline);
    struct process process = {.command = command,
                              .input = {"", 0},
                              .timeout_us = left < COMMAND_US ? left : COMMAND_US,
                              .output_most = TOKEN_MOST};

    if (!process_run(&process, out, err))
        return fail_context(err, "the command that prints the token");
    return process.status == 0
           || fail(err, ERR_CONFIG, "the command that prints the token ended with status %d", process.status);
}

/* One line of visible ASCII: what can stand in a header, and nothing that could end it. */
static bool check(const struct buf *text, const char *from, struct error *err)
{
    size_t len = strcspn(text->data, "\r\n");

    if (!len)
        return fail(err, ERR_CONFIG, "%s is empty: it has no token", from);
    if (text->len > TOKEN_MOST)
        return fail(err, ERR_CONFIG, "%s is larger than a token can be", from);
    for (size_t i = 0; i < len; i++)
        if (text->data[i] <= ' ' || text->data[i] > '~')
            return fail(err, ERR_CONFIG, "%s holds something beside a token on its first line (a blank?)", from);
    return true;
}

bool token_obtain(const struct tracker_settings *settings, struct mono deadline, struct secrets *secrets,
                  struct arena *arena, const char **token, const char **shown, struct error *err)
{
    const struct token_settings *source = &settings->token;
    const char *name = settings->name;
    struct buf text = BUF_INIT;
    bool ok = true;

    *token = *shown = NULL;
    if (source->file) {
        *shown = arena_printf(arena, "[the token in %s]", source->file);
        ok = read_file(source->file, &text, err);
    } else if (source->command) {
        *shown = "[what the token's command prints]";
        ok = ask_command(source->command, deadline, &text, err);
    } else if (source->text.value) {
        *shown = source->text.shown;
        buf_puts(&text, source->text.value);
    } else {
        return true;
    }
    ok = ok && check(&text, source->file ? source->file : *shown, err);
    if (ok) {
        *token = arena_text_of(arena, text.data, strcspn(text.data, "\r\n"));
        ok = secrets_add(secrets, arena_printf(arena, "%s token", name), *token, err);
    }
    explicit_bzero(text.data, text.len);
    buf_free(&text);
    return ok;
}

/* SPDX-License-Identifier: MIT */
#include "publish/process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"

/* Reads one word at `*at` into `word`. False: a quote is never closed. */
static bool read_word(const char **at, struct buf *word)
{
    char quote = '\0';

    for (; **at && (quote || !strchr(" \t\n", **at)); (*at)++) {
        char c = **at;

        if (quote ? c == quote : c == '\'' || c == '"')
            quote = (char)(quote ? '\0' : c);
        else if (c == '\\' && quote != '\'' && (*at)[1] && (!quote || strchr("\"\\", (*at)[1]))) {
            ++*at;
            buf_putc(word, **at);
        } else
            buf_putc(word, c);
    }
    return !quote;
}

const char **command_words(const char *command, struct arena *arena, struct error *err)
{
    const char **words = NULL;
    size_t count = 0, capacity = 0;
    struct buf word = BUF_INIT;
    bool ok = true;

    for (const char *at = command + strspn(command, " \t\n"); *at && ok; at += strspn(at, " \t\n")) {
        buf_clear(&word);
        ok = read_word(&at, &word);
        words = arena_grow(arena, words, count, &capacity, sizeof *words);
        words[count++] = arena_text(arena, word.data);
    }
    buf_free(&word);
    if (!ok || !count) {
        fail(err, ERR_CONFIG, ok ? "the command is empty" : "a quote in the command is never closed: %s", command);
        return NULL;
    }
    words = arena_grow(arena, words, count, &capacity, sizeof *words);
    words[count] = NULL;
    return words;
}

/* Ours, and `more` before it: the first of two equal names is found. */
static const char **environment_of(const char *const *more, struct arena *arena)
{
    size_t count = 0, ours = 0, at = 0;
    const char **all;

    while (more && more[count])
        count++;
    while (environ[ours])
        ours++;
    all = arena_new(arena, count + ours + 1, sizeof *all);
    for (size_t i = 0; i < count; i++)
        all[at++] = more[i];
    for (size_t i = 0; i < ours; i++)
        all[at++] = environ[i];
    return all;
}

/* A process group of its own, so that all of it can be ended; signals as a program expects to find them. */
static bool start(const char **words, const char **environment, int in, int out, pid_t *pid, struct error *err)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t usual;
    int error = posix_spawn_file_actions_init(&actions);

    if (error != 0)
        return fail(err, ERR_SYSTEM, "cannot run %s: %s", words[0], strerror(error));
    error = posix_spawnattr_init(&attributes);
    if (error != 0) {
        posix_spawn_file_actions_destroy(&actions);
        return fail(err, ERR_SYSTEM, "cannot run %s: %s", words[0], strerror(error));
    }
    sigemptyset(&usual);
    sigaddset(&usual, SIGPIPE);
    sigaddset(&usual, SIGXFSZ);
    error = posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
    error = error ? error : posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
    error = error ? error : posix_spawnattr_setsigdefault(&attributes, &usual);
    error = error ? error : posix_spawnattr_setpgroup(&attributes, 0);
    error = error ? error : posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF);
    /* posix_spawnp() takes what execvp() takes, and changes neither. */
    error = error ? error
                  : posix_spawnp(pid, words[0], &actions, &attributes, (char *const *)(uintptr_t)words,
                                 (char *const *)(uintptr_t)environment);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    return error == 0 || fail(err, ERR_SYSTEM, "cannot run %s: %s", words[0], strerror(error));
}

/* Feeds and drains until the command has closed its output. False with `err`: too long, too much. */
static bool converse(const struct process *process, int *in, int out, struct buf *said, struct error *err)
{
    const struct mono started = mono_now();
    struct slice rest = process->input;
    char piece[16384];

    for (;;) {
        int64_t left = process->timeout_us - mono_between(started, mono_now());
        struct pollfd fds[2] = {{out, POLLIN, 0}, {*in, POLLOUT, 0}};
        ssize_t count;

        if (*in >= 0 && !rest.len) {
            close(*in);
            *in = fds[1].fd = -1;
        }
        if (left <= 0 || (poll(fds, 2, (int)(left / 1000 + 1)) < 0 && errno != EINTR))
            return fail(err, ERR_SYSTEM, "it did not end within %lld s, and was killed",
                        (long long)(process->timeout_us / 1000000));
        if (fds[1].revents) {
            count = write(*in, rest.data, rest.len);
            if (count < 0 && errno != EINTR && errno != EAGAIN)
                rest.len = 0; /* it does not want to read more: its own affair */
            else if (count > 0)
                rest = (struct slice){rest.data + count, rest.len - (size_t)count};
        }
        if (!fds[0].revents)
            continue;
        count = read(out, piece, sizeof piece);
        if (count == 0)
            return true;
        if (count < 0 && errno != EINTR)
            return fail(err, ERR_SYSTEM, "cannot read what it prints: %s", strerror(errno));
        if (count > 0 && (said->len + (size_t)count > process->output_most || !buf_put(said, piece, (size_t)count)))
            return fail(err, ERR_SYSTEM, "it printed more than %zu bytes, and was killed", process->output_most);
    }
}

/* It has closed its output; that is not yet its end. */
static bool reap(struct process *process, pid_t pid, bool ok, struct error *err)
{
    const struct mono started = mono_now();
    const struct timespec moment = {0, 5000000};
    int status = 0;

    while (ok && waitpid(pid, &status, WNOHANG) == 0) {
        if (mono_between(started, mono_now()) > process->timeout_us)
            ok = fail(err, ERR_SYSTEM, "it did not end within %lld s, and was killed",
                      (long long)(process->timeout_us / 1000000));
        else
            nanosleep(&moment, NULL);
    }
    if (!ok) {
        kill(-pid, SIGKILL);
        while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
            ;
    }
    process->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return ok;
}

bool process_run(struct process *process, struct buf *out, struct error *err)
{
    struct arena arena = ARENA_INIT;
    const char **words = command_words(process->command, &arena, err);
    int in[2] = {-1, -1}, from[2] = {-1, -1};
    pid_t pid = -1;
    bool ok = words != NULL;

    if (ok && (pipe2(in, O_CLOEXEC) != 0 || pipe2(from, O_CLOEXEC) != 0 || fcntl(in[1], F_SETFL, O_NONBLOCK) != 0))
        ok = fail(err, ERR_SYSTEM, "cannot make a pipe: %s", strerror(errno));
    ok = ok && start(words, environment_of(process->environment, &arena), in[0], from[1], &pid, err);
    if (in[0] >= 0)
        close(in[0]);
    if (from[1] >= 0)
        close(from[1]);
    if (ok) {
        bool conversed = converse(process, &in[1], from[0], out, err);

        ok = reap(process, pid, conversed, err) && conversed;
        if (!ok)
            fail_context(err, "%s", words[0]);
    }
    if (in[1] >= 0)
        close(in[1]);
    if (from[0] >= 0)
        close(from[0]);
    arena_free(&arena);
    return ok;
}

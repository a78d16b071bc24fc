/* SPDX-License-Identifier: MIT */
#include "collector/system_lookup.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/memory.h"
#include "collector/loop.h"

enum {
    PATIENCE_US = 3 * 1000 * 1000,
    LINES_MOST = 16 * 1024, /* a name with more addresses is cut */
};

struct system_lookup {
    struct loop *loop;
    pid_t process;
    int output;
    struct loop_timer timer;
    struct buf lines;
    system_lookup_done *done;
    void *self;
};

static void on_late(void *self)
{
    struct system_lookup *lookup = self;

    lookup->done(lookup->self, (struct slice){"", 0});
}

static void on_output(void *self, int fd, uint32_t events)
{
    struct system_lookup *lookup = self;
    char bytes[2048];
    ssize_t got = read(fd, bytes, sizeof bytes);

    (void)events;
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (got > 0 && lookup->lines.len + (size_t)got <= LINES_MOST)
        buf_put(&lookup->lines, bytes, (size_t)got);
    else
        lookup->done(lookup->self, buf_slice(&lookup->lines));
}

static bool spawn(struct system_lookup *lookup, const char *command, const char *name, int output)
{
    char *const arguments[] = {(char *)"getent", (char *)"ahosts", (char *)name, NULL};
    char *const environment[] = {NULL};
    posix_spawn_file_actions_t actions;
    bool ok = posix_spawn_file_actions_init(&actions) == 0;

    if (!ok)
        return false;
    ok = posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0) == 0
         && posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO) == 0
         && posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0) == 0
         && posix_spawn(&lookup->process, command, &actions, NULL, arguments, environment) == 0;
    posix_spawn_file_actions_destroy(&actions);
    return ok;
}

struct system_lookup *system_lookup_start(struct loop *loop, const char *command, const char *name,
                                          system_lookup_done *done, void *self)
{
    struct system_lookup *lookup;
    int ends[2];
    bool ok;

    /* It would be read as an option. */
    if (*name == '-' || pipe2(ends, O_CLOEXEC) != 0)
        return NULL;
    lookup = mem_new(1, sizeof *lookup);
    *lookup = (struct system_lookup){.loop = loop, .output = ends[0], .done = done, .self = self};
    lookup->timer = (struct loop_timer){.due = on_late, .self = lookup};
    ok = fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0
         && spawn(lookup, command ? command : "/usr/bin/getent", name, ends[1])
         && loop_watch(loop, ends[0], EPOLLIN, on_output, lookup);
    close(ends[1]);
    if (!ok) {
        system_lookup_free(lookup);
        return NULL;
    }
    loop_set(loop, &lookup->timer, (struct mono){mono_now().us + PATIENCE_US});
    return lookup;
}

void system_lookup_free(struct system_lookup *lookup)
{
    if (!lookup)
        return;
    loop_unset(lookup->loop, &lookup->timer);
    loop_forget(lookup->loop, lookup->output);
    close(lookup->output);
    if (lookup->process > 0) {
        kill(lookup->process, SIGKILL);
        while (waitpid(lookup->process, NULL, 0) < 0 && errno == EINTR)
            continue;
    }
    buf_free(&lookup->lines);
    mem_free(lookup);
}

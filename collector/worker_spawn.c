/* SPDX-License-Identifier: MIT */
#include "collector/worker_spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "collector/worker_message.h"
#include "collector/worker_process.h"

/* The worker has nothing to say to people; a sanitizer's report must not get lost. */
#if defined(__SANITIZE_ADDRESS__)
#define ERRORS_TO(actions_) 0
#else
#define ERRORS_TO(actions_) posix_spawn_file_actions_addopen(actions_, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
#endif

static bool prepare(posix_spawn_file_actions_t *actions, posix_spawnattr_t *attributes, int fd)
{
    sigset_t none, all;

    sigemptyset(&none);
    sigfillset(&all);
    return posix_spawn_file_actions_adddup2(actions, fd, WORKER_DESCRIPTOR) == 0
           && posix_spawn_file_actions_addopen(actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0) == 0
           && posix_spawn_file_actions_addopen(actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0) == 0
           && ERRORS_TO(actions) == 0 && posix_spawn_file_actions_addclosefrom_np(actions, WORKER_DESCRIPTOR + 1) == 0
           && posix_spawnattr_setsigmask(attributes, &none) == 0
           && posix_spawnattr_setsigdefault(attributes, &all) == 0
           && posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF) == 0;
}

static pid_t spawn(const char *program, int fd)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    char parent[16], name[] = "endoscope", argument[] = WORKER_ARGUMENT, nothing[] = "";
    char *argv[] = {name, argument, parent, NULL};
    char *environment[] = {nothing, NULL};
    pid_t pid = 0;

    snprintf(parent, sizeof parent, "%ld", (long)getpid());
    environment[0] = NULL;
    if (posix_spawn_file_actions_init(&actions) != 0)
        return 0;
    if (posix_spawnattr_init(&attributes) == 0) {
        if (!prepare(&actions, &attributes, fd)
            || posix_spawn(&pid, program, &actions, &attributes, argv, environment) != 0)
            pid = 0;
        posix_spawnattr_destroy(&attributes);
    }
    posix_spawn_file_actions_destroy(&actions);
    return pid;
}

bool spawned_start(struct spawned *spawned, const char *program)
{
    int pair[2];

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
        return false;
    spawned->pid = spawn(program, pair[1]);
    spawned->fd = pair[0];
    close(pair[1]);
    if (spawned->pid == 0)
        close(pair[0]);
    return spawned->pid != 0;
}

void spawned_end(struct spawned *spawned, char *words, size_t room)
{
    int status = 0;
    pid_t ended;

    if (!spawned->pid)
        return;
    /* One that has ended already keeps the status that it ended with. */
    kill(spawned->pid, SIGKILL);
    do
        ended = waitpid(spawned->pid, &status, 0);
    while (ended < 0 && errno == EINTR);
    close(spawned->fd);
    *spawned = (struct spawned){0, -1};
    if (!words)
        return;
    if (WIFSIGNALED(status))
        snprintf(words, room, "libwebsockets' process ended by signal %d (%s)", WTERMSIG(status),
                 strsignal(WTERMSIG(status)));
    else
        snprintf(words, room, "libwebsockets' process ended with status %d", WEXITSTATUS(status));
}

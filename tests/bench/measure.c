/* SPDX-License-Identifier: MIT */
/* measure CPU OUT COMMAND...: runs the command on one core and writes to the file OUT what it took, as
 * "wall_us user_us system_us peak_kib status". Its own memory is small, which matters: the kernel counts what a process
 * had before exec() to its peak. CPU -1: wherever it likes. */
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"

static int64_t us_of(struct timeval time)
{
    return (int64_t)time.tv_sec * 1000000 + time.tv_usec;
}

static void become(char **argv, int cpu)
{
    cpu_set_t set;

    CPU_ZERO(&set);
    if (cpu >= 0)
        CPU_SET((size_t)cpu, &set);
    if (cpu >= 0 && sched_setaffinity(0, sizeof set, &set) != 0)
        perror("measure: sched_setaffinity");
    execvp(argv[0], argv);
    perror(argv[0]);
    _exit(127);
}

int main(int argc, char **argv)
{
    struct mono started = mono_now();
    struct rusage usage;
    int64_t wall_us;
    int status;
    pid_t pid;
    FILE *out;

    if (argc < 4) {
        fputs("usage: measure CPU OUT COMMAND...\n", stderr);
        return 2;
    }
    pid = fork();
    if (pid == 0)
        become(argv + 3, (int)strtol(argv[1], NULL, 10));
    if (pid < 0 || wait4(pid, &status, 0, &usage) != pid) {
        perror("measure");
        return 1;
    }
    wall_us = mono_between(started, mono_now());
    out = fopen(argv[2], "we");
    if (!out) {
        perror(argv[2]);
        return 1;
    }
    fprintf(out, "%lld %lld %lld %ld %d\n", (long long)wall_us, (long long)us_of(usage.ru_utime),
            (long long)us_of(usage.ru_stime), usage.ru_maxrss, WIFEXITED(status) ? WEXITSTATUS(status) : -1);
    return fclose(out) == 0 ? 0 : 1;
}

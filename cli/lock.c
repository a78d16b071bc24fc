/* SPDX-License-Identifier: MIT */
#include "cli/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/clock.h"

enum { HOLDER_MOST = 100 };

/* Who has it, as the holder wrote it; words of ours for the sentence, and nothing else hangs on them. */
static bool taken(int fd, const char *path, const char *doing, struct error *err)
{
    char holder[HOLDER_MOST + 1];
    ssize_t len = pread(fd, holder, HOLDER_MOST, 0);

    holder[len > 0 ? len : 0] = '\0';
    holder[strcspn(holder, "\n")] = '\0';
    return fail(err, ERR_SYSTEM, "another %s is at work%s%s (%s is locked): this one leaves", doing,
                *holder ? ", " : "", holder, path);
}

static void say_holder(int fd)
{
    char text[HOLDER_MOST], iso[WALL_TEXT];
    int len = snprintf(text, sizeof text, "process %ld since %s\n", (long)getpid(), wall_iso(wall_now(), 0, iso));

    /* Without these words the lock holds all the same. */
    if (ftruncate(fd, 0) != 0 || pwrite(fd, text, (size_t)len, 0) != len)
        return;
}

int lock_take(const char *path, const char *doing, struct error *err)
{
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

    if (fd < 0) {
        fail(err, ERR_IO, "cannot open %s: %s", path, strerror(errno));
        return -1;
    }
    while (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        if (errno == EINTR)
            continue;
        if (errno == EWOULDBLOCK)
            taken(fd, path, doing, err);
        else
            fail(err, ERR_IO, "cannot lock %s: %s", path, strerror(errno));
        close(fd);
        return -1;
    }
    say_holder(fd);
    return fd;
}

void lock_free(int lock)
{
    if (lock >= 0)
        close(lock);
}

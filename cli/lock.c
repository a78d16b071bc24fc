/* SPDX-License-Identifier: MIT */
#include "cli/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

/* What the holder wrote: his process. Only for the message; the lock is the kernel's, and never stale. */
static void read_holder(int fd, char *holder, size_t size)
{
    char text[32];
    ssize_t got = pread(fd, text, sizeof text - 1, 0);

    text[got > 0 ? got : 0] = '\0';
    text[strspn(text, "0123456789")] = '\0';
    snprintf(holder, size, "%s%s", text[0] ? ", process " : "", text);
}

static void write_holder(int fd)
{
    char text[32];
    int len = snprintf(text, sizeof text, "%ld\n", (long)getpid());

    if (ftruncate(fd, 0) != 0 || pwrite(fd, text, (size_t)len, 0) != len)
        errno = 0; /* it is held all the same */
}

bool lock_take(struct lock *lock, const char *path, const char *who, struct error *err)
{
    lock->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (lock->fd < 0)
        return fail(err, ERR_IO, "cannot open %s: %s", path, strerror(errno));
    while (flock(lock->fd, LOCK_EX | LOCK_NB) != 0) {
        char holder[64];

        if (errno == EINTR)
            continue;
        if (errno != EWOULDBLOCK)
            return fail(err, ERR_IO, "cannot lock %s: %s", path, strerror(errno));
        read_holder(lock->fd, holder, sizeof holder);
        return fail(err, ERR_SYSTEM, "another %s is at work on this store (%s is locked%s): this one leaves", who,
                    path, holder);
    }
    write_holder(lock->fd);
    return true;
}

void lock_release(struct lock *lock)
{
    if (lock->fd >= 0)
        close(lock->fd);
    lock->fd = -1;
}

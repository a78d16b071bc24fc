/* SPDX-License-Identifier: MIT */
#include "base/syslog_line.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"

enum { FACILITY_DAEMON = 3 };

const char syslog_socket[] = "/dev/log";

/* Some loggers listen on a stream, in which lines end with a zero byte. */
static int open_socket(const char *path, bool *stream)
{
    const struct timeval patience = {1, 0};
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    if (strlen(path) >= sizeof address.sun_path)
        return -1;
    memcpy(address.sun_path, path, strlen(path) + 1);
    for (*stream = false;; *stream = true) {
        int fd = socket(AF_UNIX, (*stream ? SOCK_STREAM : SOCK_DGRAM) | SOCK_CLOEXEC, 0);

        if (fd < 0)
            return -1;
        if (setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience) == 0
            && connect(fd, (const struct sockaddr *)&address, sizeof address) == 0)
            return fd;
        close(fd);
        if (*stream || errno != EPROTOTYPE)
            return -1;
    }
}

bool syslog_line(const char *socket, struct wall now, int severity, const char *line)
{
    time_t seconds = (time_t)(now.us / 1000000);
    struct buf text = BUF_INIT;
    struct tm parts;
    char when[32];
    bool stream;
    int fd = open_socket(socket, &stream);
    ssize_t sent;
    size_t len;

    if (fd < 0)
        return false;
    localtime_r(&seconds, &parts);
    strftime(when, sizeof when, "%b %e %H:%M:%S", &parts);
    buf_printf(&text, "<%d>%s endoscope[%ld]: %s", FACILITY_DAEMON << 3 | severity, when, (long)getpid(), line);
    len = text.len + stream; /* a zero byte stands behind it */
    do
        sent = send(fd, text.data, len, MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
    close(fd);
    buf_free(&text);
    return sent == (ssize_t)len;
}

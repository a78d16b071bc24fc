/* SPDX-License-Identifier: MIT */
#include "collector/worker_process.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/log.h"
#include "collector/websocket_client.h"
#include "collector/worker_lock.h"
#include "collector/worker_message.h"

bool worker_is_asked_for(int argc, char *const *argv)
{
    return argc == 3 && strcmp(argv[1], WORKER_ARGUMENT) == 0;
}

/* What a terminal sends to all of a group is for the parent to answer. */
static bool ignore_signals(struct error *err)
{
    static const int signals[] = {SIGINT, SIGHUP, SIGQUIT, SIGPIPE};
    struct sigaction ignore = {.sa_handler = SIG_IGN};

    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        if (sigaction(signals[i], &ignore, NULL) != 0)
            return fail(err, ERR_SYSTEM, "cannot ignore a signal");
    return true;
}

static bool has_channel(struct error *err)
{
    int domain = 0;
    socklen_t len = sizeof domain;

    if (getsockopt(WORKER_DESCRIPTOR, SOL_SOCKET, SO_DOMAIN, &domain, &len) == 0 && domain == AF_UNIX)
        return true;
    return fail(err, ERR_USAGE, "%s is what this program says to itself", WORKER_ARGUMENT);
}

int worker_process(const char *parent)
{
    struct websocket_client *client = NULL;
    struct error err = {0};
    bool ok = worker_bind(strtol(parent, NULL, 10), &err) && has_channel(&err) && ignore_signals(&err)
              && (client = websocket_client_open(WORKER_DESCRIPTOR, &err)) && worker_lock(&err);

    if (ok)
        websocket_client_work(client);
    else
        log_line(LOG_ERROR, "%s", err.text);
    /* The process ends: libwebsockets has nothing to clear up that the kernel would not. */
    return ok ? 0 : 2;
}

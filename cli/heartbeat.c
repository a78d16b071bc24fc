/* SPDX-License-Identifier: MIT */
#include "cli/heartbeat.h"

#include "cli/signals.h"
#include "publish/client.h"

enum { CALL_US = 10 * 1000 * 1000 };

bool heartbeat_send(const struct session *session, struct mono deadline, struct error *err)
{
    const struct suite *suite = &session->suite;
    const struct client_settings settings = {
        .base = suite->heartbeat.value,
        .base_shown = suite->heartbeat.shown,
        .proxy = suite->proxy.value,
        .deadline = deadline,
        .timeout_us = CALL_US,
        .stop = &signal_caught,
        .secrets = session->secrets,
    };
    const struct call call = {.method = "GET", .path = ""};
    struct api_client *client;
    struct answer answer = {.body = BUF_INIT};
    bool ok;

    if (!suite->heartbeat.value)
        return true;
    client = client_new(&settings, err);
    ok = client && client_call(client, &call, &answer, err);
    answer_free(&answer);
    client_free(client);
    return ok || fail_context(err, "the heartbeat");
}

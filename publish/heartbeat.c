/* SPDX-License-Identifier: MIT */
#include "publish/heartbeat.h"

static const int64_t answer_us = 10 * INT64_C(1000000);

bool heartbeat_send(const struct heartbeat *heartbeat, struct error *err)
{
    const struct client_settings settings = {
        .base = heartbeat->url->value,
        .base_shown = heartbeat->url->shown,
        .proxy = heartbeat->proxy,
        .deadline = heartbeat->deadline,
        .timeout_us = answer_us,
        .stop = heartbeat->stop,
        .secrets = heartbeat->secrets,
    };
    const struct call call = {.method = "GET", .path = ""};
    struct api_client *client = client_new(&settings, err);
    struct answer answer = {.body = BUF_INIT};
    bool ok = client && client_call(client, &call, &answer, err);

    answer_free(&answer);
    client_free(client);
    return ok;
}

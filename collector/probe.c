/* SPDX-License-Identifier: MIT */
#include "collector/probe.h"

#include <strings.h>

#include "base/memory.h"

const char *const layer_words[] = {
    [LAYER_NONE] = "none", [LAYER_DNS] = "dns",         [LAYER_TCP] = "tcp",
    [LAYER_TLS] = "tls",   [LAYER_HTTP] = "http",       [LAYER_WEBSOCKET] = "websocket",
    [LAYER_AUTH] = "auth", [LAYER_CONTENT] = "content", [LAYER_PERFORMANCE] = "performance",
    [LAYER_COUNT] = NULL,
};

const char *const outcome_words[] = {"passed", "failed", "not-judged", NULL};
const char *const message_words[] = {"text", "binary", "ping", "pong", "close", NULL};
const char *const judgement_words[] = {"holds", "does-not-hold", "not-judged", NULL};
const char *const client_words[] = {"libcurl", "wire", "libwebsockets", NULL};
const char *const run_state_words[] = {"complete", "interrupted", NULL};

static const struct timings nothing_measured = {
    .dns_us = NOT_MEASURED,
    .connect_us = NOT_MEASURED,
    .tls_us = NOT_MEASURED,
    .first_byte_us = NOT_MEASURED,
    .transfer_us = NOT_MEASURED,
    .upgrade_us = NOT_MEASURED,
    .first_message_us = NOT_MEASURED,
    .ping_us = NOT_MEASURED,
    .total_us = NOT_MEASURED,
    .redirects_us = NOT_MEASURED,
    .open_us = NOT_MEASURED,
};

struct probe *probe_new(void)
{
    struct probe *probe = mem_new(1, sizeof *probe);

    probe->timings = nothing_measured;
    return probe;
}

void probe_free(struct probe *probe)
{
    if (!probe)
        return;
    arena_free(&probe->arena);
    mem_free(probe);
}

void probe_forget_answer(struct probe *probe)
{
    static const struct slice absent = {NULL, 0};

    probe->timings = nothing_measured;
    probe->address = probe->reason = probe->location = absent;
    probe->tls_version = probe->tls_cipher = absent;
    probe->body = probe->body_sha256 = absent;
    probe->from_hosts = probe->reused = false;
    probe->head_cut = probe->body_capped = probe->body_cut = false;
    probe->body_size = 0;
    probe->port = 0;
    probe->status = 0;
    probe->http_version = NULL;
    probe->headers = NULL;
    probe->header_count = 0;
    probe->tls_verify = 0;
    probe->certificates = NULL;
    probe->certificate_count = 0;
}

struct slice probe_header(const struct probe *probe, const char *name)
{
    size_t len = strlen(name);

    for (size_t i = 0; i < probe->header_count; i++) {
        const struct header *header = &probe->headers[i];

        if (header->name.len == len && len && strncasecmp(header->name.data, name, len) == 0)
            return header->value;
    }
    return (struct slice){NULL, 0};
}

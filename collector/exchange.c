/* SPDX-License-Identifier: MIT */
#include "collector/exchange.h"

#include "base/buf.h"
#include "base/digest.h"
#include "collector/head.h"
#include "collector/probe.h"
#include "collector/suite.h"

bool exchange_put_head(struct exchange *exchange, struct slice bytes, struct head *head)
{
    struct probe *probe = exchange->probe;
    bool ok = head_read(bytes, &probe->arena, head);

    probe->status = head->status;
    probe->reason = head->reason;
    probe->http_version = head->version;
    probe->headers = head->headers;
    probe->header_count = head->header_count;
    probe->head_cut = head->cut;
    return ok;
}

void exchange_put_body(struct exchange *exchange, const struct buf *body)
{
    struct probe *probe = exchange->probe;
    size_t most = exchange->endpoint->keep_body;
    size_t kept = body->len < most ? body->len : most;

    probe->body_size = body->len;
    probe->body_capped = body->capped;
    probe->body_cut = body->capped || kept < body->len;
    probe->body = arena_slice(&probe->arena, (struct slice){body->data, kept});
    if (!body->capped) {
        struct digest digest = digest_of(buf_slice(body));
        const char *text = digest_text(&digest, arena_new(&probe->arena, DIGEST_TEXT, 1));

        probe->body_sha256 = (struct slice){text, DIGEST_TEXT - 1};
    }
    exchange->matter.body = buf_slice(body);
}

size_t exchange_body_cap(const struct exchange *exchange)
{
    /* For a buffer, 0 would be no limit. */
    return exchange->endpoint->max_body ? exchange->endpoint->max_body : 1;
}

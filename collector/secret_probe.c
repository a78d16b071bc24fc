/* SPDX-License-Identifier: MIT */
/* Redaction of a record: everything in it that came from the network. */
#include <stdint.h>
#include <string.h>

#include "base/memory.h"
#include "collector/probe.h"
#include "collector/redaction.h"

static void redact(const struct secrets *secrets, struct probe *probe, struct slice *slice, bool cut)
{
    struct buf out = BUF_INIT;

    if (!slice->data || slice->len == 0)
        return;
    secrets_redact(secrets, *slice, cut, &out);
    if (!slice_equals(*slice, buf_slice(&out)))
        *slice = arena_slice(&probe->arena, buf_slice(&out));
    buf_free(&out);
}

static void redact_headers(const struct secrets *secrets, struct probe *probe)
{
    struct header *headers;

    if (probe->header_count == 0)
        return;
    headers = arena_new(&probe->arena, probe->header_count, sizeof *headers);
    for (size_t i = 0; i < probe->header_count; i++) {
        struct buf value = BUF_INIT;
        bool cut = probe->head_cut && i + 1 == probe->header_count;

        headers[i] = probe->headers[i];
        if (headers[i].value.data)
            secret_header_redact(secrets, headers[i].name, headers[i].value, cut, &value);
        redact(secrets, probe, &headers[i].name, cut);
        if (headers[i].value.data)
            headers[i].value = arena_slice(&probe->arena, buf_slice(&value));
        buf_free(&value);
    }
    probe->headers = headers;
}

static void redact_certificates(const struct secrets *secrets, struct probe *probe)
{
    struct certificate *certificates;

    if (probe->certificate_count == 0)
        return;
    certificates = arena_new(&probe->arena, probe->certificate_count, sizeof *certificates);
    for (size_t i = 0; i < probe->certificate_count; i++) {
        certificates[i] = probe->certificates[i];
        redact(secrets, probe, &certificates[i].subject, false);
        redact(secrets, probe, &certificates[i].issuer, false);
        redact(secrets, probe, &certificates[i].names, false);
        redact(secrets, probe, &certificates[i].serial, false);
        redact(secrets, probe, &certificates[i].key, false);
    }
    probe->certificates = certificates;
}

/* A judgement on a credential's header shows the start of its value: as much of that goes as of the header's own. */
static bool redact_as_header(const struct secrets *secrets, struct probe *probe, const struct header *headers,
                             struct slice *actual)
{
    for (size_t i = 0; i < probe->header_count; i++) {
        struct buf out = BUF_INIT;

        if (!secret_header_is_credential(headers[i].name) || headers[i].value.len < actual->len
            || memcmp(headers[i].value.data, actual->data, actual->len) != 0)
            continue;
        secret_header_redact(secrets, headers[i].name, *actual, true, &out);
        *actual = arena_slice(&probe->arena, buf_slice(&out));
        buf_free(&out);
        return true;
    }
    return false;
}

/* `headers`: the answer's, before they were redacted. */
static void redact_judgements(const struct secrets *secrets, struct probe *probe, const struct header *headers)
{
    enum { MAY_BE_CUT = 190 }; /* what is longer may have been cut to be short */
    struct judgement *judgements;

    if (probe->judgement_count == 0)
        return;
    judgements = arena_new(&probe->arena, probe->judgement_count, sizeof *judgements);
    for (size_t i = 0; i < probe->judgement_count; i++) {
        struct slice *actual = &judgements[i].actual;

        judgements[i] = probe->judgements[i];
        if (actual->len && !redact_as_header(secrets, probe, headers, actual))
            redact(secrets, probe, actual, actual->len > MAY_BE_CUT);
    }
    probe->judgements = judgements;
}

/* What is found in `text`, as places behind `offset`. */
static void find_behind(const struct secrets *secrets, struct slice text, size_t offset, bool cut,
                        struct redactions *redactions)
{
    struct redactions found = {0};

    secrets_find(secrets, text, cut, &found);
    for (size_t i = 0; i < found.count; i++)
        redactions_add(redactions, offset + found.list[i].start, offset + found.list[i].end, found.list[i].marker,
                       found.list[i].rank);
    redactions_free(&found);
}

/* The messages of one direction: each by itself, since what was cut off stands between it and the next, and one behind
 * the other, where a secret split over two of them is found. */
static void redact_messages(const struct secrets *secrets, struct probe *probe, struct message *messages, bool sent)
{
    struct redactions redactions = {0};
    struct buf all = BUF_INIT;
    bool cut = false;
    size_t at = 0;

    for (size_t i = 0; i < probe->message_count; i++)
        if (messages[i].sent == sent) {
            cut = messages[i].data.len < messages[i].size;
            find_behind(secrets, messages[i].data, all.len, cut, &redactions);
            buf_put_slice(&all, messages[i].data);
        }
    find_behind(secrets, buf_slice(&all), 0, cut || probe->messages_cut, &redactions);
    redactions_settle(&redactions);
    for (size_t i = 0; i < probe->message_count; i++) {
        struct message *message = &messages[i];
        struct buf out = BUF_INIT;
        size_t end = at + message->data.len;

        if (message->sent != sent)
            continue;
        redactions_apply(&redactions, buf_slice(&all), at, end, &out);
        if (message->data.data)
            message->data = arena_slice(&probe->arena, buf_slice(&out));
        buf_free(&out);
        at = end;
    }
    redactions_free(&redactions);
    buf_free(&all);
}

void secrets_redact_probe(const struct secrets *secrets, struct probe *probe)
{
    const struct header *headers = probe->headers;

    redact(secrets, probe, &probe->detail, false);
    redact(secrets, probe, &probe->address, false);
    redact(secrets, probe, &probe->tls_version, false);
    redact(secrets, probe, &probe->tls_cipher, false);
    redact(secrets, probe, &probe->reason, false);
    redact(secrets, probe, &probe->location, false);
    redact(secrets, probe, &probe->subprotocol, false);
    redact(secrets, probe, &probe->extensions, false);
    redact(secrets, probe, &probe->close_reason, false);
    redact(secrets, probe, &probe->body, probe->body_cut || probe->body_capped);
    redact_headers(secrets, probe);
    redact_certificates(secrets, probe);
    redact_judgements(secrets, probe, headers);
    if (probe->message_count) {
        struct message *messages = arena_new(&probe->arena, probe->message_count, sizeof *messages);

        for (size_t i = 0; i < probe->message_count; i++)
            messages[i] = probe->messages[i];
        redact_messages(secrets, probe, messages, true);
        redact_messages(secrets, probe, messages, false);
        probe->messages = messages;
    }
}

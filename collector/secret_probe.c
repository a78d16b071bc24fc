/* SPDX-License-Identifier: MIT */
/* Redaction of a record: everything in it that came from the network. */
#include <stdint.h>
#include <string.h>

#include "base/memory.h"
#include "collector/probe.h"
#include "collector/redaction.h"

static void redact(const struct secrets *secrets, struct probe *probe, struct slice *slice, bool cut)
{
    struct redactions found = {0};
    struct buf out = BUF_INIT;

    if (!slice->data || slice->len == 0)
        return;
    secrets_find(secrets, *slice, cut, &found);
    if (found.count) {
        redactions_apply(&found, *slice, 0, slice->len, &out);
        *slice = arena_slice(&probe->arena, buf_slice(&out));
    }
    redactions_free(&found);
    buf_free(&out);
}

static void redact_words(const struct secrets *secrets, struct probe *probe, const char **words)
{
    struct slice slice = {*words, *words ? strlen(*words) : 0};

    redact(secrets, probe, &slice, false);
    if (slice.data != *words)
        *words = arena_text_of(&probe->arena, slice.data, slice.len);
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
        if (headers[i].value.data && secret_header_is_credential(headers[i].name)) {
            secret_header_redact(secrets, headers[i].name, headers[i].value, cut, &value);
            headers[i].value = arena_slice(&probe->arena, buf_slice(&value));
        } else {
            redact(secrets, probe, &headers[i].value, cut);
        }
        redact(secrets, probe, &headers[i].name, cut);
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

static size_t common_start(struct slice a, struct slice b)
{
    size_t len = 0;

    while (len < a.len && len < b.len && a.data[len] == b.data[len])
        len++;
    return len;
}

/* What of `words` stands in `stretch`, wherever it begins and ends there. */
static void find_remains(struct slice stretch, const struct redaction *redaction, struct slice words,
                         struct redactions *redactions)
{
    for (size_t at = 0; at < words.len;) {
        size_t most = 0;

        for (size_t from = 0; from < stretch.len; from++) {
            size_t len = common_start((struct slice){stretch.data + from, stretch.len - from},
                                      (struct slice){words.data + at, words.len - at});

            most = len > most ? len : most;
        }
        if (most >= SECRET_SHORTEST)
            redactions_add(redactions, at, at + most, redaction->marker, redaction->rank);
        at += most >= SECRET_SHORTEST ? most : 1;
    }
}

/* What had to go from the value of a header goes from `words` too. */
static void redact_quoted(struct probe *probe, struct slice value, const struct redactions *found, struct slice *words)
{
    struct redactions remains = {0};
    struct buf out = BUF_INIT;

    for (size_t i = 0; i < found->count; i++) {
        const struct redaction *redaction = &found->list[i];

        find_remains((struct slice){value.data + redaction->start, redaction->end - redaction->start}, redaction,
                     *words, &remains);
    }
    if (remains.count) {
        redactions_settle(&remains);
        redactions_apply(&remains, *words, 0, words->len, &out);
        *words = arena_slice(&probe->arena, buf_slice(&out));
    }
    redactions_free(&remains);
    buf_free(&out);
}

/* Words about a failure, and what was judged, may be a part of a header, from the middle of a secret to its middle.
 * `headers`: before they were redacted. */
static void redact_parts_of_headers(const struct secrets *secrets, struct probe *probe, const struct header *headers,
                                    struct judgement *judgements)
{
    for (size_t i = 0; i < probe->header_count; i++) {
        struct redactions found = {0};

        if (slice_equals(probe->headers[i].value, headers[i].value))
            continue;
        secrets_find(secrets, headers[i].value, probe->head_cut, &found);
        redact_quoted(probe, headers[i].value, &found, &probe->detail);
        for (size_t k = 0; k < probe->judgement_count; k++)
            redact_quoted(probe, headers[i].value, &found, &judgements[k].actual);
        redactions_free(&found);
    }
}

/* `headers`: the answer's, before they were redacted. */
static void redact_judgements(const struct secrets *secrets, struct probe *probe, const struct header *headers)
{
    enum { MAY_BE_CUT = 190 }; /* what is longer may have been cut to be short */
    struct judgement *judgements;

    judgements = arena_new(&probe->arena, probe->judgement_count + 1, sizeof *judgements);
    for (size_t i = 0; i < probe->judgement_count; i++) {
        struct slice *actual = &judgements[i].actual;

        judgements[i] = probe->judgements[i];
        if (actual->len && !redact_as_header(secrets, probe, headers, actual))
            redact(secrets, probe, actual, actual->len > MAY_BE_CUT);
    }
    redact_parts_of_headers(secrets, probe, headers, judgements);
    if (probe->judgement_count)
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

/* Where each message of one direction stands among all of them, behind one another. */
static size_t join(const struct probe *probe, const struct message *messages, bool sent, bool with_control,
                   struct buf *all, size_t *places)
{
    size_t count = 0;

    for (size_t i = 0; i < probe->message_count; i++) {
        bool data = messages[i].type == MESSAGE_TEXT || messages[i].type == MESSAGE_BINARY;

        places[i] = all->len;
        if (messages[i].sent != sent || !(data || with_control))
            continue;
        buf_put_slice(all, messages[i].data);
        count++;
    }
    return count;
}

/* What is found in `joined`, put where those bytes are in the text of all messages. */
static void find_joined(const struct secrets *secrets, const struct probe *probe, bool sent, const size_t *places,
                        bool cut, struct redactions *redactions)
{
    const struct message *messages = probe->messages;
    size_t *own = mem_new(probe->message_count, sizeof *own);
    struct redactions found = {0};
    struct buf joined = BUF_INIT;

    join(probe, messages, sent, false, &joined, own);
    secrets_find(secrets, buf_slice(&joined), cut, &found);
    for (size_t i = 0, first = 0; i < probe->message_count; i++) {
        bool data = messages[i].type == MESSAGE_TEXT || messages[i].type == MESSAGE_BINARY;
        size_t from = own[i], to = from + messages[i].data.len;

        if (messages[i].sent != sent || !data)
            continue;
        while (first < found.count && found.list[first].end <= from)
            first++;
        for (size_t k = first; k < found.count && found.list[k].start < to; k++) {
            const struct redaction *redaction = &found.list[k];
            size_t start = redaction->start > from ? redaction->start - from : 0;
            size_t end = (redaction->end < to ? redaction->end : to) - from;

            redactions_add(redactions, places[i] + start, places[i] + end, redaction->marker, redaction->rank);
        }
    }
    redactions_free(&found);
    buf_free(&joined);
    mem_free(own);
}

/* A control frame has room for 125 bytes, the reason of a close for 123 (RFC 6455, 5.5): a server cuts what is longer, in
 * mid-secret too. The words about a failure may end on such a reason. */
static bool may_be_cut(struct slice text)
{
    enum { ROOM_NEARLY_FULL = 90 };

    return text.len >= ROOM_NEARLY_FULL;
}

static bool is_cut(const struct message *message)
{
    bool control = message->type != MESSAGE_TEXT && message->type != MESSAGE_BINARY;

    return message->data.len < message->size || (control && may_be_cut(message->data));
}

/* A judgement on a message shows its start: as much of that goes as of the message, which may hold but a part of a
 * secret. */
static void redact_as_message(struct probe *probe, const struct message *messages, bool sent, const size_t *places,
                              struct slice all, const struct redactions *redactions, struct slice *actual)
{
    enum { LEAST = 3 }; /* of a message's start, in words that may go on otherwise */

    for (size_t i = 0; i < probe->message_count && actual->len; i++) {
        size_t len = messages[i].sent == sent ? common_start(messages[i].data, *actual) : 0;
        struct buf out = BUF_INIT;

        if (len == 0 || (len < actual->len && len < LEAST))
            continue;
        redactions_apply(redactions, all, places[i], places[i] + len, &out);
        buf_put(&out, actual->data + len, actual->len - len);
        if (!slice_equals(*actual, buf_slice(&out))) {
            *actual = arena_slice(&probe->arena, buf_slice(&out));
            buf_free(&out);
            return;
        }
        buf_free(&out);
    }
}

/* The messages of one direction: each by itself, since what was cut off stands between it and the next; one behind the
 * other, where a secret split over two of them is found; and without the control frames that may stand between. */
static void redact_messages(const struct secrets *secrets, struct probe *probe, struct message *messages, bool sent,
                            struct judgement *judgements)
{
    size_t *places = mem_new(probe->message_count, sizeof *places);
    struct redactions redactions = {0};
    struct buf all = BUF_INIT;
    bool cut = probe->messages_cut;
    size_t count = join(probe, messages, sent, true, &all, places);

    for (size_t i = 0; i < probe->message_count; i++)
        if (messages[i].sent == sent) {
            cut = probe->messages_cut || is_cut(&messages[i]);
            find_behind(secrets, messages[i].data, places[i], is_cut(&messages[i]), &redactions);
        }
    if (count > 1) {
        find_behind(secrets, buf_slice(&all), 0, cut, &redactions);
        find_joined(secrets, probe, sent, places, cut, &redactions);
    } else if (probe->messages_cut) {
        find_behind(secrets, buf_slice(&all), 0, true, &redactions);
    }
    redactions_settle(&redactions);
    for (size_t i = 0; i < probe->judgement_count; i++)
        redact_as_message(probe, messages, sent, places, buf_slice(&all), &redactions, &judgements[i].actual);
    for (size_t i = 0; i < probe->message_count; i++) {
        struct buf out = BUF_INIT;

        if (messages[i].sent != sent || !messages[i].data.data)
            continue;
        redactions_apply(&redactions, buf_slice(&all), places[i], places[i] + messages[i].data.len, &out);
        messages[i].data = arena_slice(&probe->arena, buf_slice(&out));
        buf_free(&out);
    }
    redactions_free(&redactions);
    buf_free(&all);
    mem_free(places);
}

/* The address of the first hop is ours; the others are the servers' words. */
static void redact_hops(const struct secrets *secrets, struct probe *probe)
{
    struct hop *hops = probe->hop_count ? arena_new(&probe->arena, probe->hop_count, sizeof *hops) : NULL;

    for (size_t i = 0; i < probe->hop_count; i++) {
        hops[i] = probe->hops[i];
        if (i > 0)
            redact_words(secrets, probe, &hops[i].url);
        redact(secrets, probe, &hops[i].location, false);
    }
    if (probe->hop_count)
        probe->hops = hops;
    redact_words(secrets, probe, &probe->final_url);
}

/* A token's claims are facts; one that holds a secret is none. */
static void redact_tokens(const struct secrets *secrets, struct probe *probe)
{
    struct token *tokens = probe->token_count ? arena_new(&probe->arena, probe->token_count, sizeof *tokens) : NULL;

    for (size_t i = 0; i < probe->token_count; i++) {
        tokens[i] = probe->tokens[i];
        redact(secrets, probe, &tokens[i].algorithm, false);
        redact(secrets, probe, &tokens[i].issuer, false);
        redact(secrets, probe, &tokens[i].audience, false);
        redact(secrets, probe, &tokens[i].scope, false);
    }
    if (probe->token_count)
        probe->tokens = tokens;
}

void secrets_redact_probe(const struct secrets *secrets, struct probe *probe)
{
    const struct header *headers = probe->headers;

    redact(secrets, probe, &probe->detail, may_be_cut(probe->detail));
    redact(secrets, probe, &probe->address, false);
    redact(secrets, probe, &probe->tls_version, false);
    redact(secrets, probe, &probe->tls_cipher, false);
    redact(secrets, probe, &probe->reason, false);
    redact(secrets, probe, &probe->location, false);
    redact(secrets, probe, &probe->subprotocol, false);
    redact(secrets, probe, &probe->extensions, false);
    redact(secrets, probe, &probe->close_reason, may_be_cut(probe->close_reason));
    redact(secrets, probe, &probe->body, probe->body_cut || probe->body_capped);
    redact_headers(secrets, probe);
    redact_hops(secrets, probe);
    redact_tokens(secrets, probe);
    redact_certificates(secrets, probe);
    if (probe->message_count) {
        struct message *messages = arena_new(&probe->arena, probe->message_count, sizeof *messages);
        struct judgement *judgements = arena_new(&probe->arena, probe->judgement_count + 1, sizeof *judgements);

        for (size_t i = 0; i < probe->message_count; i++)
            messages[i] = probe->messages[i];
        for (size_t i = 0; i < probe->judgement_count; i++)
            judgements[i] = probe->judgements[i];
        redact_messages(secrets, probe, messages, true, judgements);
        redact_messages(secrets, probe, messages, false, judgements);
        probe->judgements = judgements;
        probe->messages = messages;
    }
    redact_judgements(secrets, probe, headers);
}

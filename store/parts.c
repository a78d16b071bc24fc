/* SPDX-License-Identifier: MIT */
#include "store/parts.h"

#include <stdio.h>
#include <string.h>

/* Of each list that is a document by itself, so that a later one can say more. Stored as a number: append only. */
enum { EDITION = 1 };

/* What such an expectation measures is another number each time: a duration, the days a certificate has left.
 * Its words stay with the judgement, with a mark for each number, and the numbers go apart. */
static const char number_mark = '\x01';
enum { NUMBER_DIGITS = 18 };

static bool actual_varies(const struct judgement *judgement)
{
    return (judgement->layer == LAYER_PERFORMANCE || judgement->layer == LAYER_TLS) && judgement->actual.data
           && !memchr(judgement->actual.data, number_mark, judgement->actual.len);
}

/* A number's digits are kept behind a 1, so that leading zeros count. */
static void write_numbers(struct buf *out, struct buf *varying, struct slice text)
{
    struct buf words = BUF_INIT;

    for (size_t i = 0; i < text.len;) {
        uint64_t number = 1;
        int digits = 0;

        while (i < text.len && digits < NUMBER_DIGITS && text.data[i] >= '0' && text.data[i] <= '9') {
            number = number * 10 + (uint64_t)(text.data[i++] - '0');
            digits++;
        }
        if (digits) {
            pack_number(varying, number);
            buf_putc(&words, number_mark);
        } else {
            buf_putc(&words, text.data[i++]);
        }
    }
    pack_slice(out, buf_slice(&words));
    buf_free(&words);
}

static struct slice read_numbers(struct unpack *in, struct unpack *varying, struct arena *arena)
{
    struct slice words = unpack_slice(in);
    struct buf text = BUF_INIT;
    struct slice copy;

    for (size_t i = 0; i < words.len; i++) {
        char digits[24];

        if (words.data[i] != number_mark) {
            buf_putc(&text, words.data[i]);
            continue;
        }
        snprintf(digits, sizeof digits, "%llu", (unsigned long long)unpack_number(varying));
        if (digits[0] != '1' || digits[1] == '\0')
            varying->broken = true;
        buf_puts(&text, digits + 1);
    }
    copy = arena_slice(arena, buf_slice(&text));
    buf_free(&text);
    return copy;
}

void judgements_write(struct buf *out, struct buf *varying, const struct probe *probe)
{
    if (probe->judgement_count == 0)
        return;
    pack_number(out, EDITION);
    pack_number(out, probe->judgement_count);
    for (size_t i = 0; i < probe->judgement_count; i++) {
        const struct judgement *judgement = &probe->judgements[i];
        bool varies = actual_varies(judgement);

        pack_text(out, judgement->expected);
        pack_number(out, judgement->verdict);
        pack_text(out, judgement->reason);
        pack_number(out, judgement->layer);
        pack_number(out, varies);
        if (varies)
            write_numbers(out, varying, judgement->actual);
        else
            pack_slice(out, judgement->actual);
    }
}

void judgements_read(struct unpack *in, struct unpack *varying, struct probe *probe)
{
    struct judgement *judgements;

    unpack_below(in, EDITION + 1);
    probe->judgement_count = unpack_count(in);
    judgements = arena_new(&probe->arena, probe->judgement_count, sizeof *judgements);
    for (size_t i = 0; i < probe->judgement_count; i++) {
        judgements[i].expected = unpack_text(in);
        judgements[i].verdict = (enum judgement_verdict)unpack_below(in, JUDGED_NOT + 1);
        judgements[i].reason = unpack_text(in);
        judgements[i].layer = (enum layer)unpack_below(in, LAYER_COUNT);
        judgements[i].actual = unpack_bool(in) ? read_numbers(in, varying, &probe->arena) : unpack_slice(in);
    }
    probe->judgements = judgements;
}

void chain_write(struct buf *out, const struct probe *probe)
{
    if (probe->certificate_count == 0)
        return;
    pack_number(out, EDITION);
    pack_number(out, probe->certificate_count);
    for (size_t i = 0; i < probe->certificate_count; i++) {
        const struct certificate *certificate = &probe->certificates[i];

        pack_slice(out, certificate->subject);
        pack_slice(out, certificate->issuer);
        pack_slice(out, certificate->names);
        pack_slice(out, certificate->serial);
        pack_slice(out, certificate->key);
        pack_slice(out, certificate->sha256);
        pack_signed(out, certificate->not_before.us);
        pack_signed(out, certificate->not_after.us);
    }
}

void chain_read(struct unpack *in, struct probe *probe)
{
    struct certificate *certificates;

    unpack_below(in, EDITION + 1);
    probe->certificate_count = unpack_count(in);
    certificates = arena_new(&probe->arena, probe->certificate_count, sizeof *certificates);
    for (size_t i = 0; i < probe->certificate_count; i++) {
        certificates[i].subject = unpack_slice(in);
        certificates[i].issuer = unpack_slice(in);
        certificates[i].names = unpack_slice(in);
        certificates[i].serial = unpack_slice(in);
        certificates[i].key = unpack_slice(in);
        certificates[i].sha256 = unpack_slice(in);
        certificates[i].not_before.us = unpack_signed(in);
        certificates[i].not_after.us = unpack_signed(in);
    }
    probe->certificates = certificates;
}

void messages_write(struct buf *out, struct buf *varying, const struct probe *probe)
{
    if (probe->message_count == 0)
        return;
    pack_number(out, EDITION);
    pack_number(out, probe->message_count);
    for (size_t i = 0; i < probe->message_count; i++) {
        const struct message *message = &probe->messages[i];

        pack_number(out, message->type);
        pack_number(out, message->sent);
        pack_slice(out, message->data);
        pack_number(out, message->size);
        pack_signed(varying, message->at_us);
    }
}

void messages_read(struct unpack *in, struct unpack *varying, struct probe *probe)
{
    struct message *messages;

    unpack_below(in, EDITION + 1);
    probe->message_count = unpack_count(in);
    messages = arena_new(&probe->arena, probe->message_count, sizeof *messages);
    for (size_t i = 0; i < probe->message_count; i++) {
        messages[i].type = (enum message_type)unpack_below(in, MESSAGE_CLOSE + 1);
        messages[i].sent = unpack_bool(in);
        messages[i].data = unpack_slice(in);
        messages[i].size = unpack_number(in);
        messages[i].at_us = unpack_signed(varying);
    }
    probe->messages = messages;
}

void hops_write(struct buf *out, struct buf *varying, const struct probe *probe)
{
    pack_number(out, probe->hop_count);
    for (size_t i = 0; i < probe->hop_count; i++) {
        const struct hop *hop = &probe->hops[i];

        pack_signed(out, hop->status);
        pack_text(out, hop->url);
        pack_slice(out, hop->location);
        pack_slice(out, hop->address);
        pack_signed(varying, hop->total_us);
    }
}

void hops_read(struct unpack *in, struct unpack *varying, struct probe *probe)
{
    struct hop *hops;

    probe->hop_count = unpack_count(in);
    if (probe->hop_count == 0)
        return;
    hops = arena_new(&probe->arena, probe->hop_count, sizeof *hops);
    for (size_t i = 0; i < probe->hop_count; i++) {
        hops[i].status = (int)unpack_signed(in);
        hops[i].url = unpack_text(in);
        hops[i].location = unpack_slice(in);
        hops[i].address = unpack_slice(in);
        hops[i].total_us = unpack_signed(varying);
    }
    probe->hops = hops;
}

/* A token that is made anew each night differs in its times alone: these go apart, as distances from the probe's start,
 * behind a mask of those that it says. */
static void write_times(struct buf *varying, const struct token *token, struct wall started)
{
    const int64_t times[] = {token->issued_s, token->not_before_s, token->expires_s};
    unsigned said = 0;

    for (unsigned i = 0; i < 3; i++)
        said |= times[i] ? 1U << i : 0U;
    pack_number(varying, said);
    for (unsigned i = 0; i < 3; i++)
        if (times[i])
            pack_signed(varying, (int64_t)((uint64_t)times[i] - (uint64_t)(started.us / 1000000)));
}

static int64_t read_time(struct unpack *varying, bool said, struct wall started)
{
    return said ? (int64_t)((uint64_t)unpack_signed(varying) + (uint64_t)(started.us / 1000000)) : 0;
}

void tokens_write(struct buf *out, struct buf *varying, const struct probe *probe)
{
    pack_number(out, probe->token_count);
    for (size_t i = 0; i < probe->token_count; i++) {
        const struct token *token = &probe->tokens[i];

        pack_text(out, token->header);
        pack_slice(out, token->algorithm);
        pack_slice(out, token->issuer);
        pack_slice(out, token->audience);
        pack_slice(out, token->scope);
        write_times(varying, token, probe->started);
    }
}

void tokens_read(struct unpack *in, struct unpack *varying, struct probe *probe)
{
    struct token *tokens;

    probe->token_count = unpack_count(in);
    if (probe->token_count == 0)
        return;
    tokens = arena_new(&probe->arena, probe->token_count, sizeof *tokens);
    for (size_t i = 0; i < probe->token_count; i++) {
        uint64_t said;

        tokens[i].header = unpack_text(in);
        tokens[i].algorithm = unpack_slice(in);
        tokens[i].issuer = unpack_slice(in);
        tokens[i].audience = unpack_slice(in);
        tokens[i].scope = unpack_slice(in);
        said = unpack_below(varying, 8);
        tokens[i].issued_s = read_time(varying, said & 1, probe->started);
        tokens[i].not_before_s = read_time(varying, said & 2, probe->started);
        tokens[i].expires_s = read_time(varying, said & 4, probe->started);
    }
    probe->tokens = tokens;
}

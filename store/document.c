/* SPDX-License-Identifier: MIT */
#include "store/document.h"

#include <stddef.h>
#include <string.h>

#include "store/headers.h"
#include "store/pack.h"
#include "store/parts.h"

/* Of the exchange, so that a later one can say more. Stored as a number: append only. */
enum {
    EDITION_FIRST = 1,
    EDITION_HOPS = 2,      /* what was varied, proxy, redirects, tokens */
    EDITION_ADDRESSES = 3, /* all that the name has */
    EDITION = EDITION_ADDRESSES
};

/* Flags of what follows in `varying`. Stored as numbers: append only. */
enum {
    BODY_OTHER_SIZE = 1 << 0, /* body_size follows; else it is that of the kept body */
    BODY_OTHER_HASH = 1 << 1, /* body_sha256 follows, as 32 bytes */
    BODY_ODD_HASH = 1 << 2,   /* ... as a string */
    BODY_SAME_HASH = 1 << 3,  /* it is the digest of the kept body */
    DETAIL = 1 << 4,          /* detail follows */
    BODY_CAPPED = 1 << 5,
    BODY_CUT = 1 << 6,
    MESSAGES_CUT = 1 << 7,
    REUSED = 1 << 8,
    FLAGS_END = 1 << 9
};

/* The durations that are kept in `varying`, by the bits that say which were measured. Stored as numbers:
 * append only. The first seven are those of HTTP, so that their mask is one byte. */
static const size_t durations[] = {
    offsetof(struct probe, timings.dns_us),      offsetof(struct probe, timings.connect_us),
    offsetof(struct probe, timings.tls_us),      offsetof(struct probe, timings.first_byte_us),
    offsetof(struct probe, timings.transfer_us), offsetof(struct probe, loop_lag_us),
    offsetof(struct probe, timings.upgrade_us),  offsetof(struct probe, timings.first_message_us),
    offsetof(struct probe, timings.ping_us),     offsetof(struct probe, timings.redirects_us),
    offsetof(struct probe, timings.open_us),
};
enum { DURATIONS = sizeof durations / sizeof *durations };

static int64_t duration_of(const struct probe *probe, size_t index)
{
    int64_t value;

    memcpy(&value, (const char *)probe + durations[index], sizeof value);
    return value;
}

static void set_duration(struct probe *probe, size_t index, int64_t value)
{
    memcpy((char *)probe + durations[index], &value, sizeof value);
}

/* What a duration is when its bit is not set: there is always a lag, and it is mostly none. */
static int64_t usual_duration(size_t index)
{
    return durations[index] == offsetof(struct probe, loop_lag_us) ? 0 : NOT_MEASURED;
}

static void write_durations(struct buf *out, const struct probe *probe)
{
    uint64_t mask = 0;

    for (size_t i = 0; i < DURATIONS; i++)
        if (duration_of(probe, i) != usual_duration(i))
            mask |= UINT64_C(1) << i;
    pack_number(out, mask);
    for (size_t i = 0; i < DURATIONS; i++)
        if (mask >> i & 1)
            pack_number(out, (uint64_t)duration_of(probe, i));
}

static void read_durations(struct unpack *in, struct probe *probe)
{
    uint64_t mask = unpack_below(in, UINT64_C(1) << DURATIONS);

    for (size_t i = 0; i < DURATIONS; i++)
        set_duration(probe, i, mask >> i & 1 ? (int64_t)unpack_number(in) : usual_duration(i));
}

bool document_durations(struct probe *probe, struct slice varying)
{
    struct unpack in = unpack_of(varying);

    read_durations(&in, probe);
    return !in.broken;
}

static int digit_of(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Whether `text` is what digest_text() writes. */
static bool digest_from(struct slice text, struct digest *digest)
{
    if (text.len != DIGEST_TEXT - 1)
        return false;
    for (size_t i = 0; i < sizeof digest->bytes; i++) {
        int high = digit_of(text.data[2 * i]);
        int low = digit_of(text.data[2 * i + 1]);

        if (high < 0 || low < 0)
            return false;
        digest->bytes[i] = (uint8_t)(high * 16 + low);
    }
    return true;
}

static unsigned hash_flag(const struct probe *probe, const struct digest *body, struct digest *hash)
{
    if (!probe->body_sha256.data)
        return 0;
    if (!digest_from(probe->body_sha256, hash))
        return BODY_ODD_HASH;
    if (probe->body.data && memcmp(hash->bytes, body->bytes, sizeof hash->bytes) == 0)
        return BODY_SAME_HASH;
    return BODY_OTHER_HASH;
}

/* The part of `varying` that is read with and without evidence. */
static void write_sizes(struct buf *out, const struct probe *probe, const struct digest *body)
{
    struct digest hash;
    unsigned flags = hash_flag(probe, body, &hash);

    flags |= probe->body_size != (probe->body.data ? probe->body.len : 0) ? BODY_OTHER_SIZE : 0U;
    flags |= probe->detail.data ? DETAIL : 0U;
    flags |= probe->body_capped ? BODY_CAPPED : 0U;
    flags |= probe->body_cut ? BODY_CUT : 0U;
    flags |= probe->messages_cut ? MESSAGES_CUT : 0U;
    flags |= probe->reused ? REUSED : 0U;
    pack_number(out, flags);
    if (flags & BODY_OTHER_SIZE)
        pack_number(out, probe->body_size);
    if (flags & BODY_OTHER_HASH)
        buf_put(out, hash.bytes, sizeof hash.bytes);
    if (flags & BODY_ODD_HASH)
        pack_slice(out, probe->body_sha256);
    if (flags & DETAIL)
        pack_slice(out, probe->detail);
}

static struct slice digest_words(struct arena *arena, const uint8_t bytes[32])
{
    struct digest digest;
    char *text = arena_new(arena, DIGEST_TEXT, 1);

    memcpy(digest.bytes, bytes, sizeof digest.bytes);
    return slice_of(digest_text(&digest, text));
}

static void read_sizes(struct unpack *in, struct probe *probe, const struct body_name *body)
{
    unsigned flags = (unsigned)unpack_below(in, FLAGS_END);

    probe->body_size = flags & BODY_OTHER_SIZE ? unpack_number(in) : body->present ? body->size : 0;
    if (flags & BODY_OTHER_HASH) {
        struct slice bytes = unpack_bytes(in, sizeof body->digest.bytes);

        if (bytes.data)
            probe->body_sha256 = digest_words(&probe->arena, (const uint8_t *)bytes.data);
    }
    if (flags & BODY_ODD_HASH)
        probe->body_sha256 = unpack_slice(in);
    if (flags & BODY_SAME_HASH)
        probe->body_sha256 = digest_words(&probe->arena, body->digest.bytes);
    if (flags & DETAIL)
        probe->detail = unpack_slice(in);
    probe->body_capped = (flags & BODY_CAPPED) != 0;
    probe->body_cut = (flags & BODY_CUT) != 0;
    probe->messages_cut = (flags & MESSAGES_CUT) != 0;
    probe->reused = (flags & REUSED) != 0;
}

/* The lists come last, because they alone are left out of a reading without evidence. */
static void write_exchange(struct buf *out, struct buf *varying, const struct probe *probe)
{
    pack_number(out, EDITION);
    pack_number(out, probe->upgrade);
    pack_number(out, probe->client);
    pack_text(out, probe->method);
    pack_text(out, probe->url);
    pack_text(out, probe->withheld);
    pack_slice(out, probe->address);
    pack_number(out, probe->port);
    pack_number(out, probe->from_hosts);
    pack_slice(out, probe->reason);
    pack_text(out, probe->http_version);
    pack_number(out, probe->head_cut);
    pack_slice(out, probe->location);
    pack_slice(out, probe->tls_version);
    pack_slice(out, probe->tls_cipher);
    pack_signed(out, probe->tls_verify);
    pack_slice(out, probe->subprotocol);
    pack_slice(out, probe->extensions);
    pack_signed(out, probe->close_code);
    pack_slice(out, probe->close_reason);
    pack_text(out, probe->varied);
    pack_text(out, probe->proxy);
    pack_slice(out, probe->system_address);
    pack_text(out, probe->final_url);
    pack_text(out, probe->all_addresses);
    headers_write(out, varying, probe->request, probe->request_count, probe->started);
    headers_write(out, varying, probe->headers, probe->header_count, probe->started);
    hops_write(out, varying, probe);
    tokens_write(out, varying, probe);
}

static void read_exchange(struct unpack *in, struct unpack *varying, struct probe *probe, bool evidence)
{
    uint64_t edition = unpack_below(in, EDITION + 1);

    probe->upgrade = unpack_bool(in);
    probe->client = (enum client)unpack_below(in, CLIENT_LIBWEBSOCKETS + 1);
    probe->method = unpack_text(in);
    probe->url = unpack_text(in);
    probe->withheld = unpack_text(in);
    probe->address = unpack_slice(in);
    probe->port = (uint16_t)unpack_below(in, UINT16_MAX + 1);
    probe->from_hosts = unpack_bool(in);
    probe->reason = unpack_slice(in);
    probe->http_version = unpack_text(in);
    probe->head_cut = unpack_bool(in);
    probe->location = unpack_slice(in);
    probe->tls_version = unpack_slice(in);
    probe->tls_cipher = unpack_slice(in);
    probe->tls_verify = (long)unpack_signed(in);
    probe->subprotocol = unpack_slice(in);
    probe->extensions = unpack_slice(in);
    probe->close_code = (int)unpack_signed(in);
    probe->close_reason = unpack_slice(in);
    if (edition >= EDITION_HOPS) {
        probe->varied = unpack_text(in);
        probe->proxy = unpack_text(in);
        probe->system_address = unpack_slice(in);
        probe->final_url = unpack_text(in);
    }
    if (edition >= EDITION_ADDRESSES)
        probe->all_addresses = unpack_text(in);
    if (!evidence)
        return;
    probe->request = headers_read(in, varying, probe->started, &probe->arena, &probe->request_count);
    probe->headers = headers_read(in, varying, probe->started, &probe->arena, &probe->header_count);
    if (edition >= EDITION_HOPS) {
        hops_read(in, varying, probe);
        tokens_read(in, varying, probe);
    }
    if (!unpack_ended(in))
        in->broken = true;
}

static struct slice present(const struct buf *buf)
{
    return buf->len ? buf_slice(buf) : (struct slice){NULL, 0};
}

struct documents document_write(const struct probe *probe, const struct digest *body, struct document_room *room)
{
    buf_clear(&room->exchange);
    buf_clear(&room->judgements);
    buf_clear(&room->chain);
    buf_clear(&room->messages);
    buf_clear(&room->varying);
    write_durations(&room->varying, probe);
    write_sizes(&room->varying, probe, body);
    write_exchange(&room->exchange, &room->varying, probe);
    judgements_write(&room->judgements, &room->varying, probe);
    messages_write(&room->messages, &room->varying, probe);
    chain_write(&room->chain, probe);
    return (struct documents){present(&room->exchange), present(&room->judgements), present(&room->chain),
                              present(&room->messages), present(&room->varying)};
}

void document_room_free(struct document_room *room)
{
    buf_free(&room->exchange);
    buf_free(&room->judgements);
    buf_free(&room->chain);
    buf_free(&room->messages);
    buf_free(&room->varying);
}

bool document_read(struct probe *probe, const struct documents *documents, const struct body_name *body, bool evidence)
{
    struct unpack varying = unpack_of(documents->varying);
    struct unpack exchange = unpack_of(documents->exchange);
    struct unpack judgements = unpack_of(documents->judgements);
    struct unpack messages = unpack_of(documents->messages);
    struct unpack chain = unpack_of(documents->chain);

    read_durations(&varying, probe);
    read_sizes(&varying, probe, body);
    read_exchange(&exchange, &varying, probe, evidence);
    if (!evidence)
        return !varying.broken && !exchange.broken;
    if (documents->judgements.data)
        judgements_read(&judgements, &varying, probe);
    if (documents->messages.data)
        messages_read(&messages, &varying, probe);
    if (documents->chain.data)
        chain_read(&chain, probe);
    return unpack_ended(&varying) && !exchange.broken && (!documents->judgements.data || unpack_ended(&judgements))
           && (!documents->messages.data || unpack_ended(&messages))
           && (!documents->chain.data || unpack_ended(&chain));
}

/* SPDX-License-Identifier: MIT */
#include "collector/deflate.h"

#include <stdio.h>
#include <string.h>
#include <zlib.h>

#include "base/memory.h"

enum {
    PIECE = 16 * 1024,
    WINDOW_MOST = 32 * 1024,
    WINDOW_BITS = 15,
    FINALS_MOST = 8,        /* blocks of a message that call themselves final: each costs a copy of the window */
    TAIL = 4,               /* bytes that every compressed message ends with and that are not sent (7.2.1) */
    AT_BLOCK_BORDER = 0x80, /* in zlib's data_type */
};
static const char tail[TAIL] = {0x00, 0x00, (char)0xff, (char)0xff};

struct inflater {
    z_stream zlib;
    bool forgets;
    bool final;    /* a final block was the last thing that was read */
    int finals;    /* of the message */
    size_t tailed; /* bytes of the tail that were read */
    const char *words;
    unsigned char piece[PIECE];
};

struct parameter {
    struct slice name, value; /* value absent: none */
};

static struct slice trimmed(struct slice text)
{
    while (text.len && (*text.data == ' ' || *text.data == '\t')) {
        text.data++;
        text.len--;
    }
    while (text.len && (text.data[text.len - 1] == ' ' || text.data[text.len - 1] == '\t'))
        text.len--;
    return text;
}

/* The next of "; name=value; name", which is consumed. */
static struct parameter next_parameter(struct slice *parameters)
{
    struct parameter parameter = {{NULL, 0}, {NULL, 0}};
    struct slice text = *parameters;
    const char *end, *equals;

    if (text.len && *text.data == ';') {
        text.data++;
        text.len--;
    }
    end = text.len ? memchr(text.data, ';', text.len) : NULL;
    parameters->data = end ? end : text.data + text.len;
    parameters->len = end ? text.len - (size_t)(end - text.data) : 0;
    text.len -= parameters->len;
    equals = text.len ? memchr(text.data, '=', text.len) : NULL;
    parameter.name = trimmed((struct slice){text.data, equals ? (size_t)(equals - text.data) : text.len});
    if (equals) {
        struct slice value = trimmed((struct slice){equals + 1, text.len - (size_t)(equals + 1 - text.data)});

        /* A quoted string means the same as the token in it (RFC 6455, 9.1). */
        if (value.len >= 2 && value.data[0] == '"' && value.data[value.len - 1] == '"')
            value = (struct slice){value.data + 1, value.len - 2};
        parameter.value = value;
    }
    return parameter;
}

static bool wrong(char words[DEFLATE_WORDS], const char *what, struct slice name)
{
    snprintf(words, DEFLATE_WORDS, "%s: \"%.*s\"", what, name.len > 60 ? 60 : (int)name.len,
             name.data ? name.data : "");
    return false;
}

/* 8 to 15, without leading zeros (7.1.2.1). */
static bool read_bits(struct slice value, uint8_t *bits)
{
    unsigned number = 0;

    if (value.len == 1 && (value.data[0] == '8' || value.data[0] == '9'))
        number = (unsigned)(value.data[0] - '0');
    else if (value.len == 2 && value.data[0] == '1' && value.data[1] >= '0' && value.data[1] <= '5')
        number = 10 + (unsigned)(value.data[1] - '0');
    *bits = (uint8_t)number;
    return number != 0;
}

bool deflate_agree(struct slice parameters, struct deflate_terms *terms, char words[DEFLATE_WORDS])
{
    static const char *const names[] = {"server_no_context_takeover", "client_no_context_takeover",
                                        "server_max_window_bits", "client_max_window_bits"};
    enum { NAMES = sizeof names / sizeof *names, FIRST_WITH_VALUE = 2 };
    bool seen[NAMES] = {false};

    *terms = (struct deflate_terms){.agreed = true, .server_bits = WINDOW_BITS, .client_bits = WINDOW_BITS};
    while (parameters.len) {
        struct parameter parameter = next_parameter(&parameters);
        size_t i = 0;

        while (i < NAMES && !slice_equals(parameter.name, slice_of(names[i])))
            i++;
        if (i == NAMES)
            return wrong(words, "unknown parameter of " DEFLATE_NAME, parameter.name);
        if (seen[i])
            return wrong(words, "a parameter of " DEFLATE_NAME " twice", parameter.name);
        seen[i] = true;
        if (i < FIRST_WITH_VALUE && parameter.value.data)
            return wrong(words, "a parameter of " DEFLATE_NAME " with a value, which it cannot have", parameter.name);
        if (i >= FIRST_WITH_VALUE && !read_bits(parameter.value, i == 2 ? &terms->server_bits : &terms->client_bits))
            return wrong(words,
                         i == 2 ? "server_max_window_bits is not 8 to 15" : "client_max_window_bits is not 8 to 15",
                         parameter.value);
    }
    terms->server_forgets = seen[0];
    terms->client_forgets = seen[1];
    return true;
}

struct inflater *inflater_new(const struct deflate_terms *terms)
{
    struct inflater *inflater = mem_new(1, sizeof *inflater);

    inflater->forgets = terms->server_forgets;
    /* With a smaller window zlib would notice what reaches behind it only where it is not in the same piece: whether a
     * server is accused would hang on how its bytes came. */
    if (inflateInit2(&inflater->zlib, -WINDOW_BITS) != Z_OK)
        inflater->words = "zlib cannot start";
    return inflater;
}

void inflater_free(struct inflater *inflater)
{
    if (!inflater)
        return;
    inflateEnd(&inflater->zlib);
    mem_free(inflater);
}

const char *inflater_words(const struct inflater *inflater)
{
    return inflater->words ? inflater->words : "";
}

static enum inflate_step broken(struct inflater *inflater, const char *words)
{
    inflater->words = words;
    return INFLATE_BROKEN;
}

/* Behind a final block a new stream begins, which may refer to what came before (7.2.3.4). */
static bool go_on_behind_final(struct inflater *inflater)
{
    Bytef window[WINDOW_MOST];
    uInt len = 0;

    if (inflateGetDictionary(&inflater->zlib, window, &len) != Z_OK || inflateReset(&inflater->zlib) != Z_OK)
        return false;
    return len == 0 || inflateSetDictionary(&inflater->zlib, window, len) == Z_OK;
}

/* One call of zlib: consumes of `input`, leaves output in the piece. */
static bool inflate_some(struct inflater *inflater, struct slice *input)
{
    z_stream *zlib = &inflater->zlib;
    uInt len = input->len < PIECE ? (uInt)input->len : PIECE;
    int result;

    inflater->final = inflater->final && len == 0;
    zlib->next_in = (Bytef *)(uintptr_t)input->data; /* zlib's pointer is not const, and it only reads */
    zlib->avail_in = len;
    zlib->next_out = inflater->piece;
    zlib->avail_out = PIECE;
    result = inflate(zlib, Z_SYNC_FLUSH);
    input->data += len - zlib->avail_in;
    input->len -= len - zlib->avail_in;
    if (result == Z_STREAM_END) {
        inflater->final = true;
        if (++inflater->finals > FINALS_MOST || !go_on_behind_final(inflater))
            inflater->words = "a final block is followed by more";
    } else if (result != Z_OK && result != Z_BUF_ERROR) {
        inflater->words = zlib->msg ? zlib->msg : "not deflate";
    }
    return !inflater->words;
}

enum inflate_step inflater_next(struct inflater *inflater, struct slice *input, struct slice *piece)
{
    if (inflater->words)
        return INFLATE_BROKEN;
    do {
        if (!inflate_some(inflater, input))
            return INFLATE_BROKEN;
        *piece = (struct slice){(const char *)inflater->piece, PIECE - inflater->zlib.avail_out};
    } while (piece->len == 0 && input->len);
    return piece->len ? INFLATE_PIECE : INFLATE_HUNGRY;
}

enum inflate_step inflater_end(struct inflater *inflater, struct slice *piece)
{
    struct slice rest = {tail + inflater->tailed, TAIL - inflater->tailed};
    bool ended_by_itself = inflater->final && inflater->tailed == 0;

    if (inflater->words)
        return INFLATE_BROKEN;
    if (!ended_by_itself) {
        enum inflate_step step = inflater_next(inflater, &rest, piece);

        inflater->tailed = TAIL - rest.len;
        if (step != INFLATE_HUNGRY)
            return step;
        if (!(inflater->zlib.data_type & AT_BLOCK_BORDER))
            return broken(inflater, "it ends inside of a block");
    }
    inflater->tailed = 0;
    inflater->final = false;
    inflater->finals = 0;
    if (inflater->forgets && inflateReset(&inflater->zlib) != Z_OK)
        return broken(inflater, "zlib cannot start again");
    return INFLATE_HUNGRY;
}

bool deflate_message(const struct deflate_terms *terms, struct slice text, struct buf *out)
{
    z_stream zlib = {0};
    unsigned char piece[PIECE];
    size_t begin = out->len;

    if (deflateInit2(&zlib, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -(int)terms->client_bits, MAX_MEM_LEVEL - 1,
                     Z_DEFAULT_STRATEGY)
        != Z_OK)
        return false;
    do {
        uInt len = text.len < PIECE ? (uInt)text.len : PIECE;

        zlib.next_in = (Bytef *)(uintptr_t)text.data;
        zlib.avail_in = len;
        text.data += len;
        text.len -= len;
        do {
            zlib.next_out = piece;
            zlib.avail_out = PIECE;
            deflate(&zlib, text.len ? Z_NO_FLUSH : Z_SYNC_FLUSH);
            buf_put(out, piece, PIECE - zlib.avail_out);
        } while (zlib.avail_out == 0);
    } while (text.len);
    deflateEnd(&zlib);
    if (out->len - begin < TAIL || memcmp(out->data + out->len - TAIL, tail, TAIL) != 0) {
        buf_cut(out, begin);
        return false;
    }
    buf_cut(out, out->len - TAIL);
    return true;
}

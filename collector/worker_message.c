/* SPDX-License-Identifier: MIT */
#include "collector/worker_message.h"

#include <string.h>

#include "base/arena.h"

#define ABSENT UINT32_MAX

static void put_little(char *place, uint64_t number, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        place[i] = (char)(unsigned char)(number >> (8 * i));
}

static uint64_t get_little(const char *place, size_t bytes)
{
    uint64_t number = 0;

    for (size_t i = 0; i < bytes; i++)
        number |= (uint64_t)(unsigned char)place[i] << (8 * i);
    return number;
}

enum worker_step worker_frame_next(struct slice *input, struct worker_frame *frame)
{
    uint64_t len;

    if (input->len < WORKER_FRAME_HEAD)
        return WORKER_STEP_HUNGRY;
    len = get_little(input->data, 4);
    if (len > WORKER_FRAME_MOST)
        return WORKER_STEP_BROKEN;
    if (input->len - WORKER_FRAME_HEAD < len)
        return WORKER_STEP_HUNGRY;
    frame->kind = (enum worker_kind)(unsigned char)input->data[4];
    frame->id = (uint32_t)get_little(input->data + 5, 4);
    frame->payload = (struct slice){input->data + WORKER_FRAME_HEAD, (size_t)len};
    input->data += WORKER_FRAME_HEAD + len;
    input->len -= WORKER_FRAME_HEAD + (size_t)len;
    return WORKER_STEP_FRAME;
}

size_t worker_frame_begin(struct buf *out, enum worker_kind kind, uint32_t id)
{
    char head[WORKER_FRAME_HEAD] = {0};
    size_t begin = out->len;

    head[4] = (char)kind;
    put_little(head + 5, id, 4);
    buf_put(out, head, sizeof head);
    return begin;
}

void worker_frame_end(struct buf *out, size_t begin)
{
    put_little(out->data + begin, out->len - begin - WORKER_FRAME_HEAD, 4);
}

void worker_put_number(struct buf *out, uint64_t number)
{
    char bytes[8];

    put_little(bytes, number, sizeof bytes);
    buf_put(out, bytes, sizeof bytes);
}

void worker_put_bytes(struct buf *out, struct slice bytes)
{
    char len[4];

    put_little(len, bytes.data ? bytes.len : ABSENT, sizeof len);
    buf_put(out, len, sizeof len);
    if (bytes.len)
        buf_put_slice(out, bytes);
}

static const char *take(struct worker_reader *reader, size_t len)
{
    const char *place = reader->left.data;

    if (reader->spoilt || reader->left.len < len) {
        reader->spoilt = true;
        return NULL;
    }
    reader->left.data += len;
    reader->left.len -= len;
    return place;
}

uint64_t worker_get_number(struct worker_reader *reader)
{
    const char *place = take(reader, 8);

    return place ? get_little(place, 8) : 0;
}

uint64_t worker_get_upto(struct worker_reader *reader, uint64_t most)
{
    uint64_t number = worker_get_number(reader);

    if (number <= most)
        return number;
    reader->spoilt = true;
    return 0;
}

struct slice worker_get_bytes(struct worker_reader *reader)
{
    const char *place = take(reader, 4);
    uint64_t len = place ? get_little(place, 4) : ABSENT;

    if (len == ABSENT)
        return (struct slice){NULL, 0};
    place = take(reader, (size_t)len);
    return place ? (struct slice){place, (size_t)len} : (struct slice){NULL, 0};
}

void worker_put_start(struct buf *out, uint32_t id, const struct worker_start *start)
{
    size_t begin = worker_frame_begin(out, WORKER_START, id);

    worker_put_bytes(out, slice_of(start->address));
    worker_put_bytes(out, slice_of(start->host));
    worker_put_bytes(out, slice_of(start->name));
    worker_put_bytes(out, slice_of(start->target));
    worker_put_bytes(out, slice_of(start->subprotocols));
    worker_put_bytes(out, slice_of(start->origin));
    worker_put_number(out, start->port);
    worker_put_number(out, start->tls);
    worker_put_number(out, start->verify);
    worker_put_number(out, start->profile);
    worker_put_number(out, start->message_most);
    worker_put_bytes(out, start->headers);
    worker_frame_end(out, begin);
}

/* NULL where the field is absent. */
static const char *get_text(struct worker_reader *reader, struct arena *texts)
{
    struct slice bytes = worker_get_bytes(reader);

    return bytes.data ? arena_text_of(texts, bytes.data, bytes.len) : NULL;
}

bool worker_get_start(struct slice payload, struct arena *texts, struct worker_start *start)
{
    struct worker_reader reader = {payload, false};

    start->address = get_text(&reader, texts);
    start->host = get_text(&reader, texts);
    start->name = get_text(&reader, texts);
    start->target = get_text(&reader, texts);
    start->subprotocols = get_text(&reader, texts);
    start->origin = get_text(&reader, texts);
    start->port = (uint16_t)worker_get_upto(&reader, UINT16_MAX);
    start->tls = worker_get_upto(&reader, 1) != 0;
    start->verify = worker_get_upto(&reader, 1) != 0;
    start->profile = (uint32_t)worker_get_upto(&reader, UINT32_MAX);
    start->message_most = worker_get_number(&reader);
    start->headers = arena_slice(texts, worker_get_bytes(&reader));
    return !reader.spoilt && start->address && start->host && start->name && start->target;
}

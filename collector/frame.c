/* SPDX-License-Identifier: MIT */
#include "collector/frame.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

enum {
    OPCODE_CONTINUATION = 0,
    OPCODE_TEXT = 1,
    OPCODE_BINARY = 2,
    OPCODE_CLOSE = 8,
    OPCODE_PING = 9,
    OPCODE_PONG = 10,
    BIT_FINAL = 0x80,
    BITS_RESERVED = 0x70,
    BIT_COMPRESSED = 0x40, /* RFC 7692, section 6 */
    BIT_MASK = 0x80,
};

static enum frame_step broken(struct frame_reader *reader, const char *code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static enum frame_step broken(struct frame_reader *reader, const char *code, const char *format, ...)
{
    va_list args;

    reader->code = code;
    va_start(args, format);
    vsnprintf(reader->words, sizeof reader->words, format, args);
    va_end(args);
    return FRAME_BROKEN;
}

bool close_code_valid(int code)
{
    if (code >= 3000 && code <= 4999)
        return true;
    return code >= 1000 && code <= 1014 && code != 1004 && code != CLOSE_NO_CODE && code != CLOSE_NO_FRAME;
}

bool frame_in_progress(const struct frame_reader *reader)
{
    return reader->in_message || reader->in_payload || reader->head_len > 0;
}

static bool is_control(const struct frame_reader *reader)
{
    return reader->opcode >= OPCODE_CLOSE;
}

static enum message_type control_type(const struct frame_reader *reader)
{
    if (reader->opcode == OPCODE_CLOSE)
        return MESSAGE_CLOSE;
    return reader->opcode == OPCODE_PING ? MESSAGE_PING : MESSAGE_PONG;
}

/* The first byte: bits and opcode, judged before any more is read. */
static enum frame_step first_byte(struct frame_reader *reader)
{
    uint8_t byte = reader->head[0];

    reader->final = (byte & BIT_FINAL) != 0;
    reader->opcode = byte & 15;
    reader->compressed_frame = reader->deflate && (byte & BIT_COMPRESSED);
    if (byte & BITS_RESERVED & (reader->compressed_frame ? ~BIT_COMPRESSED : ~0))
        return broken(reader, "websocket-reserved-bit", "reserved bits 0x%x are set in a frame with opcode 0x%x",
                      (unsigned)(byte & BITS_RESERVED) >> 4, reader->opcode);
    if (reader->opcode > OPCODE_PONG || (reader->opcode > OPCODE_BINARY && reader->opcode < OPCODE_CLOSE))
        return broken(reader, "websocket-reserved-opcode", "reserved opcode 0x%x", reader->opcode);
    if (is_control(reader) && !reader->final)
        return broken(reader, "websocket-control-fragmented", "fragmented control frame with opcode 0x%x",
                      reader->opcode);
    if (reader->opcode == OPCODE_CONTINUATION && !reader->in_message)
        return broken(reader, "websocket-bad-continuation", "a continuation without a message to continue");
    if (!is_control(reader) && reader->opcode != OPCODE_CONTINUATION && reader->in_message)
        return broken(reader, "websocket-interrupted-message", "a new message begins inside of a fragmented one");
    /* Compression is of a whole message, so only its first frame says so (RFC 7692, section 6). */
    if (reader->compressed_frame && (is_control(reader) || reader->opcode == OPCODE_CONTINUATION))
        return broken(reader, "websocket-reserved-bit", "the bit of compression is set in a %s",
                      is_control(reader) ? "control frame" : "continuation");
    return FRAME_HUNGRY;
}

static enum frame_step second_byte(struct frame_reader *reader)
{
    unsigned len = reader->head[1] & 127;

    if (reader->head[1] & BIT_MASK)
        return broken(reader, "websocket-masked", "masked frame with opcode 0x%x from the server", reader->opcode);
    if (is_control(reader) && len > FRAME_CONTROL_MOST)
        return broken(reader, "websocket-control-too-long", "control frame with opcode 0x%x of more than 125 bytes",
                      reader->opcode);
    return FRAME_HUNGRY;
}

static unsigned head_wanted(const struct frame_reader *reader)
{
    unsigned len = reader->head_len > 1 ? reader->head[1] & 127 : 0;

    return len == 127 ? 10 : len == 126 ? 4 : 2;
}

/* The length in its shortest form, and never with the highest bit (5.2). */
static enum frame_step whole_head(struct frame_reader *reader)
{
    unsigned len = reader->head[1] & 127;
    uint64_t left = len < 126 ? len : 0;

    for (unsigned i = 2; i < reader->head_len; i++)
        left = left << 8 | reader->head[i];
    if (len == 127 && left >> 63)
        return broken(reader, "websocket-bad-length", "a length with the highest bit set");
    if ((len == 126 && left < 126) || (len == 127 && left < 65536))
        return broken(reader, "websocket-bad-length", "a length of %llu written in %u bytes", (unsigned long long)left,
                      len == 126 ? 2U : 8U);
    reader->left = left;
    reader->head_len = 0;
    reader->in_payload = true;
    reader->control_len = 0;
    if (!is_control(reader) && reader->opcode != OPCODE_CONTINUATION) {
        reader->in_message = true;
        reader->type = reader->opcode == OPCODE_TEXT ? MESSAGE_TEXT : MESSAGE_BINARY;
        reader->size = 0;
        reader->compressed = reader->compressed_frame;
        reader->utf8 = (struct utf8_reader){0};
    }
    return FRAME_HUNGRY;
}

static enum frame_step read_head(struct frame_reader *reader, struct slice *input)
{
    while (!reader->in_payload && input->len) {
        enum frame_step step = FRAME_HUNGRY;

        reader->head[reader->head_len++] = (uint8_t)*input->data;
        input->data++;
        input->len--;
        if (reader->head_len == 1)
            step = first_byte(reader);
        else if (reader->head_len == 2)
            step = second_byte(reader);
        if (step == FRAME_HUNGRY && reader->head_len >= 2 && reader->head_len == head_wanted(reader))
            step = whole_head(reader);
        if (step != FRAME_HUNGRY)
            return step;
    }
    return FRAME_HUNGRY;
}

static enum frame_step end_of_data_frame(struct frame_reader *reader)
{
    reader->in_payload = false;
    if (!reader->final)
        return FRAME_HUNGRY;
    if (reader->type == MESSAGE_TEXT && !utf8_reader_may_end(&reader->utf8))
        return broken(reader, "websocket-bad-utf8", "a text message ends inside of a character");
    reader->message_ended = true;
    return FRAME_HUNGRY;
}

static enum frame_step read_data(struct frame_reader *reader, struct slice *input, struct frame_event *event)
{
    struct slice piece = *input;

    if (reader->left == 0)
        return end_of_data_frame(reader);
    if (piece.len > reader->left)
        piece.len = (size_t)reader->left;
    if (reader->type == MESSAGE_TEXT && !reader->compressed && !utf8_reader_feed(&reader->utf8, piece))
        return broken(reader, "websocket-bad-utf8", "a text message is not UTF-8, within %zu bytes from byte %llu on",
                      piece.len, (unsigned long long)reader->size);
    input->data += piece.len;
    input->len -= piece.len;
    reader->left -= piece.len;
    reader->size += piece.len;
    *event = (struct frame_event){reader->type, piece, reader->size, 0, reader->compressed};
    return FRAME_PIECE;
}

static enum frame_step end_of_close(struct frame_reader *reader, struct frame_event *event)
{
    if (reader->control_len == 0) {
        event->close_code = CLOSE_NO_CODE;
        return FRAME_CONTROL;
    }
    if (reader->control_len == 1)
        return broken(reader, "websocket-bad-close-code", "a close frame of one byte");
    event->close_code = reader->control[0] << 8 | reader->control[1];
    event->data = (struct slice){(const char *)reader->control + 2, reader->control_len - 2};
    if (!close_code_valid(event->close_code))
        return broken(reader, "websocket-bad-close-code", "close code %d", event->close_code);
    if (!utf8_valid(event->data))
        return broken(reader, "websocket-bad-utf8", "the reason of a close with code %d is not UTF-8",
                      event->close_code);
    return FRAME_CONTROL;
}

static enum frame_step read_control(struct frame_reader *reader, struct slice *input, struct frame_event *event)
{
    size_t len = input->len < reader->left ? input->len : (size_t)reader->left;

    if (len)
        memcpy(reader->control + reader->control_len, input->data, len);
    reader->control_len += (unsigned)len;
    reader->left -= len;
    input->data += len;
    input->len -= len;
    if (reader->left)
        return FRAME_HUNGRY;
    reader->in_payload = false;
    *event = (struct frame_event){
        control_type(reader), {(const char *)reader->control, reader->control_len}, reader->control_len, 0, false};
    return event->type == MESSAGE_CLOSE ? end_of_close(reader, event) : FRAME_CONTROL;
}

enum frame_step frame_next(struct frame_reader *reader, struct slice *input, struct frame_event *event)
{
    *event = (struct frame_event){0};
    while (!reader->code) {
        enum frame_step step = FRAME_HUNGRY;

        if (reader->message_ended) {
            reader->message_ended = reader->in_message = false;
            *event = (struct frame_event){reader->type, {NULL, 0}, reader->size, 0, reader->compressed};
            return FRAME_MESSAGE;
        }
        if (!reader->in_payload)
            step = read_head(reader, input);
        if (step == FRAME_HUNGRY && reader->in_payload && (input->len || reader->left == 0))
            step = is_control(reader) ? read_control(reader, input, event) : read_data(reader, input, event);
        if (step != FRAME_HUNGRY)
            return step;
        if (input->len == 0 && !reader->message_ended)
            return FRAME_HUNGRY;
    }
    return FRAME_BROKEN;
}

static void put_length(struct buf *out, uint64_t len)
{
    unsigned bytes = len < 126 ? 0 : len <= UINT16_MAX ? 2 : 8;

    buf_putc(out, (char)(BIT_MASK | (bytes == 0 ? len : bytes == 2 ? 126 : 127)));
    while (bytes--)
        buf_putc(out, (char)(len >> (8 * bytes) & 255));
}

void frame_put(struct buf *out, enum message_type type, bool compressed, struct slice payload, const uint8_t mask[4])
{
    static const uint8_t opcodes[] = {[MESSAGE_TEXT] = OPCODE_TEXT,
                                      [MESSAGE_BINARY] = OPCODE_BINARY,
                                      [MESSAGE_PING] = OPCODE_PING,
                                      [MESSAGE_PONG] = OPCODE_PONG,
                                      [MESSAGE_CLOSE] = OPCODE_CLOSE};
    size_t begin;

    buf_putc(out, (char)(BIT_FINAL | (compressed ? BIT_COMPRESSED : 0) | opcodes[type]));
    put_length(out, payload.len);
    buf_put(out, mask, 4);
    begin = out->len;
    buf_put_slice(out, payload);
    for (size_t i = 0; begin + i < out->len; i++)
        out->data[begin + i] = (char)((uint8_t)out->data[begin + i] ^ mask[i % 4]);
}

/* SPDX-License-Identifier: MIT */
#include "collector/body.h"

#include <string.h>

static bool read_length(struct slice text, uint64_t *length)
{
    *length = 0;
    if (text.len == 0 || text.len > 18)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] < '0' || text.data[i] > '9')
            return false;
        *length = *length * 10 + (uint64_t)(text.data[i] - '0');
    }
    return true;
}

void body_begin(struct body_reader *reader, const struct head *head)
{
    size_t from = 0;
    struct slice length = head_field(head, "Content-Length", &from);

    *reader = (struct body_reader){.framing = BODY_UNTIL_CLOSE};
    if (head->status < 200 || head->status == 204 || head->status == 304) {
        reader->ended = true;
    } else if (head_lists(head, "Transfer-Encoding", "chunked")) {
        reader->framing = BODY_CHUNKED;
    } else if (length.data) {
        reader->framing = BODY_LENGTH;
        if (!read_length(length, &reader->left))
            reader->fault = "a Content-Length that is no number";
        reader->ended = reader->left == 0;
    }
}

static int hex_digit(char byte)
{
    if (byte >= '0' && byte <= '9')
        return byte - '0';
    if (byte >= 'a' && byte <= 'f')
        return byte - 'a' + 10;
    return byte >= 'A' && byte <= 'F' ? byte - 'A' + 10 : -1;
}

static void size_line_ends(struct body_reader *reader)
{
    if (reader->digits == 0)
        reader->fault = "a chunk without a size";
    reader->part = reader->left ? CHUNK_DATA : CHUNK_TRAILER;
    reader->line_empty = true;
}

/* Everything of a chunked body but its data comes through here, byte by byte. */
static void chunk_byte(struct body_reader *reader, char byte)
{
    int digit = hex_digit(byte);

    switch (reader->part) {
    case CHUNK_SIZE:
        if (digit >= 0 && reader->digits < 15) {
            reader->left = reader->left << 4 | (unsigned)digit;
            reader->digits++;
        } else if (byte == '\n') {
            size_line_ends(reader);
        } else if (digit >= 0 || reader->digits == 0) {
            reader->fault = "a chunk size that is no number";
        } else {
            reader->part = CHUNK_EXTENSION;
        }
        return;
    case CHUNK_EXTENSION:
        if (byte == '\n')
            size_line_ends(reader);
        return;
    case CHUNK_DATA_END:
        if (byte == '\n') {
            reader->part = CHUNK_SIZE;
            reader->digits = 0;
        } else if (byte != '\r') {
            reader->fault = "a chunk longer than its size";
        }
        return;
    case CHUNK_TRAILER:
        if (byte == '\n') {
            reader->ended = reader->line_empty;
            reader->line_empty = true;
        } else if (byte != '\r') {
            reader->line_empty = false;
        }
        return;
    case CHUNK_DATA:
        return;
    }
}

static void feed_chunks(struct body_reader *reader, struct slice input, struct buf *body)
{
    while (input.len && !reader->ended && !reader->fault) {
        size_t len = 1;

        if (reader->part == CHUNK_DATA) {
            len = input.len < reader->left ? input.len : (size_t)reader->left;
            buf_put(body, input.data, len);
            reader->left -= len;
            if (reader->left == 0)
                reader->part = CHUNK_DATA_END;
        } else {
            chunk_byte(reader, *input.data);
        }
        input.data += len;
        input.len -= len;
    }
}

void body_feed(struct body_reader *reader, struct slice input, struct buf *body)
{
    if (reader->ended || reader->fault)
        return;
    switch (reader->framing) {
    case BODY_UNTIL_CLOSE:
        buf_put(body, input.data, input.len);
        return;
    case BODY_LENGTH:
        if (input.len > reader->left)
            input.len = (size_t)reader->left;
        buf_put(body, input.data, input.len);
        reader->left -= input.len;
        reader->ended = reader->left == 0;
        return;
    case BODY_CHUNKED:
        feed_chunks(reader, input, body);
        return;
    }
}

/* SPDX-License-Identifier: MIT */
/* Spreads a JSON document (RFC 8259) over lines. It is checked strictly on the way: what is no JSON must be
 * shown as it came, and a body that breaks off is none. */
#include <ctype.h>
#include <string.h>

#include "render/json.h"

enum { NESTING = 64 };

struct reader {
    struct slice text;
    size_t at;
    struct buf *out;
};

static bool value(struct reader *reader, size_t depth);

static char peek(const struct reader *reader)
{
    return (char)(reader->at < reader->text.len ? reader->text.data[reader->at] : 0);
}

/* Blanks on the line; a newline inside means that somebody has laid the document out already. */
static void skip_blanks(struct reader *reader)
{
    while (peek(reader) == ' ' || peek(reader) == '\t')
        reader->at++;
}

static void take(struct reader *reader)
{
    buf_putc(reader->out, reader->text.data[reader->at++]);
}

static bool literal(struct reader *reader, const char *word)
{
    size_t len = strlen(word);

    if (reader->text.len - reader->at < len || memcmp(reader->text.data + reader->at, word, len) != 0)
        return false;
    buf_puts(reader->out, word);
    reader->at += len;
    return true;
}

static bool string(struct reader *reader)
{
    if (peek(reader) != '"')
        return false;
    take(reader);
    while (reader->at < reader->text.len) {
        char byte = peek(reader);

        if ((unsigned char)byte < 0x20)
            return false;
        take(reader);
        if (byte == '"')
            return true;
        if (byte != '\\')
            continue;
        if (!strchr("\"\\/bfnrtu", peek(reader)) || !peek(reader))
            return false;
        byte = peek(reader);
        take(reader);
        for (int i = 0; byte == 'u' && i < 4; i++) {
            if (!isxdigit((unsigned char)peek(reader)))
                return false;
            take(reader);
        }
    }
    return false;
}

static bool digits(struct reader *reader)
{
    if (!isdigit((unsigned char)peek(reader)))
        return false;
    while (isdigit((unsigned char)peek(reader)))
        take(reader);
    return true;
}

static bool number(struct reader *reader)
{
    if (peek(reader) == '-')
        take(reader);
    if (peek(reader) == '0')
        take(reader);
    else if (!digits(reader))
        return false;
    if (peek(reader) == '.') {
        take(reader);
        if (!digits(reader))
            return false;
    }
    if (peek(reader) == 'e' || peek(reader) == 'E') {
        take(reader);
        if (peek(reader) == '+' || peek(reader) == '-')
            take(reader);
        return digits(reader);
    }
    return true;
}

static void new_line(struct reader *reader, size_t depth)
{
    buf_putc(reader->out, '\n');
    for (size_t i = 0; i < depth; i++)
        buf_puts(reader->out, "  ");
}

static bool member(struct reader *reader, bool named, size_t depth)
{
    if (named) {
        skip_blanks(reader);
        if (!string(reader))
            return false;
        skip_blanks(reader);
        if (peek(reader) != ':')
            return false;
        take(reader);
        buf_putc(reader->out, ' ');
    }
    return value(reader, depth);
}

static bool members(struct reader *reader, size_t depth)
{
    bool named = peek(reader) == '{';
    char end = named ? '}' : ']';

    if (depth == NESTING)
        return false;
    take(reader);
    skip_blanks(reader);
    if (peek(reader) == end) {
        take(reader);
        return true;
    }
    for (;;) {
        new_line(reader, depth + 1);
        if (!member(reader, named, depth + 1))
            return false;
        skip_blanks(reader);
        if (peek(reader) != ',')
            break;
        take(reader);
    }
    if (peek(reader) != end)
        return false;
    new_line(reader, depth);
    take(reader);
    return true;
}

static bool value(struct reader *reader, size_t depth)
{
    skip_blanks(reader);
    switch (peek(reader)) {
    case '{':
    case '[':
        return members(reader, depth);
    case '"':
        return string(reader);
    case 't':
        return literal(reader, "true");
    case 'f':
        return literal(reader, "false");
    case 'n':
        return literal(reader, "null");
    default:
        return number(reader);
    }
}

bool json_pretty(struct slice text, struct buf *out)
{
    struct reader reader = {.text = text, .out = out};
    size_t start = out->len;

    while (reader.text.len && strchr(" \t\r\n", reader.text.data[reader.text.len - 1])
           && reader.text.data[reader.text.len - 1])
        reader.text.len--;
    if ((peek(&reader) == '{' || peek(&reader) == '[') && value(&reader, 0) && reader.at == reader.text.len)
        return true;
    buf_cut(out, start);
    return false;
}

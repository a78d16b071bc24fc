/* SPDX-License-Identifier: MIT */
#include "collector/head.h"

#include <string.h>
#include <strings.h>

static const char prefix[] = "HTTP/";
enum { PREFIX_LEN = sizeof prefix - 1 };

size_t head_end(struct slice bytes, size_t seen)
{
    const char *before = seen ? memrchr(bytes.data, '\n', seen) : NULL;
    size_t line = before ? (size_t)(before - bytes.data) + 1 : 0;

    for (size_t i = seen; i < bytes.len; i++) {
        size_t len;

        if (bytes.data[i] != '\n')
            continue;
        len = i - line;
        if (len == 0 || (len == 1 && bytes.data[line] == '\r'))
            return i + 1;
        line = i + 1;
    }
    return 0;
}

bool head_plausible(struct slice bytes)
{
    return memcmp(bytes.data, prefix, bytes.len < PREFIX_LEN ? bytes.len : PREFIX_LEN) == 0;
}

static struct slice trimmed(struct slice text)
{
    while (text.len && (*text.data == ' ' || *text.data == '\t')) {
        text.data++;
        text.len--;
    }
    while (text.len && strchr(" \t\r", text.data[text.len - 1]) && text.data[text.len - 1])
        text.len--;
    return text;
}

/* The next line of `bytes` without its end, which is consumed. */
static bool next_line(struct slice *bytes, struct slice *line)
{
    const char *end;

    if (bytes->len == 0)
        return false;
    end = memchr(bytes->data, '\n', bytes->len);
    *line = (struct slice){bytes->data, end ? (size_t)(end - bytes->data) : bytes->len};
    bytes->data += line->len + (end ? 1 : 0);
    bytes->len -= line->len + (end ? 1 : 0);
    if (line->len && line->data[line->len - 1] == '\r')
        line->len--;
    return true;
}

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

/* HTTP/1.1 200 OK */
static bool read_status_line(struct slice line, struct arena *arena, struct head *head)
{
    size_t at = PREFIX_LEN;

    if (line.len < PREFIX_LEN || !head_plausible(line))
        return false;
    while (at < line.len && (is_digit(line.data[at]) || line.data[at] == '.'))
        at++;
    if (at == PREFIX_LEN || at - PREFIX_LEN > 3 || at == line.len || line.data[at] != ' ')
        return false;
    head->version = arena_text_of(arena, line.data + PREFIX_LEN, at - PREFIX_LEN);
    while (at < line.len && line.data[at] == ' ')
        at++;
    if (line.len - at < 3 || !is_digit(line.data[at]) || !is_digit(line.data[at + 1]) || !is_digit(line.data[at + 2]))
        return false;
    head->status = (line.data[at] - '0') * 100 + (line.data[at + 1] - '0') * 10 + (line.data[at + 2] - '0');
    at += 3;
    if (head->status < 100 || (at < line.len && line.data[at] != ' '))
        return false;
    head->reason = arena_slice(arena, trimmed((struct slice){line.data + at, line.len - at}));
    return true;
}

/* A folded line goes on where the field before it ended (RFC 9112, 5.2). Each makes a copy, so there is a
 * limit to what may be folded in a head, of which `*folded` counts the bytes. */
static bool unfold(struct header *field, struct slice line, struct arena *arena, size_t *folded)
{
    struct slice more = trimmed(line);
    char *whole;

    *folded += field->value.len + more.len;
    if (*folded > HEAD_MOST)
        return false;
    whole = arena_new(arena, field->value.len + 1 + more.len + 1, 1);
    if (field->value.len)
        memcpy(whole, field->value.data, field->value.len);
    whole[field->value.len] = ' ';
    if (more.len)
        memcpy(whole + field->value.len + 1, more.data, more.len);
    field->value = (struct slice){whole, field->value.len + 1 + more.len};
    return true;
}

static const char *read_field(struct slice line, struct arena *arena, struct header *field)
{
    const char *colon = memchr(line.data, ':', line.len);
    struct slice name;

    if (!colon)
        return "a header line without a colon";
    name = (struct slice){line.data, (size_t)(colon - line.data)};
    if (name.len == 0)
        return "a header without a name";
    field->name = arena_slice(arena, trimmed(name));
    field->value = arena_slice(arena, trimmed((struct slice){colon + 1, line.len - name.len - 1}));
    return memchr(line.data, '\0', line.len) ? "a NUL byte in a header" : NULL;
}

bool head_read(struct slice bytes, struct arena *arena, struct head *head)
{
    struct header *fields = NULL;
    size_t room = 0, folded = 0;
    struct slice line;

    *head = (struct head){0};
    if (!next_line(&bytes, &line) || !read_status_line(line, arena, head)) {
        head->fault = "no status line";
        return false;
    }
    while (next_line(&bytes, &line) && line.len) {
        const char *fault;

        if (head->header_count == HEAD_FIELDS_MOST) {
            head->cut = true;
            break;
        }
        if (fields && head->header_count && (*line.data == ' ' || *line.data == '\t')) {
            if (!unfold(&fields[head->header_count - 1], line, arena, &folded))
                head->cut = true;
            continue;
        }
        fields = arena_grow(arena, fields, head->header_count, &room, sizeof *fields);
        fault = read_field(line, arena, &fields[head->header_count]);
        if (fault && !head->fault)
            head->fault = fault;
        head->header_count += fields[head->header_count].name.data ? 1 : 0;
    }
    head->headers = fields;
    return head->fault == NULL;
}

static bool called(struct slice text, const char *name)
{
    return text.len == strlen(name) && strncasecmp(text.data, name, text.len) == 0;
}

struct slice head_field(const struct head *head, const char *name, size_t *from)
{
    while (*from < head->header_count) {
        const struct header *field = &head->headers[(*from)++];

        if (called(field->name, name))
            return field->value;
    }
    return (struct slice){NULL, 0};
}

bool head_lists(const struct head *head, const char *name, const char *token)
{
    struct slice value;

    for (size_t from = 0; (value = head_field(head, name, &from)).data;) {
        while (value.data) {
            const char *comma = value.len ? memchr(value.data, ',', value.len) : NULL;
            size_t len = comma ? (size_t)(comma - value.data) : value.len;

            if (called(trimmed((struct slice){value.data, len}), token))
                return true;
            value = comma ? (struct slice){comma + 1, value.len - len - 1} : (struct slice){NULL, 0};
        }
    }
    return false;
}

/* SPDX-License-Identifier: MIT */
#include "render/piece.h"

#include <string.h>

static bool is_blank(struct slice line)
{
    for (size_t i = 0; i < line.len; i++)
        if (line.data[i] != ' ' && line.data[i] != '\n')
            return false;
    return true;
}

static bool has(struct slice line, const char *text)
{
    return memmem(line.data, line.len, text, strlen(text)) != NULL;
}

bool block_is_rule(struct slice line)
{
    size_t hyphens = 0;

    for (size_t i = 0; i < line.len; i++) {
        if (!strchr("- \n", line.data[i]) || !line.data[i])
            return false;
        hyphens += line.data[i] == '-';
    }
    return hyphens >= 3 && line.data[0] == '-';
}

bool line_is_delimiter(struct slice line)
{
    for (size_t i = 0; i < line.len; i++)
        if (!strchr(" >|:-\n", line.data[i]) || !line.data[i])
            return false;
    return memchr(line.data, '-', line.len) != NULL;
}

size_t line_pipes(struct slice line)
{
    size_t count = 0;

    for (size_t i = 0; i < line.len; i++) {
        if (line.data[i] == '\\')
            i++;
        else
            count += line.data[i] == '|';
    }
    return count;
}

/* Whether a line after a blank one belongs to no list above it. */
static bool is_outside(struct slice line)
{
    static const char listed[] = " \t*+-0123456789";

    return !memchr(listed, line.data[0], sizeof listed - 1) || block_is_rule(line);
}

bool block_begins(struct blocks *blocks, struct slice line)
{
    bool inside = blocks->fence.run || blocks->comment, begins, blank;

    blocks->code = fence_holds(&blocks->fence, line);
    if (blocks->comment || (!inside && !blocks->open && line.len >= 4 && memcmp(line.data, "<!--", 4) == 0))
        blocks->comment = !has(line, "-->");
    blank = !blocks->code && is_blank(line);
    begins = !inside && !blocks->open && !blank && is_outside(line);
    blocks->open = !blank;
    return begins;
}

void cutter_init(struct cutter *cutter, struct slice markdown, size_t least, const char *end)
{
    *cutter = (struct cutter){markdown, least, end, {NULL, 0}, BUF_INIT};
}

void cutter_free(struct cutter *cutter)
{
    buf_free(&cutter->text);
}

/* A table at the document's own level: every line of it begins with a pipe. */
struct table {
    struct slice last;   /* the line before; NULL: it cannot be a header */
    struct slice header; /* with the delimiter; NULL: there is no table here */
};

static void follow_table(struct table *table, struct slice line, bool begins, bool code)
{
    const struct slice last = table->last;
    bool row = !code && line.data[0] == '|' && (begins || last.data || table->header.data);

    table->last = row ? line : (struct slice){NULL, 0};
    if (!row)
        table->header = table->last;
    else if (!table->header.data && last.data && line_is_delimiter(line) && line_pipes(last) == line_pipes(line))
        table->header = (struct slice){last.data, last.len + line.len};
}

/* How much of the rest is the next piece; whether it ends within `table`. */
static size_t length_of(const struct cutter *cutter, struct table *table, bool *cut)
{
    struct slice rest = cutter->rest, line;
    struct blocks blocks = {.open = table->header.data != NULL};
    size_t length = 0;

    *cut = false;
    while (fence_line(&rest, &line)) {
        bool begins = block_begins(&blocks, line), full = length && length >= cutter->least;

        if (length && begins && (full || line.data == cutter->end))
            return length;
        *cut = full && table->header.data && line.data[0] == '|';
        if (*cut)
            return length;
        follow_table(table, line, begins, blocks.code);
        length += line.len;
    }
    return length;
}

bool cutter_next(struct cutter *cutter, struct piece *piece)
{
    struct table table = {.header = cutter->header};
    size_t length;

    if (!cutter->rest.len)
        return false;
    *piece = (struct piece){.continues = cutter->header.data != NULL};
    length = length_of(cutter, &table, &piece->cut);
    piece->text = (struct slice){cutter->rest.data, length};
    if (piece->continues) {
        buf_clear(&cutter->text);
        buf_put_slice(&cutter->text, cutter->header);
        buf_put_slice(&cutter->text, piece->text);
        piece->text = buf_slice(&cutter->text);
    }
    cutter->header = piece->cut ? table.header : (struct slice){NULL, 0};
    cutter->rest = (struct slice){cutter->rest.data + length, cutter->rest.len - length};
    return true;
}

/* SPDX-License-Identifier: MIT */
/* Redmine's textile. It has no escapes: every sign that could begin something gets a zero-width space on both sides, which
 * is what its patterns look for a blank, a bracket or a word beside. <code> and <pre> are taken out before textile is read
 * and shown as they are, up to their end tag; the "@" of a mention is looked for even there. */
#include <ctype.h>
#include <string.h>

#include "render/finish.h"
#include "render/wiki.h"

#define ZERO_WIDTH_SPACE "\xE2\x80\x8B"

/* "h1.", "bq.", "fn1.", "p(class).", "table.": a block's sign where a line begins. */
static bool begins_block(struct slice text)
{
    for (size_t i = 0; i < text.len && i < 64 && text.data[i] != ' '; i++)
        if (i && text.data[i] == '.')
            return true;
    return false;
}

static bool is_sign(char byte)
{
    return byte && strchr("*_-+^~%?!=@#|\"<>&[]{}()$`'\\", byte);
}

/* "commit:x", "source:x", "r12", "http://x", "www.x": words that Redmine links. */
static bool is_link(struct slice text, size_t at)
{
    char next = at + 1 < text.len ? text.data[at + 1] : '\0';

    if (text.data[at] == ':')
        return next && next != ' ' && at && !isdigit((unsigned char)text.data[at - 1]);
    if (text.data[at] == 'r')
        return isdigit((unsigned char)next) && (at == 0 || !isalnum((unsigned char)text.data[at - 1]));
    return tolower((unsigned char)text.data[at]) == 'w' && next == '.';
}

static void put_text(struct slice words, bool starts_block, struct buf *out)
{
    if (starts_block && begins_block(words))
        buf_puts(out, ZERO_WIDTH_SPACE);
    for (size_t i = 0; i < words.len; i++) {
        char byte = words.data[i];

        /* Textile splits a table's row at every bar. */
        if (byte == '|') {
            buf_puts(out, "&#124;");
            continue;
        }
        if (is_sign(byte))
            buf_puts(out, ZERO_WIDTH_SPACE);
        buf_putc(out, byte);
        if (is_sign(byte) || is_link(words, i))
            buf_puts(out, ZERO_WIDTH_SPACE);
    }
}

static void put_raw(struct slice words, struct buf *out)
{
    for (size_t i = 0; i < words.len; i++) {
        buf_putc(out, words.data[i]);
        if (words.data[i] == '<' || words.data[i] == '@')
            buf_puts(out, ZERO_WIDTH_SPACE);
    }
}

static void put_code(struct slice words, struct buf *out)
{
    buf_puts(out, "<code>");
    put_raw(words, out);
    buf_puts(out, "</code>");
}

static void put_block(struct slice words, struct slice language, struct buf *out)
{
    (void)language;
    buf_puts(out, "<pre>\n");
    put_raw(words, out);
    if (words.len && words.data[words.len - 1] != '\n')
        buf_putc(out, '\n');
    buf_puts(out, "</pre>");
}

static const struct wiki textile = {
    .text = put_text,
    .code = put_code,
    .block = put_block,
    .strong = "*",
    .emphasis = "_",
    .header = "|_.",
    .header_end = "|",
    .line_break = "\n",
    .rule = "---",
    .quote = "",
    .quote_line = "bq. ",
    .quote_end = "",
};

void finish_textile(struct slice markdown, struct buf *out)
{
    struct buf wiki = BUF_INIT;

    wiki_write(&textile, markdown, &wiki);
    finish_markdown(buf_slice(&wiki), out);
    buf_free(&wiki);
}

/* SPDX-License-Identifier: MIT */
/* Jira's wiki markup. A backslash takes a sign's meaning; what no backslash stops (addresses, keys of issues, smileys, a
 * backslash itself, which before another breaks the line) gets a zero-width space. */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "render/finish.h"
#include "render/wiki.h"

#define ZERO_WIDTH_SPACE "\xE2\x80\x8B"

/* Whether `text` goes on at `at` with something that `text[at - 1]` must not be seen beside. */
static bool joins(struct slice text, size_t at)
{
    char sign = text.data[at - 1];
    char next = at < text.len ? text.data[at] : '\0';

    switch (sign) {
    case '\\':
    case '&': /* an entity */
    case '@': /* an address of mail */
        return true;
    case ':': /* http://, mailto:x, :-) and :D */
        return next && next != ' ' && !isdigit((unsigned char)next);
    case ';':
        return next && next != ' ';
    case '-': /* ABC-1 */
        return isdigit((unsigned char)next) && at > 1 && isalnum((unsigned char)text.data[at - 2]);
    case 'w':
    case 'W':
        return next == '.';
    default:
        return false;
    }
}

/* "h1.", "bq.": a block's sign where a line begins. */
static bool is_block_sign(struct slice text)
{
    size_t letters = 0;

    while (letters < text.len && letters < 3 && isalnum((unsigned char)text.data[letters]))
        letters++;
    return letters && letters < text.len && text.data[letters] == '.';
}

static void put_text(struct slice words, bool starts_block, struct buf *out)
{
    if (starts_block && is_block_sign(words))
        buf_puts(out, ZERO_WIDTH_SPACE);
    for (size_t i = 0; i < words.len; i++) {
        char byte = words.data[i];

        if (byte && strchr("-#*_+?^~|%{}[]()!@", byte))
            buf_putc(out, '\\');
        buf_putc(out, byte);
        if (joins(words, i + 1))
            buf_puts(out, ZERO_WIDTH_SPACE);
    }
}

static void put_code(struct slice words, struct buf *out)
{
    buf_puts(out, "{{");
    put_text(words, true, out);
    /* A brace of the words' own before the end would be the end's. */
    buf_puts(out, words.len && words.data[words.len - 1] == '}' ? ZERO_WIDTH_SPACE "}}" : "}}");
}

static bool names_end(struct slice text)
{
    static const char *const ends[] = {"{code", "{noformat"};

    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (text.len >= strlen(ends[i]) && strncasecmp(text.data, ends[i], strlen(ends[i])) == 0)
            return true;
    return false;
}

static void put_block(struct slice words, struct slice language, struct buf *out)
{
    static const char *const known[] = {"json", "xml", "html"};
    const char *end = "{noformat}";

    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (slice_equals(language, slice_of(known[i]))) {
            buf_printf(out, "{code:%s}\n", known[i]);
            end = "{code}";
        }
    if (end[1] == 'n')
        buf_puts(out, "{noformat}\n");
    for (size_t i = 0; i < words.len; i++) {
        buf_putc(out, words.data[i]);
        if (names_end((struct slice){words.data + i, words.len - i}))
            buf_puts(out, ZERO_WIDTH_SPACE);
    }
    if (words.len && words.data[words.len - 1] != '\n')
        buf_putc(out, '\n');
    buf_puts(out, end);
}

static const struct wiki jira = {
    .text = put_text,
    .code = put_code,
    .block = put_block,
    .strong = "*",
    .emphasis = "_",
    .header = "||",
    .header_end = "||",
    .line_break = "\n",
    .rule = "----",
    .quote = "{quote}\n",
    .quote_line = "",
    .quote_end = "{quote}\n",
};

void finish_jira(struct slice markdown, struct buf *out)
{
    struct buf wiki = BUF_INIT;

    wiki_write(&jira, markdown, &wiki);
    finish_markdown(buf_slice(&wiki), out);
    buf_free(&wiki);
}

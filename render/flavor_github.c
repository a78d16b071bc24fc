/* SPDX-License-Identifier: MIT */
/* GitHub's Markdown. Foreign text is made inert in two steps: hidden characters become visible escapes, then
 * every character that could be mark-up where it stands gets a backslash.
 *
 * That is enough for a Markdown parser, not for a tracker, which looks for mentions, references and addresses
 * in the text that the parser leaves: `\@user` still mails. There a zero-width space goes behind the sign
 * that would trigger. Code spans and fences are spared by GitHub, GitLab and Gitea alike, so nothing is added
 * to them, and what is copied out of them is what the server said. A fold's summary is HTML to GitHub: there
 * the forms are written as HTML. */
#include "render/flavor.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/utf8.h"
#include "render/finish.h"
#include "render/json.h"

#define ZERO_WIDTH_SPACE "\xE2\x80\x8B"
#define SUMMARY "<summary>"

enum { CELL_COLUMNS = 60, SUMMARY_COLUMNS = 120, FENCE_PRETTY_MIN = 40, RUN_MAX = 64 };

enum place { PLACE_TEXT, PLACE_ROW, PLACE_SUMMARY };

static struct slice line_of(const struct buf *out)
{
    const char *newline = memrchr(out->data, '\n', out->len);
    size_t start = newline ? (size_t)(newline - out->data) + 1 : 0;

    return (struct slice){out->data + start, out->len - start};
}

/* The length of what a block's lines may begin with: blanks, and a quote's signs. */
static size_t prefix_of(struct slice line)
{
    size_t len = 0;

    while (len < line.len && (line.data[len] == ' ' || line.data[len] == '>'))
        len++;
    return len;
}

static enum place place_of(struct slice line)
{
    size_t prefix = prefix_of(line);
    struct slice rest = {line.data + prefix, line.len - prefix};

    if (rest.len && rest.data[0] == '|')
        return PLACE_ROW;
    if (rest.len >= strlen(SUMMARY) && memcmp(rest.data, SUMMARY, strlen(SUMMARY)) == 0
        && !memmem(rest.data, rest.len, "</summary>", 10))
        return PLACE_SUMMARY;
    return PLACE_TEXT;
}

static bool word_at(struct slice text, size_t at)
{
    return at < text.len && (isalnum((unsigned char)text.data[at]) || (text.data[at] & 0x80));
}

/* Whether the colon at `at` begins ":name:", which GitHub would show as a picture. A time is none. */
static bool is_emoji(struct slice text, size_t at)
{
    size_t end = at + 1;
    bool letters = false;

    while (end < text.len && (isalnum((unsigned char)text.data[end]) || strchr("_+-", text.data[end]))
           && text.data[end]) {
        letters = letters || !isdigit((unsigned char)text.data[end]);
        end++;
    }
    /* What ends a value may be followed by a colon of the template's. */
    if (end == text.len)
        return letters;
    return text.data[end] == ':' && end > at + 1 && (letters || end - at > 3);
}

/* Whether the hyphen at `at` stands in a key like ABC-1 or GH-12, which a tracker links. */
static bool is_key(struct slice text, size_t at)
{
    size_t start = at;

    if (at + 1 < text.len && !isdigit((unsigned char)text.data[at + 1]))
        return false;
    while (start > 0 && (isalnum((unsigned char)text.data[start - 1]) || text.data[start - 1] == '_'))
        start--;
    return at - start >= 2 && isalpha((unsigned char)text.data[start]);
}

/* Whether a word that could name a commit begins at `at`: 7 to 64 hex digits. */
static bool is_commit(struct slice text, size_t at)
{
    size_t end = at;

    if (at > 0 && isalnum((unsigned char)text.data[at - 1]))
        return false;
    while (end < text.len && isxdigit((unsigned char)text.data[end]))
        end++;
    return end - at >= 7 && end - at <= 64 && !word_at(text, end);
}

/* Whether the tracker of `signs` looks for something behind the one at `at`: "!12", "[[page]]", "r12". */
static bool is_sign(struct slice text, size_t at, const char *signs)
{
    char byte = text.data[at];

    if (!byte || !strchr(signs, byte))
        return false;
    if (isalpha((unsigned char)byte))
        return (at == 0 || !word_at(text, at - 1)) && at + 1 < text.len && isdigit((unsigned char)text.data[at + 1]);
    if (byte == ':') /* "commit:x" and "\"words\":/x", but no time */
        return at > 0 && (isalpha((unsigned char)text.data[at - 1]) || text.data[at - 1] == '"');
    return at + 1 == text.len || text.data[at + 1] != ' ';
}

/* Whether a tracker must not see what is before and behind position `at` side by side. */
static bool triggers(struct slice text, size_t at, const char *signs)
{
    if (is_sign(text, at, signs))
        return true;
    switch (text.data[at]) {
    case '@':
    case '$': /* mathematics */
        return true;
    case '#':
        return at + 1 == text.len || word_at(text, at + 1);
    case ':':
        return (at + 1 < text.len && text.data[at + 1] == '/') || is_emoji(text, at);
    case '-':
        return is_key(text, at);
    case 'w':
    case 'W':
        return at >= 2 && strncasecmp(text.data + at - 2, "www", 3) == 0
               && (at + 1 == text.len || text.data[at + 1] == '.');
    default:
        return at >= 3 && isxdigit((unsigned char)text.data[at]) && is_commit(text, at - 3);
    }
}

/* Whether the character at `at` could be mark-up where it stands. What begins a value may begin a block,
 * whatever the template has before it: a list item or a quote begins one too. */
static bool is_markup(struct slice text, size_t at, bool line_start)
{
    size_t digits = 0;

    if (strchr("\\`*_[]<>&~|$", text.data[at]))
        return true;
    switch (text.data[at]) {
    case '!': /* the template may go on with a bracket */
        return at + 1 == text.len;
    case '#':
    case '+':
    case '-':
    case '=':
    case ':':
        return at == 0;
    case '/': /* GitLab runs lines that begin with /close and the like */
        return at == 0 && line_start;
    case '.':
    case ')':
        while (digits < at && isdigit((unsigned char)text.data[digits]))
            digits++;
        return digits == at;
    default:
        return false;
    }
}

/* `signs` NULL: no tracker reads it. */
static void put_text(struct slice text, bool line_start, const char *signs, struct buf *out)
{
    for (size_t at = 0; at < text.len; at++) {
        /* The parser strips blanks at the ends of a line, indents by them and breaks lines at them. */
        if (text.data[at] == ' ' && (at == 0 || at + 1 == text.len)) {
            buf_puts(out, "&#32;");
            continue;
        }
        if (signs && text.data[at] == '$')
            buf_puts(out, ZERO_WIDTH_SPACE);
        if (is_markup(text, at, line_start))
            buf_putc(out, '\\');
        buf_putc(out, text.data[at]);
        if (signs && triggers(text, at, signs))
            buf_puts(out, ZERO_WIDTH_SPACE);
    }
}

static size_t longest_run(struct slice text, char byte)
{
    size_t longest = 0, run = 0;

    for (size_t i = 0; i < text.len; i++) {
        run = text.data[i] == byte ? run + 1 : 0;
        if (run > longest)
            longest = run;
    }
    return longest;
}

/* cmark counts no more than 80 backticks around a code span and 255 around a block: a longer run of a server's own would end
 * them. A zero-width space parts such a run. */
static void part_runs(struct buf *shown)
{
    struct buf parted = BUF_INIT;
    size_t run = 0;

    if (longest_run(buf_slice(shown), '`') <= RUN_MAX)
        return;
    for (size_t i = 0; i < shown->len; i++) {
        if (shown->data[i] == '`' && run == RUN_MAX) {
            buf_puts(&parted, ZERO_WIDTH_SPACE);
            run = 0;
        }
        run = shown->data[i] == '`' ? run + 1 : 0;
        buf_putc(&parted, shown->data[i]);
    }
    buf_free(shown);
    *shown = parted;
}

static void put_run(struct buf *out, size_t count)
{
    while (count--)
        buf_putc(out, '`');
}

static void put_code(struct slice text, bool row, struct buf *out)
{
    size_t run = longest_run(text, '`') + 1;
    char first = text.data[0], last = text.data[text.len - 1];
    /* The parser takes one blank away from both ends, when both have one. */
    bool pad = first == '`' || last == '`' || (first == ' ' && last == ' ');

    if (strspn(text.data, " ") >= text.len) {
        /* A code span of blanks alone shows nothing, and parsers differ in how many they keep. */
        buf_puts(out, "*blank*");
        return;
    }
    put_run(out, run);
    if (pad)
        buf_putc(out, ' ');
    for (size_t i = 0; i < text.len; i++) {
        if (row && text.data[i] == '|')
            buf_putc(out, '\\');
        buf_putc(out, text.data[i]);
    }
    if (pad)
        buf_putc(out, ' ');
    put_run(out, run);
}

static void put_lines(struct slice text, struct slice prefix, struct buf *out)
{
    while (text.len) {
        const char *newline = memchr(text.data, '\n', text.len);
        size_t len = newline ? (size_t)(newline - text.data) : text.len;

        buf_put_slice(out, prefix);
        buf_put(out, text.data, len);
        buf_putc(out, '\n');
        len += newline != NULL;
        text = (struct slice){text.data + len, text.len - len};
    }
}

/* A block of its own. Where the line so far is only an indent or a quote's sign, every line of the block gets
 * it. */
static void put_fence(struct slice text, struct buf *out)
{
    struct slice line = line_of(out);
    struct buf shown = BUF_INIT, prefix = BUF_INIT, pretty = BUF_INIT;
    size_t run;

    if (prefix_of(line) == line.len)
        buf_put_slice(&prefix, line);
    else
        buf_putc(out, '\n');
    /* JSON on one line is hard to read; the blanks that are put in mean nothing in it. */
    if (text.len >= FENCE_PRETTY_MIN && json_pretty(text, &pretty))
        text = buf_slice(&pretty);
    utf8_escape_block(&shown, text);
    part_runs(&shown);
    run = longest_run(buf_slice(&shown), '`') + 1;
    if (run < 3)
        run = 3;
    put_run(out, run);
    buf_printf(out, "%s\n", flavor_language(text));
    put_lines(buf_slice(&shown), buf_slice(&prefix), out);
    buf_put_slice(out, buf_slice(&prefix));
    put_run(out, run);
    buf_putc(out, '\n');
    buf_free(&shown);
    buf_free(&prefix);
    buf_free(&pretty);
}

/* In HTML, where Markdown's marks would be shown as they are. */
static void put_summary(enum flavor_form form, struct slice text, const char *signs, struct buf *out)
{
    struct buf shown = BUF_INIT;

    if (form == FORM_TEXT) {
        utf8_escape(&shown, text);
        for (size_t at = 0; at < shown.len; at++) {
            const char *entity = flavor_html_entity(shown.data[at]);

            if (entity)
                buf_puts(out, entity);
            else
                buf_putc(out, shown.data[at]);
            if (signs && triggers(buf_slice(&shown), at, signs))
                buf_puts(out, ZERO_WIDTH_SPACE);
        }
    } else {
        buf_puts(out, "<code>");
        flavor_narrow(text, SUMMARY_COLUMNS, &shown);
        flavor_html_text(buf_slice(&shown), out);
        buf_puts(out, "</code>");
    }
    buf_free(&shown);
}

static void put_form(enum flavor_form form, struct slice text, const char *signs, struct buf *out)
{
    struct slice line = line_of(out);
    enum place place = place_of(line);
    struct buf shown = BUF_INIT;

    if (!text.data)
        return;
    if (text.len == 0) {
        buf_puts(out, place == PLACE_SUMMARY ? "<em>empty</em>" : "*empty*");
    } else if (place == PLACE_SUMMARY) {
        put_summary(form, text, signs, out);
    } else if (form == FORM_FENCE && place == PLACE_TEXT) {
        put_fence(text, out);
    } else if (form == FORM_TEXT) {
        utf8_escape(&shown, text);
        put_text(buf_slice(&shown), prefix_of(line) == line.len, signs, out);
    } else {
        if (form == FORM_CELL || form == FORM_FENCE)
            flavor_narrow(text, CELL_COLUMNS, &shown);
        else
            utf8_escape(&shown, text);
        part_runs(&shown);
        put_code(buf_slice(&shown), place == PLACE_ROW, out);
    }
    buf_free(&shown);
}

void flavor_markdown_foreign(enum flavor_form form, struct slice text, struct buf *out)
{
    put_form(form, text, NULL, out);
}

void flavor_plain_markdown(const struct flavor *flavor, enum flavor_form form, struct slice text, struct buf *out)
{
    (void)flavor;
    put_form(form, text, NULL, out);
}

void flavor_ticket_foreign(const struct flavor *flavor, enum flavor_form form, struct slice text, struct buf *out)
{
    put_form(form, text, flavor->signs ? flavor->signs : "", out);
}

const struct flavor flavor_github = {
    .name = "github",
    .most = 60000, /* its refusal names 65,536 characters */
    .finish = finish_markdown,
    .foreign = flavor_ticket_foreign,
    .cite = flavor_cite,
    .fold_open = "<details>\n" SUMMARY,
    .fold_summary_end = "</summary>\n\n",
    .fold_close = "\n</details>\n",
};

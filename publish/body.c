/* SPDX-License-Identifier: MIT */
#include "publish/body.h"

#include <string.h>

#include "base/utf8.h"

enum { NIGHTS_SHOWN = 30 };
static const char zero_width[] = "\xe2\x80\x8b";

/* Backticks of the fence that `line` opens; 0: none. */
static size_t fence_of(struct slice line)
{
    size_t blanks = 0, ticks = 0;

    while (blanks < line.len && blanks < 4 && line.data[blanks] == ' ')
        blanks++;
    while (blanks + ticks < line.len && line.data[blanks + ticks] == '`')
        ticks++;
    return blanks < 4 && ticks >= 3 ? ticks : 0;
}

static bool starts(struct slice line, const char *word)
{
    return line.len >= strlen(word) && memcmp(line.data, word, strlen(word)) == 0;
}

size_t markdown_cut(struct slice markdown, size_t most)
{
    size_t good = 0, fence = 0, folds = 0;

    for (size_t at = 0; at < markdown.len;) {
        const char *end = memchr(markdown.data + at, '\n', markdown.len - at);
        struct slice line = {markdown.data + at, end ? (size_t)(end - markdown.data) - at : markdown.len - at};
        size_t ticks = fence_of(line);

        at += line.len + (end != NULL);
        if (at > most)
            return good;
        if (ticks && (!fence || ticks >= fence))
            fence = fence ? 0 : ticks;
        else if (!fence && starts(line, "<details"))
            folds++;
        else if (!fence && folds && starts(line, "</details"))
            folds--;
        else if (!fence && !folds && !line.len)
            good = at;
    }
    return markdown.len;
}

void markdown_guard(enum dialect dialect, struct slice markdown, struct buf *out)
{
    for (size_t i = 0; i < markdown.len; i++) {
        char byte = markdown.data[i];
        bool first = i == 0 || markdown.data[i - 1] == '\n' || markdown.data[i - 1] == '\r';

        if (dialect == DIALECT_GITLAB && first) {
            size_t k = i;

            /* Quick actions also run behind blanks that are no space (a no-break space, a tab): one of ours goes first. */
            while (k < markdown.len && (markdown.data[k] == ' ' || markdown.data[k] == '\t'))
                k++;
            if (k < markdown.len && markdown.data[k] == '/' && k == i)
                buf_putc(out, ' ');
        }
        buf_putc(out, byte);
        if (dialect == DIALECT_REDMINE && byte == '@'
            && (markdown.len - i <= 3 || memcmp(markdown.data + i + 1, zero_width, 3) != 0))
            buf_puts(out, zero_width);
    }
}

/* Plain text in a block of `open` and `close`, in which these cannot be had. */
static void put_plain(const struct body *body, struct slice text, struct buf *out)
{
    bool wiki = body->dialect == DIALECT_WIKI;
    const char *end = wiki ? "{noformat}" : "</pre>";

    buf_puts(out, wiki ? "{noformat}\n" : "<pre>\n");
    for (size_t i = 0; i < text.len; i++) {
        bool breaks = (wiki && text.data[i] == '{') || (!wiki && (text.data[i] == '<' || text.data[i] == '@'));

        if (wiki && breaks && (text.len - i < 10 || memcmp(text.data + i, end, 10) != 0))
            breaks = false;
        buf_putc(out, text.data[i]);
        if (breaks)
            buf_puts(out, zero_width);
    }
    if (text.len && text.data[text.len - 1] != '\n')
        buf_putc(out, '\n');
    buf_printf(out, "%s\n", end);
}

static bool is_plain(enum dialect dialect)
{
    return dialect == DIALECT_TEXTILE || dialect == DIALECT_WIKI;
}

/* What stands under the report. */
static void put_foot(const struct body *body, bool cut, struct buf *out)
{
    const struct nights *nights = body->nights;

    if (cut)
        buf_printf(out, "\nThis comment is cut to the size that the tracker takes; %s\n",
                   body->file || body->report_url ? "the page has the rest."
                                                  : "`endoscope report` on the collector writes the whole.");
    if (nights && nights->count) {
        buf_puts(out, is_plain(body->dialect) ? "\nh3. Nights\n\n" : "\n### Nights\n\n");
        for (size_t i = 0; i < nights->count && i < NIGHTS_SHOWN; i++) {
            night_write(&nights->list[i], out);
            buf_putc(out, '\n');
        }
    }
    if (body->file)
        buf_printf(out, "\nThe page, of the night when it last changed: %s\n", body->file);
    if (body->report_url)
        buf_printf(out, "\nThe reports: %s\n", body->report_url);
    buf_printf(out, "\n%s\n", body->marker);
}

void body_write(const struct body *body, struct buf *out)
{
    bool plain = is_plain(body->dialect);
    struct slice report = plain ? body->text : body->markdown;
    struct buf foot = BUF_INIT;
    struct buf guarded = BUF_INIT;
    size_t room;

    put_foot(body, true, &foot);
    /* A block of plain text adds its own lines, and a mark behind each character that could end it. */
    room = body->most > foot.len + 32 ? body->most - foot.len - 32 : 0;
    if (plain)
        put_plain(body, report, &guarded);
    else
        markdown_guard(body->dialect, report, &guarded);
    if (guarded.len <= room) {
        buf_put_slice(out, buf_slice(&guarded));
        buf_clear(&foot);
        put_foot(body, false, &foot);
    } else if (plain) {
        size_t len = utf8_cut(report, report.len < room ? report.len : room);

        for (;;) {
            while (len && report.data[len - 1] != '\n')
                len--;
            buf_clear(&guarded);
            put_plain(body, (struct slice){report.data, len}, &guarded);
            if (guarded.len <= room || !len)
                break;
            len -= 1;
        }
        buf_put_slice(out, buf_slice(&guarded));
    } else {
        buf_put(out, guarded.data, markdown_cut(buf_slice(&guarded), room));
    }
    buf_put_slice(out, buf_slice(&foot));
    buf_free(&guarded);
    buf_free(&foot);
}

/* The next character that counts, with all white space between two as one blank. */
static char next_of(const char **at)
{
    size_t blanks = strspn(*at, " \t\r\n");

    if (blanks && (*at)[blanks]) {
        *at += blanks;
        return ' ';
    }
    if (blanks || !**at)
        return '\0';
    return *(*at)++;
}

bool body_equals(const char *sent, const char *kept)
{
    char a, b;

    sent += strspn(sent, " \t\r\n");
    kept += strspn(kept, " \t\r\n");
    do {
        a = next_of(&sent);
        b = next_of(&kept);
    } while (a == b && a);
    return a == b;
}

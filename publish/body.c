/* SPDX-License-Identifier: MIT */
#include "publish/body.h"

#include <string.h>

enum { NIGHTS_LEAST = 30 };

/* What stands under the report. */
static void put_foot(const struct body *body, struct buf *out)
{
    const struct nights *nights = body->nights;
    size_t shown = body->shown > NIGHTS_LEAST ? body->shown : NIGHTS_LEAST;

    if (nights && nights->count) {
        buf_puts(out, body->dialect == DIALECT_WIKI ? "\nh3. Nights\n\n" : "\n### Nights\n\n");
        for (size_t i = 0; i < nights->count && i < shown; i++) {
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
    const struct finish *finish = body->finish;
    const char *where =
        body->file || body->report_url ? "the page has it" : "`endoscope report` on the collector writes the whole";
    struct buf foot = BUF_INIT;
    size_t len;

    put_foot(body, &foot);
    len = finish->size(finish->self, buf_slice(&foot));
    if (body->most > len)
        finish->write(finish->self, body->markdown, body->most - len, where, out);
    buf_put_slice(out, buf_slice(&foot));
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

/* SPDX-License-Identifier: MIT */
#include "diagnosis/patch.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "diagnosis/locate.h"

enum { CONTEXT = 3 };

/* The file as lines, each without its newline. */
struct lines {
    struct slice *list;
    size_t count, capacity;
    bool unterminated; /* the last one has no newline */
};

static struct lines split(struct slice text)
{
    struct lines lines = {0};

    for (size_t start = 0; start < text.len;) {
        const char *end = memchr(text.data + start, '\n', text.len - start);
        size_t stop = end ? (size_t)(end - text.data) : text.len;

        lines.list = mem_grow(lines.list, lines.count, &lines.capacity, sizeof *lines.list);
        lines.list[lines.count++] = (struct slice){text.data + start, stop - start};
        lines.unterminated = !end;
        start = stop + 1;
    }
    return lines;
}

enum { KEY_LEAST = 24 };

/* A run of letters of both cases and digits, as keys are and words are not. */
static bool holds_key(struct slice line)
{
    size_t run = 0, lower = 0, upper = 0, digits = 0;

    for (size_t i = 0; i < line.len; i++) {
        unsigned char c = (unsigned char)line.data[i];

        if (!isalnum(c) && c != '+' && c != '_' && c != '=') {
            run = lower = upper = digits = 0;
            continue;
        }
        run++;
        lower += islower(c) != 0;
        upper += isupper(c) != 0;
        digits += isdigit(c) != 0;
        if (run >= KEY_LEAST && digits >= 3 && (lower == 0 || upper >= 2) && (upper == 0 || lower >= 2))
            return true;
    }
    return false;
}

/* Words that stand beside a secret more often than beside an address. */
static bool looks_secret(struct slice line)
{
    static const char *const words[] = {"secret",  "token",      "passw",      "apikey",        "api_key",
                                        "api-key", "private",    "credential", "authorization", "bearer",
                                        "eyJ",     "-----BEGIN", "AKIA"};
    char *text = mem_copy(line.data, line.len);
    bool found = false;

    for (size_t i = 0; i < sizeof words / sizeof *words && !found; i++)
        found = strcasestr(text, words[i]) != NULL;
    mem_free(text);
    return found || holds_key(line);
}

static void put_line(struct buf *out, char sign, const struct lines *lines, size_t index)
{
    buf_putc(out, sign);
    buf_put_slice(out, lines->list[index]);
    buf_putc(out, '\n');
    if (lines->unterminated && index + 1 == lines->count)
        buf_puts(out, "\\ No newline at end of file\n");
}

/* Line `index` with every location on it replaced. */
static void put_mended(struct buf *out, struct slice text, const struct lines *lines, size_t index,
                       const struct location *locations, size_t count)
{
    struct slice line = lines->list[index];
    size_t line_at = (size_t)(line.data - text.data);
    size_t done = 0;

    buf_putc(out, '+');
    for (size_t i = 0; i < count; i++) {
        if (locations[i].line != index + 1 || !locate_mendable(&locations[i]))
            continue;
        buf_put(out, line.data + done, locations[i].at - line_at - done);
        buf_put_slice(out, locations[i].with);
        done = locations[i].at - line_at + locations[i].from.len;
    }
    buf_put(out, line.data + done, line.len - done);
    buf_putc(out, '\n');
    if (lines->unterminated && index + 1 == lines->count)
        buf_puts(out, "\\ No newline at end of file\n");
}

static bool changes(const struct location *locations, size_t count, size_t index)
{
    for (size_t i = 0; i < count; i++)
        if (locations[i].line == index + 1 && locate_mendable(&locations[i]))
            return true;
    return false;
}

/* Between the search and now somebody may have written to the file. */
static bool is_as_searched(struct slice text, const struct location *locations, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct location *place = &locations[i];

        if (place->at > text.len || text.len - place->at < place->from.len
            || memcmp(text.data + place->at, place->from.data, place->from.len) != 0)
            return false;
    }
    return true;
}

/* git quotes other names in ways of its own. */
static bool is_plain_name(const char *file)
{
    for (; *file; file++)
        if ((unsigned char)*file < ' ' || *file == '"' || *file == '\\' || *file == '\x7f')
            return false;
    return true;
}

/* The end of the hunk that starts with the change at `index`: changes less than two contexts apart share one.
 */
static size_t hunk_end(const struct lines *lines, const struct location *locations, size_t count, size_t index)
{
    size_t end = index + 1 + CONTEXT;

    for (size_t i = index + 1; i < lines->count && i < end + CONTEXT; i++)
        if (changes(locations, count, i))
            end = i + 1 + CONTEXT;
    return end < lines->count ? end : lines->count;
}

static bool put_hunk(struct buf *out, struct slice text, const struct lines *lines, const struct location *locations,
                     size_t count, size_t start, size_t end)
{
    buf_printf(out, "@@ -%zu,%zu +%zu,%zu @@\n", start + 1, end - start, start + 1, end - start);
    for (size_t i = start; i < end; i++) {
        if (looks_secret(lines->list[i]))
            return false;
        if (!changes(locations, count, i)) {
            put_line(out, ' ', lines, i);
            continue;
        }
        put_line(out, '-', lines, i);
        put_mended(out, text, lines, i, locations, count);
    }
    return true;
}

bool patch_file(const char *file, struct slice text, const struct location *locations, size_t count, struct buf *out)
{
    struct lines lines = split(text);
    size_t before = out->len;
    bool clean = true, changed = false;
    /* Behind a name with blanks, a tab tells where it ends. */
    const char *end_of_name = strchr(file, ' ') ? "\t" : "";

    if (!is_plain_name(file) || !is_as_searched(text, locations, count)) {
        mem_free(lines.list);
        return false;
    }
    buf_printf(out, "--- a/%s%s\n+++ b/%s%s\n", file, end_of_name, file, end_of_name);
    for (size_t i = 0; i < lines.count && clean; i++) {
        size_t end;

        if (!changes(locations, count, i))
            continue;
        changed = true;
        end = hunk_end(&lines, locations, count, i);
        clean = put_hunk(out, text, &lines, locations, count, i > CONTEXT ? i - CONTEXT : 0, end);
        i = end - 1;
    }
    if (!clean || !changed)
        buf_cut(out, before);
    mem_free(lines.list);
    return clean && changed;
}

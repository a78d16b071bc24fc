/* SPDX-License-Identifier: MIT */
/* Works on lines, each of which belongs to a section, perhaps to a fold, a table or code; lines are struck out until the
 * rest fits. Importance is the order of the templates: what a reader needs first stands first. */
#include "render/fit.h"

#include <stdint.h>
#include <string.h>

#include "base/memory.h"
#include "render/fence.h"

enum { ROWS_KEPT = 20, CODE_KEPT = 20, ROWS_LEAST = 5, NOTE_MAX = 640, TITLES_MAX = 300 };

struct line {
    struct slice text;
    size_t section; /* 0: what stands before the first */
    size_t fold;    /* 0: none */
    size_t row;     /* of a table's body, from 1; 0: none */
    size_t code;    /* of the lines within a fence, from 1; 0: none */
    bool passes;    /* a row that says that something works or holds */
    bool struck;
};

struct fitting {
    struct line *lines;
    size_t count, capacity;
    size_t len, room; /* bytes that are left, and may be */
    size_t sections, folds;
    size_t footer; /* its first line; count: there is none */
    size_t folds_struck, rows_struck, code_struck;
    bool rest_struck;
    struct buf titles; /* of struck sections */
};

static bool starts(struct slice text, const char *word)
{
    return text.len >= strlen(word) && memcmp(text.data, word, strlen(word)) == 0;
}

static bool is_delimiter(struct slice line)
{
    for (size_t i = 0; i < line.len; i++)
        if (!strchr("|:- \n", line.data[i]) || !line.data[i])
            return false;
    return starts(line, "|") && memchr(line.data, '-', line.len);
}

/* What the reading of lines remembers from one to the next. */
struct reading {
    struct fence fence;
    size_t fold, code, row;
    bool table;
};

static void read_plain(struct fitting *fitting, struct reading *reading, struct line *line)
{
    if (starts(line->text, "<details>") || starts(line->text, "<!-- fold -->"))
        reading->fold = ++fitting->folds;
    line->fold = reading->fold;
    if (starts(line->text, "</details>") || starts(line->text, "<!-- /fold -->"))
        reading->fold = 0;
    if (!line->fold && starts(line->text, "## "))
        line->section = ++fitting->sections;
    if (!line->fold && slice_equals(line->text, slice_of("---\n")))
        fitting->footer = fitting->count;
    reading->table = starts(line->text, "|") && (reading->table || is_delimiter(line->text));
    if (!reading->table)
        reading->row = 0;
    else if (!is_delimiter(line->text))
        line->row = ++reading->row;
    line->passes = line->row && memmem(line->text.data, line->text.len, "**\xE2\x9C\x93", 5);
}

static void read_lines(struct fitting *fitting, struct slice markdown)
{
    struct reading reading = {0};
    struct slice text;

    fitting->footer = SIZE_MAX;
    while (fence_line(&markdown, &text)) {
        bool open = reading.fence.run != 0, code = fence_holds(&reading.fence, text);
        struct line *line;

        fitting->lines = mem_grow(fitting->lines, fitting->count, &fitting->capacity, sizeof *fitting->lines);
        line = &fitting->lines[fitting->count];
        *line = (struct line){.text = text, .section = fitting->sections, .fold = reading.fold};
        if (!code)
            read_plain(fitting, &reading, line);
        /* The fence's own two lines stay together. */
        reading.code = code && open ? reading.code + 1 : 0;
        line->code = reading.fence.run ? reading.code : 0;
        fitting->len += text.len;
        fitting->count++;
    }
    if (fitting->footer == SIZE_MAX)
        fitting->footer = fitting->count;
}

static bool is_done(const struct fitting *fitting)
{
    return fitting->len <= fitting->room;
}

static void strike(struct fitting *fitting, struct line *line)
{
    if (line->struck)
        return;
    line->struck = true;
    fitting->len -= line->text.len;
}

static void strike_folds(struct fitting *fitting)
{
    size_t end = fitting->footer;

    for (size_t fold = fitting->folds; fold && !is_done(fitting); fold--) {
        while (end && fitting->lines[end - 1].fold != fold)
            end--;
        for (; end && fitting->lines[end - 1].fold == fold; end--)
            strike(fitting, &fitting->lines[end - 1]);
        fitting->folds_struck++;
    }
}

static void strike_rows(struct fitting *fitting, bool passing, size_t kept)
{
    for (size_t i = fitting->footer; i > 0 && !is_done(fitting); i--) {
        struct line *line = &fitting->lines[i - 1];

        if (line->struck || line->row <= kept || (passing && !line->passes))
            continue;
        strike(fitting, line);
        fitting->rows_struck++;
    }
}

static void strike_code(struct fitting *fitting)
{
    for (size_t i = fitting->footer; i > 0 && !is_done(fitting); i--) {
        struct line *line = &fitting->lines[i - 1];

        if (line->struck || line->code <= CODE_KEPT)
            continue;
        strike(fitting, line);
        fitting->code_struck++;
    }
}

/* "Evidence", from "## Evidence\n". */
static void put_title(struct fitting *fitting, struct slice heading)
{
    const size_t skip = strlen("## ");
    struct slice title = {heading.data + skip, heading.len - skip};

    if (title.len && title.data[title.len - 1] == '\n')
        title.len--;
    if (fitting->titles.len + title.len + 2 > TITLES_MAX)
        return;
    buf_puts(&fitting->titles, fitting->titles.len ? ", " : "");
    buf_put_slice(&fitting->titles, title);
}

static void strike_sections(struct fitting *fitting)
{
    size_t end = fitting->footer;

    for (size_t section = fitting->sections; section > 1 && !is_done(fitting); section--) {
        for (; end && fitting->lines[end - 1].section == section; end--) {
            strike(fitting, &fitting->lines[end - 1]);
            if (end == 1 || fitting->lines[end - 2].section != section)
                put_title(fitting, fitting->lines[end - 1].text);
        }
    }
}

/* Block by block from the end: an empty line outside of code and folds is where one ends. */
static void strike_blocks(struct fitting *fitting)
{
    for (size_t i = fitting->footer; i > 0 && !is_done(fitting); i--) {
        do
            strike(fitting, &fitting->lines[i - 1]);
        while (i > 1
               && (fitting->lines[i - 2].text.len > 1 || fitting->lines[i - 2].code || fitting->lines[i - 2].fold)
               && i-- > 1);
        fitting->rest_struck = true;
    }
    for (size_t i = fitting->footer; i < fitting->count && !is_done(fitting); i++)
        strike(fitting, &fitting->lines[i]);
}

static void put_count(struct buf *note, size_t count, const char *one, const char *many)
{
    if (count)
        buf_printf(note, "%s%zu %s", note->len ? ", " : "", count, count == 1 ? one : many);
}

static void put_note(const struct fitting *fitting, const char *where, struct buf *out)
{
    struct buf note = BUF_INIT;

    put_count(&note, fitting->folds_struck, "folded part", "folded parts");
    put_count(&note, fitting->rows_struck, "row of tables", "rows of tables");
    put_count(&note, fitting->code_struck, "line of code", "lines of code");
    if (fitting->titles.len)
        buf_printf(&note, "%sthe sections %s", note.len ? ", " : "", fitting->titles.data);
    if (fitting->rest_struck)
        buf_printf(&note, "%swhat follows here", note.len ? ", " : "");
    buf_printf(out, "Left out, since the tracker takes no more: %s; %s.\n\n", note.data, where);
    buf_free(&note);
}

static void put_lines(const struct fitting *fitting, size_t from, size_t to, struct buf *out)
{
    for (size_t i = from; i < to; i++)
        if (!fitting->lines[i].struck)
            buf_put_slice(out, fitting->lines[i].text);
}

void fit_markdown(struct slice markdown, size_t most, const char *where, struct buf *out)
{
    struct fitting fitting = {.titles = BUF_INIT};
    size_t note = NOTE_MAX + strlen(where);

    if (markdown.len <= most) {
        buf_put_slice(out, markdown);
        return;
    }
    if (most < note)
        return;
    fitting.room = most - note;
    read_lines(&fitting, markdown);
    strike_folds(&fitting);
    strike_rows(&fitting, true, ROWS_KEPT);
    strike_rows(&fitting, false, ROWS_KEPT);
    strike_code(&fitting);
    strike_sections(&fitting);
    strike_rows(&fitting, false, ROWS_LEAST);
    strike_blocks(&fitting);
    put_lines(&fitting, 0, fitting.footer, out);
    if (out->len && out->data[out->len - 1] == '\n' && out->len > 1 && out->data[out->len - 2] != '\n')
        buf_putc(out, '\n');
    put_note(&fitting, where, out);
    put_lines(&fitting, fitting.footer, fitting.count, out);
    mem_free(fitting.lines);
    buf_free(&fitting.titles);
}

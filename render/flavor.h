/* SPDX-License-Identifier: MIT */
/* flavor.h - the dialect that is written: how foreign words are made inert in it, how a probe is cited.
 *
 * Each form brings its own delimiters: a template never puts backticks or fences around a foreign value. A
 * form may look back at what stands before it on its line, so that it fits into a table's row, a list item, a
 * fold's summary. */
#ifndef RENDER_FLAVOR_H
#define RENDER_FLAVOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/slice.h"

enum flavor_form {
    FORM_TEXT,  /* in running text: {{x}} and {{x.text}} */
    FORM_CODE,  /* a code span, on one line: {{x.code}} */
    FORM_CELL,  /* a code span in a table's cell, cut to a narrow width: {{x.cell}} */
    FORM_FENCE, /* a block of its own, its language guessed (json, html, http, diff): {{x.fence}} */
    FORM_URL,   /* an address, shown as text and never linked: {{x.url}} */
    FORM_COUNT
};
extern const char *const form_words[]; /* NULL-terminated */

/* A place in the page for something that is no text: {{chart.nights}}. */
enum flavor_mark {
    MARK_ANCHOR, /* of the probe `ordinal`: what its citations link to */
    MARK_CHART_WATERFALL,
    MARK_CHART_NIGHTS,
    MARK_CHART_LATENCY,
};

struct flavor {
    const char *name; /* "github", "page", "plain" */
    /* A dialect of Markdown: signs besides GitHub's behind which its tracker looks for something (a reference, a macro),
     * where no blank follows them; NULL: none. */
    const char *signs;
    /* What a comment may hold, 0: no limit; in UTF-16 units where the tracker counts characters, else in bytes. */
    size_t most;
    bool counts_characters;
    /* The last step, over the whole text: appends `markdown` (as report_markdown made it in this flavour) converted to
     * the dialect and with what the tracker would act upon broken. NULL: it stays as it is. */
    void (*finish)(struct slice markdown, struct buf *out);
    /* Appends `text` in `form`, such that a parser of the dialect gives back exactly its visible characters.
     * An absent slice is nothing, an empty one the word "empty". */
    void (*foreign)(const struct flavor *flavor, enum flavor_form form, struct slice text, struct buf *out);
    /* Appends the citation of one probe: "[p17]", or a link to it; with `run` not NULL "[0192f3.p17]", never a link. */
    void (*cite)(const struct flavor *flavor, const char *run, uint32_t ordinal, struct buf *out);
    /* Appends what marks a place; NULL: the dialect has no such places. */
    void (*mark)(const struct flavor *flavor, enum flavor_mark mark, uint32_t ordinal, struct buf *out);
    /* A part that is folded away where the dialect can: around a summary on one line, and at the end. */
    const char *fold_open, *fold_summary_end, *fold_close;
    int32_t offset_s; /* zone in which times are written */
};

/* The citation as plain words, for dialects in which it is nothing more. */
void flavor_cite(const struct flavor *flavor, const char *run, uint32_t ordinal, struct buf *out);

extern const struct flavor flavor_github; /* GitHub's Markdown: what goes on a ticket, and what cmark-gfm reads */
extern const struct flavor flavor_gitlab, flavor_gitea;
extern const struct flavor flavor_redmine;   /* Redmine's CommonMark */
extern const struct flavor flavor_redcarpet; /* Redmine's older Markdown */
extern const struct flavor flavor_textile;   /* and its textile */
extern const struct flavor flavor_jira;      /* wiki markup */
extern const struct flavor flavor_markdown;  /* Markdown that is read by no tracker; its name is "plain" */
extern const struct flavor flavor_plain; /* for JSON strings and terminals: no marks, hidden characters as escapes */

/* The flavours of Markdown and of trackers by their names, NULL-terminated; NULL: there is none of that name. */
extern const struct flavor *const flavor_list[];
const struct flavor *flavor_by_name(const char *name);

/* `foreign` of the dialects of Markdown that a tracker reads. */
void flavor_ticket_foreign(const struct flavor *flavor, enum flavor_form form, struct slice text, struct buf *out);

/* `foreign` of what is converted from Markdown. */
void flavor_plain_markdown(const struct flavor *flavor, enum flavor_form form, struct slice text, struct buf *out);

/* As flavor_github.foreign, without what only a tracker wants (zero-width spaces in mentions and references):
 * for Markdown that is read by cmark-gfm alone. */
void flavor_markdown_foreign(enum flavor_form form, struct slice text, struct buf *out);

/* What stands for `byte` in HTML's text and quoted attributes; NULL: itself. */
const char *flavor_html_entity(char byte);

/* Appends `text` escaped for HTML, hidden characters (but newlines and tabs) as escapes. */
void flavor_html_text(struct slice text, struct buf *out);

/* Appends `text`, hidden characters as escapes, on one line of at most `columns` columns; an ellipsis shows a
 * cut. */
void flavor_narrow(struct slice text, size_t columns, struct buf *out);

/* The language of a block, for its fence: "json", "html", "xml", "http", "diff", or "". */
const char *flavor_language(struct slice text);

/* "69 ms", "3.2 s", "61 days", "4 µs": three significant digits at most. Nothing for a negative one. */
void words_duration(int64_t us, struct buf *out);

/* "21 bytes", "64 KiB". */
void words_bytes(uint64_t bytes, struct buf *out);

/* "36.8", "1200", "0.0042": three significant digits behind the point at most. Nothing for what is no number.
 */
void words_number(double number, struct buf *out);
#endif

/* SPDX-License-Identifier: MIT */
/* Any bytes as a foreign value, in every form; cmark-gfm must read back exactly its visible characters, and
 * nothing but text and code. */
#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm-extension_api.h>
#include <cmark-gfm.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "render/finish.h"
#include "render/flavor.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static cmark_node *parse(const struct buf *markdown)
{
    static const char *const names[] = {"table", "strikethrough", "autolink", "tagfilter", "tasklist"};
    cmark_parser *parser;
    cmark_node *document;

    cmark_gfm_core_extensions_ensure_registered();
    parser = cmark_parser_new(CMARK_OPT_FOOTNOTES);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        cmark_parser_attach_syntax_extension(parser, cmark_find_syntax_extension(names[i]));
    cmark_parser_feed(parser, markdown->data, markdown->len);
    document = cmark_parser_finish(parser);
    cmark_parser_free(parser);
    return document;
}

static void expect(const struct buf *markdown, const struct buf *shown, const char *allowed)
{
    cmark_node *document = parse(markdown);
    cmark_iter *iter = cmark_iter_new(document);
    struct buf seen = BUF_INIT;
    cmark_event_type event;

    while ((event = cmark_iter_next(iter)) != CMARK_EVENT_DONE) {
        cmark_node *node = cmark_iter_get_node(iter);
        const char *text = cmark_node_get_literal(node);

        if (event != CMARK_EVENT_ENTER)
            continue;
        if (!strstr(allowed, cmark_node_get_type_string(node))) {
            fprintf(stderr, "a %s in %s\n", cmark_node_get_type_string(node), markdown->data);
            abort();
        }
        for (; text && *text; text++) {
            if (strncmp(text, "\xE2\x80\x8B", 3) == 0)
                text += 2;
            else
                buf_putc(&seen, *text);
        }
    }
    if (strcmp(seen.data, shown->data) != 0) {
        fprintf(stderr, "%s\nreads back as %s\ninstead of %s\n", markdown->data, seen.data, shown->data);
        abort();
    }
    buf_free(&seen);
    cmark_iter_free(iter);
    cmark_node_free(document);
}

static void try_form(enum flavor_form form, struct slice text)
{
    struct buf markdown = BUF_INIT, shown = BUF_INIT;
    bool row = form == FORM_CELL, code = form == FORM_CODE || row;

    if (row) {
        flavor_narrow(text, 60, &shown);
        buf_puts(&markdown, "| h |\n|---|\n| ");
    } else if (form == FORM_FENCE) {
        utf8_escape_block(&shown, text);
        if (shown.data[shown.len - 1] != '\n')
            buf_putc(&shown, '\n');
    } else {
        utf8_escape(&shown, text);
    }
    if (code && strspn(shown.data, " ") == shown.len) {
        buf_clear(&shown);
        buf_puts(&shown, "blank");
    }
    flavor_github.foreign(&flavor_github, form, text, &markdown);
    if (row) {
        struct buf table = BUF_INIT;

        buf_printf(&table, "h%s", shown.data);
        buf_puts(&markdown, " |\n");
        expect(&markdown, &table, "document table table_header table_row table_cell text code emph");
        buf_free(&table);
    } else {
        buf_putc(&markdown, '\n');
        expect(&markdown, &shown,
               form == FORM_TEXT ? "document paragraph text"
               : code            ? "document paragraph text code emph"
                                 : "document code_block");
    }
    buf_free(&markdown);
    buf_free(&shown);
}

/* Every flavour to its end: whole, and within a size that it must not outgrow. */
static void finish(const struct flavor *flavor, struct slice text)
{
    enum { MOST = 900 };
    struct buf markdown = BUF_INIT, out = BUF_INIT;

    for (int form = 0; form < FORM_COUNT; form++) {
        buf_puts(&markdown, form == FORM_CELL ? "\n| h |\n|---|\n| " : "\n");
        flavor->foreign(flavor, (enum flavor_form)form, text, &markdown);
        buf_puts(&markdown, form == FORM_CELL ? " |\n\n" : "\n\n");
    }
    finish_report(flavor, buf_slice(&markdown), 0, "there", &out);
    buf_clear(&out);
    finish_report(flavor, buf_slice(&markdown), MOST, "there", &out);
    if (finish_size(flavor, buf_slice(&out)) > MOST || !utf8_valid(buf_slice(&out)))
        abort();
    buf_free(&markdown);
    buf_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice text = {(const char *)data, size};
    struct buf pretty = BUF_INIT, plain = BUF_INIT;

    if (size == 0)
        return 0;
    try_form(FORM_TEXT, text);
    try_form(FORM_CODE, text);
    try_form(FORM_CELL, text);
    /* JSON is spread over lines, which is another test's matter. */
    if (data[0] != '{' && data[0] != '[')
        try_form(FORM_FENCE, text);
    for (int form = 0; form < FORM_COUNT; form++)
        flavor_plain.foreign(&flavor_plain, (enum flavor_form)form, text, &plain);
    for (size_t i = 0; flavor_list[i]; i++)
        finish(flavor_list[i], text);
    flavor_html_text(text, &pretty);
    buf_puts(&pretty, flavor_github.fold_open);
    for (int form = 0; form < FORM_COUNT; form++)
        flavor_github.foreign(&flavor_github, (enum flavor_form)form, text, &pretty);
    buf_free(&pretty);
    buf_free(&plain);
    return 0;
}

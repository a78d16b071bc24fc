/* SPDX-License-Identifier: MIT */
#include "render/wiki.h"

#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm-extension_api.h>
#include <cmark-gfm.h>
#include <string.h>

#define ZERO_WIDTH_SPACE "\xE2\x80\x8B"

/* Deeper nests only what a template nests: foreign words open nothing. */
enum { DEPTH_MAX = 32 };

struct writer {
    const struct wiki *wiki;
    struct buf *out;
    char bullets[DEPTH_MAX + 1]; /* of the lists that are open */
    size_t depth, quotes;
    bool line_start; /* nothing stands on the line yet but what begins a block */
};

static void write_block(struct writer *writer, cmark_node *node);

static struct slice words_of(cmark_node *node)
{
    return slice_of(cmark_node_get_literal(node) ? cmark_node_get_literal(node) : "");
}

static bool is(cmark_node *node, const char *type)
{
    return strcmp(cmark_node_get_type_string(node), type) == 0;
}

static void write_inlines(struct writer *writer, cmark_node *parent);

/* A mark beside a blank is none, and at the start of a line it is a bullet. */
static void put_around(struct writer *writer, cmark_node *node, const char *mark)
{
    struct buf *out = writer->out, words = BUF_INIT;

    writer->out = &words;
    write_inlines(writer, node);
    writer->out = out;
    buf_printf(out, "%s%s", mark, words.data[0] == ' ' ? ZERO_WIDTH_SPACE : "");
    buf_put_slice(out, buf_slice(&words));
    buf_printf(out, "%s%s", words.len && words.data[words.len - 1] == ' ' ? ZERO_WIDTH_SPACE : "", mark);
    buf_free(&words);
}

/* A template's link: its words, and where it leads, both as words. Within the page it leads nowhere here. */
static void put_link(struct writer *writer, cmark_node *node)
{
    const char *url = cmark_node_get_url(node);

    write_inlines(writer, node);
    if (!url || !*url || *url == '#')
        return;
    buf_puts(writer->out, " (");
    writer->wiki->text(slice_of(url), false, writer->out);
    buf_puts(writer->out, ")");
}

static void write_inline(struct writer *writer, cmark_node *node)
{
    const struct wiki *wiki = writer->wiki;

    if (is(node, "text")) {
        wiki->text(words_of(node), writer->line_start, writer->out);
    } else if (is(node, "code")) {
        wiki->code(words_of(node), writer->out);
    } else if (is(node, "softbreak")) {
        buf_putc(writer->out, ' ');
    } else if (is(node, "linebreak")) {
        buf_puts(writer->out, wiki->line_break);
    } else if (is(node, "strong")) {
        put_around(writer, node, wiki->strong);
    } else if (is(node, "emph")) {
        put_around(writer, node, wiki->emphasis);
    } else if (is(node, "link")) {
        put_link(writer, node);
    } else if (!is(node, "html_inline")) {
        write_inlines(writer, node);
    }
    writer->line_start = false;
}

static void write_inlines(struct writer *writer, cmark_node *parent)
{
    for (cmark_node *node = cmark_node_first_child(parent); node; node = cmark_node_next(node))
        write_inline(writer, node);
}

static void end_line(struct writer *writer)
{
    buf_putc(writer->out, '\n');
    writer->line_start = true;
}

/* An empty line, and not two. */
static void end_block(struct writer *writer)
{
    const struct buf *out = writer->out;

    while (out->len < 2 || memcmp(out->data + out->len - 2, "\n\n", 2) != 0)
        buf_putc(writer->out, '\n');
    writer->line_start = true;
}

static void write_cell(struct writer *writer, cmark_node *cell, const char *before)
{
    size_t start;

    buf_printf(writer->out, "%s ", before);
    start = writer->out->len;
    write_inlines(writer, cell);
    if (writer->out->len > start)
        buf_putc(writer->out, ' ');
}

static void write_table(struct writer *writer, cmark_node *table)
{
    const struct wiki *wiki = writer->wiki;

    for (cmark_node *row = cmark_node_first_child(table); row; row = cmark_node_next(row)) {
        bool header = is(row, "table_header");

        for (cmark_node *cell = cmark_node_first_child(row); cell; cell = cmark_node_next(cell))
            write_cell(writer, cell, header ? wiki->header : "|");
        buf_puts(writer->out, header ? wiki->header_end : "|");
        end_line(writer);
    }
    end_block(writer);
}

/* The first paragraph stands behind the bullet; what else an item holds follows it. */
static void write_item(struct writer *writer, cmark_node *item)
{
    cmark_node *node = cmark_node_first_child(item);

    buf_printf(writer->out, "%.*s ", (int)writer->depth, writer->bullets);
    if (is(item, "tasklist"))
        buf_puts(writer->out,
                 cmark_gfm_extensions_get_tasklist_item_checked(item) ? "\xE2\x98\x91 " : "\xE2\x98\x90 ");
    writer->line_start = true;
    if (node && is(node, "paragraph")) {
        write_inlines(writer, node);
        node = cmark_node_next(node);
    }
    end_line(writer);
    for (; node; node = cmark_node_next(node))
        write_block(writer, node);
}

static void write_list(struct writer *writer, cmark_node *list)
{
    if (writer->depth == DEPTH_MAX)
        return;
    writer->bullets[writer->depth++] = cmark_node_get_list_type(list) == CMARK_ORDERED_LIST ? '#' : '*';
    for (cmark_node *item = cmark_node_first_child(list); item; item = cmark_node_next(item))
        write_item(writer, item);
    writer->depth--;
    if (writer->depth == 0)
        end_block(writer);
}

static void write_quote(struct writer *writer, cmark_node *quote)
{
    if (writer->quotes == DEPTH_MAX)
        return;
    if (writer->quotes++ == 0)
        buf_puts(writer->out, writer->wiki->quote);
    for (cmark_node *node = cmark_node_first_child(quote); node; node = cmark_node_next(node))
        write_block(writer, node);
    if (--writer->quotes == 0)
        buf_puts(writer->out, writer->wiki->quote_end);
    end_block(writer);
}

static void write_block(struct writer *writer, cmark_node *node)
{
    const struct wiki *wiki = writer->wiki;

    writer->line_start = true;
    if (is(node, "heading")) {
        buf_printf(writer->out, "h%d. ", cmark_node_get_heading_level(node));
        write_inlines(writer, node);
    } else if (is(node, "paragraph")) {
        if (writer->quotes)
            buf_puts(writer->out, wiki->quote_line);
        write_inlines(writer, node);
    } else if (is(node, "code_block")) {
        wiki->block(words_of(node), slice_of(cmark_node_get_fence_info(node)), writer->out);
    } else if (is(node, "thematic_break")) {
        buf_puts(writer->out, wiki->rule);
    } else if (is(node, "table")) {
        write_table(writer, node);
        return;
    } else if (is(node, "list")) {
        write_list(writer, node);
        return;
    } else if (is(node, "block_quote")) {
        write_quote(writer, node);
        return;
    } else {
        return;
    }
    end_block(writer);
}

static cmark_node *parse(struct slice markdown)
{
    static const char *const names[] = {"table", "strikethrough", "tasklist"};
    cmark_parser *parser;
    cmark_node *document;

    cmark_gfm_core_extensions_ensure_registered();
    parser = cmark_parser_new(CMARK_OPT_DEFAULT);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        cmark_parser_attach_syntax_extension(parser, cmark_find_syntax_extension(names[i]));
    cmark_parser_feed(parser, markdown.data, markdown.len);
    document = cmark_parser_finish(parser);
    cmark_parser_free(parser);
    /* An escaped sign is a text of its own: what stands side by side must be seen side by side. */
    cmark_consolidate_text_nodes(document);
    return document;
}

void wiki_write(const struct wiki *wiki, struct slice markdown, struct buf *out)
{
    struct writer writer = {.wiki = wiki, .out = out, .line_start = true};
    cmark_node *document = parse(markdown);
    size_t start = out->len;

    for (cmark_node *node = cmark_node_first_child(document); node; node = cmark_node_next(node))
        write_block(&writer, node);
    while (out->len > start && out->data[out->len - 1] == '\n')
        buf_cut(out, out->len - 1);
    buf_putc(out, '\n');
    cmark_node_free(document);
}

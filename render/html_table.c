/* SPDX-License-Identifier: MIT */
/* Tables. They are written as blocks of our own, because cmark-gfm's cells take no nodes of ours. */
#include "render/html_table.h"

#include <cmark-gfm-core-extensions.h>

static cmark_node *cell_at(cmark_node *row, size_t column)
{
    cmark_node *cell = cmark_node_first_child(row);

    while (cell && column--)
        cell = cmark_node_next(cell);
    return cell;
}

/* Whether every cell of the header begins with a label: then the columns are told apart by how they fare. */
static bool is_cards(cmark_node *table)
{
    cmark_node *cell = cmark_node_first_child(cmark_node_first_child(table));
    const char *class;
    size_t sign, count = 0;

    for (; cell; cell = cmark_node_next(cell), count++)
        if (!label_of(cmark_node_first_child(cell), &class, &sign))
            return false;
    return count >= 2 && count <= 4;
}

static void make_cards(cmark_node *table)
{
    cmark_node *header = cmark_node_first_child(table), *cards = node_block("<div class=\"two\">", "</div>");

    for (size_t column = 0; cell_at(header, column); column++) {
        cmark_node *card = node_block("<div>", "</div>"), *title = node_block("<p class=\"head\">", "</p>");

        cmark_node_append_child(cards, card);
        cmark_node_append_child(card, title);
        node_move_children(cell_at(header, column), title);
        for (cmark_node *row = cmark_node_next(header); row; row = cmark_node_next(row)) {
            cmark_node *cell = cell_at(row, column), *text;

            if (!cell || !cmark_node_first_child(cell))
                continue;
            text = cmark_node_new_with_mem(CMARK_NODE_PARAGRAPH, node_memory());
            node_move_children(cell, text);
            cmark_node_append_child(card, text);
        }
    }
    cmark_node_insert_before(table, cards);
    node_drop(table);
}

static cmark_node *make_row(cmark_node *row, const uint8_t *alignments, bool header)
{
    cmark_node *made = node_block(header ? "<thead><tr>" : "<tr>", header ? "</tr></thead>" : "</tr>"), *cell;

    for (cell = cmark_node_first_child(row); cell; cell = cmark_node_next(cell)) {
        bool number = *alignments++ == 'r';
        const char *enter = header ? (number ? "<th scope=\"col\" class=\"n\">" : "<th scope=\"col\">")
                                   : (number ? "<td class=\"n\">" : "<td>");
        cmark_node *to = node_block(enter, header ? "</th>" : "</td>");

        node_move_children(cell, to);
        cmark_node_append_child(made, to);
    }
    return made;
}

/* A table wider than the page scrolls by itself; whoever has no mouse gets there by tab. */
static void make_table(cmark_node *table, bool continues, bool cut)
{
    cmark_node *scroll =
        node_block(continues ? "" : "<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"Table\"><table>",
                   cut ? "" : "</table></div>");
    cmark_node *body = node_block(continues ? "" : "<tbody>", cut ? "" : "</tbody>");
    cmark_node *row = cmark_node_first_child(table);
    const uint8_t *alignments = cmark_gfm_extensions_get_table_alignments(table);

    if (!continues)
        cmark_node_append_child(scroll, make_row(row, alignments, true));
    cmark_node_append_child(scroll, body);
    while ((row = cmark_node_next(row)))
        cmark_node_append_child(body, make_row(row, alignments, false));
    cmark_node_insert_before(table, scroll);
    node_drop(table);
}

void page_tables(const struct page *page, const struct nodes *tables)
{
    for (size_t i = 0; i < tables->count; i++) {
        cmark_node *table = tables->all[i];
        bool whole = !node_is(cmark_node_parent(table), "document");
        bool continues = !whole && page->piece.continues && !cmark_node_previous(table);
        bool cut = !whole && page->piece.cut && !cmark_node_next(table);

        if (!continues && !cut && is_cards(table))
            make_cards(table);
        else
            make_table(table, continues, cut);
    }
}

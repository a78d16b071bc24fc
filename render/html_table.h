/* SPDX-License-Identifier: MIT */
/* html_table.h - the page's tables and cards. Private to render/html*.c. */
#ifndef RENDER_HTML_TABLE_H
#define RENDER_HTML_TABLE_H

#include "render/html_node.h"
#include "render/html_tree.h"

/* Of a table that is cut into pieces, the first has its header and the last its end. */
void page_tables(const struct page *page, const struct nodes *tables);
#endif

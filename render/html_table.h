/* SPDX-License-Identifier: MIT */
/* html_table.h - the page's tables and cards. Private to render/html*.c. */
#ifndef RENDER_HTML_TABLE_H
#define RENDER_HTML_TABLE_H

#include <cmark-gfm.h>

void page_tables(cmark_node *document);
#endif

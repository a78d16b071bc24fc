/* SPDX-License-Identifier: MIT */
/* html_sheet.h - what stands around the report on a page: its head, its style, its policy. Private to render/html*.c. */
#ifndef RENDER_HTML_SHEET_H
#define RENDER_HTML_SHEET_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/slice.h"

struct page_flavor;
struct templates;

struct sheet {
    struct buf text;
    struct slice before, after; /* the report, within `text` */
};

/* The template "page.html" with "page.css" in it. ERR_TEMPLATE when {{{body}}} is not in it exactly once. */
bool sheet_read(struct sheet *sheet, struct templates *templates, const struct page_flavor *flavor, struct slice title,
                struct error *err);
void sheet_free(struct sheet *sheet);
#endif

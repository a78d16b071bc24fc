/* SPDX-License-Identifier: MIT */
/* Any bytes as the Markdown of a page: what a broken template could make of it. A mark's nonce is written as
 * \x01. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "render/chart.h"
#include "render/html.h"
#include "render/template.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct chart_segment segments[] = {{"dns", 1, false}, {"http", 0, true}};
    static const struct chart_row rows[] = {{{"x", 1}, {NULL, 0}, segments, 2}};
    static const struct chart chart = {"chart", rows, 1};
    struct templates *templates = templates_open(NULL);
    struct buf markdown = BUF_INIT, out = BUF_INIT;
    struct error err = {ERR_NONE, ""};
    struct page_flavor page;

    if (!page_flavor_init(&page, 0, &err))
        abort();
    for (size_t i = 0; i < size; i++) {
        if (data[i] == 1)
            buf_printf(&markdown, "%%%s:", page.nonce);
        else
            buf_putc(&markdown, (char)data[i]);
    }
    if (html_page(templates, &page, slice_of("title"), buf_slice(&markdown), &chart, buf_sink(&out), &err)
        && (strstr(out.data, "<script") || strstr(out.data, "href=\"javascript:")))
        abort();
    buf_free(&markdown);
    buf_free(&out);
    templates_free(templates);
    return 0;
}

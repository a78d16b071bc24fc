/* SPDX-License-Identifier: MIT */
/* Any bytes as the Markdown of a page: what a broken template could make of it. A mark's nonce is written as
 * \x01. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "render/html.h"
#include "render/piece.h"
#include "render/template.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* However it is cut, the pieces together are the whole. */
static void check_pieces(struct slice markdown, size_t least)
{
    const struct slice whole = markdown;
    struct cutter cutter;
    struct piece piece;
    size_t left = markdown.len;

    cutter_init(&cutter, whole, least, NULL);
    while (cutter_next(&cutter, &piece)) {
        if (cutter.rest.len >= left || piece.text.len < left - cutter.rest.len)
            abort();
        left = cutter.rest.len;
    }
    cutter_free(&cutter);
    if (left)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct page_chart charts[] = {{"waterfall", {"<svg></svg>", 11}}, {"nights", {NULL, 0}}};
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
    check_pieces(buf_slice(&markdown), size % 64);
    if (html_page(templates, &page, slice_of("title"), buf_slice(&markdown), (struct page_charts){charts, 2},
                  buf_sink(&out), &err)
        && (strstr(out.data, "<script") || strstr(out.data, "href=\"javascript:")))
        abort();
    buf_free(&markdown);
    buf_free(&out);
    templates_free(templates);
    return 0;
}

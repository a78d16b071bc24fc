/* SPDX-License-Identifier: MIT */
#include "cli/present.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "cli/waterfall.h"
#include "render/flavor.h"
#include "render/html.h"
#include "render/json.h"
#include "render/markdown.h"
#include "render/wrap.h"

static bool present_text(const struct document *document, const char *name, const struct flavor *of,
                         struct templates *templates, struct buf *out, struct error *err)
{
    struct flavor flavor = *of;

    flavor.offset_s = document->offset_s;
    return report_markdown(templates, name, document->shape, document->object, &flavor, out, err);
}

/* For terminals and mail: no line wider than theirs. */
static bool present_plain(const struct document *document, struct templates *templates, struct buf *out,
                          struct error *err)
{
    struct buf text = BUF_INIT;
    bool ok = present_text(document, document->text, &flavor_plain, templates, &text, err);

    if (ok)
        wrap_text(buf_slice(&text), WRAP_COLUMNS, out);
    buf_free(&text);
    return ok;
}

/* "Ticket 488 · chat-staging": what a browser's tab shows. */
static void put_title(const struct model *model, struct buf *title)
{
    const struct model_ticket *ticket = model->tickets.count ? model->tickets.items : NULL;

    if (ticket) {
        buf_puts(title, "Ticket ");
        buf_put_slice(title, ticket->id);
        buf_puts(title, " · ");
    }
    buf_put_slice(title, model->suite->name);
    if (model->comparison)
        buf_puts(title, " · before and after");
}

static bool present_page(const struct document *document, const struct chart *waterfall, struct templates *templates,
                         struct buf *out, struct error *err)
{
    struct page_flavor page;
    struct buf markdown = BUF_INIT;
    bool ok = page_flavor_init(&page, document->offset_s, err)
              && report_markdown(templates, document->markdown, document->shape, document->object, &page.flavor,
                                 &markdown, err)
              && html_page(templates, &page, slice_of(document->title), buf_slice(&markdown), waterfall, out, err);

    buf_free(&markdown);
    return ok;
}

static bool present(const struct document *document, const struct chart *waterfall, enum format format,
                    struct templates *templates, struct buf *out, struct error *err)
{
    switch (format) {
    case FORMAT_MARKDOWN:
        return present_text(document, document->markdown, &flavor_github, templates, out, err);
    case FORMAT_TEXT:
        return present_plain(document, templates, out, err);
    case FORMAT_HTML:
        return present_page(document, waterfall, templates, out, err);
    case FORMAT_JSON:
        return json_write(document->shape, document->object, templates, document->offset_s, out, err)
               && buf_putc(out, '\n');
    }
    return true;
}

bool present_document(const struct document *document, enum format format, struct templates *templates,
                      struct buf *out, struct error *err)
{
    return present(document, NULL, format, templates, out, err);
}

bool present_model(const struct model *model, enum format format, struct templates *templates, int32_t offset_s,
                   struct buf *out, struct error *err)
{
    struct buf title = BUF_INIT;
    struct arena arena = ARENA_INIT;
    struct document document = {
        .shape = &model_shape,
        .object = model,
        .markdown = model->comparison ? "compare.md" : "report.md",
        .text = model->comparison ? "compare.txt" : "text.txt",
        .offset_s = offset_s,
    };
    bool ok;

    put_title(model, &title);
    document.title = title.data;
    ok = present(&document, format == FORMAT_HTML ? waterfall_of(model, &arena) : NULL, format, templates, out, err);
    arena_free(&arena);
    buf_free(&title);
    return ok;
}

struct templates *present_templates(const char *given, struct error *err)
{
    if (!given)
        return templates_open(access(ENDOSCOPE_TEMPLATES, R_OK | X_OK) == 0 ? ENDOSCOPE_TEMPLATES : NULL);
    if (access(given, R_OK | X_OK) != 0) {
        fail(err, ERR_TEMPLATE, "cannot read the folder of templates %s: %s", given, strerror(errno));
        return NULL;
    }
    return templates_open(given);
}

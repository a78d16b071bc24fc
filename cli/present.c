/* SPDX-License-Identifier: MIT */
#include "cli/present.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "cli/charts.h"
#include "diagnosis/records.h"
#include "render/csv.h"
#include "render/finish.h"
#include "render/flavor.h"
#include "render/html.h"
#include "render/json.h"
#include "render/junit.h"
#include "render/markdown.h"
#include "render/prometheus.h"
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

static bool present_page(const struct document *document, struct templates *templates, struct sink out,
                         struct error *err)
{
    struct page_flavor page;
    struct buf markdown = BUF_INIT;
    bool ok =
        page_flavor_init(&page, document->offset_s, err)
        && report_markdown(templates, document->markdown, document->shape, document->object, &page.flavor, &markdown,
                           err)
        && html_page(templates, &page, slice_of(document->title), buf_slice(&markdown), document->charts, out, err);

    buf_free(&markdown);
    return ok;
}

bool present_document(const struct document *document, enum format format, struct templates *templates,
                      struct buf *out, struct error *err)
{
    switch (format) {
    case FORMAT_MARKDOWN:
        return present_text(document, document->markdown, &flavor_github, templates, out, err);
    case FORMAT_TEXT:
        return present_plain(document, templates, out, err);
    case FORMAT_HTML:
        return present_page(document, templates, buf_sink(out), err);
    case FORMAT_JSON:
        return json_write(document->shape, document->object, templates, document->offset_s, out, err)
               && buf_putc(out, '\n');
    case FORMAT_JUNIT:
    case FORMAT_CSV:
    case FORMAT_PROMETHEUS:
        break;
    }
    return fail(err, ERR_USAGE, "this cannot be had in that format; there are md, html, json and text");
}

static struct document document_of(const struct model *model, enum format format, int32_t offset_s,
                                   struct arena *arena)
{
    struct buf title = BUF_INIT;
    struct document document = {
        .shape = &model_shape,
        .object = model,
        .markdown = model->comparison ? "compare.md" : "report.md",
        .text = model->comparison ? "compare.txt" : "text.txt",
        .offset_s = offset_s,
    };

    put_title(model, &title);
    document.title = arena_text(arena, title.data);
    if (format == FORMAT_HTML)
        document.charts = charts_of_model(model, offset_s, arena);
    buf_free(&title);
    return document;
}

bool present_model(const struct model *model, enum format format, struct templates *templates, int32_t offset_s,
                   struct buf *out, struct error *err)
{
    struct arena arena = ARENA_INIT;
    struct document document;
    bool ok;

    if (format == FORMAT_JUNIT) {
        junit_write(model, out);
        return true;
    }
    if (format == FORMAT_CSV && model->comparison) {
        csv_comparison(model, out);
        return true;
    }
    if (format == FORMAT_PROMETHEUS && model->comparison)
        return fail(err, ERR_USAGE, "prometheus is a format of `report`: metrics are of one run");
    if (format == FORMAT_PROMETHEUS) {
        prometheus_write(model, out);
        return true;
    }
    document = document_of(model, format, offset_s, &arena);
    ok = present_document(&document, format, templates, out, err);
    arena_free(&arena);
    return ok;
}

bool present_markdown(const struct model *model, const struct flavor *flavor, struct templates *templates,
                      int32_t offset_s, struct buf *out, struct error *err)
{
    const struct document document = {.shape = &model_shape, .object = model, .offset_s = offset_s};

    return present_text(&document, model->comparison ? "compare.md" : "report.md", flavor, templates, out, err);
}

bool present_stream(const struct model *model, enum format format, struct templates *templates, int32_t offset_s,
                    struct sink out, struct error *err)
{
    struct arena arena = ARENA_INIT;
    struct document document = document_of(model, format, offset_s, &arena);
    struct flavor flavor = flavor_github;
    bool ok;

    flavor.offset_s = offset_s;
    if (format == FORMAT_HTML)
        ok = present_page(&document, templates, out, err);
    else
        ok = report_stream(templates, document.markdown, &model_shape, model, &flavor, out, err);
    arena_free(&arena);
    return ok;
}

bool present_formats(const char *name, const char *format_word, bool json, const char *path, enum format *format,
                     const struct flavor **flavor, struct error *err)
{
    struct buf known = BUF_INIT;

    *flavor = name ? flavor_by_name(name) : NULL;
    if (!output_format(json ? "json" : format_word || !name ? format_word : "md", path, format, err))
        return false;
    if (*flavor && *format != FORMAT_MARKDOWN)
        return fail(err, ERR_USAGE, "--flavor is a dialect of Markdown: it goes with --format md alone");
    if (!name || *flavor)
        return true;
    for (size_t i = 0; flavor_list[i]; i++)
        buf_printf(&known, "%s%s", i == 0 ? "" : flavor_list[i + 1] ? ", " : " and ", flavor_list[i]->name);
    fail(err, ERR_USAGE, "there is no flavour `%s`; there are %s", name, known.data);
    buf_free(&known);
    return false;
}

bool present_ticket(const struct model *model, enum format format, const struct flavor *flavor,
                    struct templates *templates, int32_t offset_s, struct buf *out, struct error *err)
{
    struct buf markdown = BUF_INIT;
    bool ok;

    if (!flavor)
        return present_model(model, format, templates, offset_s, out, err);
    ok = present_markdown(model, flavor, templates, offset_s, &markdown, err);
    if (ok)
        finish_report(flavor, buf_slice(&markdown), flavor->most,
                      model->comparison ? "`endoscope compare` without --flavor writes the whole"
                                        : "`endoscope report` without --flavor writes the whole",
                      out);
    buf_free(&markdown);
    return ok;
}

void present_probes(const char *run, const struct records *records, const struct findings *findings, struct buf *out)
{
    csv_head(out);
    for (size_t i = 0; i < records->count; i++) {
        struct arena arena = ARENA_INIT;

        csv_probe(run, model_of_probe(records, findings, records->probes[i], &arena), out);
        arena_free(&arena);
    }
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

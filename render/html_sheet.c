/* SPDX-License-Identifier: MIT */
#include "render/html_sheet.h"

#include "base/digest.h"
#include "base/field.h"
#include "render/html_tree.h"
#include "render/model_view.h"
#include "render/template.h"

/* In the page's template a foreign value is HTML's text. */
static void html_foreign(const struct flavor *flavor, enum flavor_form form, struct slice text, struct buf *out)
{
    (void)flavor, (void)form;
    flavor_html_text(text, out);
}

static void put_base64(const uint8_t *bytes, size_t count, struct buf *out)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    for (size_t i = 0; i < count; i += 3) {
        size_t left = count - i;
        uint32_t three =
            (uint32_t)bytes[i] << 16 | (left > 1 ? (uint32_t)bytes[i + 1] << 8 : 0) | (left > 2 ? bytes[i + 2] : 0);

        buf_putc(out, digits[three >> 18]);
        buf_putc(out, digits[three >> 12 & 63]);
        buf_putc(out, (char)(left > 1 ? digits[three >> 6 & 63] : '='));
        buf_putc(out, (char)(left > 2 ? digits[three & 63] : '='));
    }
}

/* What page.html can name. */
struct names {
    struct slice title;
    const char *style, *style_hash, *body;
};

static const struct field names_fields[] = {
    FIELD(FIELD_FOREIGN, names, title),
    FIELD(FIELD_TEXT, names, style),
    FIELD(FIELD_TEXT, names, style_hash),
    FIELD(FIELD_TEXT, names, body),
    FIELD_END,
};
static const struct shape names_shape = {"page", sizeof(struct names), names_fields};

/* The style as a browser takes its hash: with CR LF read as LF. */
static bool read_style(struct templates *templates, struct buf *style, struct buf *hash, struct error *err)
{
    struct digest digest;
    struct slice css;

    if (!template_text(templates, "page.css", &css, err))
        return false;
    for (size_t i = 0; i < css.len; i++)
        if (css.data[i] != '\r')
            buf_putc(style, css.data[i]);
    digest = digest_of(buf_slice(style));
    buf_puts(hash, "sha256-");
    put_base64(digest.bytes, sizeof digest.bytes, hash);
    return true;
}

static bool render(struct templates *templates, const struct names *names, struct buf *out, struct error *err)
{
    static const struct flavor html = {.name = "html", .foreign = html_foreign};
    const struct mustache *mustache = template_get(templates, "page.html", err);
    struct mustache_loader loader = template_loader(templates);

    return mustache && mustache_render(mustache, &loader, &html, model_view(&names_shape, names), out, err);
}

/* The report's place was kept by a mark. */
static bool split(struct sheet *sheet, const struct page_flavor *flavor, struct error *err)
{
    struct slice text = buf_slice(&sheet->text), name;
    size_t start, end, more;

    if (!mark_find(flavor, text, &start, &end, &name))
        return fail(err, ERR_TEMPLATE, "page.html has no {{{body}}}: the report would not be on its page");
    sheet->before = (struct slice){text.data, start};
    sheet->after = (struct slice){text.data + end, text.len - end};
    if (mark_find(flavor, sheet->after, &start, &more, &name))
        return fail(err, ERR_TEMPLATE, "page.html has {{{body}}} more than once");
    return true;
}

bool sheet_read(struct sheet *sheet, struct templates *templates, const struct page_flavor *flavor, struct slice title,
                struct error *err)
{
    struct buf style = BUF_INIT, hash = BUF_INIT, body = BUF_INIT;
    bool ok;

    *sheet = (struct sheet){.text = BUF_INIT};
    mark_put(flavor, "body", &body);
    ok = read_style(templates, &style, &hash, err)
         && render(templates, &(struct names){title, style.data, hash.data, body.data}, &sheet->text, err)
         && split(sheet, flavor, err);
    buf_free(&style);
    buf_free(&hash);
    buf_free(&body);
    return ok;
}

void sheet_free(struct sheet *sheet)
{
    buf_free(&sheet->text);
}

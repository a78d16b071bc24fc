/* SPDX-License-Identifier: MIT */
#include "render/markdown.h"

#include "base/utf8.h"
#include "render/fence.h"
#include "render/model_view.h"
#include "render/template.h"

static bool is_empty(struct slice line)
{
    for (size_t i = 0; i < line.len; i++)
        if (line.data[i] != ' ' && line.data[i] != '\n')
            return false;
    return true;
}

/* Foreign words come out of a flavour as UTF-8; a template or a word of our own could still be broken. */
static void put_valid(struct slice line, struct buf *out)
{
    while (line.len) {
        int32_t point;
        size_t used = utf8_next(line, &point);

        if (used)
            buf_put(out, line.data, used);
        else
            buf_printf(out, "\\x%02X", (unsigned char)line.data[0]);
        used = used ? used : 1;
        line = (struct slice){line.data + used, line.len - used};
    }
}

static void squeeze(struct slice text, struct buf *out)
{
    struct fence fence = {0};
    struct slice line;
    size_t start = out->len;
    bool empty = true;

    while (fence_line(&text, &line)) {
        bool code = fence_holds(&fence, line), skip = !code && is_empty(line);

        if (!skip)
            put_valid(line, out);
        else if (!empty)
            buf_putc(out, '\n');
        empty = skip;
    }
    while (out->len > start && out->data[out->len - 1] == '\n')
        buf_cut(out, out->len - 1);
    buf_putc(out, '\n');
}

bool report_markdown(struct templates *templates, const char *name, const struct shape *shape, const void *object,
                     const struct flavor *flavor, struct buf *out, struct error *err)
{
    struct mustache_loader loader = template_loader(templates);
    const struct mustache *mustache = template_get(templates, name, err);
    struct buf text = BUF_INIT;
    bool ok;

    if (!mustache)
        return false;
    ok = mustache_render(mustache, &loader, flavor, model_view(shape, object), &text, err);
    if (ok)
        squeeze(buf_slice(&text), out);
    buf_free(&text);
    return ok;
}

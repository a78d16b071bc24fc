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

/* Takes whole lines, and gives them on squeezed. Newlines at the end wait for what follows: of the last ones one stays. */
struct squeezer {
    struct sink out;
    struct fence fence;
    bool empty;
    size_t newlines;
    struct buf text; /* of the piece at hand */
};

static bool squeeze(void *self, struct slice piece, struct error *err)
{
    struct squeezer *squeezer = self;
    struct buf *text = &squeezer->text;
    struct slice line;
    size_t waiting = squeezer->newlines, end;

    buf_clear(text);
    for (size_t i = 0; i < waiting; i++)
        buf_putc(text, '\n');
    while (fence_line(&piece, &line)) {
        bool code = fence_holds(&squeezer->fence, line), skip = !code && is_empty(line);

        if (!skip)
            put_valid(line, text);
        else if (!squeezer->empty)
            buf_putc(text, '\n');
        squeezer->empty = skip;
    }
    for (end = text->len; end > 0 && text->data[end - 1] == '\n';)
        end--;
    squeezer->newlines = text->len - end;
    return end == 0 || squeezer->out.put(squeezer->out.self, (struct slice){text->data, end}, err);
}

bool report_markdown(struct templates *templates, const char *name, const struct shape *shape, const void *object,
                     const struct flavor *flavor, struct buf *out, struct error *err)
{
    size_t start = out->len;
    bool ok = report_stream(templates, name, shape, object, flavor, buf_sink(out), err);

    if (!ok)
        buf_cut(out, start);
    return ok;
}

bool report_stream(struct templates *templates, const char *name, const struct shape *shape, const void *object,
                   const struct flavor *flavor, struct sink out, struct error *err)
{
    struct mustache_loader loader = template_loader(templates);
    const struct mustache *mustache = template_get(templates, name, err);
    struct squeezer squeezer = {.out = out, .empty = true, .text = BUF_INIT};
    const struct sink through = {squeeze, &squeezer};
    bool ok = mustache && mustache_stream(mustache, &loader, flavor, model_view(shape, object), through, err)
              && out.put(out.self, slice_of("\n"), err);

    buf_free(&squeezer.text);
    return ok;
}

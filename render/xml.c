/* SPDX-License-Identifier: MIT */
#include "render/xml.h"

#include <assert.h>

#include "base/utf8.h"
#include "render/flavor.h"

static void put_escaped(struct slice text, struct buf *out)
{
    for (size_t i = 0; i < text.len; i++) {
        const char *entity = flavor_html_entity(text.data[i]); /* those five are XML's, too */

        if (entity)
            buf_puts(out, entity);
        else
            buf_putc(out, text.data[i]);
    }
}

/* A line of its own for a tag that stands between elements. */
static void put_indent(struct xml *xml)
{
    buf_printf(xml->out, "\n%*s", (int)xml->depth, "");
}

static void end_tag(struct xml *xml)
{
    if (xml->tag)
        buf_putc(xml->out, '>');
    xml->tag = false;
}

void xml_begin(struct xml *xml, struct buf *out)
{
    *xml = (struct xml){.out = out};
    buf_puts(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
}

void xml_open(struct xml *xml, const char *name)
{
    assert(xml->depth < XML_DEPTH);
    end_tag(xml);
    if (!xml->text)
        put_indent(xml);
    buf_printf(xml->out, "<%s", name);
    xml->open[xml->depth++] = name;
    xml->tag = true;
}

void xml_close(struct xml *xml)
{
    const char *name = xml->open[--xml->depth];

    if (xml->tag) {
        buf_puts(xml->out, "/>");
    } else {
        if (!xml->text)
            put_indent(xml);
        buf_printf(xml->out, "</%s>", name);
    }
    xml->tag = xml->text = false;
    if (xml->depth == 0)
        buf_putc(xml->out, '\n');
}

void xml_attribute(struct xml *xml, const char *name, struct slice value)
{
    struct buf shown = BUF_INIT;

    utf8_escape(&shown, value);
    buf_printf(xml->out, " %s=\"", name);
    put_escaped(buf_slice(&shown), xml->out);
    buf_putc(xml->out, '"');
    buf_free(&shown);
}

void xml_text(struct xml *xml, struct slice text)
{
    struct buf shown = BUF_INIT;

    end_tag(xml);
    utf8_escape_block(&shown, text);
    put_escaped(buf_slice(&shown), xml->out);
    buf_free(&shown);
    xml->text = true;
}

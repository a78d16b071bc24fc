/* SPDX-License-Identifier: MIT */
/* Structs as JSON: the fields in their shape's order, what is absent as null, so that two documents of one
 * version have the same members. */
#include "render/json.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "render/flavor.h"
#include "render/model_view.h"
#include "render/template.h"

struct writer {
    struct templates *templates;
    struct flavor flavor; /* the plain one, in the document's zone */
    struct buf *out;
    struct error *err;
};

static bool write_object(struct writer *writer, const struct shape *shape, const void *object, size_t depth);

static void new_line(struct writer *writer, size_t depth)
{
    buf_putc(writer->out, '\n');
    for (size_t i = 0; i < depth; i++)
        buf_puts(writer->out, "  ");
}

static void write_string(struct buf *out, struct slice text)
{
    buf_putc(out, '"');
    while (text.len) {
        int32_t point = 0;
        size_t used = utf8_next(text, &point);

        if (used == 0)
            buf_printf(out, "\\\\x%02X", (unsigned char)text.data[0]);
        else if (point == '"' || point == '\\')
            buf_printf(out, "\\%c", (int)point);
        else if (point == '\n')
            buf_puts(out, "\\n");
        else if (point < 0x20 || point == 0x7F || (utf8_hidden(point) && point <= 0xFFFF))
            /* A pager shows the document as it is: what hides or turns text is spelt out. */
            buf_printf(out, "\\u%04x", (unsigned)point);
        else if (utf8_hidden(point))
            buf_printf(out, "\\u%04x\\u%04x", (unsigned)(0xD7C0 + (point >> 10)),
                       (unsigned)(0xDC00 | (point & 0x3FF)));
        else
            buf_put(out, text.data, used);
        used = used ? used : 1;
        text = (struct slice){text.data + used, text.len - used};
    }
    buf_putc(out, '"');
}

static void write_text(struct writer *writer, const char *text)
{
    if (text)
        write_string(writer->out, slice_of(text));
    else
        buf_puts(writer->out, "null");
}

static void write_number(struct writer *writer, double number)
{
    char text[64];

    if (!isfinite(number)) {
        buf_puts(writer->out, "null");
        return;
    }
    /* The shortest that reads back as the same number. */
    for (int digits = 6; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, number);
        if (strtod(text, NULL) == number)
            break;
    }
    buf_puts(writer->out, text);
}

static void write_time(struct writer *writer, struct wall when)
{
    char text[WALL_TEXT];

    write_text(writer, when.us ? wall_iso(when, writer->flavor.offset_s, text) : NULL);
}

static void write_word(struct writer *writer, const struct field *field, int index)
{
    const char *word = NULL;

    for (int i = 0; field->words[i]; i++)
        if (i == index)
            word = field->words[i];
    write_text(writer, word);
}

static void write_cites(struct writer *writer, const struct cites *cites)
{
    buf_putc(writer->out, '[');
    for (size_t i = 0; i < cites->count; i++) {
        buf_puts(writer->out, i ? ", " : "");
        if (cites->run) /* as `endoscope show` takes it */
            buf_printf(writer->out, "\"%s.%" PRIu32 "\"", cites->run, cites->ordinals[i]);
        else
            buf_printf(writer->out, "%" PRIu32, cites->ordinals[i]);
    }
    buf_putc(writer->out, ']');
}

static bool write_list(struct writer *writer, const struct field *field, const struct list *list, size_t depth)
{
    buf_putc(writer->out, '[');
    for (size_t i = 0; i < list->count; i++) {
        if (i)
            buf_putc(writer->out, ',');
        new_line(writer, depth + 1);
        if (!write_object(writer, field->shape, list_item(list, field->shape->size, i), depth + 1))
            return false;
    }
    if (list->count)
        new_line(writer, depth);
    buf_putc(writer->out, ']');
    return true;
}

static bool write_partial(struct writer *writer, const char *name, const struct shape *shape, const void *object)
{
    struct mustache_loader loader = template_loader(writer->templates);
    const struct mustache *mustache = name ? loader.partial(loader.self, slice_of(name), writer->err) : NULL;
    struct buf text = BUF_INIT;
    bool ok;

    if (!name) {
        buf_puts(writer->out, "null");
        return true;
    }
    if (!mustache)
        return writer->err && writer->err->code != ERR_NONE
                   ? false
                   : fail(writer->err, ERR_TEMPLATE, "there is no template %s", name);
    ok = mustache_render(mustache, &loader, &writer->flavor, model_view(shape, object), &text, writer->err);
    while (text.len && text.data[text.len - 1] == '\n')
        buf_cut(&text, text.len - 1);
    if (ok)
        write_string(writer->out, buf_slice(&text));
    buf_free(&text);
    return ok;
}

static bool write_field(struct writer *writer, const struct shape *shape, const struct field *field,
                        const void *object, size_t depth)
{
    const void *at = (const char *)object + field->offset;

    switch (field->type) {
    case FIELD_TEXT:
        write_text(writer, *(const char *const *)at);
        return true;
    case FIELD_FOREIGN:
        if (((const struct slice *)at)->data)
            write_string(writer->out, *(const struct slice *)at);
        else
            write_text(writer, NULL);
        return true;
    case FIELD_BOOL:
        buf_puts(writer->out, *(const bool *)at ? "true" : "false");
        return true;
    case FIELD_COUNT:
        buf_printf(writer->out, "%" PRIu64, *(const uint64_t *)at);
        return true;
    case FIELD_NUMBER:
        write_number(writer, *(const double *)at);
        return true;
    case FIELD_DURATION:
        if (*(const int64_t *)at < 0)
            write_text(writer, NULL);
        else
            buf_printf(writer->out, "%" PRId64, *(const int64_t *)at);
        return true;
    case FIELD_TIME:
        write_time(writer, *(const struct wall *)at);
        return true;
    case FIELD_WORD:
        write_word(writer, field, *(const int *)at);
        return true;
    case FIELD_CITES:
        write_cites(writer, at);
        return true;
    case FIELD_CONTEXT:
        return true;
    case FIELD_OBJECT:
        if (*(const void *const *)at)
            return write_object(writer, field->shape, *(const void *const *)at, depth);
        write_text(writer, NULL);
        return true;
    case FIELD_LIST:
        return write_list(writer, field, at, depth);
    case FIELD_PARTIAL:
        return write_partial(writer, *(const char *const *)at, shape, object);
    }
    return true;
}

static bool write_object(struct writer *writer, const struct shape *shape, const void *object, size_t depth)
{
    const struct field *field = shape->fields;

    buf_putc(writer->out, '{');
    for (; field->name; field++) {
        if (field->type == FIELD_CONTEXT)
            continue;
        if (field != shape->fields)
            buf_putc(writer->out, ',');
        new_line(writer, depth + 1);
        buf_printf(writer->out, "\"%s%s\": ", field->name, field->type == FIELD_DURATION ? "_us" : "");
        if (!write_field(writer, shape, field, object, depth + 1))
            return false;
    }
    if (field != shape->fields)
        new_line(writer, depth);
    buf_putc(writer->out, '}');
    return true;
}

bool json_write(const struct shape *shape, const void *object, struct templates *templates, int32_t offset_s,
                struct buf *out, struct error *err)
{
    struct writer writer = {templates, flavor_plain, out, err};

    writer.flavor.offset_s = offset_s;
    if (!write_object(&writer, shape, object, 0))
        return false;
    buf_putc(out, '\n');
    return true;
}

/* SPDX-License-Identifier: MIT */
#include "render/atom.h"

#include <libxml/xmlwriter.h>

#include "base/utf8.h"

/* libxml2 says -1 when it cannot, which only memory can make it: one flag for all. */
struct feed {
    xmlTextWriter *writer;
    int32_t offset_s;
    bool broken;
};

static const xmlChar *chars(const char *text)
{
    return (const xmlChar *)text;
}

static void check(struct feed *feed, int wrote)
{
    feed->broken = feed->broken || wrote < 0;
}

static void open(struct feed *feed, const char *name)
{
    check(feed, xmlTextWriterStartElement(feed->writer, chars(name)));
}

static void end(struct feed *feed)
{
    check(feed, xmlTextWriterEndElement(feed->writer));
}

static void element(struct feed *feed, const char *name, const char *text)
{
    check(feed, xmlTextWriterWriteElement(feed->writer, chars(name), chars(text)));
}

static void put_id(struct feed *feed, const char *uuid)
{
    check(feed, xmlTextWriterWriteFormatElement(feed->writer, chars("id"), "urn:uuid:%s", uuid));
}

static void put_link(struct feed *feed, const char *href)
{
    open(feed, "link");
    check(feed, xmlTextWriterWriteAttribute(feed->writer, chars("href"), chars(href)));
    end(feed);
}

static void put_updated(struct feed *feed, struct wall when)
{
    char text[WALL_TEXT];

    element(feed, "updated", wall_iso(when, feed->offset_s, text));
}

static void put_entry(struct feed *feed, const struct atom_entry *entry)
{
    open(feed, "entry");
    put_id(feed, entry->id);
    element(feed, "title", entry->title);
    put_link(feed, entry->href);
    put_updated(feed, entry->updated);
    end(feed);
}

static void put_feed(struct feed *feed, const struct atom *atom)
{
    struct buf title = BUF_INIT;

    utf8_escape(&title, atom->title);
    check(feed, xmlTextWriterStartDocument(feed->writer, "1.0", "UTF-8", NULL));
    open(feed, "feed");
    check(feed, xmlTextWriterWriteAttribute(feed->writer, chars("xmlns"), chars("http://www.w3.org/2005/Atom")));
    put_id(feed, atom->id);
    element(feed, "title", title.data);
    open(feed, "author");
    element(feed, "name", "endoscope");
    end(feed);
    put_link(feed, "index.html");
    put_updated(feed, atom->count ? atom->entries[0].updated : (struct wall){0});
    for (size_t i = 0; i < atom->count; i++)
        put_entry(feed, &atom->entries[i]);
    check(feed, xmlTextWriterEndDocument(feed->writer));
    buf_free(&title);
}

bool atom_write(const struct atom *atom, struct buf *out, struct error *err)
{
    xmlBuffer *buffer = xmlBufferCreate();
    struct feed feed = {.writer = buffer ? xmlNewTextWriterMemory(buffer, 0) : NULL, .offset_s = atom->offset_s};
    bool ok = feed.writer != NULL;

    if (ok) {
        put_feed(&feed, atom);
        xmlFreeTextWriter(feed.writer); /* writes what it still holds */
        ok = !feed.broken;
    }
    if (ok)
        buf_put(out, (const char *)xmlBufferContent(buffer), (size_t)xmlBufferLength(buffer));
    xmlBufferFree(buffer);
    return ok || fail(err, ERR_SYSTEM, "no memory for the feed");
}

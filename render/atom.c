/* SPDX-License-Identifier: MIT */
#include "render/atom.h"

#include "render/xml.h"

struct feed {
    struct xml xml;
    int32_t offset_s;
};

static void element(struct feed *feed, const char *name, struct slice text)
{
    xml_open(&feed->xml, name);
    xml_text(&feed->xml, text);
    xml_close(&feed->xml);
}

static void put_id(struct feed *feed, const char *uuid)
{
    xml_open(&feed->xml, "id");
    xml_text(&feed->xml, slice_of("urn:uuid:"));
    xml_text(&feed->xml, slice_of(uuid));
    xml_close(&feed->xml);
}

static void put_link(struct feed *feed, const char *href)
{
    xml_open(&feed->xml, "link");
    xml_attribute(&feed->xml, "href", slice_of(href));
    xml_close(&feed->xml);
}

static void put_updated(struct feed *feed, struct wall when)
{
    char text[WALL_TEXT];

    element(feed, "updated", slice_of(wall_iso(when, feed->offset_s, text)));
}

static void put_entry(struct feed *feed, const struct atom_entry *entry)
{
    xml_open(&feed->xml, "entry");
    put_id(feed, entry->id);
    element(feed, "title", slice_of(entry->title));
    put_link(feed, entry->href);
    put_updated(feed, entry->updated);
    xml_close(&feed->xml);
}

void atom_write(const struct atom *atom, struct buf *out)
{
    struct feed feed = {.offset_s = atom->offset_s};

    xml_begin(&feed.xml, out);
    xml_open(&feed.xml, "feed");
    xml_attribute(&feed.xml, "xmlns", slice_of("http://www.w3.org/2005/Atom"));
    put_id(&feed, atom->id);
    element(&feed, "title", atom->title);
    xml_open(&feed.xml, "author");
    element(&feed, "name", slice_of("endoscope"));
    xml_close(&feed.xml);
    put_link(&feed, "index.html");
    put_updated(&feed, atom->count ? atom->entries[0].updated : (struct wall){0});
    for (size_t i = 0; i < atom->count; i++)
        put_entry(&feed, &atom->entries[i]);
    xml_close(&feed.xml);
}

/* SPDX-License-Identifier: MIT */
/* xml.h - an XML document (XML 1.0, fifth edition), written as it goes. What reads XML is a library's, and only in tests:
 * libxml2 brings ICU and the C++ library into every process, which doubled the time and the memory of a start. */
#ifndef RENDER_XML_H
#define RENDER_XML_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/slice.h"

enum { XML_DEPTH = 8 };

struct xml {
    struct buf *out;
    const char *open[XML_DEPTH]; /* names of the elements that are open */
    size_t depth;
    bool tag;  /* the last one's tag still takes attributes */
    bool text; /* the last thing was text: no white space may be added */
};

/* Appends the declaration to `out`, which must outlive `xml`. */
void xml_begin(struct xml *xml, struct buf *out);

/* Elements nest XML_DEPTH deep at most; `name` is a literal. Each is to be closed. */
void xml_open(struct xml *xml, const char *name);
void xml_close(struct xml *xml);

/* Of the element just opened, before anything is in it. Bytes of others: what XML cannot hold becomes an escape. */
void xml_attribute(struct xml *xml, const char *name, struct slice value);
void xml_text(struct xml *xml, struct slice text);
#endif

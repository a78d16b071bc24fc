/* SPDX-License-Identifier: MIT */
/* html_survey.h - what must be known of the whole report before its first piece becomes a part of a page. Private to
 * render/html*.c. */
#ifndef RENDER_HTML_SURVEY_H
#define RENDER_HTML_SURVEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/slice.h"

struct page_flavor;

/* The probes that the page has an anchor for. */
struct anchors {
    struct anchor {
        uint32_t ordinal;
        bool placed; /* the page has it already: there is one for each */
    } * all;         /* by ordinal */
    size_t count, room;
};

struct survey {
    struct anchors anchors;
    const char *footer; /* the last rule of the document, where the footer begins; NULL: there is none */
};

/* Reads `markdown`. ERR_TEMPLATE when a table's row has so many cells that parsing it would take very long. */
bool survey_read(struct survey *survey, const struct page_flavor *flavor, struct slice markdown, struct error *err);
void survey_free(struct survey *survey);

/* NULL: the page has none for that probe. */
struct anchor *anchor_of(const struct anchors *anchors, uint32_t ordinal);
#endif

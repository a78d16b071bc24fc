/* SPDX-License-Identifier: MIT */
/* mustache.h - logic-less templates: the six core modules of the Mustache specification 1.4 (comments,
 * delimiters, interpolation, inverted, partials, sections), its dynamic names ({{>*name}}) and its inheritance: blocks
 * ({{$name}}) that a template with a parent ({{<name}}) gives in place of the parent's.
 *
 * A template is read into a tree once, and rendered against views. There is no HTML escaping here: `{{x}}`
 * and
 * `{{{x}}}` differ in what the view's write makes of `raw`. */
#ifndef RENDER_MUSTACHE_H
#define RENDER_MUSTACHE_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/sink.h"
#include "base/slice.h"
#include "render/view.h"

struct mustache; /* opaque */

/* Reads `text`; `name` is for error messages: "report.md:12:3: section {{#x}} is never closed". NULL on
 * failure. */
struct mustache *mustache_parse(const char *name, struct slice text, struct error *err);
void mustache_free(struct mustache *mustache); /* NULL is allowed */

/* Where partials come from. */
struct mustache_loader {
    void *self;
    /* A parsed template, the loader's own; NULL with err->code ERR_NONE: there is none of that name (rendered
     * as nothing, as the specification wants); NULL with an error: stop. */
    const struct mustache *(*partial)(void *self, struct slice name, struct error *err);
};

/* Appends the rendering of `mustache` over `root`. Partials nest 64 deep at most. */
bool mustache_render(const struct mustache *mustache, const struct mustache_loader *loader,
                     const struct flavor *flavor, struct view root, struct buf *out, struct error *err);

/* The same, given out whole lines at a time, so that a long text needs no room. What was given out stays so if the rest
 * fails. */
bool mustache_stream(const struct mustache *mustache, const struct mustache_loader *loader,
                     const struct flavor *flavor, struct view root, struct sink out, struct error *err);
#endif

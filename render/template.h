/* SPDX-License-Identifier: MIT */
/* template.h - the report's templates: those compiled in, overridden file by file from a folder. */
#ifndef RENDER_TEMPLATE_H
#define RENDER_TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/slice.h"
#include "render/mustache.h"

/* One file of templates/, as script/embed.cmake compiled it in. The table ends with a NULL name. */
struct embedded_template {
    const char *name; /* "report.md", "cause/tls-expired.md" */
    const char *data;
    size_t len;
};
extern const struct embedded_template embedded_templates[];

struct templates; /* opaque: what was read and parsed so far */

/* `folder` may be NULL: only those compiled in. */
struct templates *templates_open(const char *folder);
void templates_free(struct templates *templates);

/* The text of the file `name` ("page.css"), valid until templates_free(); false with an error when there is
 * none. */
bool template_text(struct templates *templates, const char *name, struct slice *text, struct error *err);

/* The template `name`, parsed. Partials are found as NAME or NAME.md. What begins with "builtin/" is the one compiled in,
 * whatever the folder holds. NULL with an error. */
const struct mustache *template_get(struct templates *templates, const char *name, struct error *err);
struct mustache_loader template_loader(struct templates *templates);
#endif

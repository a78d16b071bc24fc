/* SPDX-License-Identifier: MIT */
/* json.h - a struct described by a shape (base/field.h) as a JSON document, written as it is walked. */
#ifndef RENDER_JSON_H
#define RENDER_JSON_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/field.h"
#include "base/slice.h"

struct templates;

/* Appends `object` as an indented JSON object. Partials are rendered in the plain flavour; times get
 * `offset_s`. Probes of this run are numbers, those of another strings ("0192f3.17"). Foreign bytes that are no UTF-8 become \xFF escapes in the string. */
bool json_write(const struct shape *shape, const void *object, struct templates *templates, int32_t offset_s,
                struct buf *out, struct error *err);

/* Appends `text`, when it is a JSON document on one line, spread over indented lines; not a byte but white
 * space is added. False, and nothing appended, when it is no JSON (as a body that was cut), or is spread
 * already. */
bool json_pretty(struct slice text, struct buf *out);
#endif

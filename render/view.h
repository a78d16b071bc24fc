/* SPDX-License-Identifier: MIT */
/* view.h - what a template sees: a value that can be asked for its members, its items, its words.
 *
 * The template engine knows only this. A model (base/field.h shapes), and the JSON of a test, are each one
 * set of operations behind it. */
#ifndef RENDER_VIEW_H
#define RENDER_VIEW_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/slice.h"

struct flavor;
struct view_ops;

enum view_type {
    VIEW_ABSENT, /* false, null, an empty list or text: its section is left out */
    VIEW_VALUE,  /* text, number, true: its section is written once */
    VIEW_OBJECT,
    VIEW_LIST,
    VIEW_PARTIAL, /* a template by this name, rendered where the value is asked for */
};

/* By value, as long as what it points to lives. */
struct view {
    const struct view_ops *ops;
    const void *object; /* what the ops make of these two is theirs */
    const void *field;
    size_t index;
};

struct view_ops {
    enum view_type (*type)(struct view view);
    /* The member `name`; false when there is none of that name, then outer contexts are asked. */
    bool (*get)(struct view view, struct slice name, struct view *member);
    /* The item after `index` items of a list; false at its end. */
    bool (*item)(struct view view, size_t index, struct view *item);
    /* Appends the words of a value. `raw`: as {{{x}}} or {{&x}} ask; false when that form is refused
     * (foreign). */
    bool (*write)(struct view view, const struct flavor *flavor, bool raw, struct buf *out);
};
#endif

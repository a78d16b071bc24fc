/* SPDX-License-Identifier: MIT */
/* field.h - describes the members of a C struct to code that does not know the struct.
 *
 * The report's model is plain C; from its shapes come both its JSON and what a template can name, so neither can drift
 * from the other. A shape lists fields in the order in which they are written. */
#ifndef BASE_FIELD_H
#define BASE_FIELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/slice.h"

/* In C, in JSON, in a template. */
enum field_type {
    FIELD_TEXT,     /* const char *, our own words; JSON string; as it is */
    FIELD_FOREIGN,  /* struct slice, anybody else's (also the config's); JSON string; text, code, cell, fence, url */
    FIELD_BOOL,     /* bool */
    FIELD_COUNT,    /* uint64_t; JSON number; "12" */
    FIELD_NUMBER,   /* double; "36.8" */
    FIELD_DURATION, /* int64_t µs, negative: absent; JSON number named NAME_us; "69 ms" */
    FIELD_TIME,     /* struct wall, us 0: absent; JSON ISO 8601; "11 Sep 2025 02:00:04 +02:00" */
    FIELD_WORD,     /* int, index of `words`; JSON string; the word, and `{{#name.word}}` opens for it (with - as _) */
    FIELD_CITES,    /* struct cites; JSON array of probe ordinals; "[p42] [p47]" */
    FIELD_OBJECT,   /* const T *, NULL: absent; JSON object */
    FIELD_CONTEXT,  /* const T *, as FIELD_OBJECT to a template; not in JSON, where it stands elsewhere */
    FIELD_LIST,     /* struct list of T; JSON array */
    FIELD_PARTIAL, /* const char *, name of a template rendered with the holding object; JSON string of the plain text */
};

struct shape;

struct field {
    const char *name;
    enum field_type type;
    size_t offset;
    const struct shape *shape; /* of FIELD_OBJECT, FIELD_CONTEXT and FIELD_LIST */
    const char *const *words;  /* of FIELD_WORD, NULL-terminated */
};

struct shape {
    const char *name;
    size_t size;
    const struct field *fields; /* up to a row without a name */
};

/* Probes that speak for a statement, by ordinal. In a report about two runs, `run` is the short id of theirs, and the
 * citation reads [0192f3.p17] in place of [p17]. */
struct cites {
    const uint32_t *ordinals;
    size_t count;
    const char *run;
};

/* `count` items of one shape, one behind the other. With `make`, instead, a cursor: items that are made when they are asked
 * for, so that a long list needs no memory; each is valid until the next one is made. */
struct list {
    const void *items;
    size_t count;
    const void *(*make)(void *self, size_t index);
    void *self;
};

/* The item at `index`, of `size` bytes where the list is no cursor; NULL: there is none. */
const void *list_item(const struct list *list, size_t size, size_t index);

/* Rows of a table of fields. */
#define FIELD(type_, struct_, member_)                                                                                \
    {                                                                                                                 \
#member_, type_, offsetof(struct struct_, member_), NULL, NULL                                                \
    }
#define FIELD_SHAPED(type_, struct_, member_, shape_)                                                                 \
    {                                                                                                                 \
#member_, type_, offsetof(struct struct_, member_), shape_, NULL                                              \
    }
#define FIELD_WORDED(struct_, member_, words_)                                                                        \
    {                                                                                                                 \
#member_, FIELD_WORD, offsetof(struct struct_, member_), NULL, words_                                         \
    }
#define FIELD_END                                                                                                     \
    {                                                                                                                 \
        NULL, FIELD_TEXT, 0, NULL, NULL                                                                               \
    }
#endif

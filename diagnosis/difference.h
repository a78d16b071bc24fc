/* SPDX-License-Identifier: MIT */
/* difference.h - what differs between the answers of two runs: headers by name, JSON by pointer, text by line.
 *
 * Pure. Values are what a server said, cut to what a table can show; all lives in the arena of the list. */
#ifndef DIAGNOSIS_DIFFERENCE_H
#define DIAGNOSIS_DIFFERENCE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/slice.h"
#include "diagnosis/answer.h"

enum difference_kind { DIFFERENCE_ADDED, DIFFERENCE_REMOVED, DIFFERENCE_TYPE, DIFFERENCE_VALUE };
extern const char *const difference_words[];

struct difference {
    enum difference_kind kind;
    struct slice where;         /* a header's name, a JSON pointer (RFC 6901), "line 12"; never absent */
    struct slice before, after; /* absent: it was not there */
};

struct differences {
    struct arena *arena;
    struct difference *list;
    size_t count, room;
    size_t most; /* kept; those beyond are counted in `left` */
    size_t left;
};

enum { DIFFERENCE_VALUE_MOST = 120 }; /* bytes of a value that are kept */

void differences_begin(struct differences *differences, size_t most, struct arena *arena);

/* Appends one; the values are copied as far as they are kept. */
void differences_add(struct differences *differences, enum difference_kind kind, struct slice where,
                     struct slice before, struct slice after);

/* Response headers of the typical probes. Left out is what differs anyway: a header that is not the same in all
 * answers of one of the runs, and those whose purpose it is (Date, Age, Expires, Last-Modified, Content-Length). Redacted
 * values are told apart by their digits. */
void differences_of_headers(struct differences *differences, const struct answer *before, const struct answer *after);

/* Two JSON documents, by pointer. The elements of an array are matched by the first of `id`, `uuid`, `key`, `name`
 * that all of them have, as a string or number, each once; else by position. False when one of them is no JSON: then
 * nothing was appended. */
bool differences_of_json(struct differences *differences, struct slice before, struct slice after);

/* Two texts, by line (Myers 1986, with the cost capped: beyond it all lines between the common head and tail are
 * removed and added). */
void differences_of_text(struct differences *differences, struct slice before, struct slice after);

/* Every recorded fact that differs between two answers of one endpoint: the address asked, the remote address, the
 * certificate, versions, headers, content; `where` is "remote address", "header Server", "body /version". What differs
 * between the attempts of one of them is left out. Returns whether one of them is no mere variation: with a single attempt,
 * a header's or a document's other value may be. */
bool differences_of_answers(struct differences *differences, const struct answer *before, const struct answer *after);
#endif

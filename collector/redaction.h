/* SPDX-License-Identifier: MIT */
/* redaction.h - private to secret*.c: the ranges of a text that must go, and who finds them. */
#ifndef COLLECTOR_REDACTION_H
#define COLLECTOR_REDACTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/slice.h"
#include "collector/secret.h"

/* One stretch of a text, and what stands for it. */
struct redaction {
    size_t start, end;
    unsigned rank;   /* the lower, the more its name says */
    char marker[96]; /* "[redacted:NAME#3f9a]" */
};

struct redactions {
    struct redaction *list;
    size_t count, capacity;
    unsigned rank; /* of what is added from now on */
};

void redactions_add(struct redactions *redactions, size_t start, size_t end, const char *marker);

/* Sorts by place and joins what overlaps: the first keeps its marker, of those that start together the one of lower
 * rank, then the longer. */
void redactions_settle(struct redactions *redactions);
void redactions_free(struct redactions *redactions);

/* Appends text[from..to) with settled `redactions` applied; one that began before `from` shows its marker again. */
void redactions_apply(const struct redactions *redactions, struct slice text, size_t from, size_t to, struct buf *out);

/* What one registered secret is looked for as: its bytes, and what of its base64 depends on no neighbour. */
struct needle_form {
    char *data;
    size_t len;
    size_t before, after; /* characters beside it that hold bits of the secret too */
};
enum { FORMS_MAX = 7 }; /* plain, base64 and base64url at three alignments each */

struct secret {
    char *name, *value;
    size_t len;
    struct needle_form forms[FORMS_MAX];
    size_t form_count;
};

void secret_forms_make(struct secret *secret);
void secret_forms_wipe(struct secret *secret);

/* Finds `secret` in `text`, also percent-encoded and JSON-escaped, wholly or in part. */
void secret_forms_find(const struct secret *secret, const char *marker, struct slice text, bool cut,
                       struct redactions *redactions);

/* Finds bearer tokens, JWTs, basic credentials and passwords in URLs. */
void secret_patterns_find(const struct secrets *secrets, struct slice text, struct redactions *redactions);

/* "[redacted:name#3f9a]" of `value` into `marker`. */
void secret_marker(const struct secrets *secrets, const char *name, struct slice value, char marker[96]);

/* Everything to be redacted in `text`, settled. */
void secrets_find(const struct secrets *secrets, struct slice text, bool cut, struct redactions *redactions);

/* A header's value: as text, and whole where the header's name says that it is a credential. */
void secret_header_redact(const struct secrets *secrets, struct slice name, struct slice value, bool cut,
                          struct buf *out);
#endif

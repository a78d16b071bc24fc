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

/* A registered secret keeps its own name where a pattern finds it too. */
enum redaction_rank { REDACTION_REGISTERED, REDACTION_PATTERN };

/* One stretch of a text, and what stands for it. */
struct redaction {
    size_t start, end;
    enum redaction_rank rank;
    char marker[96]; /* "[redacted:NAME#3f9a]" */
};

struct redactions {
    struct redaction *list;
    size_t count, capacity;
};

void redactions_add(struct redactions *redactions, size_t start, size_t end, const char *marker,
                    enum redaction_rank rank);

/* Sorts by place and joins what overlaps: the first of the better rank keeps its marker. */
void redactions_settle(struct redactions *redactions);
void redactions_free(struct redactions *redactions);

/* Appends text[from..to) with settled `redactions` applied; one that began before `from` shows its marker again. */
void redactions_apply(const struct redactions *redactions, struct slice text, size_t from, size_t to, struct buf *out);

/* A pattern of the config. */
struct secret_pattern {
    char *name;
    struct pcre2_real_code_8 *code;
};

/* What one registered secret is looked for as: its bytes, and what of its base64 depends on no neighbour. */
struct needle_form {
    char *data;
    size_t len;
    size_t before, after; /* characters beside it that hold bits of the secret too */
    bool forms_blank;     /* each of its blanks may also be a plus sign */
};
enum { FORMS_MAX = 9 }; /* plain, base64 and base64url at three alignments each, two of hex */

struct secret {
    char *name, *value;
    size_t len;
    struct needle_form forms[FORMS_MAX];
    size_t form_count;
};

void secret_forms_make(struct secret *secret);
void secret_forms_wipe(struct secret *secret);

/* A text, or what it reads once escapes are undone. */
struct view {
    struct slice text;
    const uint32_t *places; /* of each of its bytes in the text, and of its end; NULL: it is the text */
    bool cut;               /* the text was cut off at its end */
    char *data;             /* ours, to free: the bytes and the map */
    uint32_t *map;
};
enum { VIEWS_MAX = 13 }; /* plain; without one of three kinds of escapes, and each of these without a second layer */
struct views {
    struct view list[VIEWS_MAX];
    size_t count;
};

void views_make(struct views *views, struct slice text, bool cut);
void views_free(struct views *views);

static inline size_t view_place(const struct view *view, size_t at)
{
    return view->places ? view->places[at] : at;
}

/* Finds `secret` in `view`, plain and in base64. */
void secret_forms_find(const struct secret *secret, const char *marker, const struct view *view,
                       struct redactions *redactions);

/* The patterns of the config. */
const struct secret_pattern *secrets_patterns(const struct secrets *secrets, size_t *count);

/* NULL, with the reason in `err`, when `expression` is none. */
struct pcre2_real_code_8 *secret_pattern_compile(const char *expression, struct error *err);
void secret_pattern_free(struct pcre2_real_code_8 *code);

/* Finds bearer tokens, JWTs, basic credentials and passwords in URLs, and what the config's patterns
 * match. */
void secret_patterns_find(const struct secrets *secrets, const struct view *view, struct redactions *redactions);

/* "[redacted:name#3f9a]" of `value` into `marker`. */
void secret_marker(const struct secrets *secrets, const char *name, struct slice value, char marker[96]);

/* Everything to be redacted in `text`, settled. */
void secrets_find(const struct secrets *secrets, struct slice text, bool cut, struct redactions *redactions);

/* Whether a header of this name holds a credential, whatever its value. */
bool secret_header_is_credential(struct slice name);

/* A header's value: as text, and whole where the header's name says that it is a credential. */
void secret_header_redact(const struct secrets *secrets, struct slice name, struct slice value, bool cut,
                          struct buf *out);
#endif

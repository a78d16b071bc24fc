/* SPDX-License-Identifier: MIT */
/* failure.h - every way in which a probe can end below its expectations: a stable code, its layer, what it
 * means.
 *
 * libcurl tells most of them only by a number, an errno and a sentence; failure_classify() makes a code of
 * them together. What `explain` and the documentation say of a code starts from this table. */
#ifndef COLLECTOR_FAILURE_H
#define COLLECTOR_FAILURE_H

#include <stdbool.h>
#include <stddef.h>

#include "collector/probe.h"

struct failure {
    const char *code;
    enum layer layer;
    const char *meaning; /* one sentence */
};

/* Bottom up, those of expectations last; ends with a row without a code. */
extern const struct failure failures[];

/* NULL when `code` is not in the table. */
const struct failure *failure_find(const char *code);

/* Lets `probe` fail with `code`, unless it has failed already: the first cause counts. The words, which may
 * hold what a server said, become its detail; an empty format gives none. */
void failure_record(struct probe *probe, const char *code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* How far a libcurl transfer came, and how it ended. */
struct ending {
    int result;        /* CURLcode, not CURLE_OK */
    long system_error; /* errno of the failed call, 0: not known */
    const char *words; /* libcurl's error buffer */
    bool tls;          /* was asked for */
    bool tcp_up, tls_up, head_seen, body_seen;
    long verify;              /* X509_V_..., 0: verified, or never got there */
    size_t certificate_count; /* that the server sent */
    bool self_signed;         /* its own certificate is */
    bool identity_wanted;     /* it asked for a certificate of ours */
    bool identity_shown;      /* and got one */
};

/* The code of `ending`, always one of the table's. */
const char *failure_classify(const struct ending *ending);
#endif

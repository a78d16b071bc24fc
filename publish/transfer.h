/* SPDX-License-Identifier: MIT */
/* transfer.h - private to client.c: one request and its answer, by libcurl. Nothing is repeated and no redirect is
 * followed here. */
#ifndef PUBLISH_TRANSFER_H
#define PUBLISH_TRANSFER_H

#include <curl/curl.h>

#include "publish/client.h"
#include "publish/limit.h"

struct transfer {
    CURL *curl;
    struct buf body;
    char words[CURL_ERROR_SIZE];
    CURLcode code;
    const volatile sig_atomic_t *stop;

    /* Of the answer. */
    unsigned status;
    int64_t retry_after_s;
    char remaining[32], reset[32]; /* empty: not sent */
    char *link;                    /* Link, and */
    char *redirect;                /* where it redirects to; NULL: not sent */
};

/* NULL settings->ca: the system's. False when libcurl cannot be had. */
bool transfer_open(struct transfer *transfer, const struct client_settings *settings, struct error *err);
void transfer_close(struct transfer *transfer);

/* Asks `url`; `timeout_us` for all of it. `code` says how it went, and the answer's fields are filled as far as it came. */
void transfer_perform(struct transfer *transfer, const struct client_settings *settings, const struct call *call,
                      const char *url, int64_t timeout_us);

/* Whether the server may have read the whole request, though no answer came. */
bool transfer_was_sent(const struct transfer *transfer);

/* Whether two addresses have the same scheme, host and port. */
bool same_origin(const char *a, const char *b);
#endif

/* SPDX-License-Identifier: MIT */
/* client.h - a small blocking HTTPS client for the JSON interfaces of issue trackers.
 *
 * The token goes to the base's origin and to no other: a redirect or a next page elsewhere is refused by hand, since
 * libcurl holds back Authorization alone and would hand a PRIVATE-TOKEN on. What a server is asked to change it is asked
 * again only where the answer says that nothing was done (a rate limit), or where asking twice changes nothing (GET,
 * PUT, PATCH, DELETE). */
#ifndef PUBLISH_CLIENT_H
#define PUBLISH_CLIENT_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <jansson.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/slice.h"

struct api_client; /* opaque */
struct secrets;

/* Why a call came to nothing, for whoever decides what to do next. */
enum trouble {
    TROUBLE_NONE,
    TROUBLE_LATER,     /* a limit, a failure of the tracker's own, no way there: worth another night */
    TROUBLE_UNSURE,    /* a POST (or the like) that may have been done all the same: look before it is sent again */
    TROUBLE_DENIED,    /* 401, 403, 423 */
    TROUBLE_GONE,      /* 404, 410: not there, or not to be seen with this token */
    TROUBLE_TOO_LARGE, /* 413, or a refusal that speaks of a length */
    TROUBLE_CONFLICT,  /* somebody else wrote at the same time */
    TROUBLE_STRANGE, /* a redirect to another host, an answer that makes no sense: somebody else's, or a wrong `url` */
    TROUBLE_REFUSED, /* any other 4xx */
};

struct client_settings {
    const char *base;                  /* "https://api.example.com/v1", without a slash at its end */
    const char *base_shown;            /* as may be printed */
    const char *auth;                  /* whole header line that holds the token; NULL: none */
    const char *auth_shown;            /* the same with the token's name in its place */
    const char *const *headers;        /* further header lines, ends with NULL; NULL: none */
    const char *ca;                    /* PEM file; NULL: the system's authorities */
    const char *proxy;                 /* NULL: none; the environment's are never used */
    struct mono deadline;              /* nothing is sent or waited for beyond it */
    int64_t timeout_us;                /* of one request */
    int64_t write_gap_us;              /* least time between two writes */
    const volatile sig_atomic_t *stop; /* becomes non-zero when the user wants out; NULL: never */
    const struct secrets *secrets;     /* are taken out of what a server says before it is quoted; NULL: none */
    FILE *dry;                         /* not NULL: writes are printed there and not sent; reads are sent */
};

/* A file to hand over. */
struct upload {
    const char *field; /* of multipart/form-data; NULL: the bytes alone, as application/octet-stream */
    const char *name, *type;
    struct slice content;
};

struct call {
    const char *method;
    const char *path;            /* behind the base; or an absolute address on its origin */
    const json_t *json;          /* what is sent; NULL: nothing */
    const struct upload *upload; /* in place of `json` */
    const char *const *headers;  /* of this call alone, ends with NULL; NULL: none */
    bool once;                   /* asked twice it would be done twice, though its method is not POST */
};

struct answer {
    unsigned status; /* 0: there was none */
    struct buf body;
    json_t *json; /* NULL: the body is none */
    char *next;   /* address of the next page; NULL: this is the last */
    bool dry;     /* it was not sent */
    enum trouble trouble;
};

/* Settings are copied but for `stop`, `secrets` and `dry`. NULL on failure. */
struct api_client *client_new(const struct client_settings *settings, struct error *err);
void client_free(struct api_client *client); /* NULL is allowed */

/* Sends `call`, waits and repeats as its kind allows, and fills `answer`, to be freed in either case. True for a status
 * of 2xx; else a sentence in `err` and the kind of trouble in `answer`. */
bool client_call(struct api_client *client, const struct call *call, struct answer *answer, struct error *err);
void answer_free(struct answer *answer);

/* Sleeps, at most until the deadline and not beyond a signal; false when the deadline or a signal came first. */
bool client_pause(struct api_client *client, int64_t us);

/* What a server said as words that can be quoted: without secrets, on one line, cut. */
void client_quote(const struct api_client *client, struct slice said, struct buf *out);
#endif

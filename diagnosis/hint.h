/* SPDX-License-Identifier: MIT */
/* hint.h - what an answer gives away beside its status: a redirect's target, an error's kind, a close code's meaning.
 *
 * Each is the server's own word; how far a rule may trust it is the rule's matter. */
#ifndef DIAGNOSIS_HINT_H
#define DIAGNOSIS_HINT_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/slice.h"

struct probe;

/* Where a redirect leads, against what was asked for. */
enum redirect {
    REDIRECT_NONE,
    REDIRECT_ELSEWHERE,
    REDIRECT_SLASH,  /* to the same path with a slash at its end, or without */
    REDIRECT_SECURE, /* to the same by https */
    REDIRECT_LOGIN,  /* to a page whose path or host speaks of signing in */
    REDIRECT_SELF,   /* to itself */
};
enum redirect hint_redirect(const struct probe *probe);

/* "TypeError", "java.lang.NullPointerException": the kind of error that a body shows; absent when it shows none. */
struct slice hint_error_kind(const struct probe *probe, struct arena *arena);

/* Whether a JSON body says that the request failed: a member `error` or `errors` that is not empty, `success` or `ok`
 * false, `status` "error" or "fail". */
bool hint_says_error(const struct probe *probe);

/* Whether the body is of another kind than the Content-Type says: JSON called HTML, HTML called JSON, JSON that is none. */
bool hint_type_lies(const struct probe *probe);

/* Whether the body of a 503 speaks of maintenance. A Retry-After alone does not: overload sends one too. */
bool hint_maintenance(const struct probe *probe);

/* Whether the WWW-Authenticate header names this error (RFC 6750, 3.1): "invalid_token", "insufficient_scope". */
bool hint_challenge(const struct probe *probe, const char *error);

/* Whether the answer's challenges (RFC 9110, 11.6.1) are all for another scheme than the one that was sent. */
bool hint_other_scheme(const struct probe *probe);

/* Whether a refusal says that the token is out of its time; that it is meant for another audience; or that it has another
 * fault (its signature, who issued it). Of `invalid_token` alone (RFC 6750, 3.1) nobody knows which. */
bool hint_blames_time(const struct probe *probe);
bool hint_names_token_fault(const struct probe *probe);
bool hint_names_audience(const struct probe *probe);

/* Whether it leaves open what of several it is ("invalid or expired"), or speaks of a token that is never sent here. */
bool hint_doubts_time(const struct probe *probe);

/* Whether the body speaks of TLS on a port that was spoken to without: nginx's 497 page and its kin. */
bool hint_wants_tls(const struct probe *probe);

/* Whether the answer says that a certificate of the client is missing: nginx's 400 (496 to itself) and its kin. */
bool hint_wants_client_certificate(const struct probe *probe);

/* Whether a cache answered, by its own word: an Age that is not 0, or a header of caches that says HIT. */
bool hint_from_cache(const struct probe *probe);

/* Whether a refusal says that too much was asked: by 429, or in words under another status. */
bool hint_limits(const struct probe *probe);

/* The sent tokens that are out of their time at `now`: expired, or not yet valid (RFC 7519, 4.1.4 and 4.1.5). Where an
 * Authorization was sent, a token in a cookie is not what is looked at. */
bool hint_token_expired(const struct probe *probe, struct wall now);
bool hint_token_early(const struct probe *probe, struct wall now);
#endif

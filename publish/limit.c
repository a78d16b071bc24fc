/* SPDX-License-Identifier: MIT */
#include "publish/limit.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { MINUTE_S = 60, DAY_S = 24 * 60 * 60 };

/* GitHub's secondary limits are a 403 (or 429) whose message alone may tell it from a missing permission. */
static bool speaks_of_limit(struct slice body)
{
    static const char words[] = "rate limit";
    const size_t len = sizeof words - 1;

    for (size_t i = 0; body.len >= len && i <= body.len - len; i++)
        if (strncasecmp(body.data + i, words, len) == 0)
            return true;
    return false;
}

bool limit_is(const struct limit *limit)
{
    if (limit->status == 429)
        return true;
    if (limit->status == 503)
        return limit->retry_after_s > 0;
    return limit->status == 403
           && (limit->retry_after_s > 0 || (limit->remaining && strcmp(limit->remaining, "0") == 0)
               || speaks_of_limit(limit->body));
}

/* Jira's is a date (ISO 8601), and has more than digits: then it is not known. */
static int64_t until_reset_s(const struct limit *limit)
{
    char *end;
    long long at;

    if (!limit->reset || !limit->remaining || strcmp(limit->remaining, "0") != 0)
        return 0;
    at = strtoll(limit->reset, &end, 10);
    if (end == limit->reset || *end || at <= 0 || at > INT64_MAX / 1000000)
        return 0;
    return at - limit->now.us / 1000000 + 1;
}

int64_t limit_wait_us(const struct limit *limit)
{
    int64_t wait_s = limit->retry_after_s;

    if (wait_s <= 0)
        wait_s = until_reset_s(limit);
    if (wait_s <= 0)
        wait_s = (int64_t)MINUTE_S << (limit->times < 8 ? limit->times : 8);
    if (wait_s > DAY_S)
        wait_s = DAY_S;
    return wait_s * 1000000;
}

/* Whether the parameters up to the next link say rel="next". */
static bool is_next(struct slice parameters)
{
    static const char *const forms[] = {"rel=\"next\"", "rel=next"};

    for (size_t k = 0; k < 2; k++)
        if (parameters.len >= strlen(forms[k]) && memmem(parameters.data, parameters.len, forms[k], strlen(forms[k])))
            return true;
    return false;
}

struct slice link_next(struct slice header)
{
    const char *at = header.data;
    const char *end = header.data + header.len;

    while (at && at < end) {
        const char *open = memchr(at, '<', (size_t)(end - at));
        const char *close = open ? memchr(open, '>', (size_t)(end - open)) : NULL;
        const char *stop = close ? memchr(close, '<', (size_t)(end - close)) : NULL;

        if (!close)
            break;
        stop = stop ? stop : end;
        if (is_next((struct slice){close, (size_t)(stop - close)}))
            return (struct slice){open + 1, (size_t)(close - open - 1)};
        at = stop;
    }
    return (struct slice){NULL, 0};
}

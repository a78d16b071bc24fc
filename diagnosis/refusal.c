/* SPDX-License-Identifier: MIT */
#include "diagnosis/refusal.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "collector/probe.h"

enum { LOOKED_AT = 8 << 10 }; /* an error page says it soon, or not at all */

/* Any case; `text` may hold any bytes. */
static bool contains(struct slice text, const char *word)
{
    size_t len = strlen(word);

    for (size_t i = 0; i + len <= text.len && i < LOOKED_AT; i++)
        if (strncasecmp(text.data + i, word, len) == 0)
            return true;
    return false;
}

static bool contains_any(struct slice text, const char *const *words)
{
    for (; *words; words++)
        if (contains(text, *words))
            return true;
    return false;
}

static bool is_refused(const struct probe *probe)
{
    return probe->status == 400 || probe->status == 401 || probe->status == 403 || probe->status == 426;
}

/* By a close frame that came from the server, and is no farewell. */
static bool is_closed(const struct probe *probe)
{
    return probe->close_code == 1002 || probe->close_code == 1008
           || (probe->close_code >= 3000 && probe->close_code < 5000);
}

static bool says_any(const struct probe *probe, const char *const *words)
{
    return (is_refused(probe) && contains_any(probe->body, words))
           || (is_closed(probe) && contains_any(probe->close_reason, words));
}

bool refusal_wants_upgrade(const struct probe *probe)
{
    static const char *const words[] = {"upgrade",
                                        "invalid connection header",
                                        "websocket server directly",
                                        "not a websocket",
                                        "not websocket protocol",
                                        "websocket connections only",
                                        "only websocket",
                                        "expected a websocket",
                                        "websocket handshake expected",
                                        "expect websocket",
                                        NULL};
    struct slice upgrade = probe_header(probe, "upgrade");

    if (upgrade.data && !contains(upgrade, "websocket"))
        return false;
    return probe->status == 426 || (probe->status == 400 && (upgrade.data || contains_any(probe->body, words)));
}

bool refusal_names_origin(const struct probe *probe)
{
    static const char *const words[] = {"origin header",
                                        "invalid origin",
                                        "origin not allowed",
                                        "origin is not allowed",
                                        "origin denied",
                                        "origin forbidden",
                                        "origin rejected",
                                        "origin mismatch",
                                        "origin not permitted",
                                        "checkorigin",
                                        "origin validation",
                                        "disallowed origin",
                                        "forbidden origin",
                                        "origin check",
                                        "bad origin",
                                        "cross-origin",
                                        "unexpected origin",
                                        "unknown origin",
                                        "not an allowed origin",
                                        "cross origin",
                                        "origin_not_allowed",
                                        "invalid cors request",
                                        NULL};

    return says_any(probe, words);
}

bool refusal_names_subprotocol(const struct probe *probe)
{
    static const char *const words[] = {"subprotocol", "sub-protocol", "sec-websocket-protocol", NULL};

    return says_any(probe, words);
}

bool refusal_names_version(const struct probe *probe)
{
    struct slice versions = probe_header(probe, "sec-websocket-version");

    return probe->upgrade && (probe->status == 426 || probe->status == 400) && versions.len > 0
           && !contains(versions, "13");
}

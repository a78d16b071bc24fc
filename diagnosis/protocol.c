/* SPDX-License-Identifier: MIT */
#include "diagnosis/protocol.h"

#include <string.h>
#include <strings.h>

#include "collector/probe.h"
#include "diagnosis/survey.h"

static bool after(struct wall limit, struct wall now)
{
    return limit.us != 0 && now.us > limit.us;
}

static bool before(struct wall limit, struct wall now)
{
    return limit.us != 0 && now.us < limit.us;
}

/* Any certificate of the chain that is out of its time by our clock and, where it is known, by the server's.
 */
static bool out_of_time(const struct probe *probe, const struct origin *origin,
                        bool (*is_out)(struct wall limit, struct wall now), bool ends)
{
    struct wall theirs = probe->started;

    if (origin->server_time.us != 0)
        theirs.us += origin->server_time.us - origin->our_time.us;
    for (size_t i = 0; i < probe->certificate_count; i++) {
        const struct certificate *certificate = &probe->certificates[i];
        struct wall limit = ends ? certificate->not_after : certificate->not_before;

        if (is_out(limit, probe->started) && is_out(limit, theirs))
            return true;
    }
    return false;
}

/* A wildcard stands for the whole leftmost label, and for no more. */
static bool name_covers(struct slice name, const char *host)
{
    const char *dot = strchr(host, '.');

    if (name.len > 2 && name.data[0] == '*' && name.data[1] == '.')
        return dot && strlen(dot) == name.len - 1 && strncasecmp(name.data + 1, dot, name.len - 1) == 0;
    return strlen(host) == name.len && strncasecmp(name.data, host, name.len) == 0;
}

bool protocol_names_cover(struct slice names, const char *host)
{
    size_t at = 0;

    while (at < names.len) {
        const char *comma = memchr(names.data + at, ',', names.len - at);
        size_t end = comma ? (size_t)(comma - names.data) : names.len;
        struct slice name = {names.data + at, end - at};
        const char *colon = memchr(name.data, ':', name.len);

        if (colon) {
            name.len -= (size_t)(colon + 1 - name.data);
            name.data = colon + 1;
            if (name_covers(name, host))
                return true;
        }
        at = end + 1;
        while (at < names.len && names.data[at] == ' ')
            at++;
    }
    return false;
}

bool protocol_says(const struct probe *probe, const struct origin *origin)
{
    const char *code = probe->code;
    const struct certificate *leaf = probe->certificate_count ? &probe->certificates[0] : NULL;

    if (!code)
        return false;
    if (strcmp(code, "dns-nxdomain") == 0 || strcmp(code, "dns-no-address") == 0 || strcmp(code, "dns-no-ipv4") == 0
        || strcmp(code, "dns-no-ipv6") == 0)
        return true;
    if (!leaf)
        return false;
    if (strcmp(code, "tls-expired") == 0)
        return out_of_time(probe, origin, after, true);
    if (strcmp(code, "tls-not-yet-valid") == 0)
        return out_of_time(probe, origin, before, false);
    if (strcmp(code, "tls-wrong-host") == 0)
        return leaf->names.len > 0 && !protocol_names_cover(leaf->names, origin->host);
    if (strcmp(code, "tls-self-signed") == 0)
        return leaf->subject.len > 0 && slice_equals(leaf->subject, leaf->issuer);
    return strcmp(code, "tls-expires-soon") == 0 && leaf->not_after.us != 0;
}

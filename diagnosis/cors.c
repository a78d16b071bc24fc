/* SPDX-License-Identifier: MIT */
#include "diagnosis/cors.h"

#include <string.h>
#include <strings.h>

#include "base/slice.h"
#include "collector/probe.h"
#include "diagnosis/fact.h"

static struct slice sent(const struct probe *probe, const char *name)
{
    for (size_t i = 0; i < probe->request_count; i++) {
        const struct header *header = &probe->request[i];

        if (header->name.len == strlen(name) && strncasecmp(header->name.data, name, header->name.len) == 0)
            return header->value;
    }
    return (struct slice){NULL, 0};
}

bool cors_is_preflight(const struct probe *probe)
{
    return probe->method && strcmp(probe->method, "OPTIONS") == 0 && sent(probe, "origin").len > 0
           && sent(probe, "access-control-request-method").len > 0;
}

/* Whether `list`, of names between commas, has `name` or "*". */
static bool lists(struct slice list, struct slice name)
{
    for (size_t at = 0; at < list.len;) {
        size_t end = at;

        while (end < list.len && list.data[end] != ',')
            end++;
        while (at < end && list.data[at] == ' ')
            at++;
        if ((end - at == name.len && strncasecmp(list.data + at, name.data, name.len) == 0)
            || (end - at == 1 && list.data[at] == '*'))
            return true;
        at = end + 1;
    }
    return false;
}

/* These go without being listed (Fetch, CORS-safelisted method). */
static bool is_simple(struct slice method)
{
    static const char *const simple[] = {"GET", "HEAD", "POST"};

    for (size_t i = 0; i < sizeof simple / sizeof *simple; i++)
        if (slice_equals(method, slice_of(simple[i])))
            return true;
    return false;
}

bool cors_allows(const struct probe *preflight)
{
    struct slice allowed = probe_header(preflight, "access-control-allow-origin");
    struct slice method = sent(preflight, "access-control-request-method");

    if (status_among("1xx 407 408 429 5xx", preflight->status))
        return true;
    if (!status_among("2xx", preflight->status) || allowed.len == 0)
        return false;
    if (!slice_equals(allowed, slice_of("*")) && !slice_equals(allowed, sent(preflight, "origin")))
        return false;
    return is_simple(method) || lists(probe_header(preflight, "access-control-allow-methods"), method);
}

bool cors_is_missed(const struct probe *probe)
{
    if (!probe->code || strcmp(probe->code, "http-header") != 0)
        return false;
    for (size_t i = 0; i < probe->judgement_count; i++) {
        const struct judgement *judgement = &probe->judgements[i];

        if (judgement->verdict == JUDGED_DOES_NOT && strcasestr(judgement->expected, "access-control-"))
            return true;
    }
    return false;
}

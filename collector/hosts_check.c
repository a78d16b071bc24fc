/* SPDX-License-Identifier: MIT */
#include "collector/hosts_check.h"

#include <string.h>

#include "collector/probe.h"

enum { WAIT_US = 500 * 1000 }; /* from when it was asked: DNS that is slower is waited for by no further probe */

static void take(void *self, const struct resolved *resolved)
{
    struct hosts_check *check = self;

    check->dns = resolved;
    if (!check->asking)
        check->done(check->self);
}

void hosts_check_start(struct hosts_check *check, struct resolver *resolver, const struct resolve_question *question,
                       const struct resolved *hosts, void (*done)(void *self), void *self)
{
    hosts_check_stop(check);
    *check = (struct hosts_check){
        .waiter = {.done = take, .self = check}, .name = question->name, .done = done, .self = self, .asking = true};
    for (; check->count < hosts->count && check->count < sizeof check->hosts / sizeof *check->hosts; check->count++)
        memcpy(check->hosts[check->count], hosts->addresses[check->count], ADDRESS_TEXT);
    resolver_ask(resolver,
                 &(struct resolve_question){.name = question->name, .family = question->family, .past_hosts = true},
                 &check->waiter);
    check->asking = false;
}

struct mono hosts_check_until(const struct hosts_check *check)
{
    bool asked = check->name && !check->dns && check->waiter.answer && check->waiter.answer->started.us;

    return (struct mono){asked ? check->waiter.answer->started.us + WAIT_US : 0};
}

static bool has(const struct resolved *resolved, const char *address)
{
    for (size_t i = 0; i < resolved->count; i++)
        if (strcmp(resolved->addresses[i], address) == 0)
            return true;
    return false;
}

/* DNS has said that there is no such name or address; that it says nothing is no answer. */
static bool denies(const struct resolved *dns)
{
    static const char *const codes[] = {"dns-nxdomain", "dns-no-address", "dns-no-ipv4", "dns-no-ipv6"};

    for (size_t i = 0; dns->code && i < sizeof codes / sizeof *codes; i++)
        if (strcmp(dns->code, codes[i]) == 0)
            return true;
    return false;
}

static void say(struct probe *probe, const char *words)
{
    probe->detail = slice_of(probe->detail.data ? arena_printf(&probe->arena, "%.*s (%s)", (int)probe->detail.len,
                                                               probe->detail.data, words)
                                                : words);
}

void hosts_check_record(const struct hosts_check *check, struct probe *probe)
{
    const struct resolved *dns = check->dns;
    struct arena *arena = &probe->arena;
    bool agrees = false;

    if (!dns || check->count == 0)
        return;
    if (denies(dns)) {
        probe->system_address = arena_slice(arena, slice_of(check->hosts[0]));
        say(probe, arena_printf(arena, "%s: %s; only the hosts file knows it", check->name, dns->code));
        return;
    }
    for (size_t i = 0; i < check->count; i++)
        agrees = agrees || has(dns, check->hosts[i]);
    if (dns->count && !agrees)
        say(probe, arena_printf(arena, "%s: the hosts file says %s, DNS says %s", check->name, check->hosts[0],
                                dns->addresses[0]));
}

void hosts_check_stop(struct hosts_check *check)
{
    if (check->name)
        resolver_leave(&check->waiter);
    check->name = NULL;
}

/* SPDX-License-Identifier: MIT */
/* What to do, by who does it: the config names them, else it is a side. */
#include "diagnosis/model_maker.h"

struct doing {
    const struct maker *maker;
    struct grown owners;
    struct grown *steps; /* of each owner */
    size_t room;
};

static const struct ticket *ticket_of(const struct suite *suite, const char *endpoint)
{
    for (size_t i = 0; i < suite->ticket_count; i++)
        for (size_t k = 0; k < suite->tickets[i].endpoint_count; k++)
            if (strcmp(suite->tickets[i].endpoints[k], endpoint) == 0)
                return &suite->tickets[i];
    return NULL;
}

/* Who answers for the server that `name` lives on. */
static struct slice server_owner(const struct maker *maker, const struct finding *finding)
{
    const struct endpoint *endpoint;
    const struct ticket *ticket;

    if (finding->endpoint_count == 0)
        return (struct slice){NULL, 0};
    endpoint = maker_endpoint(maker, finding->endpoints[0]);
    ticket = ticket_of(maker->records->suite, endpoint->name);
    return slice_of(endpoint->owner ? endpoint->owner : ticket ? ticket->owner : NULL);
}

/* A name's or a machine's own trouble that only whoever runs the collector can mend. */
static bool is_ours(const char *code)
{
    static const char *const codes[] = {"collector-offline",
                                        "collector-late",
                                        "dns-unreachable",
                                        "tcp-local-shortage",
                                        "tls-ca-unreadable",
                                        "http-bad-url",
                                        "tls-client-certificate-unreadable",
                                        "dns-proxy",
                                        "tcp-proxy",
                                        "http-proxy-authentication",
                                        "http-proxy-failed",
                                        NULL};

    for (size_t i = 0; codes[i]; i++)
        if (strcmp(codes[i], code) == 0)
            return true;
    return false;
}

static void add_step(struct doing *doing, struct slice owner, const char *side, struct model_step step)
{
    struct model_owner *owners = doing->owners.items;
    size_t at = 0;

    while (at < doing->owners.count
           && !(slice_equals(owners[at].owner, owner) && (owner.len || strcmp(owners[at].side, side) == 0)))
        at++;
    if (at == doing->room)
        return;
    if (at == doing->owners.count) {
        owners = grown_add(&doing->owners, sizeof *owners, doing->maker->arena);
        *owners = (struct model_owner){.owner = owner, .side = side};
    }
    *(struct model_step *)grown_add(&doing->steps[at], sizeof step, doing->maker->arena) = step;
}

static void add_finding(struct doing *doing, const struct finding *finding, const struct model_finding *row)
{
    struct slice server = server_owner(doing->maker, finding);
    struct model_step remedy = {.kind = STEP_REMEDY, .about = row->anchor, .finding = row, .cites = row->probes};

    if (is_ours(row->code))
        add_step(doing, (struct slice){NULL, 0}, "Collector", remedy);
    else if (row->change)
        add_step(doing, row->change->owner, "Client side", remedy);
    else
        add_step(doing, server, "Server side", remedy);
    for (size_t i = 0; i < row->cautions.count && i < 1; i++)
        add_step(doing, server, "Server side",
                 (struct model_step){.kind = STEP_DECIDE,
                                     .about = row->anchor,
                                     .finding = row,
                                     .cites = ((const struct model_caution *)row->cautions.items)[i].cites});
}

struct list maker_owners(const struct maker *maker, const struct list *findings, bool compared)
{
    const struct model_finding *rows = findings->items;
    struct doing doing = {.maker = maker, .room = 2 * findings->count + 1};
    struct model_owner *owners;

    if (findings->count == 0)
        return (struct list){0};
    doing.steps = arena_new(maker->arena, doing.room, sizeof *doing.steps);
    for (size_t i = 0; i < findings->count; i++)
        add_finding(&doing, &maker->findings->list[i], &rows[i]);
    add_step(&doing, (struct slice){NULL, 0}, "Testing", (struct model_step){.kind = STEP_COMPARE, .done = compared});
    add_step(&doing, (struct slice){NULL, 0}, "Testing", (struct model_step){.kind = STEP_LOOK});
    owners = doing.owners.items;
    for (size_t i = 0; i < doing.owners.count; i++)
        owners[i].steps = grown_list(&doing.steps[i]);
    return grown_list(&doing.owners);
}

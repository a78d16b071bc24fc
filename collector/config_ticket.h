/* SPDX-License-Identifier: MIT */
/* config_ticket.h - private to config*.c: tickets, and the trackers that they are on. */
#ifndef COLLECTOR_CONFIG_TICKET_H
#define COLLECTOR_CONFIG_TICKET_H

#include "collector/config_loader.h"

/* What was read from where: `nodes[i]`, of `sources[i]`, is that of `list[i]`. */
struct tickets {
    struct ticket *list;
    const struct yaml_node **nodes;
    struct config_source **sources;
    size_t count, capacity, node_capacity, source_capacity;
};

struct trackers {
    struct tracker_settings *list;
    size_t count, capacity;
};

void config_read_ticket(struct loader *loader, const struct yaml_node *item, const struct place *place,
                        struct tickets *tickets);

/* Reads the tracker called `name`. Its token is needed only by the verbs that publish. */
void config_read_tracker(struct loader *loader, const char *name, const struct yaml_node *key,
                         const struct yaml_node *value, const struct place *place, struct trackers *trackers);
#endif

/* SPDX-License-Identifier: MIT */
/* config_endpoint.h - private to config*.c: one endpoint, and what must hold of all of them together. */
#ifndef COLLECTOR_CONFIG_ENDPOINT_H
#define COLLECTOR_CONFIG_ENDPOINT_H

#include "collector/config_loader.h"

/* What was read from where: `nodes[i]` is that of `list[i]`. */
struct endpoints {
    struct endpoint *list;
    const yaml_node_t **nodes;
    size_t count, capacity, node_capacity;
};

struct tickets {
    struct ticket *list;
    const yaml_node_t **nodes;
    size_t count, capacity, node_capacity;
};

/* Reads `node` as an endpoint that starts as `defaults`; `defaults_node` may be NULL. */
bool config_read_endpoint(struct loader *loader, const yaml_node_t *node, const struct place *place,
                          const struct endpoint *defaults, const yaml_node_t *defaults_node,
                          struct endpoint *endpoint);

/* Name, URL, kind and candidates of an endpoint that was read; what its kind cannot show and only the defaults have
 * goes. Candidates become absolute. (config_check.c) */
void config_check_endpoint(struct loader *loader, const yaml_node_t *node, const struct place *place,
                           struct endpoint *endpoint, bool kind_given);

/* Names that stand twice, tickets on endpoints that there are not, and who may be sent the secrets of the defaults.
 * (config_check.c) */
void config_check_names(struct loader *loader, const struct endpoints *endpoints);
void config_check_tickets(struct loader *loader, const struct tickets *tickets, const struct endpoints *endpoints);
void config_check_origins(struct loader *loader, struct endpoints *endpoints, const yaml_node_t *defaults_node);

/* `url` with a mark in place of a password that stands in the config itself. (config_endpoint.c) */
const char *config_url_shown(struct arena *arena, const char *url);
#endif

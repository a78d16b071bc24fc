/* SPDX-License-Identifier: MIT */
/* config_endpoint.h - private to config*.c: one endpoint, and what must hold of all of them together. */
#ifndef COLLECTOR_CONFIG_ENDPOINT_H
#define COLLECTOR_CONFIG_ENDPOINT_H

#include "collector/config_ticket.h"

/* What was read from where: `nodes[i]`, of `sources[i]`, is that of `list[i]`. */
struct endpoints {
    struct endpoint *list;
    const struct yaml_node **nodes;
    struct config_source **sources;
    size_t count, capacity, node_capacity, source_capacity;
};

/* Reads `node` as an endpoint that starts as `defaults`; `kind_given`: these say which kind it is. */
bool config_read_endpoint(struct loader *loader, const struct yaml_node *node, const struct place *place,
                          const struct endpoint *defaults, bool kind_given, struct endpoint *endpoint);

/* Name, URL, kind and candidates of an endpoint that was read; what its kind cannot show and only the defaults have
 * goes. Candidates become absolute. (config_check.c) */
void config_check_endpoint(struct loader *loader, const struct yaml_node *node, const struct place *place,
                           struct endpoint *endpoint, bool kind_given);

/* Names that stand twice, tickets on endpoints that there are not, and who may be sent the secrets of the defaults.
 * (config_check.c) */
void config_check_names(struct loader *loader, const struct endpoints *endpoints);
void config_check_tickets(struct loader *loader, const struct tickets *tickets, const struct endpoints *endpoints,
                          const struct trackers *trackers);
void config_check_origins(struct loader *loader, struct endpoints *endpoints, const struct yaml_node *defaults_node);

/* `written`, a path or a URL, seen from `base`. Shown is what both shown forms make together, so that a secret of either
 * shows in none. Value NULL: it is neither. (config_check.c) */
struct setting config_resolve(struct setting base, struct setting written, struct arena *arena);

/* Reads `node` as a candidate with settings of its own: it starts as `parent` is. (config_endpoint.c) */
const struct endpoint *config_read_candidate(struct loader *loader, const struct yaml_node *node,
                                             const struct place *place, const struct endpoint *parent);

/* A password that stands in a URL of the config is a secret. (config_endpoint.c) */
void config_add_password(struct loader *loader, const char *url);

/* Readers of keys about how an endpoint is asked (config_client.c); `object` is a struct endpoint. */
void config_read_follow(struct loader *loader, const struct yaml_node *value, const struct place *place, void *object);
void config_read_dns(struct loader *loader, const struct yaml_node *value, const struct place *place, void *object);
void config_read_origin_header(struct loader *loader, const struct yaml_node *value, const struct place *place,
                               void *object);
void config_read_body(struct loader *loader, const struct yaml_node *value, const struct place *place, void *object);
void config_read_send(struct loader *loader, const struct yaml_node *value, const struct place *place, void *object);
void config_read_tls(struct loader *loader, const struct yaml_node *value, const struct place *place, void *object);

/* `url` with a mark in place of a password that stands in the config itself. (config_endpoint.c) */
const char *config_url_shown(struct arena *arena, const char *url);
#endif

/* SPDX-License-Identifier: MIT */
/* config_endpoint.h - private to config*.c: what must hold of the endpoints together, once all are read. */
#ifndef COLLECTOR_CONFIG_ENDPOINT_H
#define COLLECTOR_CONFIG_ENDPOINT_H

#include "collector/config_loader.h"

/* Name, URL and kind of an endpoint that was read from `node`; its candidates become absolute. */
void config_finish_endpoint(struct loader *loader, const yaml_node_t *node, const struct place *place,
                            struct endpoint *endpoint, bool kind_given);

/* Names that stand twice, and who may be sent the secrets of the defaults. `nodes` are those of the endpoints. */
void config_check_endpoints(struct loader *loader, struct endpoint *endpoints, const yaml_node_t *const *nodes,
                            size_t count);
#endif

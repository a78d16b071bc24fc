/* SPDX-License-Identifier: MIT */
/* config_top.h - the top level of a config while it is read. Private to config*.c. */
#ifndef COLLECTOR_CONFIG_TOP_H
#define COLLECTOR_CONFIG_TOP_H

#include <stdbool.h>
#include <stddef.h>

#include "collector/config_endpoint.h"
#include "collector/config_fields.h"
#include "collector/config_ticket.h"
#include "collector/suite.h"

enum { TOP_KEYS_MAX = 40 };

/* Where a key stood that may stand once; file NULL: nowhere yet. */
struct stood {
    const char *file;
    unsigned line;
};

/* A list of endpoints that waits for the defaults. */
struct kept {
    struct config_source *source;
    const struct yaml_node *node;
    struct place place;
};

/* The top level while it is read: the suite, nodes that are looked at once all keys are known, and lists that grow. */
struct top {
    struct suite suite;
    struct endpoint defaults;
    const struct yaml_node *defaults_node;
    struct config_source *defaults_source;
    struct place defaults_place;
    bool kind_given;   /* by the defaults */
    struct kept *kept; /* lists of endpoints, of all files */
    size_t kept_count, kept_capacity;
    struct stood stood[TOP_KEYS_MAX]; /* by the rows of suite_fields */
    struct endpoints endpoints;
    struct tickets tickets;
    struct trackers trackers;
    struct redact_setting *redact;
    size_t redact_capacity;
    struct label *labels;
    size_t label_capacity;
};
#endif

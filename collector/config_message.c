/* SPDX-License-Identifier: MIT */
/* The messages that a WebSocket's server is expected to send. */
#include <stddef.h>
#include <stdint.h>

#include "collector/config_expecting.h"

enum { MESSAGES_EXPECTED_MOST = 20 };

/* One message while its keys are read: `within` holds for all of them, wherever it stands. */
struct messaging {
    struct expecting *expecting;
    int64_t within_us;
    unsigned number; /* of the server's messages, from 0 */
};

static void read_message_json(struct loader *loader, const struct yaml_node *value, const struct place *place,
                              void *self)
{
    struct messaging *messaging = self;
    struct matching matching = {messaging->expecting, {.subject = EXPECT_MESSAGE_JSON, .message = messaging->number}};

    loader_each(loader, value, place, comparison_read_keyed, &matching);
}

static void read_message_text(struct loader *loader, const struct yaml_node *value, const struct place *place,
                              void *self)
{
    struct messaging *messaging = self;

    (void)loader;
    comparison_read(messaging->expecting, value, place,
                    (struct expectation){.subject = EXPECT_MESSAGE_TEXT, .message = messaging->number});
}

const struct config_field message_fields[] = {
    {.name = "json",
     .type = CONFIG_OWN,
     .read = read_message_json,
     .form = "compared_by_pointer",
     .help = "JSON pointer: value, or a comparison"},
    {.name = "text",
     .type = CONFIG_OWN,
     .read = read_message_text,
     .form = "compared",
     .help = "the whole of it, or a comparison"},
    {.name = "within",
     .type = CONFIG_DURATION,
     .offset = offsetof(struct messaging, within_us),
     .help = "it comes at most that long after the upgrade; within the timeout where it is not given"},
    {.name = NULL},
};

static void read_numbered(struct loader *loader, const struct yaml_node *value, const struct place *place,
                          struct expecting *expecting, unsigned number)
{
    struct messaging messaging = {expecting, 0, number};
    size_t first = expecting->count;

    config_read(loader, value, place, message_fields, &messaging);
    /* `within` alone, or nothing, wants any message. */
    if (expecting->count == first && (messaging.within_us > 0 || number > 0))
        expecting_add(
            expecting, value, place,
            (struct expectation){.subject = EXPECT_MESSAGE_TEXT, .operator= OPERATOR_EXISTS, .message = number});
    for (size_t i = first; i < expecting->count && messaging.within_us > 0; i++) {
        expecting->list[i].within_us = messaging.within_us;
        expecting->list[i].words = expect_words(&expecting->list[i], &loader->suite->arena);
    }
}

void message_read(struct loader *loader, const struct yaml_node *value, const struct place *place, void *self)
{
    read_numbered(loader, value, place, self, 0);
}

struct sequence {
    struct expecting *expecting;
    unsigned count;
};

static void read_next(struct loader *loader, const struct yaml_node *item, const struct place *place, void *self)
{
    struct sequence *sequence = self;

    if (sequence->count == MESSAGES_EXPECTED_MOST)
        loader_problem(loader, item, place, "at most %d messages can be expected", MESSAGES_EXPECTED_MOST);
    if (sequence->count++ < MESSAGES_EXPECTED_MOST)
        read_numbered(loader, item, place, sequence->expecting, sequence->count - 1);
}

void message_read_list(struct loader *loader, const struct yaml_node *value, const struct place *place, void *self)
{
    struct sequence sequence = {self, 0};

    config_each_item(loader, value, place, false, read_next, &sequence);
}

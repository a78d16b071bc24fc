/* SPDX-License-Identifier: MIT */
/* house_model.h - a small model for the tests of render/: a house with rooms, every type of field once. */
#ifndef TESTS_UNIT_HOUSE_MODEL_H
#define TESTS_UNIT_HOUSE_MODEL_H

#include "base/field.h"

struct room {
    struct slice name;
    uint64_t windows;
    int state;
    const char *story; /* a partial */
};

struct house {
    const char *title;
    struct slice owner;
    bool open;
    uint64_t floors;
    double slope;
    int64_t walk;
    struct wall built;
    int state;
    struct cites cites;
    const struct room *hall;
    struct list rooms;
};

static const char *const state_words[] = {"fine", "falls-down", NULL};

static const struct field room_fields[] = {
    FIELD(FIELD_FOREIGN, room, name),
    FIELD(FIELD_COUNT, room, windows),
    FIELD_WORDED(room, state, state_words),
    FIELD(FIELD_PARTIAL, room, story),
    FIELD_END,
};
static const struct shape room_shape = {"room", sizeof(struct room), room_fields};

static const struct field house_fields[] = {
    FIELD(FIELD_TEXT, house, title),
    FIELD(FIELD_FOREIGN, house, owner),
    FIELD(FIELD_BOOL, house, open),
    FIELD(FIELD_COUNT, house, floors),
    FIELD(FIELD_NUMBER, house, slope),
    FIELD(FIELD_DURATION, house, walk),
    FIELD(FIELD_TIME, house, built),
    FIELD_WORDED(house, state, state_words),
    FIELD(FIELD_CITES, house, cites),
    FIELD_SHAPED(FIELD_OBJECT, house, hall, &room_shape),
    FIELD_SHAPED(FIELD_LIST, house, rooms, &room_shape),
    FIELD_END,
};
static const struct shape house_shape = {"house", sizeof(struct house), house_fields};

static const struct room some_rooms[] = {
    {{"kitchen", 7}, 1, 0, "story.md"},
    {{"*attic*", 7}, 0, 1, NULL},
    {{"", 0}, 3, 0, NULL},
};
static const uint32_t some_ordinals[] = {4, 17};

static inline struct house some_house(void)
{
    return (struct house){
        .title = "A house",
        .owner = {"<Jo>", 4},
        .open = true,
        .floors = 2,
        .slope = 36.84,
        .walk = 69000,
        .built = {INT64_C(1757556004123456)},
        .state = 1,
        .cites = {.ordinals = some_ordinals, .count = 2},
        .hall = &some_rooms[0],
        .rooms = {some_rooms, 3, NULL, NULL},
    };
}
#endif

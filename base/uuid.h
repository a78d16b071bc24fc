/* SPDX-License-Identifier: MIT */
/* uuid.h - run ids: UUID version 7 (RFC 9562, 5.7), which sort by time and survive merging. */
#ifndef BASE_UUID_H
#define BASE_UUID_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/error.h"

struct uuid {
    uint8_t bytes[16];
};

enum { UUID_TEXT = 37 };

/* A new id for a run that starts at `when`. */
bool uuid_new(struct wall when, struct uuid *id, struct error *err);

/* "0192f3ab-…", lower case, into `text`. */
const char *uuid_text(const struct uuid *id, char text[UUID_TEXT]);

/* Reads what uuid_text() wrote; false on anything else. */
bool uuid_parse(const char *text, struct uuid *id);
#endif

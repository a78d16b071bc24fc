/* SPDX-License-Identifier: MIT */
/* atom.h - a feed of runs, for whoever reads nights in a feed reader (RFC 4287). */
#ifndef RENDER_ATOM_H
#define RENDER_ATOM_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/uuid.h"

struct atom_entry {
    const char *id;    /* a UUID */
    const char *title; /* our own words */
    const char *href;  /* relative to the feed */
    struct wall updated;
};

struct atom {
    struct slice title;               /* the suite's name: escaped, and shown as it is */
    const char *id;                   /* a UUID that stays */
    const struct atom_entry *entries; /* newest first */
    size_t count;
    int32_t offset_s; /* of the zone that times are written in */
};

/* Appends the feed. */
void atom_write(const struct atom *atom, struct buf *out);
#endif

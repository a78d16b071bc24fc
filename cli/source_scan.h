/* SPDX-License-Identifier: MIT */
/* source_scan.h - where the source holds the failing addresses of a run, and the diff that would mend them. */
#ifndef CLI_SOURCE_SCAN_H
#define CLI_SOURCE_SCAN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"

enum { SCAN_LOCATIONS_MAX = 50, SCAN_FOUND_MAX = 2000 };

struct findings;
struct secrets;
struct suite;

/* Gives every finding that names a working address in place of another the places in the suite's source, surest first, and
 * the diff that mends them outside files of secrets, all redacted. The tree is read once for all. The list in `findings` is
 * replaced by one in `arena`. False when the folder cannot be read; `findings` is then as it was. */
bool source_scan_findings(const struct suite *suite, const struct secrets *secrets, struct findings *findings,
                          struct arena *arena, struct error *err);
#endif

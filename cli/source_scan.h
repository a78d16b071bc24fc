/* SPDX-License-Identifier: MIT */
/* source_scan.h - reads a source tree for the places that hold a failing address. Nothing in it is changed. */
#ifndef CLI_SOURCE_SCAN_H
#define CLI_SOURCE_SCAN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"
#include "diagnosis/locate.h"

enum {
    SCAN_FILES_MAX = 20000,
    SCAN_FILE_BYTES_MAX = 1 << 20,
    SCAN_BYTES_MAX = 64 << 20,
    SCAN_LOCATIONS_MAX = 50,
};

struct source_scan {
    const struct location *locations; /* surest first, then by file and line */
    size_t count;
    struct slice diff; /* mends those outside files of secrets; absent: none */
    bool cut;          /* a limit was reached: there may be more */
};

/* Scans the tree below `folder` for `needle`; version control, dependencies, build output, binary files and symbolic
 * links are passed over. Everything lives in `arena`. False when the folder cannot be read. */
bool source_scan(const char *folder, const struct needle *needle, struct arena *arena, struct source_scan *scan,
                 struct error *err);

struct findings;
struct secrets;
struct suite;

/* Gives every finding that names a working address in place of another the places in the suite's source, redacted. The
 * list in `findings` is replaced by one in `arena`. */
bool source_scan_findings(const struct suite *suite, const struct secrets *secrets, struct findings *findings,
                          struct arena *arena, struct error *err);
#endif

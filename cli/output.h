/* SPDX-License-Identifier: MIT */
/* output.h - where a report goes: standard output, or a file that is there whole or not at all. */
#ifndef CLI_OUTPUT_H
#define CLI_OUTPUT_H

#include <stdbool.h>

#include "base/error.h"
#include "base/sink.h"
#include "base/slice.h"

/* Writes `content` to `path` through a temporary file beside it; NULL and "-" are standard output. A symbolic link stays
 * one, and what it leads to is replaced; pipes and devices are written as they are. With `private`, only the owner may
 * read it. */
bool output_write(const char *path, struct slice content, bool private, struct error *err);

/* The same in pieces, for what is too long for memory. Every output that was opened is to be closed: with `whole` it takes
 * its place, else nothing has happened. NULL when it cannot be opened. */
struct output;
struct output *output_open(const char *path, bool private, struct error *err);
bool output_put(struct output *output, struct slice piece, struct error *err);
struct sink output_sink(struct output *output);
bool output_close(struct output *output, bool whole, struct error *err);

/* Whether writing to `path` leaves the file `kept` alone; else ERR_USAGE. */
bool output_spares(const char *path, const char *kept, struct error *err);

enum format { FORMAT_MARKDOWN, FORMAT_HTML, FORMAT_JSON, FORMAT_TEXT, FORMAT_JUNIT, FORMAT_CSV, FORMAT_PROMETHEUS };

/* The format that `name` (NULL: not given) or else the ending of `path` (NULL: none) asks for; Markdown by default. */
bool output_format(const char *name, const char *path, enum format *format, struct error *err);
#endif

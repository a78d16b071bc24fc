/* SPDX-License-Identifier: MIT */
/* csv.h - probes as comma-separated values (RFC 4180), for spreadsheets and scripts.
 *
 * A spreadsheet takes a cell that begins with = + - or @ for a formula, and runs it: such a cell of others' words begins with
 * an apostrophe instead. Numbers of ours are never negative. */
#ifndef RENDER_CSV_H
#define RENDER_CSV_H

#include "base/buf.h"
#include "base/slice.h"

struct model;
struct model_evidence;

/* Appends the line of names. */
void csv_head(struct buf *out);

/* Appends the line of one probe of the run with the id `run`. Times are µs, those of layers that were not reached empty. */
void csv_probe(const char *run, const struct model_evidence *evidence, struct buf *out);

/* Appends a comparison: its line of names, and a line for each endpoint. */
void csv_comparison(const struct model *model, struct buf *out);
#endif

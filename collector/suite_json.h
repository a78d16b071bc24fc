/* SPDX-License-Identifier: MIT */
/* suite_json.h - the normalised config that a run keeps: a suite as JSON, with names in place of secrets. */
#ifndef COLLECTOR_SUITE_JSON_H
#define COLLECTOR_SUITE_JSON_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/error.h"

struct suite;

/* Appends the shown form of `suite`, always the same bytes for the same suite. */
void suite_to_json(const struct suite *suite, struct buf *out);

/* Reads what suite_to_json() wrote. `suite` is to be freed with suite_free(), also after a failure. */
bool suite_from_json(const char *json, struct suite *suite, struct error *err);
/* What an endpoint is where its document says nothing: never to be changed, since stored runs rely on it. */
struct endpoint suite_json_usual(void);
#endif

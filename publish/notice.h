/* SPDX-License-Identifier: MIT */
/* notice.h - what happened to a ticket, in a paragraph and as JSON, for trackers without comments of their own. */
#ifndef PUBLISH_NOTICE_H
#define PUBLISH_NOTICE_H

#include <jansson.h>

#include "base/buf.h"
#include "publish/tracker.h"

/* "Fixed: all 2 endpoints work since 2025-09-12 00:00 UTC (run 0192f3ab)." Our own words and the run's codes. */
void notice_change(const struct night *night, enum transition_kind change, struct buf *out);

/* The paragraph: suite, ticket, what happened. `escape` (NULL: none is needed) makes a text of the config's inert. */
void notice_words(const struct notice *notice, void (*escape)(const char *text, struct buf *out), struct buf *out);

/* The document that a command finds in its environment; the caller's to release. */
json_t *notice_json(const struct notice *notice);
#endif

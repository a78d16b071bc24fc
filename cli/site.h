/* SPDX-License-Identifier: MIT */
/* site.h - an archive of reports as static pages: one a run, one an endpoint, an index and a feed. Usable from a file://
 * path: every link is relative. */
#ifndef CLI_SITE_H
#define CLI_SITE_H

#include "base/error.h"
#include "cli/session.h"
#include "render/template.h"

/* Brings the archive in `folder` up to date with the store: a page for each run that has none yet, the pages of the
 * endpoints of the newest run, the index and the feed, each whole or not at all. Pages that are there, also of runs that
 * were pruned since, are left as they are. */
bool site_update(struct session *session, const struct arguments *arguments, const char *folder,
                 struct templates *templates, struct error *err);
#endif

/* SPDX-License-Identifier: MIT */
/* probe_share.h - a record that is kept until the end of a run, in as little memory as may be. */
#ifndef COLLECTOR_PROBE_SHARE_H
#define COLLECTOR_PROBE_SHARE_H

struct intern;
struct probe;

/* Moves all that `probe` points to into `intern`, shared with other probes that say the same, and gives its arena back.
 * probe_free() frees it, before or after `intern`. */
void probe_share(struct probe *probe, struct intern *intern);
#endif

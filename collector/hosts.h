/* SPDX-License-Identifier: MIT */
/* hosts.h - the system's hosts file (hosts(5)), read by ourselves so that it is known where an address came
 * from. */
#ifndef COLLECTOR_HOSTS_H
#define COLLECTOR_HOSTS_H

#include <stddef.h>

struct hosts; /* opaque */

/* A file that cannot be read is an empty one. */
struct hosts *hosts_read(const char *path);
void hosts_free(struct hosts *hosts);

/* The `index`-th address (an IP literal) of `name`, in the order of the file; NULL: there are not that many.
 */
const char *hosts_address(const struct hosts *hosts, const char *name, size_t index);
#endif

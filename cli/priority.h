/* SPDX-License-Identifier: MIT */
/* priority.h - a process that makes room for others. */
#ifndef CLI_PRIORITY_H
#define CLI_PRIORITY_H

#include <stdbool.h>

#include "base/error.h"

/* Takes the processor and the disk only where nobody else wants them: nice 19, and the idle class of I/O. */
bool priority_lower(struct error *err);
#endif

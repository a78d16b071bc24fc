/* SPDX-License-Identifier: MIT */
/* fence.h - Markdown line by line, knowing which lines are code. Enough for Markdown of our own making: there
 * are backtick fences only, and no foreign line can open one. */
#ifndef RENDER_FENCE_H
#define RENDER_FENCE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/slice.h"

struct fence {
    size_t run; /* backticks of the open fence; 0: none is open */
};

/* Takes the next line off `text`, its newline included; false at the end. */
bool fence_line(struct slice *text, struct slice *line);

/* Whether `line` is code or a fence's own line; to be asked for every line in turn. */
bool fence_holds(struct fence *fence, struct slice line);
#endif

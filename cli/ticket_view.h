/* SPDX-License-Identifier: MIT */
/* ticket_view.h - a recorded run, narrowed to what one ticket is about. */
#ifndef CLI_TICKET_VIEW_H
#define CLI_TICKET_VIEW_H

#include "cli/recorded.h"
#include "publish/nights.h"

/* Leaves in `recorded` the endpoints of `ticket` (all, when it names none), which count as required, and the controls, which
 * tell what works; their probes, and the findings about them. `ticket` is borrowed as long as `recorded` lives. */
void ticket_view_narrow(struct recorded *recorded, const struct ticket *ticket);

/* The run as a line under the ticket's comment, of the `model` of what is left; what it points to lives in `arena`. */
struct night ticket_view_night(const struct recorded *recorded, const struct model *model, struct arena *arena);
#endif

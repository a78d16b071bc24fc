/* SPDX-License-Identifier: MIT */
#include "cli/priority.h"

#include <errno.h>
#include <linux/ioprio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

bool priority_lower(struct error *err)
{
    enum { LOWEST = 19 };

    if (setpriority(PRIO_PROCESS, 0, LOWEST) != 0)
        return fail(err, ERR_SYSTEM, "cannot lower the priority: %s", strerror(errno));
    /* glibc has no name for it. */
    if (syscall(SYS_ioprio_set, IOPRIO_WHO_PROCESS, 0, IOPRIO_PRIO_VALUE(IOPRIO_CLASS_IDLE, 0)) != 0)
        return fail(err, ERR_SYSTEM, "cannot lower the priority of reading and writing: %s", strerror(errno));
    return true;
}

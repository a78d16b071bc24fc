/* SPDX-License-Identifier: MIT */
#include "base/syslog_line.h"

#include <stdbool.h>
#include <syslog.h>

void syslog_line(int severity, const char *words)
{
    static bool opened;

    if (!opened)
        openlog("endoscope", LOG_PID, LOG_DAEMON);
    opened = true;
    syslog(severity, "%s", words);
}

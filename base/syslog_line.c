/* SPDX-License-Identifier: MIT */
#include "base/syslog_line.h"

#include <syslog.h>

void syslog_line(int severity, const char *line)
{
    openlog("endoscope", LOG_PID, LOG_DAEMON); /* of its calls only the last one counts */
    syslog(severity, "%s", line);
}

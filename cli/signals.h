/* SPDX-License-Identifier: MIT */
/* signals.h - SIGINT and SIGTERM ask the run to end; what it recorded is kept, and it reads as interrupted. */
#ifndef CLI_SIGNALS_H
#define CLI_SIGNALS_H

#include <signal.h>

/* Non-zero once one came: its number. A second one ends the process at once. */
extern volatile sig_atomic_t signal_caught;

/* SIGPIPE and SIGXFSZ are ignored: a reader that left, and a file at its limit, are failed writes, with a message. */
void signals_install(void);

static inline int signals_caught(void)
{
    return (int)signal_caught;
}
#endif

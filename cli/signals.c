/* SPDX-License-Identifier: MIT */
#include "cli/signals.h"

#include <stddef.h>

volatile sig_atomic_t signal_caught;

static void catch (int number)
{
    signal_caught = number;
}

void signals_install(void)
{
    /* SA_RESETHAND: the second Ctrl-C does what it always does. */
    struct sigaction end = {.sa_handler = catch, .sa_flags = (int)SA_RESETHAND};
    struct sigaction ignore = {.sa_handler = SIG_IGN};

    sigemptyset(&end.sa_mask);
    sigemptyset(&ignore.sa_mask);
    sigaction(SIGINT, &end, NULL);
    sigaction(SIGTERM, &end, NULL);
    sigaction(SIGPIPE, &ignore, NULL);
    sigaction(SIGXFSZ, &ignore, NULL);
}

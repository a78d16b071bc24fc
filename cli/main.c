/* SPDX-License-Identifier: MIT */
/* main.c - the one place that exits, prints an error, and turns it into a status. */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/log.h"
#include "cli/options.h"
#include "cli/signals.h"
#include "collector/worker_process.h"

/* Secrets are in our memory: no core file, and no other process of the same user may read it. */
static void keep_memory_private(void)
{
    const struct rlimit none = {0, 0};

    if (setrlimit(RLIMIT_CORE, &none) != 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
        log_line(LOG_WARNING, "cannot forbid core files: a crash could write secrets to disk");
}

static enum exit_status status_of(const struct error *err)
{
    switch (err->code) {
    case ERR_USAGE:
    case ERR_CONFIG:
    case ERR_TEMPLATE:
    case ERR_NOT_FOUND:
        return EXIT_WRONG;
    default:
        return EXIT_UNFINISHED;
    }
}

static enum exit_status complain(const struct error *err)
{
    /* A verb that has already printed its problems, a line each, leaves the text empty. */
    if (err->text[0])
        log_line(LOG_ERROR, "%s", err->text);
    return status_of(err);
}

static enum exit_status perform(const struct arguments *arguments, struct error *err)
{
    enum exit_status status = EXIT_WELL;

    if (arguments->version)
        printf("endoscope %s\n", ENDOSCOPE_VERSION);
    else if (arguments->help)
        help_print(arguments->verb);
    else if (!arguments->verb->run(arguments, &status, err))
        return complain(err);
    return status;
}

/* glibc raises its thresholds when a large block is freed: the config's tree, gone before the first probe, would have all
 * that grows later grow inside the heap, which is given back only at its end. Fixed ones keep large blocks apart. */
static void keep_memory_small(void)
{
    enum { THRESHOLD = 128 * 1024 };

    mallopt(M_MMAP_THRESHOLD, THRESHOLD);
    mallopt(M_TRIM_THRESHOLD, THRESHOLD);
}

int main(int argc, char **argv)
{
    struct arguments arguments;
    struct error err = {0};
    enum exit_status status;

    if (worker_is_asked_for(argc, argv))
        _exit(worker_process(argv[2]));
    keep_memory_private();
    keep_memory_small();
    signals_install();
    status = arguments_parse(argc, argv, &arguments, &err) ? perform(&arguments, &err) : complain(&err);
    arguments_free(&arguments);
    if (fflush(stdout) != 0 || ferror(stdout)) {
        log_line(LOG_ERROR, "cannot write to standard output: is the disk full, or the reader gone?");
        status = EXIT_UNFINISHED;
    }
    return signals_caught() ? 128 + signals_caught() : (int)status;
}

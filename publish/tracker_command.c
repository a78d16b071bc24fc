/* SPDX-License-Identifier: MIT */
/* tracker_command.c - any other tracker: a command gets the report on its standard input, JSON about it in
 * ENDOSCOPE_PUBLICATION, and the token, where there is one, in ENDOSCOPE_TOKEN. Status 0: done; 75 (EX_TEMPFAIL): try
 * again another night; any other: refused. */
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "collector/suite.h"
#include "publish/notice.h"
#include "publish/process.h"
#include "publish/tracker.h"

enum { OUTPUT_MOST = 1024 * 1024, COMMAND_US = 120 * 1000 * 1000 };

static void print_dry(const struct tracker *tracker, const struct notice *notice, const char *about)
{
    fprintf(tracker->dry, "run: %s\nENDOSCOPE_PUBLICATION=%s\n", tracker->settings->command, about);
    if (tracker->token_shown)
        fprintf(tracker->dry, "ENDOSCOPE_TOKEN=%s\n", tracker->token_shown);
    fprintf(tracker->dry, "standard input:\n\n%.*s\n\n", (int)notice->report.len, notice->report.data);
}

static bool run(struct tracker *tracker, const struct notice *notice, const char *about, struct error *err)
{
    struct arena *arena = &tracker->arena;
    const char *environment[] = {arena_printf(arena, "ENDOSCOPE_PUBLICATION=%s", about),
                                 tracker->token ? arena_printf(arena, "ENDOSCOPE_TOKEN=%s", tracker->token) : NULL,
                                 NULL};
    int64_t left = mono_between(mono_now(), tracker->deadline);
    struct process process = {.command = tracker->settings->command,
                              .input = notice->report,
                              .environment = environment,
                              .timeout_us = left < COMMAND_US ? left : COMMAND_US,
                              .output_most = OUTPUT_MOST};
    struct buf out = BUF_INIT;
    bool ok = process_run(&process, &out, err);

    buf_free(&out);
    tracker->trouble = TROUBLE_LATER;
    if (!ok || process.status == 0)
        return ok;
    if (process.status != EX_TEMPFAIL)
        tracker->trouble = TROUBLE_REFUSED;
    return fail(err, ERR_SYSTEM, "the command `%s` ended with status %d", tracker->settings->command, process.status);
}

static bool send(struct tracker *tracker, const struct notice *notice, struct error *err)
{
    json_t *json = notice_json(notice);
    char *about = json_dumps(json, JSON_COMPACT);
    bool ok = about != NULL;

    if (!about)
        fail(err, ERR_SYSTEM, "a text of the config is no UTF-8");
    else if (tracker->dry)
        print_dry(tracker, notice, about);
    else
        ok = run(tracker, notice, about, err);
    free(about);
    json_decref(json);
    return ok;
}

const struct tracker_ops tracker_command = {
    .kind = "command", .flavor = "github", .body_most = SIZE_MAX, .send = send};

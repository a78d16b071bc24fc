/* SPDX-License-Identifier: MIT */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "cli/publication.h"
#include "cli/verbs.h"

static const int64_t usual_time_us = 600 * INT64_C(1000000);

static void print_json(const struct publication_report *report)
{
    json_t *list = json_array();
    json_t *root;
    char *text;

    for (size_t i = 0; i < report->count; i++) {
        const struct publication_line *line = &report->list[i];

        json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:i, s:s?, s:s?}", "ticket", line->ticket, "tracker",
                                              line->tracker, "result", line->result, "comments", (int)line->comments,
                                              "trouble", line->trouble, "note", line->note));
    }
    root = json_pack("{s:s, s:b, s:o}", "schema", "endoscope-publish/1", "offline", report->offline, "tickets", list);
    text = json_dumps(root, JSON_INDENT(2));
    json_decref(root);
    if (text)
        printf("%s\n", text);
    free(text);
}

static void print_report(const struct publication_report *report, const struct arguments *arguments)
{
    publication_log(report);
    for (size_t i = 0; i < report->count; i++) {
        const struct publication_line *line = &report->list[i];

        if (!line->trouble && !arguments->json && !arguments->quiet && !arguments->dry_run)
            printf("ticket %s on %s: %s%s\n", line->ticket, line->tracker, line->result,
                   line->comments ? ", with a comment on what happened" : "");
    }
    if (report->offline)
        log_line(LOG_NOTE, "our own network was down in this run: nothing is published");
    if (arguments->json && !arguments->dry_run)
        print_json(report);
}

bool verb_publish(const struct arguments *arguments, enum exit_status *status, struct error *err)
{
    struct session session = {0};
    struct publication_report report = {0};
    struct publication_order order = {
        .templates = arguments->templates, .dry = arguments->dry_run, .deadline = mono_now()};
    bool ok = session_load(&session, arguments, VARIABLES_ALL, err)
              && session_open_store(&session, arguments, STORE_READ, err);

    order.deadline.us += arguments->max_time_us ? arguments->max_time_us : usual_time_us;
    if (ok) {
        const struct selection selection = session_selection(&session, arguments, NULL);
        const char *which = arguments->words.count ? arguments->words.list[0] : "latest";

        ok = select_run(session.store, which, &selection, &order.run, err)
             && publication_make(&session, &order, &report, err);
    }
    if (ok && !report.count && !report.offline)
        ok = fail(err, ERR_CONFIG, "the config has no ticket with a tracker: there is nothing to publish");
    print_report(&report, arguments);
    if (ok && report.troubled)
        *status = EXIT_UNFINISHED;
    publication_report_free(&report);
    session_close(&session);
    return ok;
}

/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/log.h"
#include "cli/conduct.h"
#include "cli/present.h"
#include "cli/recorded.h"
#include "cli/session.h"
#include "cli/table.h"
#include "cli/verbs.h"
#include "render/flavor.h"
#include "render/json.h"
#include "render/markdown.h"
#include "render/wrap.h"

/* What the command line says goes before what the config says. */
static void apply(const struct arguments *arguments, struct suite *suite)
{
    if (arguments->vantage)
        suite->vantage = arguments->vantage;
    if (arguments->concurrency)
        suite->concurrency = (unsigned)arguments->concurrency;
    if (arguments->max_time_us)
        suite->max_time_us = arguments->max_time_us;
    if (arguments->no_experiments)
        suite->experiments = false;
    if (arguments->attempts) {
        struct endpoint *endpoints = arena_new(&suite->arena, suite->endpoint_count, sizeof *endpoints);

        memcpy(endpoints, suite->endpoints, suite->endpoint_count * sizeof *endpoints);
        for (size_t i = 0; i < suite->endpoint_count; i++)
            endpoints[i].attempts = (unsigned)arguments->attempts;
        suite->endpoints = endpoints;
    }
}

static bool print_result(const struct arguments *arguments, struct session *session, const struct recorded *recorded,
                         const struct model *model, struct templates *templates, struct error *err)
{
    struct flavor flavor = flavor_plain;
    struct buf out = BUF_INIT, words = BUF_INIT;
    bool ok;

    flavor.offset_s = recorded->run.offset_s;
    if (arguments->json) {
        ok = json_write(&model_shape, model, templates, flavor.offset_s, &out, err) && buf_putc(&out, '\n');
    } else {
        table_endpoints(model, table_colour(), table_columns(), &out);
        buf_putc(&out, '\n');
        ok = report_markdown(templates, "run.txt", &model_shape, model, &flavor, &words, err);
        wrap_text(buf_slice(&words), table_columns(), &out);
        if (model->findings.count)
            buf_printf(&out, "The report: endoscope report%s %s\n", session_options(session, arguments),
                       recorded->short_id);
    }
    ok = ok && output_write(NULL, buf_slice(&out), false, err);
    buf_free(&words);
    buf_free(&out);
    return ok;
}

/* Prints what the store has of the run, and turns it into a status. */
static bool conclude(const struct arguments *arguments, struct session *session, const struct recorded *recorded,
                     struct templates *templates, enum exit_status *status, struct error *err)
{
    struct arena arena = ARENA_INIT;
    const struct model *model =
        model_of_run(&recorded->run, recorded->short_id, &recorded->records, &recorded->findings, &arena);
    bool ok = arguments->quiet || print_result(arguments, session, recorded, model, templates, err);

    if (model_fails(model))
        *status = EXIT_FAILS;
    arena_free(&arena);
    return ok;
}

/* A run that did not come to its end says so, whatever it found. */
static void admit(enum conducted how, enum exit_status *status)
{
    switch (how) {
    case CONDUCTED_WHOLE:
        return;
    case CONDUCTED_STOPPED:
        log_line(LOG_WARNING, "the run was stopped; what was probed is kept, and it reads as interrupted");
        break;
    case CONDUCTED_DEADLINE:
        log_line(LOG_ERROR, "the run reached its deadline; what was probed is kept, and it reads as interrupted");
        break;
    case CONDUCTED_OFFLINE:
        log_line(LOG_ERROR, "no server was reached anywhere: this looks like our own network, not like theirs "
                            "(collector-offline)");
        break;
    }
    *status = EXIT_UNFINISHED;
}

bool verb_run(const struct arguments *arguments, enum exit_status *status, struct error *err)
{
    struct session session = {0};
    struct recorded recorded = {0};
    enum conducted how = CONDUCTED_WHOLE;
    /* Opened first: a run must not be lost on words. */
    struct templates *templates = present_templates(arguments->templates, err);
    bool ok = templates && session_load(&session, arguments, VARIABLES_REQUIRED, err)
              && session_open_store(&session, arguments, STORE_CREATE, err);

    if (arguments->quiet)
        log_limit(LOG_WARNING);
    if (ok) {
        apply(arguments, &session.suite);
        ok = conduct_run(&session, arguments, &recorded, &how, err)
             && conclude(arguments, &session, &recorded, templates, status, err);
    }
    if (ok)
        admit(how, status);
    recorded_free(&recorded);
    templates_free(templates);
    session_close(&session);
    return ok;
}

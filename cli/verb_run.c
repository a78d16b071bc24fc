/* SPDX-License-Identifier: MIT */
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

bool verb_run(const struct arguments *arguments, enum exit_status *status, struct error *err)
{
    struct session session = {0};
    struct recorded recorded = {.brief = true};
    enum conducted how = CONDUCTED_WHOLE;
    /* Opened first: a run must not be lost on words. */
    struct templates *templates = present_templates(arguments->templates, err);
    bool ok = templates && session_load(&session, arguments, VARIABLES_REQUIRED, err)
              && session_open_store(&session, arguments, STORE_CREATE, err);

    if (arguments->quiet)
        log_limit(LOG_WARNING);
    if (ok) {
        conduct_apply(arguments, &session.suite);
        ok = conduct_run(&session, arguments, &recorded, &how, err)
             && conclude(arguments, &session, &recorded, templates, status, err);
    }
    if (ok)
        conduct_admit(how, status);
    recorded_free(&recorded);
    templates_free(templates);
    session_close(&session);
    return ok;
}

/* SPDX-License-Identifier: MIT */
#include "cli/past.h"
#include "cli/present.h"
#include "cli/recorded.h"
#include "cli/session.h"
#include "cli/site.h"
#include "cli/verbs.h"

/* Markdown as it is made: that on 100,000 endpoints would take more memory than all that it is made of. */
static bool stream_report(const char *path, const struct model *model, struct templates *templates, int32_t offset_s,
                          struct error *err)
{
    struct output *output = output_open(path, false, err);

    return output && output_close(output, present_stream(model, templates, offset_s, output_sink(output), err), err);
}

static bool write_report(const struct arguments *arguments, const struct recorded *recorded, const struct past *past,
                         enum format format, const struct flavor *flavor, struct error *err)
{
    struct arena arena = ARENA_INIT;
    struct buf out = BUF_INIT;
    struct templates *templates = present_templates(arguments->templates, err);
    const struct model *model = model_of_run_since(&recorded->run, recorded->short_id, &recorded->records,
                                                   &recorded->findings, past->earlier, &arena);
    bool ok = templates != NULL;

    if (ok && format == FORMAT_MARKDOWN && !flavor) {
        ok = stream_report(arguments->output, model, templates, recorded->run.offset_s, err);
        goto out;
    }
    if (ok && format == FORMAT_CSV)
        present_probes(model->run->id, &recorded->records, &recorded->findings, &out);
    else
        ok = ok && present_ticket(model, format, flavor, templates, recorded->run.offset_s, &out, err);
    ok = ok && output_write(arguments->output, buf_slice(&out), false, err);
out:
    templates_free(templates);
    buf_free(&out);
    arena_free(&arena);
    return ok;
}

/* Whether a required endpoint of the run fails, or is unsteady beyond what it may be. */
static bool fails(const struct recorded *recorded)
{
    struct arena arena = ARENA_INIT;
    const struct model *model =
        model_of_run(&recorded->run, recorded->short_id, &recorded->records, &recorded->findings, &arena);
    bool failing = model_fails(model);

    arena_free(&arena);
    return failing;
}

static bool keep_site(const struct arguments *arguments, struct error *err)
{
    struct session session = {0};
    struct templates *templates = present_templates(arguments->templates, err);
    bool ok = templates && session_open_store(&session, arguments, STORE_READ, err)
              && site_update(&session, arguments, arguments->site, templates, err);

    templates_free(templates);
    session_close(&session);
    return ok;
}

bool verb_report(const struct arguments *arguments, enum exit_status *status, struct error *err)
{
    struct session session = {0};
    struct recorded recorded = {0};
    struct past past = {.list = NULL};
    struct uuid id;
    const struct flavor *flavor = NULL;
    enum format format = FORMAT_MARKDOWN;
    bool ok;

    if (arguments->site) {
        if (arguments->words.count || arguments->output || arguments->format || arguments->json)
            return fail(err, ERR_USAGE, "--site keeps pages of all runs: it goes with no run, format or --output");
        return keep_site(arguments, err);
    }
    ok = present_formats(arguments->flavor, arguments->format, arguments->json, arguments->output, &format, &flavor,
                         err)
         && session_open_store(&session, arguments, STORE_READ, err)
         && output_spares(arguments->output, session.store_path, err);

    recorded.brief = format != FORMAT_CSV; /* whose rows are all probes */
    if (ok) {
        const struct selection selection = session_selection(&session, arguments, NULL);
        const char *which = arguments->words.count ? arguments->words.list[0] : "latest";

        ok = select_run(session.store, which, &selection, &id, err)
             && recorded_load(&recorded, session.store, &id, arguments->rediagnose, err)
             && past_load(&past, session.store, &recorded, err)
             && write_report(arguments, &recorded, &past, format, flavor, err);
    }
    if (ok && arguments->fail && fails(&recorded))
        *status = EXIT_FAILS;
    past_free(&past);
    recorded_free(&recorded);
    session_close(&session);
    return ok;
}

/* SPDX-License-Identifier: MIT */
#include "cli/present.h"
#include "cli/recorded.h"
#include "cli/session.h"
#include "cli/verbs.h"
#include "diagnosis/compare.h"

static bool is_required(const struct model *model, struct slice endpoint)
{
    const struct model_endpoint *endpoints = model->endpoints.items;

    for (size_t i = 0; i < model->endpoints.count; i++)
        if (slice_equals(endpoints[i].name, endpoint))
            return endpoints[i].role == ROLE_REQUIRED;
    return false;
}

/* Controls are compared, too, but nobody depends on them. */
static bool required_regressed(const struct model *model)
{
    const struct model_transition *transitions = model->comparison->transitions.items;

    for (size_t i = 0; i < model->comparison->transitions.count; i++)
        if (transitions[i].transition == TRANSITION_REGRESSED && is_required(model, transitions[i].endpoint))
            return true;
    return false;
}

static bool write_comparison(const struct arguments *arguments, const struct recorded *before,
                             const struct recorded *after, enum format format, const struct flavor *flavor,
                             enum exit_status *status, struct error *err)
{
    struct arena arena = ARENA_INIT;
    struct buf out = BUF_INIT;
    struct templates *templates = present_templates(arguments->templates, err);
    struct model_side sides[2] = {recorded_side(before), recorded_side(after)};
    const struct model *model = model_of_comparison(&sides[0], &sides[1], &arena);
    bool ok = templates && present_ticket(model, format, flavor, templates, after->run.offset_s, &out, err)
              && output_write(arguments->output, buf_slice(&out), false, err);

    if (ok && required_regressed(model))
        *status = EXIT_FAILS;
    templates_free(templates);
    buf_free(&out);
    arena_free(&arena);
    return ok;
}

/* `previous` is the run before AFTER, so AFTER is looked for first. */
static bool select_both(struct session *session, const struct arguments *arguments, struct uuid *before,
                        struct uuid *after, struct error *err)
{
    const struct selection last = session_selection(session, arguments, NULL);
    const struct selection earlier = session_selection(session, arguments, after);
    const char *after_word = arguments->words.count > 1 ? arguments->words.list[1] : "latest";

    return select_run(session->store, after_word, &last, after, err)
           && select_run(session->store, arguments->words.list[0], &earlier, before, err);
}

bool verb_compare(const struct arguments *arguments, enum exit_status *status, struct error *err)
{
    struct session session = {0};
    struct recorded before = {0}, after = {0};
    struct uuid before_id, after_id;
    const struct flavor *flavor = NULL;
    enum format format;
    bool ok = present_formats(arguments->flavor, arguments->format, arguments->json, arguments->output, &format,
                              &flavor, err)
              && session_open_store(&session, arguments, STORE_READ, err)
              && output_spares(arguments->output, session.store_path, err)
              && select_both(&session, arguments, &before_id, &after_id, err)
              && recorded_load(&before, session.store, &before_id, arguments->rediagnose, err)
              && recorded_load(&after, session.store, &after_id, arguments->rediagnose, err)
              && write_comparison(arguments, &before, &after, format, flavor, status, err);

    recorded_free(&before);
    recorded_free(&after);
    session_close(&session);
    return ok;
}

/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "cli/compare_windows.h"
#include "cli/nights.h"
#include "cli/present.h"
#include "cli/recorded.h"
#include "cli/session.h"
#include "cli/threshold.h"
#include "cli/verbs.h"
#include "diagnosis/answer.h"
#include "diagnosis/compare.h"
#include "diagnosis/model_latency.h"

static bool is_required(const struct suite *suite, struct slice endpoint)
{
    for (size_t i = 0; i < suite->endpoint_count; i++)
        if (slice_equals(slice_of(suite->endpoints[i].name), endpoint))
            return suite->endpoints[i].role == ROLE_REQUIRED;
    return false;
}

/* Also where it is called flapping, since it did so before: it passed, and fails. */
static bool regressed(const struct model_transition *transition)
{
    return transition->transition == TRANSITION_REGRESSED
           || (transition->transition == TRANSITION_FLAPPING && transition->before && transition->after
               && transition->before->verdict == VERDICT_PASSES && transition->after->verdict == VERDICT_FAILS);
}

/* Controls are compared, too, but nobody depends on them. */
static bool required_regressed(const struct model *model, const struct suite *suite)
{
    const struct model_transition *transitions = model->comparison->transitions.items;

    for (size_t i = 0; i < model->comparison->transitions.count; i++)
        if (regressed(&transitions[i]) && is_required(suite, transitions[i].endpoint))
            return true;
    return false;
}

static bool write_comparison(const struct arguments *arguments, const struct recorded *before,
                             const struct recorded *after, const struct along *along, enum format format,
                             const struct flavor *flavor, enum exit_status *status, struct error *err)
{
    struct arena arena = ARENA_INIT;
    struct buf out = BUF_INIT;
    struct templates *templates = present_templates(arguments->templates, err);
    struct model_side sides[2] = {recorded_side(before), recorded_side(after)};
    const struct model *model = model_of_comparison_along(&sides[0], &sides[1], along, &arena);
    bool ok = templates && present_ticket(model, format, flavor, templates, after->run.offset_s, &out, err)
              && output_write(arguments->output, buf_slice(&out), false, err);

    if (ok && required_regressed(model, &after->suite))
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

/* The nights that the two runs stand in: those before AFTER. Where BEFORE is the last of them, latency is told by nights. */
static bool load_along(struct nights *nights, struct along *along, struct store *store, const struct recorded *before,
                       const struct recorded *after, struct error *err)
{
    const struct nights_wanted wanted = {.filter = nights_like(&after->run),
                                         .before = &after->run,
                                         .config_digest = after->run.config_digest,
                                         .most = NIGHTS_MOST,
                                         .medians = true};
    const struct series *series = &nights->series;

    if (!nights_load(nights, store, &after->suite, &wanted, err))
        return false;
    along->nights = series;
    along->nightly = after->run.whole && series->count >= NIGHTS_FEWEST
                     && memcmp(&series->nights[series->count - 1].id, &before->run.id, sizeof before->run.id) == 0;
    return true;
}

static bool compare_runs(struct session *session, const struct arguments *arguments,
                         struct latency_threshold threshold, enum format format, const struct flavor *flavor,
                         enum exit_status *status, struct error *err)
{
    struct recorded after = {0}, before = {.like = &after};
    struct nights nights = {.series = {.suite = NULL}};
    struct along along = {.threshold = threshold};
    struct uuid before_id, after_id;
    bool ok = select_both(session, arguments, &before_id, &after_id, err)
              && recorded_load(&after, session->store, &after_id, arguments->rediagnose, err)
              && recorded_load(&before, session->store, &before_id, arguments->rediagnose, err)
              && load_along(&nights, &along, session->store, &before, &after, err)
              && write_comparison(arguments, &before, &after, &along, format, flavor, status, err);

    nights_free(&nights);
    recorded_free(&before);
    recorded_free(&after);
    return ok;
}

bool verb_compare(const struct arguments *arguments, enum exit_status *status, struct error *err)
{
    const struct texts *words = &arguments->words;
    struct session session = {0};
    struct latency_threshold threshold;
    const struct flavor *flavor = NULL;
    enum format format;
    bool ok = threshold_parse(&arguments->thresholds, &threshold, err)
              && present_formats(arguments->flavor, arguments->format, arguments->json, arguments->output, &format,
                                 &flavor, err)
              && session_open_store(&session, arguments, STORE_READ, err)
              && output_spares(arguments->output, session.store_path, err);

    if (ok && flavor && window_is_meant(words->list[words->count - 1]))
        ok = fail(err, ERR_USAGE, "--flavor is for a comparison of two runs, not of windows");
    else if (ok && window_is_meant(words->list[words->count - 1]))
        ok = compare_windows(&session, arguments, threshold, format, status, err);
    else if (ok)
        ok = compare_runs(&session, arguments, threshold, format, flavor, status, err);
    session_close(&session);
    return ok;
}

/* SPDX-License-Identifier: MIT */
#include "cli/night.h"

#include <string.h>

#include "base/log.h"
#include "cli/night_news.h"
#include "cli/nights.h"
#include "cli/present.h"
#include "diagnosis/compare.h"
#include "diagnosis/model_latency.h"

struct work {
    struct night_made *night;
    const struct night_order *order;
    const struct recorded *recorded;
    struct nights nights; /* before this one */
};

static void trouble(struct work *work, const struct error *err)
{
    log_line(LOG_ERROR, "%s", err->text);
    work->night->troubles++;
}

/* The run of `word` before this one; false when there is none. */
static bool find_before(struct work *work, const char *word, struct uuid *id)
{
    const struct suite *suite = &work->order->session->suite;
    const struct selection earlier = {
        .filter = {.suite = suite->name, .environment = suite->environment, .vantage = suite->vantage},
        .before = &work->recorded->run.id};
    struct error err = {0};

    if (select_run(work->order->session->store, word, &earlier, id, &err))
        return true;
    if (err.code != ERR_NOT_FOUND)
        trouble(work, &err);
    return false;
}

/* The last night that was finished, else the run before: what somebody ran by hand in between takes nothing away from what
 * the night has to tell. */
static bool find_last_night(struct work *work, struct uuid *id)
{
    const struct night_state *state = work->order->state;
    struct arena arena = ARENA_INIT;
    struct run run;
    bool known = state->finished && store_get_run(work->order->session->store, &state->last, &arena, &run, NULL);

    arena_free(&arena);
    if (!known)
        return find_before(work, "previous", id);
    *id = state->last;
    return true;
}

static json_t *summary_of(const struct model_comparison *comparison)
{
    const struct model_transition *transitions = comparison->transitions.items;
    const struct model_finding_change *findings = comparison->findings.items;
    json_t *moved = json_array(), *changed = json_array();

    for (size_t i = 0; i < comparison->transitions.count; i++)
        json_array_append_new(moved, json_pack("{s:s%, s:s}", "endpoint", transitions[i].endpoint.data,
                                               transitions[i].endpoint.len, "transition",
                                               transition_words[transitions[i].transition]));
    for (size_t i = 0; i < comparison->findings.count; i++)
        json_array_append_new(changed, json_pack("{s:s, s:s}", "code", findings[i].code, "change",
                                                 finding_change_words[findings[i].change]));
    return json_pack("{s:s, s:o, s:o}", "verdict", comparison_words[comparison->verdict], "transitions", moved,
                     "findings", changed);
}

/* Where the run before is the last of the nights, latency is told by nights. */
static struct along along_of(const struct work *work, const struct uuid *before)
{
    const struct series *series = &work->nights.series;
    struct along along = along_nothing;

    along.nights = series;
    along.nightly =
        series->count >= NIGHTS_FEWEST && memcmp(&series->nights[series->count - 1].id, before, sizeof *before) == 0;
    return along;
}

/* Compares with the run `id`, and writes that under `name`. With `tell`, it is what the night tells from. */
static void compare_with(struct work *work, const struct uuid *id, const char *name, bool tell)
{
    const struct night_order *order = work->order;
    const struct recorded *after = work->recorded;
    struct night_made *night = work->night;
    struct recorded before = {0};
    struct arena arena = ARENA_INIT;
    struct error err = {0};

    if (recorded_load(&before, order->session->store, id, false, &err)) {
        const struct model_side sides[2] = {recorded_side(&before), recorded_side(after)};
        const struct along along = along_of(work, id);
        const struct model *model = model_of_comparison_along(&sides[0], &sides[1], &along, &arena);

        if (tell) {
            night->compared = true;
            night->happened = night_news(model, &after->suite, &night->news);
            night->comparison = summary_of(model->comparison);
        }
        if (night->files.folder
            && !night_files_put(&night->files, name, model, order->templates, after->run.offset_s, &err))
            trouble(work, &err);
    } else {
        trouble(work, &err);
    }
    recorded_free(&before);
    arena_free(&arena);
}

static void compare_all(struct work *work)
{
    const struct nights_wanted wanted = {.filter = nights_like(&work->recorded->run),
                                         .before = &work->recorded->run,
                                         .most = NIGHTS_MOST,
                                         .medians = true};
    struct error err = {0};
    struct uuid id;

    if (!nights_load(&work->nights, work->order->session->store, &work->recorded->suite, &wanted, &err))
        trouble(work, &err);
    if (find_last_night(work, &id))
        compare_with(work, &id, "since-last-night", true);
    if (find_before(work, "last-good", &id))
        compare_with(work, &id, "since-last-good", false);
    nights_free(&work->nights);
}

static void write_report(struct work *work, const struct model *model)
{
    const struct night_order *order = work->order;
    struct night_made *night = work->night;
    int32_t offset = work->recorded->run.offset_s;
    struct error err = {0};

    if (!present_model(model, FORMAT_TEXT, order->templates, offset, &night->text, &err))
        trouble(work, &err);
    if (!night_files_open(&night->files, order->reports, &work->recorded->run, &night->arena, &err)) {
        night->files.folder = NULL;
        trouble(work, &err);
    } else if (!night_files_put(&night->files, "report", model, order->templates, offset, &err)) {
        trouble(work, &err);
    }
}

void night_make(struct night_made *night, const struct night_order *order, const struct recorded *recorded)
{
    struct work work = {.night = night, .order = order, .recorded = recorded};
    struct arena arena = ARENA_INIT;
    const struct model *model =
        model_of_run(&recorded->run, recorded->short_id, &recorded->records, &recorded->findings, &arena);
    struct error err = {0};

    *night = (struct night_made){.arena = ARENA_INIT, .news = BUF_INIT, .text = BUF_INIT};
    night->fails = model_fails(model);
    write_report(&work, model);
    if (order->whole) {
        compare_all(&work);
        if (!night->compared)
            night->happened = night_news_of_first(model, &night->news);
        if (night->files.folder && !night->troubles && !night_files_link(&night->files, &err))
            trouble(&work, &err);
    }
    arena_free(&arena);
}

void night_free(struct night_made *night)
{
    json_decref(night->comparison);
    buf_free(&night->news);
    buf_free(&night->text);
    arena_free(&night->arena);
}

/* SPDX-License-Identifier: MIT */
/* The report on one run, put together from its parts. */
#include "diagnosis/model.h"

#include <jansson.h>

#include "base/digest.h"
#include "diagnosis/model_latency.h"
#include "diagnosis/model_maker.h"
#include "diagnosis/model_since.h"

enum { CONFIG_DIGITS = 8 };

struct list maker_labels(const char *json, struct arena *arena)
{
    struct grown rows = {0};
    json_t *labels = json ? json_loads(json, 0, NULL) : NULL, *value;
    const char *name;

    json_object_foreach(labels, name, value)
    {
        struct model_label *row = grown_add(&rows, sizeof *row, arena);

        row->name = slice_of(arena_text(arena, name));
        row->value = slice_of(arena_text(arena, json_string_value(value)));
    }
    json_decref(labels);
    return grown_list(&rows);
}

static const char *digest_start(const struct run *run, struct arena *arena)
{
    char text[DIGEST_TEXT];
    const char *config = run->config;
    struct digest digest = digest_of(slice_of(config));

    if (!config && run->config_digest)
        return arena_text_of(arena, run->config_digest, CONFIG_DIGITS);
    return config ? arena_text_of(arena, digest_text(&digest, text), CONFIG_DIGITS) : NULL;
}

static const struct model_run *run_of(const struct model_side *side, struct arena *arena)
{
    const struct run *run = side->run;
    struct model_run *row = arena_new(arena, 1, sizeof *row);
    char id[UUID_TEXT];

    *row = (struct model_run){
        .id = arena_text(arena, uuid_text(&run->id, id)),
        .short_id = side->short_id,
        .started = run->started,
        .ended = run->ended,
        .duration = run->ended.us > 0 ? run->ended.us - run->started.us : NOT_MEASURED,
        .state = (int)run->state,
        .vantage = slice_of(run->vantage),
        .labels = maker_labels(run->labels, arena),
        .tool = run->tool,
        .rules = side->findings->rules,
        .planned = run->planned,
        .probes = answers_probe_count(side->records),
        .config = digest_start(run, arena),
        .diagnosed_anew = !run->findings || run->rules != side->findings->rules,
    };
    row->attempts = row->probes - side->records->count; /* those in brief */
    for (size_t i = 0; i < side->records->count; i++)
        row->attempts += side->records->probes[i]->question == QUESTION_NONE;
    row->experiments = row->probes - row->attempts;
    return row;
}

static struct list tickets_of(const struct suite *suite, struct arena *arena)
{
    struct grown rows = {0};

    for (size_t i = 0; i < suite->ticket_count; i++) {
        const struct ticket *ticket = &suite->tickets[i];
        struct model_ticket *row = grown_add(&rows, sizeof *row, arena);
        struct grown names = {0};

        for (size_t k = 0; k < ticket->endpoint_count; k++)
            grown_name(&names, slice_of(ticket->endpoints[k]), arena);
        *row = (struct model_ticket){slice_of(ticket->id), slice_of(ticket->title), slice_of(ticket->impact),
                                     slice_of(ticket->owner), grown_list(&names)};
    }
    return grown_list(&rows);
}

const struct model_suite *maker_suite(const struct suite *suite, struct arena *arena)
{
    struct model_suite *row = arena_new(arena, 1, sizeof *row);

    *row = (struct model_suite){slice_of(suite->name), slice_of(suite->environment), slice_of(suite->source.owner)};
    return row;
}

static struct maker maker_of(const struct model_side *side, const char *cite_run, struct arena *arena)
{
    return maker_make(side->records, side->findings, cite_run, side->run->started, arena);
}

static struct model *make(const struct model_side *side, const struct maker *maker, bool compared)
{
    struct model *model = arena_new(maker->arena, 1, sizeof *model);

    *model = (struct model){
        .schema = "endoscope-report/1",
        .suite = maker_suite(side->records->suite, maker->arena),
        .run = run_of(side, maker->arena),
        .tickets = tickets_of(side->records->suite, maker->arena),
        .findings = maker_findings(maker),
        .endpoints = maker_endpoints(maker),
        .certificates = maker_certificates(maker),
        .shown = maker_shown(maker),
        .experiments = maker_experiments(maker),
    };
    model->changes = maker_changes(maker, &model->findings);
    model->summary = maker_summary(maker, side->run->state == RUN_COMPLETE);
    model->layers = maker_layers(maker);
    model->owners = maker_owners(maker, &model->findings, compared);
    model->patterns = maker_patterns(maker, &model->patterns_left);
    model->evidence = maker_evidence(maker, &model->experiments, &model->evidence_left);
    return model;
}

const struct model *model_of_run(const struct run *run, const char *short_id, const struct records *records,
                                 const struct findings *findings, struct arena *arena)
{
    return model_of_run_since(run, short_id, records, findings, NULL, arena);
}

const struct model *model_of_run_since(const struct run *run, const char *short_id, const struct records *records,
                                       const struct findings *findings, const struct earlier *earlier,
                                       struct arena *arena)
{
    const struct model_side side = {run, short_id, records, findings};
    struct maker maker = maker_of(&side, NULL, arena);
    struct model *model = make(&side, &maker, false);

    if (!earlier)
        return model;
    model->history = maker_history(&maker, earlier->list, earlier->count);
    model->nights = maker_nights(&maker, &side, earlier->nights, false);
    return model;
}

const struct model *model_of_comparison(const struct model_side *before, const struct model_side *after,
                                        struct arena *arena)
{
    return model_of_comparison_along(before, after, &along_nothing, arena);
}

const struct model *model_of_comparison_along(const struct model_side *before, const struct model_side *after,
                                              const struct along *along, struct arena *arena)
{
    struct maker old = maker_of(before, before->short_id, arena), now = maker_of(after, after->short_id, arena);
    struct model *model = make(after, &now, true);
    struct model_comparison *comparison = maker_comparison(&old, &now, along);

    comparison->before = run_of(before, arena);
    comparison->after = model->run;
    model->comparison = comparison;
    model->nights = maker_nights(&now, after, along->nights, true);
    return model;
}

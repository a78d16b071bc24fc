/* SPDX-License-Identifier: MIT */
#include "diagnosis/model_since.h"

#include <jansson.h>

#include "diagnosis/difference.h"
#include "diagnosis/model_history.h"
#include "diagnosis/model_maker.h"

enum { DIFFERENCES_MOST = 24, MS_US = 1000 };

static const struct model_night *night_of_side(const struct since_side *side, struct arena *arena)
{
    struct model_night *night = arena_new(arena, 1, sizeof *night);
    char id[UUID_TEXT];

    if (!side->run)
        return NULL;
    *night = (struct model_night){
        .id = arena_text(arena, uuid_text(&side->run->id, id)),
        .short_id = side->short_id,
        .started = side->run->started,
        .labels = maker_labels(side->run->labels, arena),
    };
    return night;
}

static void add(struct differences *differences, const char *what, struct slice before, struct slice after)
{
    if (!slice_equals(before, after))
        differences_add(differences, DIFFERENCE_VALUE, slice_of(what), before, after);
}

static struct slice label_in(const json_t *labels, const char *name, struct arena *arena)
{
    return slice_of(arena_text(arena, json_string_value(json_object_get(labels, name))));
}

/* Labels that one of the two runs has, and the other has not or with another value; but for the one by which nights are
 * known, which says nothing of what was probed. */
static void add_labels(struct differences *differences, const struct run *good, const struct run *failing)
{
    struct arena *arena = differences->arena;
    json_t *before = good->labels ? json_loads(good->labels, 0, NULL) : NULL;
    json_t *after = failing->labels ? json_loads(failing->labels, 0, NULL) : NULL;
    const char *name;
    json_t *value;

    json_object_del(before, "by");
    json_object_del(after, "by");
    json_object_foreach(before, name, value) add(differences, arena_printf(arena, "label %s", name),
                                                 label_in(before, name, arena), label_in(after, name, arena));
    json_object_foreach(after, name, value) if (!json_object_get(before, name))
        add(differences, arena_printf(arena, "label %s", name), (struct slice){NULL, 0}, label_in(after, name, arena));
    json_decref(before);
    json_decref(after);
}

/* What the answers differ in by themselves when one of them is a failure: its status, its kind, its time. */
static void add_failure(struct differences *differences, const struct answer *good, const struct answer *failing)
{
    const struct probe *old = good->typical, *now = failing->typical;
    struct arena *arena = differences->arena;

    if (!old || !now)
        return;
    if (old->status != now->status)
        add(differences, "status", slice_of(arena_printf(arena, "%d", old->status)),
            now->status ? slice_of(arena_printf(arena, "%d", now->status)) : slice_of("no answer"));
    add(differences, "failure", (struct slice){NULL, 0}, slice_of(now->code));
    if (old->status && now->status && old->status != now->status) {
        add(differences, "content type", probe_header(old, "content-type"), probe_header(now, "content-type"));
        if (old->http_version && now->http_version)
            add(differences, "HTTP version", slice_of(old->http_version), slice_of(now->http_version));
    }
    if (now->layer == LAYER_PERFORMANCE && good->median_us >= 0 && failing->median_us >= 0)
        add(differences, "median time", slice_of(arena_printf(arena, "%.1f ms", (double)good->median_us / MS_US)),
            slice_of(arena_printf(arena, "%.1f ms", (double)failing->median_us / MS_US)));
}

static struct cites cite_of(const struct since_side *side, const struct probe *probe, struct arena *arena)
{
    uint32_t *ordinal = arena_new(arena, 1, sizeof *ordinal);

    if (!probe)
        return (struct cites){NULL, 0, NULL};
    *ordinal = probe->ordinal;
    return (struct cites){ordinal, 1, side->short_id};
}

static struct list differences_of(const struct since *since, struct slice endpoint, struct arena *arena)
{
    struct grown rows = {0};
    struct differences found;

    if (!since->good.run || !since->failing.run)
        return (struct list){NULL, 0, NULL, NULL};
    differences_begin(&found, DIFFERENCES_MOST, arena);
    add_labels(&found, since->good.run, since->failing.run);
    add_failure(&found, &since->good.answer, &since->failing.answer);
    differences_of_answers(&found, &since->good.answer, &since->failing.answer);
    add(&found, "endoscope", slice_of(since->good.run->tool), slice_of(since->failing.run->tool));
    for (size_t i = 0; i < found.count; i++) {
        struct model_difference *row = grown_add(&rows, sizeof *row, arena);

        *row = (struct model_difference){
            endpoint,
            found.list[i].where,
            found.list[i].before,
            found.list[i].after,
            cite_of(&since->good, since->good.answer.typical, arena),
            cite_of(&since->failing, since->failing.answer.typical, arena),
        };
    }
    return grown_list(&rows);
}

struct list maker_history(const struct maker *maker, const struct since *list, size_t count)
{
    struct model_since *rows = arena_new(maker->arena, count + 1, sizeof *rows);

    for (size_t i = 0; i < count; i++) {
        struct slice endpoint = slice_of(maker_endpoint(maker, list[i].endpoint)->name);

        rows[i] = (struct model_since){
            .endpoint = endpoint,
            .last_good = night_of_side(&list[i].good, maker->arena),
            .first_failing = night_of_side(&list[i].failing, maker->arena),
            .failing_runs = list[i].failing_runs,
            .looked = list[i].looked,
            .differences = differences_of(&list[i], endpoint, maker->arena),
        };
    }
    return (struct list){.items = rows, .count = count};
}

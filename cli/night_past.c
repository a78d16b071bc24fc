/* SPDX-License-Identifier: MIT */
#include "cli/night_past.h"

#include <jansson.h>
#include <string.h>

#include "diagnosis/series.h"

const char night_label[] = "by=nightly";

bool night_is(const char *labels)
{
    json_t *object = labels ? json_loads(labels, 0, NULL) : NULL;
    const char *by = json_string_value(json_object_get(object, "by"));
    bool is = by && strcmp(by, "nightly") == 0;

    json_decref(object);
    return is;
}

struct search {
    struct uuid *id;
    bool found;
};

static bool look(void *self, const struct run *run)
{
    struct search *search = self;

    if (run->state != RUN_COMPLETE || !run->whole || !night_is(run->labels))
        return true;
    *search->id = run->id;
    search->found = true;
    return false;
}

bool night_before(struct store *store, const struct run *run, const struct selection *selection, struct uuid *id,
                  struct error *err)
{
    struct run_filter filter = selection->filter;
    struct search search = {.id = id};

    filter.until = run->started;
    if (night_is(run->labels) && !store_each_run(store, &filter, look, &search, err))
        return false;
    return search.found || select_run(store, "previous", selection, id, err);
}

void night_series(const struct series *series, struct series *nights, struct arena *arena)
{
    bool labelled = false;

    *nights = *series;
    nights->nights = arena_new(arena, series->count + 1, sizeof *nights->nights);
    nights->count = 0;
    for (size_t i = 0; i < series->count; i++) {
        bool is = night_is(series->nights[i].labels);

        labelled = labelled || is;
        if (is || !labelled)
            nights->nights[nights->count++] = series->nights[i];
    }
}

/* SPDX-License-Identifier: MIT */
#include "diagnosis/model_site.h"

#include <ctype.h>
#include <string.h>
#include <time.h>

#include "base/digest.h"
#include "diagnosis/model_shapes.h"
#include "diagnosis/series.h"

enum { ID_DIGITS = 8, SLUG_MOST = 40 };

static const struct field model_site_run_fields[] = {
    VALUE(model_site_run, file),
    OBJECT(model_site_run, night, model_night),
    VALUE(model_site_run, required),
    VALUE(model_site_run, passing),
    VALUE(model_site_run, failing),
    VALUE(model_site_run, others),
    FIELD_END,
};
static const struct shape model_site_run_shape = {"site-run", sizeof(struct model_site_run), model_site_run_fields};

static const struct field model_site_endpoint_fields[] = {
    VALUE(model_site_endpoint, file),
    OBJECT(model_site_endpoint, row, model_history_row),
    FIELD_END,
};
static const struct shape model_site_endpoint_shape = {"site-endpoint", sizeof(struct model_site_endpoint),
                                                       model_site_endpoint_fields};

static const struct field model_site_fields[] = {
    OBJECT(model_site, suite, model_suite),
    LIST(model_site, runs, model_site_run),
    LIST(model_site, endpoints, model_site_endpoint),
    VALUE(model_site, left_out),
    FIELD_END,
};
const struct shape model_site_shape = {"site", sizeof(struct model_site), model_site_fields};

/* By when it started, on its own calendar: pages sort by time, and an hour that comes twice has two. */
static const char *run_file(const struct series_night *night, struct arena *arena)
{
    time_t local = (time_t)(night->started.us / 1000000 + night->offset_s);
    char when[32], id[UUID_TEXT];
    struct tm parts;

    gmtime_r(&local, &parts);
    strftime(when, sizeof when, "%Y-%m-%d_%H%M", &parts);
    return arena_printf(arena, "runs/%s_%.*s", when, ID_DIGITS, uuid_text(&night->id, id));
}

/* Names are anybody's words, and two may differ in what no file name can hold: so a digest stands behind. */
static const char *endpoint_file(struct slice name, struct arena *arena)
{
    char slug[SLUG_MOST + 1], text[DIGEST_TEXT];
    struct digest digest = digest_of(name);
    size_t len = 0;

    for (size_t i = 0; i < name.len && len < SLUG_MOST; i++) {
        unsigned char c = (unsigned char)name.data[i];

        if (c < 0x80 && isalnum(c))
            slug[len++] = (char)tolower(c);
        else if (len && slug[len - 1] != '-')
            slug[len++] = '-';
    }
    while (len && slug[len - 1] == '-')
        len--;
    return arena_printf(arena, "endpoints/%.*s%s%.*s", (int)len, slug, len ? "-" : "", ID_DIGITS,
                        digest_text(&digest, text));
}

static struct model_site_run run_of(const struct series *series, size_t index, const struct model_night *night,
                                    struct arena *arena)
{
    struct model_site_run run = {.file = run_file(&series->nights[index], arena), .night = night};

    for (size_t e = 0; e < series->suite->endpoint_count; e++) {
        int verdict = series->nights[index].turns[e].verdict;

        if (series->suite->endpoints[e].role != ROLE_REQUIRED)
            continue;
        run.required++;
        run.passing += verdict == VERDICT_PASSES;
        run.failing += verdict == VERDICT_FAILS;
        run.others += verdict != VERDICT_PASSES && verdict != VERDICT_FAILS;
    }
    return run;
}

const struct model_site *model_of_site(const struct series *series, const struct model_history *history, size_t most,
                                       struct arena *arena)
{
    const struct model_night *nights = history->nights.items;
    const struct model_history_row *rows = history->endpoints.items;
    size_t count = series->count < most ? series->count : most;
    struct model_site_run *runs = arena_new(arena, count + 1, sizeof *runs);
    struct model_site_endpoint *endpoints = arena_new(arena, history->endpoints.count + 1, sizeof *endpoints);
    struct model_site *site = arena_new(arena, 1, sizeof *site);

    for (size_t i = 0; i < count; i++)
        runs[i] = run_of(series, series->count - 1 - i, &nights[series->count - 1 - i], arena);
    for (size_t i = 0; i < history->endpoints.count; i++)
        endpoints[i] = (struct model_site_endpoint){endpoint_file(rows[i].endpoint, arena), &rows[i]};
    *site = (struct model_site){
        .suite = history->suite,
        .runs = {.items = runs, .count = count},
        .endpoints = {.items = endpoints, .count = history->endpoints.count},
        .left_out = series->count - count,
    };
    return site;
}

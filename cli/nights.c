/* SPDX-License-Identifier: MIT */
#include "cli/nights.h"

#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/memory.h"
#include "cli/nights_folded.h"
#include "cli/nights_gone.h"
#include "collector/suite_json.h"
#include "diagnosis/matching.h"
#include "store/result.h"

/* Newest first while it is read. */
struct loading {
    struct nights *nights;
    struct store *store;
    const struct nights_wanted *wanted;
    size_t room;
    /* The config of the run read last, and which of our endpoints its are: mostly the next one has the same. */
    char *config;
    struct suite suite;
    struct arena arena;
    struct matching matching;
    const struct suite *whole; /* that ours are of */
    char *own_config;          /* that nights->own was read from */
    uint32_t only;             /* the one that is wanted, from 1; 0: all */
    /* The run read last that has no such endpoint, and the suite of the last but one that had to be read. */
    struct series_night without;
    const char *without_of[3]; /* suite, environment, vantage; NULL: there was no such run */
    struct suite later;
    struct error err;
    bool failed;
};

struct run_filter nights_like(const struct run *run)
{
    return (struct run_filter){.suite = run->suite, .environment = run->environment, .vantage = run->vantage};
}

static bool same(const char *a, const char *b)
{
    return strcmp(a ? a : "", b ? b : "") == 0;
}

static bool is_wanted(const struct nights *nights, const struct nights_wanted *wanted, const struct run *run)
{
    const struct run *before = wanted->before;

    if (!run->whole || run->state != RUN_COMPLETE)
        return false;
    if (nights->series.count > 0
        && (!same(nights->suite, run->suite) || !same(nights->environment, run->environment)
            || !same(nights->vantage, run->vantage)))
        return false;
    if (before
        && (run->started.us > before->started.us
            || (run->started.us == before->started.us
                && memcmp(run->id.bytes, before->id.bytes, sizeof run->id.bytes) >= 0)))
        return false;
    return !wanted->window || moment_holds(&wanted->window->span, run->started, select_offset(wanted->zone, run));
}

/* Narrows `suite` to the endpoint that is wanted; false when it has none of that name. It is matched among all others, so
 * that none of them is taken for it. */
static bool narrow(struct loading *loading, const struct suite *suite)
{
    struct nights *nights = loading->nights;

    loading->whole = suite;
    nights->series.suite = suite;
    if (!loading->wanted->endpoint)
        return true;
    nights->series.suite = NULL;
    for (uint32_t i = 0; i < suite->endpoint_count; i++)
        if (strcmp(suite->endpoints[i].name, loading->wanted->endpoint) == 0) {
            loading->only = i + 1;
            nights->narrowed = *suite;
            nights->narrowed.arena = (struct arena)ARENA_INIT;
            nights->narrowed.endpoints = &suite->endpoints[i];
            nights->narrowed.endpoint_count = 1;
            nights->series.suite = &nights->narrowed;
            return true;
        }
    return false;
}

static void forget_config(struct loading *loading)
{
    suite_free(&loading->suite);
    arena_free(&loading->arena);
    mem_free(loading->config);
    loading->config = NULL;
}

/* Whether the suite that is looked at was read from `config`. */
static bool is_of_whole(const struct loading *loading, const char *config)
{
    const char *given = loading->wanted->config_digest;
    struct digest digest;
    char hex[DIGEST_TEXT];

    if (loading->whole == &loading->nights->own || loading->whole == &loading->nights->extended)
        return loading->own_config && strcmp(loading->own_config, config) == 0;
    if (!given)
        return false;
    digest = digest_of(slice_of(config));
    return strcmp(digest_text(&digest, hex), given) == 0;
}

/* Brings `loading->matching` up to date with `run`. */
static bool match_run(struct loading *loading, const struct run *run)
{
    const char *config = run->config ? run->config : "";
    bool same_suite;

    if (loading->config && strcmp(loading->config, config) == 0)
        return true;
    forget_config(loading);
    loading->config = mem_copy(config, strlen(config));
    same_suite = is_of_whole(loading, config);
    if (!same_suite && !suite_from_json(config, &loading->suite, &loading->err))
        return false;
    loading->matching = matching_make(same_suite ? loading->whole : &loading->suite, loading->whole, &loading->arena);
    if (loading->whole == &loading->nights->extended && gone_add(loading->nights, &loading->matching) > 0)
        loading->matching = matching_make(&loading->suite, loading->whole, &loading->arena);
    return true;
}

/* The first run is the one whose endpoints are looked at, where nobody gave them. */
static bool adopt_suite(struct loading *loading, const struct run *run, bool *usable)
{
    struct nights *nights = loading->nights;
    const char *config = run->config ? run->config : "";

    *usable = true;
    if (nights->series.suite && (nights->series.count > 0 || !loading->wanted->named))
        return true;
    /* Where the run before it, of the same config, had no such endpoint, it has none either. */
    if (loading->own_config && strcmp(loading->own_config, config) == 0) {
        *usable = nights->series.suite != NULL;
        return true;
    }
    mem_free(loading->own_config);
    loading->own_config = mem_copy(config, strlen(config));
    suite_free(&loading->later);
    loading->later = nights->own;
    nights->own = (struct suite){.arena = ARENA_INIT};
    if (!suite_from_json(config, &nights->own, &loading->err))
        return false;
    if (!nights->series.suite)
        *usable = narrow(loading, &nights->own);
    if (*usable && loading->wanted->gone && nights->series.suite == &nights->own)
        loading->whole = gone_begin(nights);
    return true;
}

/* The results of one endpoint as they come, and where they go. */
struct gathering {
    struct loading *loading;
    struct series_night *night;
    struct attempt *attempts;
    size_t count, room;
    uint32_t endpoint; /* in the run's suite */
};

static void settle(struct gathering *gathering)
{
    const struct matching *matching = &gathering->loading->matching;
    uint32_t row =
        gathering->endpoint < matching->before->endpoint_count ? matching->after_of[gathering->endpoint] : 0;
    uint32_t only = gathering->loading->only;
    double *medians = gathering->night->medians;

    if (only)
        row = row == only;
    if (row > 0 && gathering->count > 0)
        gathering->night->turns[row - 1] = turn_of(gathering->attempts, gathering->count,
                                                   medians ? medians + (size_t)(row - 1) * MEASURE_COUNT : NULL);
    gathering->count = 0;
}

/* What answer_of_endpoint() takes for the endpoint's own answer. */
static bool is_own(const struct result *result)
{
    return result->candidate == 0
           && (result->question == QUESTION_NONE || result->question == QUESTION_REPEAT
               || result->question == QUESTION_WIRE);
}

struct ordinals {
    uint32_t *list;
    size_t count, most;
};

static bool take_ordinal(void *self, const struct result *result)
{
    struct ordinals *ordinals = self;

    if (is_own(result))
        ordinals->list[ordinals->count++] = result->ordinal;
    return ordinals->count < ordinals->most;
}

bool nights_attempts(struct store *store, const struct uuid *run, uint32_t endpoint, uint32_t *ordinals, size_t most,
                     size_t *count, struct error *err)
{
    struct ordinals found = {ordinals, 0, most};
    bool ok = store_each_result(store, run, endpoint, take_ordinal, &found, err);

    *count = found.count;
    return ok;
}

static bool gather(void *self, const struct result *result)
{
    struct gathering *gathering = self;
    struct nights *nights = gathering->loading->nights;

    if (result->endpoint != gathering->endpoint)
        settle(gathering);
    gathering->endpoint = result->endpoint;
    if (!is_own(result))
        return true;
    gathering->attempts =
        mem_grow(gathering->attempts, gathering->count, &gathering->room, sizeof *gathering->attempts);
    gathering->attempts[gathering->count++] = (struct attempt){
        .outcome = result->outcome,
        .layer = result->layer,
        .code = intern_text(&nights->texts, result->code),
        .status = result->status,
        .again = result->question != QUESTION_NONE,
        .timings = result->timings,
    };
    return true;
}

static bool read_results(struct loading *loading, const struct run *run, struct series_night *night)
{
    struct gathering gathering = {.loading = loading, .night = night};
    int64_t which = RESULT_EVERY_ENDPOINT;
    bool ok = true;

    if (loading->wanted->endpoint)
        which = (int64_t)loading->matching.before_of[loading->only - 1] - 1;
    if (!loading->wanted->endpoint || which >= 0)
        ok = store_each_result(loading->store, &run->id, which, gather, &gathering, &loading->err);
    if (ok)
        settle(&gathering);
    mem_free(gathering.attempts);
    return ok;
}

static bool read_run(struct loading *loading, const struct run *run)
{
    struct nights *nights = loading->nights;
    struct series *series = &nights->series;
    size_t endpoints =
        series->suite == &nights->extended ? nights->own.endpoint_count + GONE_MOST : series->suite->endpoint_count;
    char short_id[UUID_TEXT];
    struct series_night *night;

    if (!match_run(loading, run) || !store_short_id(loading->store, &run->id, short_id, &loading->err))
        return false;
    series->nights = mem_grow(series->nights, series->count, &loading->room, sizeof *series->nights);
    if (series->count == 0) {
        nights->suite = arena_text(&nights->arena, run->suite);
        nights->environment = arena_text(&nights->arena, run->environment);
        nights->vantage = arena_text(&nights->arena, run->vantage);
    }
    night = &series->nights[series->count++];
    *night = (struct series_night){
        .id = run->id,
        .short_id = arena_text(&nights->arena, short_id),
        .labels = intern_text(&nights->texts, run->labels),
        .started = run->started,
        .offset_s = run->offset_s,
        .turns = arena_new(&nights->arena, endpoints + 1, sizeof *night->turns),
    };
    for (size_t i = 0; i < endpoints; i++)
        night->turns[i] = (struct turn){.median_us = NOT_MEASURED, .verdict = VERDICT_NOT_PROBED};
    if (loading->wanted->medians)
        night->medians = arena_new(&nights->arena, endpoints * MEASURE_COUNT + 1, sizeof *night->medians);
    return read_results(loading, run, night);
}

/* Of those that were read so far, the one read last. */
static bool last_passes(const struct series *series)
{
    return series->count > 0 && series->nights[series->count - 1].turns[0].verdict == VERDICT_PASSES;
}

static void pass_over(struct loading *loading, const struct run *run)
{
    struct intern *texts = &loading->nights->texts;

    loading->without = (struct series_night){
        .id = run->id, .labels = intern_text(texts, run->labels), .started = run->started, .offset_s = run->offset_s};
    loading->without_of[0] = intern_text(texts, run->suite);
    loading->without_of[1] = intern_text(texts, run->environment ? run->environment : "");
    loading->without_of[2] = intern_text(texts, run->vantage ? run->vantage : "");
}

/* Of an endpoint found in an older run: that the next newer one, of the same suite, has it no more. */
static bool note_gone(struct loading *loading)
{
    struct nights *nights = loading->nights;
    char short_id[UUID_TEXT];

    if (!loading->without_of[0] || !same(loading->without_of[0], nights->suite)
        || !same(loading->without_of[1], nights->environment) || !same(loading->without_of[2], nights->vantage))
        return true;
    if (!store_short_id(loading->store, &loading->without.id, short_id, &loading->err))
        return false;
    loading->without.short_id = arena_text(&nights->arena, short_id);
    gone_narrowed(nights, loading->only - 1, &loading->later, &loading->without);
    return true;
}

static bool take_run(void *self, const struct run *run)
{
    struct loading *loading = self;
    const struct nights_wanted *wanted = loading->wanted;
    bool usable = true;

    if (!is_wanted(loading->nights, wanted, run))
        return true;
    if (!adopt_suite(loading, run, &usable) || (usable && !read_run(loading, run))) {
        loading->failed = true;
        return false;
    }
    if (!usable)
        pass_over(loading, run);
    else if (loading->only && loading->nights->series.count == 1 && !note_gone(loading)) {
        loading->failed = true;
        return false;
    }
    if (usable && wanted->until_good && last_passes(&loading->nights->series))
        return false;
    return wanted->most == 0 || loading->nights->series.count < wanted->most;
}

static void turn_round(struct series *series)
{
    for (size_t i = 0; i < series->count / 2; i++) {
        struct series_night night = series->nights[i];

        series->nights[i] = series->nights[series->count - 1 - i];
        series->nights[series->count - 1 - i] = night;
    }
}

bool nights_load(struct nights *nights, struct store *store, const struct suite *suite,
                 const struct nights_wanted *wanted, struct error *err)
{
    struct loading loading = {.nights = nights, .store = store, .wanted = wanted};
    struct run_filter filter = wanted->filter;
    bool ok;

    if (suite)
        narrow(&loading, suite);
    if (wanted->window)
        select_bounds(&wanted->window->span, &filter);
    ok = store_each_run(store, &filter, take_run, &loading, err);
    if (ok && loading.failed) {
        if (err)
            *err = loading.err;
        ok = false;
    }
    forget_config(&loading);
    suite_free(&loading.later);
    mem_free(loading.own_config);
    turn_round(&nights->series);
    if (ok && wanted->folded && nights->series.count > 0)
        ok = nights_fold(nights, store, wanted, err);
    return ok;
}

void nights_free(struct nights *nights)
{
    mem_free(nights->series.nights);
    suite_free(&nights->own);
    intern_free(&nights->texts);
    arena_free(&nights->arena);
    *nights = (struct nights){0};
}

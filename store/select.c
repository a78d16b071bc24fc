/* SPDX-License-Identifier: MIT */
#include "store/select.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/memory.h"
#include "store/store_ops.h"

enum {
    LEAST_DIGITS = 4, /* of a prefix */
    MOST_DIGITS = 32,
    LISTED = 4, /* runs in an error */
};

/* Appends "0192f3ab-1 (11 Sep 2025 02:00:04 +02:00, chat, staging, local, interrupted)". */
static bool describe(struct store *store, const struct run *run, struct buf *out, struct error *err)
{
    char id[UUID_TEXT];
    char time[WALL_TEXT];

    if (!store_short_id(store, &run->id, id, err))
        return false;
    buf_printf(out, "%s%s (%s", out->len ? "; " : "", id, wall_words(run->started, run->offset_s, time));
    if (run->suite && run->suite[0])
        buf_printf(out, ", %s", run->suite);
    if (run->environment && run->environment[0])
        buf_printf(out, ", %s", run->environment);
    if (run->vantage && run->vantage[0])
        buf_printf(out, ", %s", run->vantage);
    buf_printf(out, "%s%s)", run->whole ? "" : ", part of the suite",
               run->state == RUN_COMPLETE ? "" : ", interrupted");
    return true;
}

struct listing {
    struct store *store;
    struct buf words;
    size_t count;
    struct error err;
};

static bool list_run(void *self, const struct run *run)
{
    struct listing *listing = self;

    return listing->count++ < LISTED && describe(listing->store, run, &listing->words, &listing->err);
}

/* Nothing fits: `what` is missing; says which runs there are. */
static bool not_found(struct store *store, const char *what, struct error *err)
{
    struct listing listing = {.store = store, .words = BUF_INIT};

    if (!store_each_run(store, NULL, list_run, &listing, err)) {
        buf_free(&listing.words);
        return false;
    }
    if (listing.err.code != ERR_NONE)
        *err = listing.err;
    else if (listing.count == 0)
        fail(err, ERR_NOT_FOUND, "there is no run yet: `endoscope run` records one");
    else
        fail(err, ERR_NOT_FOUND, "%s; there %s %s%s", what, listing.count == 1 ? "is" : "are", listing.words.data,
             listing.count > LISTED ? "; and older ones" : "");
    buf_free(&listing.words);
    return false;
}

/* By the config that the run keeps, as suite_to_json() writes it; an endpoint without a role is required. */
static bool is_required(const json_t *endpoints, uint32_t endpoint)
{
    const char *role = json_string_value(json_object_get(json_array_get(endpoints, endpoint), "role"));

    return endpoint < json_array_size(endpoints) && (!role || strcmp(role, "required") == 0);
}

struct tally {
    const json_t *endpoints;
    bool *passed;
    bool failed;
};

static bool tally_probe(void *self, struct probe *probe, struct error *err)
{
    struct tally *tally = self;

    (void)err;
    if (probe->question == QUESTION_NONE && probe->candidate == 0 && is_required(tally->endpoints, probe->endpoint)) {
        if (probe->outcome == OUTCOME_PASSED)
            tally->passed[probe->endpoint] = true;
        else
            tally->failed = true;
    }
    probe_free(probe);
    return !tally->failed;
}

/* Whether every required endpoint of `run` was attempted, and passed each time. */
static bool judge_run(struct store *store, const struct run *run, bool *good, struct error *err)
{
    json_t *config = run->config ? json_loads(run->config, 0, NULL) : NULL;
    const json_t *endpoints = json_object_get(config, "endpoints");
    size_t count = json_array_size(endpoints);
    struct tally tally = {endpoints, NULL, false};
    bool read;

    *good = false;
    if (!json_is_array(endpoints)) {
        json_decref(config);
        return true;
    }
    tally.passed = mem_new(count, sizeof *tally.passed);
    read = store_each_probe(store, &run->id, false, tally_probe, &tally, err);
    *good = read;
    for (size_t i = 0; i < count && *good; i++)
        *good = tally.passed[i] || !is_required(endpoints, (uint32_t)i);
    mem_free(tally.passed);
    json_decref(config);
    return read || tally.failed;
}

/* Looks for the newest complete run over the whole suite that fits. */
struct search {
    struct store *store;
    const struct run *before; /* NULL: any */
    bool good;                /* only one in which all is well */
    bool found;
    struct uuid id;
    bool failed;
    struct error err;
};

static bool is_before(const struct run *run, const struct run *before)
{
    if (run->started.us != before->started.us)
        return run->started.us < before->started.us;
    return memcmp(run->id.bytes, before->id.bytes, sizeof run->id.bytes) < 0;
}

static bool search_run(void *self, const struct run *run)
{
    struct search *search = self;
    bool good = true;

    if (!run->whole || run->state != RUN_COMPLETE || (search->before && !is_before(run, search->before)))
        return true;
    if (search->good && !judge_run(search->store, run, &good, &search->err)) {
        search->failed = true;
        return false;
    }
    if (!good)
        return true;
    search->id = run->id;
    search->found = true;
    return false;
}

/* Fills `search->id` when there is one. */
static bool search_for(struct search *search, const struct run_filter *filter, struct error *err)
{
    search->found = false;
    if (!store_each_run(search->store, filter, search_run, search, err))
        return false;
    if (search->failed && err)
        *err = search->err;
    return !search->failed;
}

/* `latest`, `previous`, `last-good`, by what they are relative to. */
struct word {
    const char *word;
    bool before; /* another run */
    bool good;
    const char *missing;
};

static const struct word words[] = {
    {"latest", false, false, "there is no complete run over a whole suite, which `latest` means"},
    {"previous", true, false, "there is no complete run over the whole suite before that one, which `previous` means"},
    {"last-good", false, true,
     "there is no complete run in which every required endpoint passed, which `last-good` means"},
};

/* The same suite, environment and vantage as `run`, where `filter` leaves them open. */
static struct run_filter filter_like(struct run_filter filter, const struct run *run)
{
    return (struct run_filter){
        filter.suite ? filter.suite : run->suite,
        filter.environment ? filter.environment : run->environment,
        filter.vantage ? filter.vantage : run->vantage,
    };
}

static bool select_word(struct store *store, const struct word *word, const struct selection *selection,
                        struct uuid *id, struct error *err)
{
    struct search search = {.store = store};
    struct arena arena = ARENA_INIT;
    struct run other;
    bool ok = false;

    /* First the run it is relative to: the one named, or the latest. */
    if (selection->before && strcmp(word->word, "latest") != 0) {
        search.id = *selection->before;
        search.found = true;
    } else if (!search_for(&search, &selection->filter, err)) {
        goto out;
    }
    if (search.found && (word->before || word->good)) {
        struct run_filter filter;

        if (!store_get_run(store, &search.id, &arena, &other, err))
            goto out;
        filter = filter_like(selection->filter, &other);
        search.before = word->before || selection->before ? &other : NULL;
        search.good = word->good;
        if (!search_for(&search, &filter, err))
            goto out;
    }
    ok = search.found || not_found(store, word->missing, err);
    *id = search.id;
out:
    arena_free(&arena);
    return ok;
}

/* Runs whose ids start with a prefix. */
struct matches {
    struct uuid ids[LISTED];
    size_t count;
};

static bool take_match(void *self, const struct uuid *id)
{
    struct matches *matches = self;

    if (matches->count < LISTED)
        matches->ids[matches->count] = *id;
    return ++matches->count <= LISTED;
}

static int digit_of(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The ids that `text` can be the start of; dashes only where an id has them, so that no date is taken for
 * one. */
static bool prefix_range(const char *text, struct uuid *low, struct uuid *high)
{
    size_t digits = 0;

    memset(low->bytes, 0, sizeof low->bytes);
    memset(high->bytes, 0xFF, sizeof high->bytes);
    for (const char *at = text; *at; at++) {
        int digit = digit_of(*at);
        unsigned shift = digits % 2 ? 0 : 4;

        if (*at == '-' && (digits == 8 || digits == 12 || digits == 16 || digits == 20) && at[-1] != '-')
            continue;
        if (digit < 0 || digits == MOST_DIGITS)
            return false;
        low->bytes[digits / 2] = (uint8_t)(low->bytes[digits / 2] | digit << shift);
        high->bytes[digits / 2] = (uint8_t)((high->bytes[digits / 2] & ~(0xF << shift)) | digit << shift);
        digits++;
    }
    return digits >= LEAST_DIGITS;
}

static bool ambiguous(struct store *store, const char *prefix, const struct matches *matches, struct error *err)
{
    struct arena arena = ARENA_INIT;
    struct buf list = BUF_INIT;
    bool ok = true;

    for (size_t i = 0; i < matches->count && i < LISTED && ok; i++) {
        struct run run;

        ok = store_get_run(store, &matches->ids[i], &arena, &run, err) && describe(store, &run, &list, err);
    }
    if (ok)
        fail(err, ERR_USAGE, "%s can be more than one run: %s%s", prefix, list.data,
             matches->count > LISTED ? "; and others" : "");
    buf_free(&list);
    arena_free(&arena);
    return false;
}

bool select_run(struct store *store, const char *expression, const struct selection *selection, struct uuid *id,
                struct error *err)
{
    static const struct selection any = {{NULL, NULL, NULL}, NULL};
    struct matches matches = {.count = 0};
    struct uuid low, high;
    char missing[128];

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(expression, words[i].word) == 0)
            return select_word(store, &words[i], selection ? selection : &any, id, err);
    if (!prefix_range(expression, &low, &high))
        return fail(err, ERR_USAGE,
                    "\"%s\" names no run: give `latest`, `previous`, `last-good`, or the first %d or more digits of "
                    "a run's id",
                    expression, LEAST_DIGITS);
    if (!store->ops->each_id(store->self, &low, &high, false, take_match, &matches, err))
        return false;
    if (matches.count > 1)
        return ambiguous(store, expression, &matches, err);
    snprintf(missing, sizeof missing, "no run's id starts with %s", expression);
    if (matches.count == 0)
        return not_found(store, missing, err);
    *id = matches.ids[0];
    return true;
}

bool select_probe(struct store *store, const char *expression, const struct selection *selection, struct uuid *run,
                  uint32_t *ordinal, struct error *err)
{
    const char *dot = strrchr(expression, '.');
    const char *digits = dot && dot[1] == 'p' ? dot + 2 : dot ? dot + 1 : "";
    char *name;
    char *end;
    unsigned long number;
    bool ok;

    errno = 0;
    number = strtoul(digits, &end, 10);
    if (!dot || dot == expression || digits[0] < '0' || digits[0] > '9' || *end || errno || number == 0
        || number > UINT32_MAX)
        return fail(err, ERR_USAGE,
                    "\"%s\" names no probe: give a run and the probe's number in it, as in 0192f3.17 or latest.17",
                    expression);
    name = mem_copy(expression, (size_t)(dot - expression));
    ok = select_run(store, name, selection, run, err);
    mem_free(name);
    *ordinal = (uint32_t)number;
    return ok;
}

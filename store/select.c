/* SPDX-License-Identifier: MIT */
#include "store/select.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/memory.h"
#include "store/listing.h"
#include "store/moment.h"
#include "store/store_ops.h"

enum {
    LEAST_DIGITS = 4, /* of a prefix */
    MOST_DIGITS = 32,
};

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

/* Looks for the newest run over the whole suite that fits, a complete one if there is any. */
struct search {
    struct store *store;
    const struct run *before; /* NULL: any */
    bool good;                /* only one in which all is well */
    const struct moment *moment;
    const char *zone;          /* that `moment` is meant in; NULL: the run's own */
    const char *label, *value; /* that the run has; NULL: any */
    bool interrupted;          /* one that was cut off will do where no complete one fits */
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

static bool has_label(const struct run *run, const char *label, const char *value)
{
    json_t *labels = run->labels ? json_loads(run->labels, 0, NULL) : NULL;
    const char *has = json_string_value(json_object_get(labels, label));
    bool same = has && strcmp(has, value) == 0;

    json_decref(labels);
    return same;
}

/* No zone is further than a day from UTC. */
void select_bounds(const struct moment *moment, struct run_filter *filter)
{
    const int64_t day = INT64_C(86400000000);

    filter->since.us = moment->from_us > INT64_MIN + day ? moment->from_us - day : INT64_MIN;
    filter->until.us = moment->to_us < INT64_MAX - day ? moment->to_us + day : INT64_MAX;
}

int32_t select_offset(const char *zone, const struct run *run)
{
    int32_t offset_s;

    return zone && zone_offset(zone, run->started, &offset_s) ? offset_s : run->offset_s;
}

static bool fits(const struct search *search, const struct run *run)
{
    if (!run->whole || (search->before && !is_before(run, search->before)))
        return false;
    if (search->moment && !moment_holds(search->moment, run->started, select_offset(search->zone, run)))
        return false;
    return !search->label || has_label(run, search->label, search->value);
}

static bool search_run(void *self, const struct run *run)
{
    struct search *search = self;
    bool complete = run->state == RUN_COMPLETE;
    bool good = true;

    if (!(complete || (search->interrupted && !search->found)) || !fits(search, run))
        return true;
    if (search->good && !judge_run(search->store, run, &good, &search->err)) {
        search->failed = true;
        return false;
    }
    if (!good)
        return true;
    search->id = run->id;
    search->found = true;
    return !complete;
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
    filter.suite = filter.suite ? filter.suite : run->suite;
    filter.environment = filter.environment ? filter.environment : run->environment;
    filter.vantage = filter.vantage ? filter.vantage : run->vantage;
    return filter;
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
    ok = search.found || listing_instead(store, word->missing, err);
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

        ok = store_get_run(store, &matches->ids[i], &arena, &run, err) && listing_add(store, &run, &list, err);
    }
    if (ok)
        fail(err, ERR_USAGE, "%s can be more than one run: %s%s", prefix, list.data,
             matches->count > LISTED ? "; and others" : "");
    buf_free(&list);
    arena_free(&arena);
    return false;
}

static bool select_prefix(struct store *store, const char *expression, const struct uuid *low, const struct uuid *high,
                          struct uuid *id, struct error *err)
{
    struct matches matches = {.count = 0};
    char missing[128];

    if (!store->ops->each_id(store->self, low, high, false, take_match, &matches, err))
        return false;
    if (matches.count > 1)
        return ambiguous(store, expression, &matches, err);
    snprintf(missing, sizeof missing, "no run's id starts with %s", expression);
    if (matches.count == 0)
        return listing_instead(store, missing, err);
    *id = matches.ids[0];
    return true;
}

/* Searches, and says what there is when nothing fits `expression`. */
static bool select_fitting(struct search *search, const struct run_filter *filter, const char *expression,
                           struct uuid *id, struct error *err)
{
    struct buf missing = BUF_INIT;
    bool ok;

    if (!search_for(search, filter, err))
        return false;
    buf_printf(&missing,
               search->label ? "no run over a whole suite has the label %s"
                             : "no run over a whole suite started within %s",
               expression);
    ok = search->found || listing_instead(search->store, missing.data, err);
    *id = search->id;
    buf_free(&missing);
    return ok;
}

static bool select_label(struct store *store, const char *expression, const struct selection *selection,
                         struct uuid *id, struct error *err)
{
    const char *equals = strchr(expression, '=');
    char *label = mem_copy(expression, (size_t)(equals - expression));
    struct search search = {.store = store, .label = label, .value = equals + 1, .interrupted = true};
    bool ok = select_fitting(&search, &selection->filter, expression, id, err);

    mem_free(label);
    return ok;
}

static bool take_newest(void *self, const struct run *run)
{
    int32_t *offset_s = self;
    int32_t named;

    *offset_s = run->zone && zone_offset(run->zone, wall_now(), &named) ? named : run->offset_s;
    return false;
}

bool select_moment(struct store *store, const char *text, const struct selection *selection, struct moment *moment,
                   struct error *err)
{
    struct wall now = selection->now.us ? selection->now : wall_now();
    int32_t offset_s = 0;

    if (selection->zone && !zone_offset(selection->zone, now, &offset_s))
        return fail(err, ERR_USAGE, "there is no time zone %s here", selection->zone);
    if (!selection->zone && !store_each_run(store, &selection->filter, take_newest, &offset_s, err))
        return false;
    return moment_parse(text, now.us + offset_s * INT64_C(1000000), moment, err);
}

static bool select_date(struct store *store, const char *expression, const struct selection *selection,
                        struct uuid *id, struct error *err)
{
    struct run_filter filter = selection->filter;
    struct moment moment;
    struct search search = {.store = store, .moment = &moment, .zone = selection->zone, .interrupted = true};

    if (!select_moment(store, expression, selection, &moment, err))
        return false;
    select_bounds(&moment, &filter);
    return select_fitting(&search, &filter, expression, id, err);
}

bool select_run(struct store *store, const char *expression, const struct selection *selection, struct uuid *id,
                struct error *err)
{
    static const struct selection any = {.before = NULL};
    struct uuid low, high;

    if (!selection)
        selection = &any;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(expression, words[i].word) == 0)
            return select_word(store, &words[i], selection, id, err);
    if (strchr(expression, '='))
        return select_label(store, expression, selection, id, err);
    if (moment_is_meant(expression))
        return select_date(store, expression, selection, id, err);
    if (!prefix_range(expression, &low, &high))
        return fail(err, ERR_USAGE,
                    "\"%s\" names no run: give `latest`, `previous`, `last-good`, a date such as 2025-09-11 or "
                    "yesterday, a label such as deploy=4f2c1, or the first %d or more digits of a run's id",
                    expression, LEAST_DIGITS);
    return select_prefix(store, expression, &low, &high, id, err);
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

/* SPDX-License-Identifier: MIT */
#include "tests/unit/stored.h"

#include "store/select.h"
#include "store/window.h"

/* A night: complete unless `state` says otherwise, with two attempts on each of two endpoints. */
struct night {
    int day;
    enum run_state state;
    bool part;         /* of the suite only */
    bool socket_fails; /* the required endpoint, in its second attempt */
    bool health_fails; /* the control */
    const char *environment;
};

static struct uuid record(struct store *store, struct night night)
{
    struct run run = run_at(NOON + night.day * INT64_C(86400000000));

    if (night.environment)
        run.environment = night.environment;
    run.whole = !night.part;
    assert_true(store_begin_run(store, &run, NULL));
    for (uint32_t i = 0; i < 4; i++) {
        struct probe *probe = plain_probe(i + 1, i % 2);

        probe->attempt = i / 2 + 1;
        if ((night.socket_fails && i == 2) || (night.health_fails && i == 1)) {
            probe->outcome = OUTCOME_FAILED;
            probe->layer = LAYER_HTTP;
            probe->code = "http-status";
        }
        put_one(store, &run, probe);
    }
    run.state = night.state;
    run.ended.us = run.started.us + 1000000;
    assert_true(store_end_run(store, &run, NULL));
    return run.id;
}

static void assert_selects(struct store *store, const char *expression, const struct selection *selection,
                           const struct uuid *wanted)
{
    struct error err = {0};
    struct uuid id;

    if (!select_run(store, expression, selection, &id, &err))
        print_error("%s: %s\n", expression, err.text);
    assert_int_equal(err.code, ERR_NONE);
    assert_memory_equal(&id, wanted, sizeof id);
}

static void assert_selects_none(struct store *store, const char *expression, const struct selection *selection,
                                enum error_code code, const char *words)
{
    struct error err = {0};
    struct uuid id;

    assert_false(select_run(store, expression, selection, &id, &err));
    assert_int_equal(err.code, code);
    if (!strstr(err.text, words))
        print_error("%s\n", err.text);
    assert_non_null(strstr(err.text, words));
}

static void latest_and_previous_are_whole_and_complete(void **state)
{
    struct place *place = *state;
    struct store *store = opened(place->path, STORE_CREATE);
    struct uuid first = record(store, (struct night){.day = 0});
    struct uuid second = record(store, (struct night){.day = 2, .socket_fails = true});
    struct selection before = {.before = &first};

    record(store, (struct night){.day = 1, .part = true});
    record(store, (struct night){.day = 3, .state = RUN_INTERRUPTED});
    record(store, (struct night){.day = 4, .part = true});
    assert_selects(store, "latest", NULL, &second);
    assert_selects(store, "previous", NULL, &first);
    assert_selects_none(store, "previous", &before, ERR_NOT_FOUND, "before that one");
    store_close(store);
}

static void a_run_is_compared_in_its_own_environment(void **state)
{
    struct place *place = *state;
    struct store *store = opened(place->path, STORE_CREATE);
    struct uuid first = record(store, (struct night){.day = 0});
    struct uuid live = record(store, (struct night){.day = 1, .environment = "live"});
    struct uuid last = record(store, (struct night){.day = 2});
    struct selection in_live = {.filter.environment = "live"};
    struct selection before_last = {.before = &last};

    assert_selects(store, "latest", NULL, &last);
    assert_selects(store, "previous", NULL, &first);
    assert_selects(store, "latest", &in_live, &live);
    assert_selects(store, "previous", &before_last, &first);
    assert_selects_none(store, "previous", &in_live, ERR_NOT_FOUND, "live");
    store_close(store);
}

static void last_good_asks_every_attempt_of_required_endpoints_only(void **state)
{
    struct place *place = *state;
    struct store *store = opened(place->path, STORE_CREATE);
    struct uuid good = record(store, (struct night){.day = 0});
    struct uuid control = record(store, (struct night){.day = 1, .health_fails = true});
    struct uuid unsteady = record(store, (struct night){.day = 2, .socket_fails = true});
    struct selection before = {.before = &control};

    assert_selects(store, "last-good", NULL, &control);
    assert_selects(store, "last-good", &before, &good);
    before.before = &unsteady;
    assert_selects(store, "last-good", &before, &control);
    before.before = &good;
    assert_selects_none(store, "last-good", &before, ERR_NOT_FOUND, "every required endpoint passed");
    store_close(store);
}

static void the_latest_run_may_be_the_last_good_one(void **state)
{
    struct place *place = *state;
    struct store *store = opened(place->path, STORE_CREATE);
    struct uuid last;

    record(store, (struct night){.day = 0});
    last = record(store, (struct night){.day = 1});
    assert_selects(store, "last-good", NULL, &last);
    store_close(store);
}

static void a_required_endpoint_that_was_never_attempted_did_not_pass(void **state)
{
    struct place *place = *state;
    struct store *store = opened(place->path, STORE_CREATE);
    struct run run = run_at(NOON);

    assert_true(store_begin_run(store, &run, NULL));
    put_one(store, &run, plain_probe(1, 1));
    run.ended.us = NOON + 1;
    assert_true(store_end_run(store, &run, NULL));
    assert_selects(store, "latest", NULL, &run.id);
    assert_selects_none(store, "last-good", NULL, ERR_NOT_FOUND, "passed");
    store_close(store);
}

static void a_prefix_means_the_one_run_that_has_it(void **state)
{
    static const char *const ids[] = {
        "0192f3ab-1111-7000-8000-000000000001",
        "0192f3ab-1112-7000-8000-000000000002",
        "0192f3ac-0000-7000-8000-000000000003",
    };
    struct place *place = *state;
    struct store *store = opened(place->path, STORE_CREATE);
    struct run runs[3];

    for (size_t i = 0; i < 3; i++) {
        runs[i] = run_at(NOON);
        runs[i].whole = false;
        assert_true(uuid_parse(ids[i], &runs[i].id));
        assert_true(store_begin_run(store, &runs[i], NULL));
    }
    assert_selects(store, "0192f3ab-1111", NULL, &runs[0].id);
    assert_selects(store, "0192F3AB1112", NULL, &runs[1].id);
    assert_selects(store, "0192f3ac", NULL, &runs[2].id);
    assert_selects(store, ids[0], NULL, &runs[0].id);
    assert_selects_none(store, "0192f3ab", NULL, ERR_USAGE, "more than one run: 0192f3ab-1111 (11 Sep 2025");
    assert_selects_none(store, "0192", NULL, ERR_USAGE, "0192f3ac");
    assert_selects_none(store, "019", NULL, ERR_USAGE, "names no run");
    assert_selects_none(store, "2025-09-11", NULL, ERR_NOT_FOUND, "no run over a whole suite started within");
    assert_selects_none(store, "", NULL, ERR_USAGE, "names no run");
    assert_selects_none(store, "-0192f3ab", NULL, ERR_USAGE, "names no run");
    assert_selects_none(store, "0192f3ab-1111-7000-8000-0000000000011", NULL, ERR_USAGE, "names no run");
    assert_selects_none(store, "ffff", NULL, ERR_NOT_FOUND, "no run's id starts with ffff; there are 0192f3ac");
    store_close(store);
}

static void an_empty_store_says_that_it_has_no_run(void **state)
{
    struct place *place = *state;
    struct store *store = opened(place->path, STORE_CREATE);

    assert_selects_none(store, "latest", NULL, ERR_NOT_FOUND, "no run yet");
    assert_selects_none(store, "previous", NULL, ERR_NOT_FOUND, "no run yet");
    assert_selects_none(store, "0192f3", NULL, ERR_NOT_FOUND, "no run yet");
    store_close(store);
}

static void a_probe_is_a_run_and_a_number(void **state)
{
    static const char *const wrong[] = {
        "latest",    "latest.", "latest.0",          "latest.p",  "latest.-1",
        "latest.1x", ".17",     "latest.4294967296", "latest. 1", "latest.99999999999999999999"};
    struct place *place = *state;
    struct store *store = opened(place->path, STORE_CREATE);
    struct uuid night = record(store, (struct night){.day = 0});
    struct error err = {0};
    struct uuid run;
    uint32_t ordinal;

    assert_true(select_probe(store, "latest.17", NULL, &run, &ordinal, &err));
    assert_memory_equal(&run, &night, sizeof run);
    assert_int_equal(ordinal, 17);
    assert_true(select_probe(store, "latest.p4294967295", NULL, &run, &ordinal, &err));
    assert_int_equal(ordinal, UINT32_MAX);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_false(select_probe(store, wrong[i], NULL, &run, &ordinal, &err));
        assert_int_equal(err.code, ERR_USAGE);
    }
    store_close(store);
}

/* A run without probes that started `s` seconds after the epoch, where clocks were `offset_s` ahead. */
static struct uuid record_at(struct store *store, int64_t s, int32_t offset_s, const char *labels, enum run_state end)
{
    struct run run = run_at(s * 1000000);

    run.offset_s = offset_s;
    run.labels = labels;
    assert_true(store_begin_run(store, &run, NULL));
    run.state = end;
    run.ended.us = run.started.us + 1;
    assert_true(store_end_run(store, &run, NULL));
    return run.id;
}

/* 2025-10-26 in Berlin, when 02:30 came twice: at 00:30 and at 01:30 UTC. */
static void a_date_means_the_last_run_that_started_within_it(void **state)
{
    struct place *place = *state;
    struct store *store = opened(place->path, STORE_CREATE);
    struct uuid eve = record_at(store, 1761352200, 7200, "{}", RUN_COMPLETE); /* the 25th, 02:30 */
    struct uuid first = record_at(store, 1761438600, 7200, "{}", RUN_COMPLETE);
    struct uuid second = record_at(store, 1761442200, 3600, "{}", RUN_COMPLETE);
    struct uuid late = record_at(store, 1761517800, 3600, "{}", RUN_COMPLETE); /* 23:30 */
    struct uuid cut = record_at(store, 1761604200, 3600, "{}", RUN_INTERRUPTED);
    struct selection own = {.now = {INT64_C(1761560000000000)}}; /* the 27th, in the morning */
    struct selection berlin = {.zone = "Europe/Berlin", .now = own.now};
    struct selection utc = {.zone = "UTC", .now = own.now};
    struct selection nowhere = {.zone = "Nowhere/At_all", .now = own.now};

    assert_selects(store, "2025-10-25", &own, &eve);
    assert_selects(store, "2025-10-26 02:30", &own, &second);
    assert_selects(store, "2025-10-26 02:30", &berlin, &second);
    assert_selects(store, "2025-10-26T00:30", &utc, &first);
    assert_selects(store, "yesterday", &own, &late);
    assert_selects(store, "1 day ago 02:30", &berlin, &second);
    assert_selects(store, "2 days ago", &own, &eve);
    assert_selects(store, "2025-10", &own, &late);
    assert_selects(store, "2025-10-27", &own, &cut);
    assert_selects_none(store, "2025-10-26 03:30", &own, ERR_NOT_FOUND, "started within 2025-10-26 03:30; there are");
    assert_selects_none(store, "2025-10-32", &own, ERR_USAGE, "is no date");
    assert_selects_none(store, "yesterday", &nowhere, ERR_USAGE, "Nowhere/At_all");
    store_close(store);
}

static void a_label_means_the_last_run_that_has_it(void **state)
{
    struct place *place = *state;
    struct store *store = opened(place->path, STORE_CREATE);
    struct uuid old = record_at(store, 1000000, 0, "{\"deploy\":\"4f2c1\",\"by\":\"a=b\"}", RUN_COMPLETE);
    struct uuid again = record_at(store, 2000000, 0, "{\"deploy\":\"4f2c1\"}", RUN_COMPLETE);
    struct uuid cut = record_at(store, 3000000, 0, "{\"deploy\":\"5\"}", RUN_INTERRUPTED);

    record_at(store, 3000001, 0, "{\"deploy\":\"4f2c1\"}", RUN_INTERRUPTED);
    record_at(store, 3000002, 0, "no JSON", RUN_COMPLETE);
    record_at(store, 3000003, 0, NULL, RUN_COMPLETE);
    assert_selects(store, "deploy=4f2c1", NULL, &again);
    assert_selects(store, "by=a=b", NULL, &old);
    assert_selects(store, "deploy=5", NULL, &cut);
    assert_selects_none(store, "deploy=4f", NULL, ERR_NOT_FOUND, "has the label deploy=4f; there are");
    assert_selects_none(store, "=", NULL, ERR_NOT_FOUND, "has the label =");
    store_close(store);
}

static void an_error_lists_ten_runs_and_says_that_there_are_more(void **state)
{
    struct place *place = *state;
    struct store *store = opened(place->path, STORE_CREATE);
    struct error err = {0};
    struct uuid id;
    size_t listed = 0;

    for (int i = 0; i < 12; i++)
        record_at(store, 1000000 + i * 86400, 0, "{}", RUN_COMPLETE);
    assert_false(select_run(store, "2025-09-11", NULL, &id, &err));
    for (const char *at = err.text; (at = strstr(at, " 1970 ")); at++)
        listed++;
    assert_int_equal(listed, 10);
    assert_non_null(strstr(err.text, "and older ones"));
    store_close(store);
}

struct counted {
    size_t count;
    struct uuid newest;
};

static bool count_in_window(void *self, const struct run *run)
{
    struct counted *counted = self;

    if (counted->count++ == 0)
        counted->newest = run->id;
    return true;
}

static void assert_window(struct store *store, const char *expression, const struct selection *selection, size_t in_it,
                          size_t before_it)
{
    struct error err = {0};
    struct window window, before;
    struct counted counted = {0}, counted_before = {0};

    if (!select_window(store, expression, selection, &window, &err))
        print_error("%s: %s\n", expression, err.text);
    assert_int_equal(err.code, ERR_NONE);
    before = window_before(&window);
    assert_true(window_each_run(store, &window, selection, count_in_window, &counted, NULL));
    assert_true(window_each_run(store, &before, selection, count_in_window, &counted_before, NULL));
    assert_int_equal(counted.count, in_it);
    assert_int_equal(counted_before.count, before_it);
}

/* 20 nights at 02:30 in Berlin, from 2025-10-16 to 2025-11-04, over the change of clocks. */
static void a_window_is_as_many_nights_as_it_says_also_when_clocks_change(void **state)
{
    struct place *place = *state;
    struct store *store = opened(place->path, STORE_CREATE);
    struct selection own = {.now = {INT64_C(1762255800000000)}};
    struct error err = {0};
    struct window window;
    char runs[2 * UUID_TEXT + 2], text[UUID_TEXT];
    struct uuid ids[20];

    for (int i = 0; i < 20; i++) {
        bool winter = i > 10;

        ids[i] =
            record_at(store, 1760574600 + i * 86400 + (winter ? 3600 : 0), winter ? 3600 : 7200, "{}", RUN_COMPLETE);
    }
    assert_window(store, "2025-10-23..2025-10-29", &own, 7, 7);
    assert_window(store, "2025-10-26..2025-10-26", &own, 1, 1);
    assert_window(store, "2025-11-01..", &own, 4, 4);
    assert_window(store, "..2025-10-18", &own, 3, 0);
    assert_window(store, "yesterday..today", &own, 2, 2);
    assert_window(store, "latest..latest", &own, 1, 0);
    snprintf(runs, sizeof runs, "%s..", uuid_text(&ids[17], text));
    strcat(runs, uuid_text(&ids[18], text));
    assert_window(store, runs, &own, 2, 1);
    assert_false(select_window(store, "2025-10-29..2025-10-23", &own, &window, &err));
    assert_int_equal(err.code, ERR_USAGE);
    assert_false(select_window(store, "..", &own, &window, &err));
    assert_false(select_window(store, "1970-01-01..1970-01-02..", &own, &window, &err));
    assert_false(select_window(store, "latest", &own, &window, &err));
    store_close(store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLACED(latest_and_previous_are_whole_and_complete),
        PLACED(a_run_is_compared_in_its_own_environment),
        PLACED(last_good_asks_every_attempt_of_required_endpoints_only),
        PLACED(the_latest_run_may_be_the_last_good_one),
        PLACED(a_required_endpoint_that_was_never_attempted_did_not_pass),
        PLACED(a_prefix_means_the_one_run_that_has_it),
        PLACED(an_empty_store_says_that_it_has_no_run),
        PLACED(a_probe_is_a_run_and_a_number),
        PLACED(a_date_means_the_last_run_that_started_within_it),
        PLACED(a_label_means_the_last_run_that_has_it),
        PLACED(an_error_lists_ten_runs_and_says_that_there_are_more),
        PLACED(a_window_is_as_many_nights_as_it_says_also_when_clocks_change),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
#include "tests/unit/stored.h"

#include "store/select.h"

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
    assert_selects_none(store, "2025-09-11", NULL, ERR_USAGE, "names no run");
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
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

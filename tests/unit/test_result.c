/* SPDX-License-Identifier: MIT */
#include "tests/unit/stored.h"

#include "store/result.h"

struct seen {
    size_t count;
    struct result results[16];
    char code[64];
    size_t most;
};

static bool see(void *self, const struct result *result)
{
    struct seen *seen = self;

    seen->results[seen->count++] = *result;
    if (result->code)
        snprintf(seen->code, sizeof seen->code, "%s", result->code);
    return seen->count < seen->most;
}

static struct run record(struct store *store)
{
    struct run run = run_at(NOON);
    struct probe *failing = plain_probe(6, 1);

    assert_true(store_begin_run(store, &run, NULL));
    for (uint32_t i = 1; i <= 5; i++)
        put_one(store, &run, plain_probe(i, 3 - i % 3));
    failing->outcome = OUTCOME_FAILED;
    failing->layer = LAYER_TCP;
    failing->code = "tcp-refused";
    failing->status = 0;
    failing->candidate = 2;
    failing->question = QUESTION_CANDIDATE;
    failing->attempt = 7;
    failing->timings.total_us = NOT_MEASURED;
    put_one(store, &run, failing);
    return run;
}

static void results_come_by_endpoint_and_ordinal(void **state)
{
    static const uint32_t endpoints[] = {1, 1, 1, 2, 2, 3};
    static const uint32_t ordinals[] = {2, 5, 6, 1, 4, 3};
    struct place *place = *state;
    struct store *store = opened(place->path, STORE_CREATE);
    struct run run = record(store);
    struct seen seen = {.most = 16};
    const struct result *failed = &seen.results[2];

    assert_true(store_each_result(store, &run.id, RESULT_EVERY_ENDPOINT, see, &seen, NULL));
    assert_int_equal(seen.count, 6);
    for (size_t i = 0; i < 6; i++) {
        assert_int_equal(seen.results[i].endpoint, endpoints[i]);
        assert_int_equal(seen.results[i].ordinal, ordinals[i]);
        assert_int_equal(seen.results[i].started.us, NOON + 1000 * (int64_t)ordinals[i]);
    }
    assert_int_equal(failed->outcome, OUTCOME_FAILED);
    assert_int_equal(failed->layer, LAYER_TCP);
    assert_string_equal(seen.code, "tcp-refused");
    assert_int_equal(failed->candidate, 2);
    assert_int_equal(failed->question, QUESTION_CANDIDATE);
    assert_int_equal(failed->attempt, 7);
    assert_int_equal(failed->timings.total_us, NOT_MEASURED);
    assert_int_equal(seen.results[0].status, 200);
    assert_int_equal(seen.results[0].timings.total_us, 9002);
    assert_int_equal(seen.results[0].timings.tls_us, 2100);
    assert_int_equal(seen.results[0].timings.first_byte_us, 4002);
    assert_int_equal(seen.results[0].timings.ping_us, NOT_MEASURED);
    assert_null(seen.results[0].code);
    store_close(store);
}

static void one_endpoint_is_one_seek_and_the_taker_may_stop(void **state)
{
    struct place *place = *state;
    struct store *store = opened(place->path, STORE_CREATE);
    struct run run = record(store);
    struct seen one = {.most = 16}, first = {.most = 1}, none = {.most = 16};
    struct uuid unknown = {{0}};
    struct error err = {0};

    assert_true(store_each_result(store, &run.id, 2, see, &one, NULL));
    assert_int_equal(one.count, 2);
    assert_int_equal(one.results[1].ordinal, 4);
    assert_true(store_each_result(store, &run.id, RESULT_EVERY_ENDPOINT, see, &first, NULL));
    assert_int_equal(first.count, 1);
    assert_true(store_each_result(store, &run.id, 99, see, &none, NULL));
    assert_int_equal(none.count, 0);
    assert_false(store_each_result(store, &unknown, 1, see, &none, &err));
    assert_int_equal(err.code, ERR_NOT_FOUND);
    store_close(store);
}

/* By the key itself: neither a scan, nor a sort, nor an index that inserts would have to pay for. */
static void neither_needs_a_scan_or_a_sort(void **state)
{
    struct place *place = *state;

    store_close(opened(place->path, STORE_CREATE));
    assert_int_equal(asked(place->path, "SELECT count(*) FROM pragma_index_list('probe')"), 1);
    assert_int_equal(asked(place->path, "SELECT wr FROM pragma_table_list('probe')"), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLACED(results_come_by_endpoint_and_ordinal),
        PLACED(one_endpoint_is_one_seek_and_the_taker_may_stop),
        PLACED(neither_needs_a_scan_or_a_sort),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

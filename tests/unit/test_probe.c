/* SPDX-License-Identifier: MIT */
#include "collector/probe.h"
#include "tests/unit/unit.h"

static void a_new_probe_has_measured_nothing(void **state)
{
    struct probe *probe = probe_new();

    (void)state;
    assert_int_equal(probe->timings.dns_us, NOT_MEASURED);
    assert_int_equal(probe->timings.ping_us, NOT_MEASURED);
    assert_int_equal(probe->timings.total_us, NOT_MEASURED);
    assert_int_equal(probe->layer, LAYER_NONE);
    assert_null(probe->code);
    probe_free(probe);
    probe_free(NULL);
}

static void a_header_is_found_whatever_its_case(void **state)
{
    struct probe *probe = probe_new();
    struct header headers[] = {
        {slice_of("server"), slice_of("nginx")},
        {slice_of("X-Trace"), slice_of("")},
        {slice_of("Server"), slice_of("second")},
    };

    (void)state;
    probe->headers = headers;
    probe->header_count = 3;
    assert_true(slice_equals(probe_header(probe, "Server"), slice_of("nginx")));
    assert_non_null(probe_header(probe, "x-trace").data);
    assert_int_equal(probe_header(probe, "x-trace").len, 0);
    assert_null(probe_header(probe, "X-Tra").data);
    probe_free(probe);
}

static void every_enum_has_its_word(void **state)
{
    (void)state;
    assert_string_equal(layer_words[LAYER_NONE], "none");
    assert_string_equal(layer_words[LAYER_PERFORMANCE], "performance");
    assert_null(layer_words[LAYER_COUNT]);
    assert_string_equal(outcome_words[OUTCOME_NOT_JUDGED], "not-judged");
    assert_string_equal(judgement_words[JUDGED_DOES_NOT], "does-not-hold");
    assert_string_equal(message_words[MESSAGE_CLOSE], "close");
    assert_string_equal(client_words[CLIENT_WIRE], "wire");
    assert_string_equal(run_state_words[RUN_INTERRUPTED], "interrupted");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_probe_has_measured_nothing),
        cmocka_unit_test(a_header_is_found_whatever_its_case),
        cmocka_unit_test(every_enum_has_its_word),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

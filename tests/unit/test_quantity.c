/* SPDX-License-Identifier: MIT */
#include "collector/quantity.h"
#include "tests/unit/unit.h"

#define SECOND INT64_C(1000000)

static void durations_have_a_unit(void **state)
{
    static const struct {
        const char *text;
        int64_t us;
    } cases[] = {
        {"0s", 0},
        {"1us", 1},
        {"500ms", 500000},
        {"0.5s", 500000},
        {"10s", 10 * SECOND},
        {"5m", 300 * SECOND},
        {"1.5h", 5400 * SECOND},
        {"2h", 7200 * SECOND},
        {"14d", INT64_C(14) * 86400 * SECOND},
        {"0.000000001s", 0},
        {"1.123456789s", 1123456},
        {"0.999999999d", INT64_C(86399999913)},
        {"106751991d", INT64_C(106751991) * 86400 * SECOND},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t us = -1;

        if (!quantity_duration(cases[i].text, &us))
            fail_msg("`%s` is no duration", cases[i].text);
        assert_int_equal(us, cases[i].us);
    }
}

static void what_is_no_duration_is_refused(void **state)
{
    static const char *const cases[] = {
        "",          "10",    "s",   "-1s",    "+1s",        "1 s",           " 1s",
        "1s ",       "1.s",   ".5s", "1.5.5s", "1e3s",       "1min",          "1S",
        "1,5s",      "0x10s", "1ss", "1s\n",   "106751992d", "1.1234567891s", "99999999999999999999us",
        "1\xc2\xb5s"};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t us;

        if (quantity_duration(cases[i], &us))
            fail_msg("`%s` is taken for a duration", cases[i]);
    }
}

static void sizes_are_binary(void **state)
{
    static const struct {
        const char *text;
        uint64_t bytes;
    } cases[] = {{"0", 0},
                 {"1000", 1000},
                 {"12B", 12},
                 {"64KiB", 65536},
                 {"1.5KiB", 1536},
                 {"8MiB", 8 << 20},
                 {"2GiB", INT64_C(2) << 30},
                 {"9223372036854775807", INT64_MAX}};
    static const char *const none[] = {
        "", "KiB", "1kB", "1KB", "1MB", "1k", "-1", "1 KiB", "9223372036854775808", "99999999999GiB"};
    uint64_t bytes;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (!quantity_size(cases[i].text, &bytes))
            fail_msg("`%s` is no size", cases[i].text);
        assert_int_equal(bytes, cases[i].bytes);
    }
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        if (quantity_size(none[i], &bytes))
            fail_msg("`%s` is taken for a size", none[i]);
}

static void durations_are_told_in_a_unit_that_suits_them(void **state)
{
    static const struct {
        int64_t us;
        const char *words;
    } cases[] = {
        {0, "0 us"},
        {-1, "0 us"},
        {7, "7 us"},
        {999, "999 us"},
        {1000, "1 ms"},
        {1500, "1.5 ms"},
        {1234, "1.23 ms"},
        {69000, "69 ms"},
        {123456, "123 ms"},
        {999400, "999 ms"},
        {999700, "1 s"},
        {1 * SECOND, "1 s"},
        {1234567, "1.23 s"},
        {1250000, "1.25 s"},
        {15750000, "15.8 s"},
        {65123456, "65.1 s"},
        {75 * SECOND, "75 s"},
        {90 * SECOND, "1.5 m"},
        {100 * SECOND, "100 s"},
        {130400000, "2.17 m"},
        {300 * SECOND, "5 m"},
        {5400 * SECOND, "1.5 h"},
        {7200 * SECOND, "2 h"},
        {12345 * SECOND, "3.43 h"},
        {86400 * SECOND, "1 d"},
        {INT64_C(61) * 86400 * SECOND, "61 d"},
        {INT64_C(61) * 86400 * SECOND + 123456789, "61 d"},
        {INT64_C(14) * 86400 * SECOND - 1, "14 d"},
        {INT64_C(1234567) * 86400 * SECOND, "1234567 d"},
        {INT64_MAX, "106751991 d"},
    };
    struct arena arena = ARENA_INIT;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(quantity_duration_words(cases[i].us, &arena), cases[i].words);
    arena_free(&arena);
}

static void sizes_are_told_exactly(void **state)
{
    struct arena arena = ARENA_INIT;

    (void)state;
    assert_string_equal(quantity_size_words(0, &arena), "0 bytes");
    assert_string_equal(quantity_size_words(1000, &arena), "1000 bytes");
    assert_string_equal(quantity_size_words(65536, &arena), "64 KiB");
    assert_string_equal(quantity_size_words(8 << 20, &arena), "8 MiB");
    assert_string_equal(quantity_size_words((8 << 20) + 1, &arena), "8388609 bytes");
    arena_free(&arena);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(durations_have_a_unit),  cmocka_unit_test(what_is_no_duration_is_refused),
        cmocka_unit_test(sizes_are_binary),       cmocka_unit_test(durations_are_told_in_a_unit_that_suits_them),
        cmocka_unit_test(sizes_are_told_exactly),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

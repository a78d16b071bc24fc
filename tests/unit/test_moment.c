/* SPDX-License-Identifier: MIT */
#include "tests/unit/unit.h"

#include "store/moment.h"

#define SECOND INT64_C(1000000)
#define DAY (86400 * SECOND)
/* 2025-09-11 12:00:00 on some calendar. */
#define NOW (INT64_C(1757592000) * SECOND)
#define MIDNIGHT (INT64_C(1757548800) * SECOND)

static void what_a_person_types_is_a_span_of_the_calendar(void **state)
{
    static const struct {
        const char *text;
        int64_t from_us, to_us;
    } rows[] = {
        {"2025-09-11", MIDNIGHT, MIDNIGHT + DAY},
        {"today", MIDNIGHT, MIDNIGHT + DAY},
        {"0 days ago", MIDNIGHT, MIDNIGHT + DAY},
        {"yesterday", MIDNIGHT - DAY, MIDNIGHT},
        {"1 day ago", MIDNIGHT - DAY, MIDNIGHT},
        {"14 days ago", MIDNIGHT - 14 * DAY, MIDNIGHT - 13 * DAY},
        {"2025-09-11 02:00", MIDNIGHT + 7200 * SECOND, MIDNIGHT + 7260 * SECOND},
        {"2025-09-11T02:00:04", MIDNIGHT + 7204 * SECOND, MIDNIGHT + 7205 * SECOND},
        {"yesterday 23:59", MIDNIGHT - 60 * SECOND, MIDNIGHT},
        {"2025-09", MIDNIGHT - 10 * DAY, MIDNIGHT + 20 * DAY},
        {"2024-02-29", INT64_C(1709164800) * SECOND, INT64_C(1709251200) * SECOND},
        {"2024-02", INT64_C(1706745600) * SECOND, INT64_C(1709251200) * SECOND},
        {"2000-02-29", INT64_C(951782400) * SECOND, INT64_C(951868800) * SECOND},
        {"1970-01-01", 0, DAY},
        {"2100-03-01", INT64_C(4107542400) * SECOND, INT64_C(4107628800) * SECOND},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct moment moment = {0};
        struct error err = {0};

        if (!moment_parse(rows[i].text, NOW, &moment, &err))
            print_error("%s: %s\n", rows[i].text, err.text);
        assert_true(moment_is_meant(rows[i].text));
        assert_int_equal(moment.from_us, rows[i].from_us);
        assert_int_equal(moment.to_us, rows[i].to_us);
    }
}

static void what_is_on_no_calendar_is_refused(void **state)
{
    static const char *const rows[] = {
        "2025-02-29",          "2100-02-29",  "2025-13-01",       "2025-00-01",        "2025-09-00",     "2025-09-31",
        "1969-12-31",          "2025-9-11",   "2025-09-11 24:00", "2025-09-11 02:60",  "2025-09-11 02",  "2025-09-11 ",
        "2025-09-11 02:00:60", "2025-09-11x", "2025-09 02:00",    "2025-09-11 02:00 ", "yesterday noon", "2025-",
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct moment moment;
        struct error err = {0};

        if (moment_parse(rows[i], NOW, &moment, &err))
            print_error("%s was taken\n", rows[i]);
        assert_int_equal(err.code, ERR_USAGE);
        assert_non_null(strstr(err.text, rows[i]));
        assert_true(moment_is_meant(rows[i]));
    }
}

static void ids_and_words_are_not_meant_as_dates(void **state)
{
    static const char *const rows[] = {"0192f3",
                                       "2025",
                                       "20250911",
                                       "01920250-9",
                                       "latest",
                                       "todays",
                                       "deploy=2025-09-11",
                                       "3 nights ago",
                                       "days ago",
                                       "999999999999999999999 days ago"};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_false(moment_is_meant(rows[i]));
}

/* Europe/Berlin, 2025-10-26: 02:30 comes at +02:00 and again at +01:00; on 2025-03-30 it never comes. */
static void an_hour_that_comes_twice_is_held_twice_and_one_that_is_skipped_never(void **state)
{
    static const struct {
        const char *text;
        int64_t utc_s;
        bool holds;
    } rows[] = {
        {"2025-10-26 02:30", 1761438600, true},                                    /* 00:30 UTC */
        {"2025-10-26 02:30", 1761442200, true},                                    /* 01:30 UTC */
        {"2025-10-26 02:30", 1761445800, false},                                   /* 02:30 UTC: 03:30 */
        {"2025-10-26 03:30", 1761445800, true},  {"2025-10-26", 1761429600, true}, /* its 25 hours */
        {"2025-10-26", 1761519599, true},        {"2025-10-26", 1761429599, false},
        {"2025-10-26", 1761519600, false},       {"2025-03-30 02:30", 1743294600, false}, /* 00:30 UTC: 01:30 */
        {"2025-03-30 02:30", 1743298200, false},                                          /* 01:30 UTC: 03:30 */
        {"2025-03-30 03:30", 1743298200, true},  {"2025-03-30", 1743289200, true},        /* its 23 hours */
        {"2025-03-30", 1743371999, true},        {"2025-03-30", 1743372000, false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct wall when = {rows[i].utc_s * SECOND};
        struct moment moment;
        int32_t offset_s;

        assert_true(zone_offset("Europe/Berlin", when, &offset_s));
        assert_true(moment_parse(rows[i].text, NOW, &moment, NULL));
        if (moment_holds(&moment, when, offset_s) != rows[i].holds)
            print_error("%s, %lld\n", rows[i].text, (long long)rows[i].utc_s);
        assert_int_equal(moment_holds(&moment, when, offset_s), rows[i].holds);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_person_types_is_a_span_of_the_calendar),
        cmocka_unit_test(what_is_on_no_calendar_is_refused),
        cmocka_unit_test(ids_and_words_are_not_meant_as_dates),
        cmocka_unit_test(an_hour_that_comes_twice_is_held_twice_and_one_that_is_skipped_never),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/* What a series of nights says of an endpoint, without a store. */
#include "tests/unit/unit.h"

#include <math.h>

#include "diagnosis/history.h"
#include "diagnosis/series.h"

enum { NIGHTS_MOST_HERE = 32 };

static const struct latency_threshold usual = {0.10, 5000};

/* One endpoint's nights: P passes, F fails, f fails with another status, U unsteady, ? not judged, - not probed. */
struct nights {
    struct turn turns[NIGHTS_MOST_HERE];
    struct series_night list[NIGHTS_MOST_HERE];
    struct series series;
};

static enum verdict verdict_of(char letter)
{
    return letter == 'P'   ? VERDICT_PASSES
           : letter == 'U' ? VERDICT_UNSTEADY
           : letter == '?' ? VERDICT_NOT_JUDGED
           : letter == '-' ? VERDICT_NOT_PROBED
                           : VERDICT_FAILS;
}

static void nights_of(struct nights *nights, const char *letters)
{
    memset(nights, 0, sizeof *nights);
    for (size_t i = 0; letters[i]; i++) {
        enum verdict verdict = verdict_of(letters[i]);

        nights->turns[i] = (struct turn){
            .count = verdict == VERDICT_NOT_PROBED ? 0 : 2,
            .passed = verdict == VERDICT_PASSES ? 2 : verdict == VERDICT_UNSTEADY,
            .failed = verdict == VERDICT_FAILS ? 2 : verdict == VERDICT_UNSTEADY,
            .status = letters[i] == 'f'   ? 404
                      : letters[i] == 'F' ? 500
                                          : 200,
            .code = verdict == VERDICT_FAILS ? "http-status" : NULL,
            .median_us = verdict == VERDICT_PASSES ? 20000 : NOT_MEASURED,
            .verdict = (uint8_t)verdict,
        };
        nights->list[i].turns = &nights->turns[i];
        nights->series.count++;
    }
    nights->series.nights = nights->list;
}

static void a_history_counts_and_says_since_when(void **state)
{
    static const struct {
        const char *nights;
        size_t passed, failed, unsteady, changes, first_failing, last_good;
        bool flapping;
    } cases[] = {
        {"PPPP", 4, 0, 0, 0, HISTORY_NONE, 3, false},
        {"PPFF", 2, 2, 0, 1, 2, 1, false},
        {"FFFF", 0, 4, 0, 0, 0, HISTORY_NONE, false},
        {"PFPP", 3, 1, 0, 2, HISTORY_NONE, 3, false},
        {"PF-?F", 1, 2, 0, 1, 1, 0, false},                       /* what was not judged ends nothing */
        {"PPUF", 2, 1, 1, 2, 2, 1, false},                        /* unsteady is no pass: the trouble began there */
        {"PPU", 2, 0, 1, 1, 2, 1, true},                          /* unsteady now */
        {"PFPF", 2, 2, 0, 3, 3, 2, true},                         /* three changes */
        {"PFPFPPPPPPPPPP", 12, 2, 0, 4, HISTORY_NONE, 13, false}, /* but not in the last ten runs */
        {"----", 0, 0, 0, 0, HISTORY_NONE, HISTORY_NONE, false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct nights nights;
        struct history history;

        nights_of(&nights, cases[i].nights);
        history = history_of(&nights.series, 0, usual);
        if (history.passed != cases[i].passed || history.failed != cases[i].failed
            || history.unsteady != cases[i].unsteady || history.changes != cases[i].changes
            || history.first_failing != cases[i].first_failing || history.last_good != cases[i].last_good
            || history.flapping != cases[i].flapping)
            fail_msg("%s: %zu passed, %zu failed, %zu unsteady, %zu changes, fails from %zu, good at %zu, flapping %d",
                     cases[i].nights, history.passed, history.failed, history.unsteady, history.changes,
                     history.first_failing, history.last_good, history.flapping);
    }
}

static void uptime_is_of_the_runs_that_judged_it(void **state)
{
    struct nights nights;
    struct history history;

    (void)state;
    nights_of(&nights, "PPPPPPPPPFFFFF-?");
    history = history_of(&nights.series, 0, usual);
    assert_true(fabs(history.uptime - 9.0 / 14) < 1e-12);
    /* By counting out both tails of the binomial distribution. */
    assert_true(fabs(history.within.low - 0.3513801106) < 1e-6);
    assert_true(fabs(history.within.high - 0.8724015702) < 1e-6);
    nights_of(&nights, "??");
    assert_true(isnan(history_of(&nights.series, 0, usual).uptime));
}

/* The nights that were not timed are not counted when the shift is placed. */
static void a_shift_is_placed_at_the_night_it_began(void **state)
{
    struct nights nights;
    struct history history;

    (void)state;
    nights_of(&nights, "PPPF-PPPPPPPPPPPP");
    for (size_t i = 9; i < nights.series.count; i++)
        nights.turns[i].median_us = 90000;
    history = history_of(&nights.series, 0, usual);
    assert_int_equal(history.shift_at, 9);
    assert_true(history.shift.p < 0.01);
    assert_true(history.shift.before < 20001 && history.shift.after > 89999);
}

static void between_windows_the_last_judged_runs_tell(void **state)
{
    static const struct {
        const char *before, *after;
        enum transition transition;
    } cases[] = {
        {"PPP", "PPP", TRANSITION_STILL_PASSING}, {"PFP", "PPF", TRANSITION_REGRESSED},
        {"FFF", "FFP", TRANSITION_FIXED},         {"FFF", "FFF", TRANSITION_STILL_FAILING},
        {"FFF", "FFf", TRANSITION_OTHER_CAUSE},   {"PPP", "PFPF", TRANSITION_FLAPPING},
        {"PPP", "PPU", TRANSITION_FLAPPING},      {"---", "PPP", TRANSITION_NEW},
        {"PPP", "---", TRANSITION_NOT_TESTED},    {"PPP", "P??", TRANSITION_STILL_PASSING},
        {"PPP", "???", TRANSITION_CHANGED},       {"PPP", "PF-", TRANSITION_REGRESSED},
        {"PFPF", "PPP", TRANSITION_FIXED},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct nights before, after;

        nights_of(&before, cases[i].before);
        nights_of(&after, cases[i].after);
        if (history_transition(&before.series, &after.series, 0) != cases[i].transition)
            fail_msg("%s, %s: not %s", cases[i].before, cases[i].after, transition_words[cases[i].transition]);
    }
}

/* A failing answer is fast, and an experiment's attempt is none of the night's. */
static void a_turn_times_what_passed_or_was_too_slow(void **state)
{
    static const struct timings quick = {.total_us = 1000, .tls_us = 300, .dns_us = NOT_MEASURED, .upgrade_us = -1},
                                slow = {.total_us = 9000, .tls_us = 500, .dns_us = NOT_MEASURED, .upgrade_us = -1};
    const struct attempt attempts[] = {
        {.outcome = OUTCOME_PASSED, .status = 200, .timings = slow},
        {.outcome = OUTCOME_FAILED, .layer = LAYER_HTTP, .code = "http-status", .status = 500, .timings = quick},
        {.outcome = OUTCOME_FAILED,
         .layer = LAYER_PERFORMANCE,
         .code = "performance-slow",
         .status = 200,
         .timings = slow},
        {.outcome = OUTCOME_PASSED, .status = 200, .again = true, .timings = quick},
    };
    double medians[MEASURE_COUNT];
    struct turn turn = turn_of(attempts, 4, medians);

    (void)state;
    assert_int_equal(turn.count, 4);
    assert_int_equal(turn.passed, 2);
    assert_int_equal(turn.failed, 2);
    assert_int_equal(turn.verdict, VERDICT_UNSTEADY);
    assert_string_equal(turn.code, "performance-slow");
    assert_int_equal(turn.median_us, 9000);
    assert_true(medians[MEASURE_TOTAL] > 8999 && medians[MEASURE_TLS] > 499 && medians[MEASURE_TLS] < 501);
    assert_true(medians[MEASURE_DNS] < 0.1);
    assert_int_equal(turn_of(attempts, 0, NULL).verdict, VERDICT_NOT_PROBED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_history_counts_and_says_since_when),
        cmocka_unit_test(uptime_is_of_the_runs_that_judged_it),
        cmocka_unit_test(a_shift_is_placed_at_the_night_it_began),
        cmocka_unit_test(between_windows_the_last_judged_runs_tell),
        cmocka_unit_test(a_turn_times_what_passed_or_was_too_slow),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/* When a night is worth a mail. */
#include "tests/unit/unit.h"

#include "cli/night_news.h"
#include "diagnosis/compare.h"

static const int64_t day_us = INT64_C(86400) * 1000000;

/* A series of one endpoint: a letter a night, `.` for one that passed. */
static struct series series_of(const char *nights, struct arena *arena)
{
    static const struct endpoint endpoint = {.name = "chat", .role = ROLE_REQUIRED};
    static const struct suite suite = {.endpoints = &endpoint, .endpoint_count = 1};
    struct series series = {.suite = &suite, .count = strlen(nights)};

    series.nights = arena_new(arena, series.count + 1, sizeof *series.nights);
    for (size_t i = 0; i < series.count; i++) {
        series.nights[i].started.us = (int64_t)(100 + i) * day_us;
        series.nights[i].turns = arena_new(arena, 1, sizeof(struct turn));
        series.nights[i].turns[0].verdict = nights[i] == '.' ? VERDICT_PASSES : VERDICT_FAILS;
    }
    return series;
}

static size_t reminders(const char *before, int64_t remind_us, bool fails)
{
    struct arena arena = ARENA_INIT;
    struct series series = series_of(before, &arena);
    const struct model_summary summary = {.required = 1, .failing = fails};
    const struct model model = {.summary = &summary};
    struct night_news news = {.arena = &arena};
    size_t count;

    night_news_reminder(&news, &model, &series, remind_us, (struct wall){(int64_t)(100 + strlen(before)) * day_us}, 0);
    count = news.count;
    assert_int_equal(news.fails, fails);
    arena_free(&arena);
    return count;
}

static void what_still_fails_is_told_every_seventh_night(void **state)
{
    char nights[40] = "..";

    (void)state;
    for (size_t failing = 1; failing < 30; failing++) {
        nights[1 + failing] = 'x';
        nights[2 + failing] = '\0';
        assert_int_equal(reminders(nights, 7 * day_us, true), failing % 7 == 0);
    }
    assert_int_equal(reminders("xxxxxxx", 7 * day_us, true), 1);
    assert_int_equal(reminders("xxxxxxx", 0, true), 0);
    assert_int_equal(reminders("xxxxxxx", 7 * day_us, false), 0);
    assert_int_equal(reminders("", 7 * day_us, true), 0);
    assert_int_equal(reminders("xx", day_us / 2, true), 1);
}

static size_t told(enum transition transition, enum verdict before, enum verdict after)
{
    struct arena arena = ARENA_INIT;
    const struct model_answer answers[2] = {{.verdict = (int)before}, {.verdict = (int)after}};
    const struct model_transition row = {
        .endpoint = slice_of("chat"), .transition = (int)transition, .before = &answers[0], .after = &answers[1]};
    const struct model_comparison comparison = {.transitions = {.items = &row, .count = 1}};
    const struct model_summary summary = {.required = 1};
    const struct model model = {.summary = &summary, .comparison = &comparison};
    struct night_news news = {.arena = &arena};

    night_news_changes(&news, &model, &model);
    arena_free(&arena);
    return news.count;
}

static void only_a_change_of_sides_is_news(void **state)
{
    (void)state;
    assert_int_equal(told(TRANSITION_REGRESSED, VERDICT_PASSES, VERDICT_FAILS), 1);
    assert_int_equal(told(TRANSITION_FIXED, VERDICT_FAILS, VERDICT_PASSES), 1);
    assert_int_equal(told(TRANSITION_OTHER_CAUSE, VERDICT_FAILS, VERDICT_FAILS), 1);
    assert_int_equal(told(TRANSITION_STILL_FAILING, VERDICT_FAILS, VERDICT_FAILS), 0);
    assert_int_equal(told(TRANSITION_STILL_PASSING, VERDICT_PASSES, VERDICT_PASSES), 0);
    assert_int_equal(told(TRANSITION_FLAPPING, VERDICT_FAILS, VERDICT_PASSES), 1);
    assert_int_equal(told(TRANSITION_FLAPPING, VERDICT_FAILS, VERDICT_UNSTEADY), 0);
    assert_int_equal(told(TRANSITION_NEW, VERDICT_PASSES, VERDICT_PASSES), 0);
    assert_int_equal(told(TRANSITION_NEW, VERDICT_PASSES, VERDICT_FAILS), 1);
    assert_int_equal(told(TRANSITION_GONE, VERDICT_PASSES, VERDICT_PASSES), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_still_fails_is_told_every_seventh_night),
        cmocka_unit_test(only_a_change_of_sides_is_news),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

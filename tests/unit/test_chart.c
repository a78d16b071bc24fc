/* SPDX-License-Identifier: MIT */
#include "render/chart_latency.h"
#include "render/chart_nights.h"

#include "base/memory.h"
#include "tests/unit/unit.h"

enum { DAY_S = 86400, MANY = 400 };

static const int64_t first_night = INT64_C(1757548804); /* 11 Sep 2025 00:00:04 UTC */

static void has(const struct buf *svg, const char *text)
{
    if (!strstr(svg->data, text))
        fail_msg("not in the chart: %s\n%s", text, svg->data);
}

static size_t count_of(const struct buf *svg, const char *text)
{
    size_t count = 0;

    for (const char *at = svg->data; (at = strstr(at, text)); at += strlen(text))
        count++;
    return count;
}

static struct wall night(size_t number)
{
    return (struct wall){(first_night + (int64_t)number * DAY_S) * 1000000};
}

/* Two endpoints over `count` nights: one passes but for the last three, the other always. */
static void draw_nights(size_t count, size_t rows, struct buf *out)
{
    struct night_column *columns = mem_new(count + 1, sizeof *columns);
    struct night_cell *passing = mem_new(count + 1, sizeof *passing);
    struct night_cell *failing = mem_new(count + 1, sizeof *failing);
    struct night_row *list = mem_new(rows + 1, sizeof *list);

    for (size_t i = 0; i < count; i++) {
        columns[i].started = night(i);
        if (i + 3 >= count)
            failing[i] = (struct night_cell){NIGHT_FAILS, "0 of 3 passed, 500"};
    }
    for (size_t i = 0; i < rows; i++)
        list[i] = (struct night_row){slice_of(i ? "/health" : "/ws"), i ? passing : failing};
    chart_nights(&(struct chart_nights){columns, count, list, rows, 0, 0, 7200}, out);
    mem_free(columns);
    mem_free(passing);
    mem_free(failing);
    mem_free(list);
}

static void a_strip_has_a_cell_a_night_with_date_sign_and_word(void **state)
{
    struct buf svg = BUF_INIT;

    (void)state;
    draw_nights(14, 2, &svg);
    assert_int_equal(count_of(&svg, "<use "), 28);
    assert_int_equal(count_of(&svg, "<use href=\"#night-fail\""), 3);
    has(&svg, "<title>24 Sep 02:00: fails, 0 of 3 passed, 500</title>");
    has(&svg, "<title>11 Sep 02:00: passes</title>");
    has(&svg, "role=\"img\" aria-labelledby=\"nights-title nights-text\"");
    has(&svg,
        "<title id=\"nights-title\">14 runs of 2 endpoints, a row an endpoint, the newest run at the right</title>");
    has(&svg, "<desc id=\"nights-text\">/ws: passes 11 Sep to 21 Sep (11 runs), fails 22 Sep to 24 Sep (3 runs). "
              "/health: passes 11 Sep to 24 Sep (14 runs).</desc>");
    has(&svg, ">11 Sep 2025</text>");
    has(&svg, ">24 Sep 2025</text>");
    /* What does not occur is in no legend. */
    assert_int_equal(count_of(&svg, ">unsteady</text>"), 0);
    assert_int_equal(count_of(&svg, ">passes</text>"), 1);
    buf_free(&svg);
}

static void one_night_is_a_strip_of_one_cell(void **state)
{
    struct buf svg = BUF_INIT;

    (void)state;
    draw_nights(1, 1, &svg);
    assert_int_equal(count_of(&svg, "<use "), 1);
    has(&svg, "1 run of 1 endpoint, a row");
    has(&svg, "/ws: fails 11 Sep.</desc>");
    assert_int_equal(count_of(&svg, "not drawn"), 0);
    buf_free(&svg);
}

static void many_nights_and_endpoints_are_bounded_and_say_so(void **state)
{
    struct buf svg = BUF_INIT;

    (void)state;
    draw_nights(MANY, 2, &svg);
    assert_int_equal(count_of(&svg, "<use "), 2 * NIGHTS_SHOWN);
    has(&svg, ">not drawn: 340 older runs</text>");
    has(&svg, "Not all of it: not drawn: 340 older runs.");
    buf_free(&svg);
    draw_nights(MANY, MANY, &svg);
    assert_int_equal(count_of(&svg, "<use "), NIGHTS_CELLS);
    has(&svg, ">not drawn: 340 older runs and 380 endpoints</text>");
    assert_true(svg.len < 150000);
    buf_free(&svg);
    draw_nights(10, 121, &svg);
    has(&svg, ">not drawn: 1 more endpoint</text>");
    buf_free(&svg);
}

static void what_changes_often_is_told_by_counts(void **state)
{
    struct night_column columns[8] = {{.started = {0}}};
    struct night_cell cells[8];
    const struct night_row row = {slice_of("/flaky"), cells};
    struct buf svg = BUF_INIT;

    (void)state;
    for (size_t i = 0; i < 8; i++) {
        columns[i].started = night(i);
        cells[i] = (struct night_cell){i % 2 ? NIGHT_UNSTEADY : NIGHT_NOT_PROBED, NULL};
    }
    chart_nights(&(struct chart_nights){columns, 8, &row, 1, 0, 0, 0}, &svg);
    has(&svg, "/flaky: unsteady in 4, not probed in 4, unsteady in the newest.");
    buf_free(&svg);
}

static void nothing_is_drawn_of_nothing(void **state)
{
    const struct night_row row = {slice_of("/ws"), NULL};
    struct buf svg = BUF_INIT;

    (void)state;
    draw_nights(0, 0, &svg);
    draw_nights(5, 0, &svg);
    chart_nights(&(struct chart_nights){NULL, 0, &row, 1, 0, 0, 0}, &svg);
    chart_latency(&(struct chart_latency){NULL, 0, 0}, &svg);
    assert_int_equal(svg.len, 0);
    buf_free(&svg);
}

static const char hostile[] = "</text><script>alert(1)</script>\"'&\xe2\x80\xae\n\x1b[31m";

static void check_harmless(const struct buf *svg)
{
    assert_int_equal(count_of(svg, "<script"), 0);
    assert_int_equal(count_of(svg, "\xe2\x80\xae"), 0);
    assert_int_equal(count_of(svg, "\x1b"), 0);
    has(svg, "&lt;/text&gt;&lt;script&gt;");
}

static void foreign_labels_are_escaped(void **state)
{
    const struct night_column column = {night(0), slice_of(hostile)};
    const struct night_cell cell = {NIGHT_PASSES, NULL};
    const struct night_row row = {slice_of(hostile), &cell};
    const int64_t times[] = {1000, 2000};
    const struct latency_row side = {"before", "n = 2", times, 2, 1500};
    const struct latency_pair pair = {slice_of(hostile), "slower", true, side, side};
    struct buf svg = BUF_INIT;

    (void)state;
    chart_nights(&(struct chart_nights){&column, 1, &row, 1, 0, 0, 0}, &svg);
    check_harmless(&svg);
    buf_free(&svg);
    chart_latency(&(struct chart_latency){&pair, 1, 0}, &svg);
    check_harmless(&svg);
    buf_free(&svg);
}

static void changes_stand_under_their_night(void **state)
{
    struct night_column columns[14] = {{.started = {0}}};
    const struct night_cell cells[14] = {{NIGHT_PASSES, NULL}};
    const struct night_row row = {slice_of("/ws"), cells};
    struct buf svg = BUF_INIT;

    (void)state;
    for (size_t i = 0; i < 14; i++)
        columns[i].started = night(i);
    columns[5].mark = slice_of("deploy a long time ago");
    columns[7].mark = slice_of("deploy 9be01");
    columns[9].mark = slice_of("deploy 4f2c1");
    chart_nights(&(struct chart_nights){columns, 14, &row, 1, 0, 3, 0}, &svg);
    has(&svg, ">20 Sep · deploy 4f2c1</text>");
    has(&svg, ">not drawn: 3 more endpoints</text>");
    /* The words of one that stands too near to another go on a second line, a third has none. */
    has(&svg, ">18 Sep · deploy 9be01</text>");
    assert_int_equal(count_of(&svg, "long time ago"), 0);
    assert_int_equal(count_of(&svg, "class=\"tick\""), 3);
    buf_free(&svg);
}

static void times_stand_on_one_scale_with_their_medians(void **state)
{
    const int64_t before[] = {48000, 50000, 52000}, after[] = {90000, 95000, 99000, 100000};
    const struct latency_pair pair = {slice_of("/api/x"),
                                      "slower by 45 ms",
                                      true,
                                      {"3 nights before", "n = 3", before, 3, 50000},
                                      {"this run", "n = 4", after, 4, 97000}};
    struct buf svg = BUF_INIT;

    (void)state;
    chart_latency(&(struct chart_latency){&pair, 1, 0}, &svg);
    assert_int_equal(count_of(&svg, "<circle "), 7);
    assert_int_equal(count_of(&svg, "class=\"median\""), 2);
    has(&svg, ">3 nights before: median 50 ms, n = 3</text>");
    has(&svg, ">0</text>");
    has(&svg, ">100 ms</text>");
    /* 0 at 6, 100 ms at 414. */
    has(&svg, "<circle cx=\"210.0\" cy=\"43\"");
    has(&svg, "<circle cx=\"414.0\" cy=\"79\"");
    has(&svg,
        "<desc id=\"latency-text\">/api/x: slower by 45 ms; 3 nights before median 50 ms, from 48 ms to 52 ms, n "
        "= 3; this run median 97 ms, from 90 ms to 100 ms, n = 4. </desc>");
    buf_free(&svg);
}

static void many_pairs_and_times_are_bounded_and_said(void **state)
{
    struct latency_pair pairs[LATENCY_PAIRS + 2];
    int64_t times[MANY] = {0};
    struct buf svg = BUF_INIT;

    (void)state;
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        pairs[i] = (struct latency_pair){
            slice_of("/x"), "faster", false, {"before", "n = 400", times, MANY, 0}, {"after", "n = 1", times, 1, 0}};
    chart_latency(&(struct chart_latency){pairs, sizeof pairs / sizeof *pairs, 4}, &svg);
    assert_int_equal(count_of(&svg, "class=\"median\""), 2 * LATENCY_PAIRS);
    assert_true(count_of(&svg, "<circle ") <= (120 + 1) * LATENCY_PAIRS);
    has(&svg, ">not drawn: 6 more</text>");
    buf_free(&svg);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_strip_has_a_cell_a_night_with_date_sign_and_word),
        cmocka_unit_test(one_night_is_a_strip_of_one_cell),
        cmocka_unit_test(many_nights_and_endpoints_are_bounded_and_say_so),
        cmocka_unit_test(what_changes_often_is_told_by_counts),
        cmocka_unit_test(nothing_is_drawn_of_nothing),
        cmocka_unit_test(foreign_labels_are_escaped),
        cmocka_unit_test(changes_stand_under_their_night),
        cmocka_unit_test(times_stand_on_one_scale_with_their_medians),
        cmocka_unit_test(many_pairs_and_times_are_bounded_and_said),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

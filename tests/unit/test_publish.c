/* SPDX-License-Identifier: MIT */
/* What publishing knows without a tracker: limits, markers, nights, bodies, tokens, commands, the queue. */
#include "tests/unit/unit.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector/secret.h"
#include "collector/suite.h"
#include "publish/body.h"
#include "publish/limit.h"
#include "publish/marker.h"
#include "publish/nights.h"
#include "publish/process.h"
#include "publish/queue.h"
#include "publish/token.h"
#include "publish/transfer.h"

static void a_limit_is_told_from_a_missing_right(void **state)
{
    const struct {
        struct limit limit;
        bool is;
        int64_t wait_s;
    } cases[] = {
        {{.status = 429}, true, 60},
        {{.status = 429, .times = 2}, true, 240},
        {{.status = 429, .retry_after_s = 7}, true, 7},
        {{.status = 429, .retry_after_s = INT64_C(2303685974)}, true, 86400},
        {{.status = 403}, false, 0},
        {{.status = 403, .remaining = "12"}, false, 0},
        {{.status = 403, .remaining = "0", .reset = "1030", .now = {INT64_C(1000000000)}}, true, 31},
        {{.status = 403, .remaining = "0", .reset = "2025-09-11T02:00:00Z"}, true, 60},
        {{.status = 403, .body = {"exceeded a secondary Rate Limit", 31}}, true, 60},
        {{.status = 503}, false, 0},
        {{.status = 503, .retry_after_s = 3}, true, 3},
        {{.status = 404}, false, 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(limit_is(&cases[i].limit), cases[i].is);
        if (cases[i].is)
            assert_int_equal(limit_wait_us(&cases[i].limit), cases[i].wait_s * 1000000);
    }
}

static void the_next_page_is_found_among_links(void **state)
{
    const struct {
        const char *header, *next;
    } cases[] = {
        {"<https://h/a?page=2>; rel=\"next\", <https://h/a?page=9>; rel=\"last\"", "https://h/a?page=2"},
        {"<https://h/a?page=1>; rel=\"prev\", <https://h/a?page=3>; rel=\"next\"", "https://h/a?page=3"},
        {"<https://h/a?page=9>; rel=\"last\"", NULL},
        {"<https://h/a", NULL},
        {"", NULL},
        {"rel=\"next\"", NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct slice next = link_next(slice_of(cases[i].header));

        assert_true(slice_equals(next, slice_of(cases[i].next)));
        assert_int_equal(next.data != NULL, cases[i].next != NULL);
    }
}

static void another_port_or_scheme_is_another_origin(void **state)
{
    (void)state;
    assert_true(same_origin("https://h.example/a", "https://H.example:443/b"));
    assert_false(same_origin("https://h.example/a", "http://h.example/a"));
    assert_false(same_origin("https://h.example/a", "https://h.example:444/a"));
    assert_false(same_origin("https://h.example/a", "https://h.example.evil/a"));
    assert_false(same_origin("https://h.example/a", "https://h.example@evil/a"));
    assert_false(same_origin("https://h.example/a", "nonsense"));
}

static void a_marker_counts_on_the_last_line_alone(void **state)
{
    struct arena arena = ARENA_INIT;
    const char *key = marker_key("s", "e", "488", &arena);
    const char *words = marker_words(key, "nightly", &arena);

    (void)state;
    assert_int_equal(strlen(key), 32);
    assert_string_not_equal(key, marker_key("s", NULL, "e488", &arena));
    assert_string_not_equal(key, marker_key("se", "", "488", &arena));
    for (int form = MARKER_HTML; form <= MARKER_WIKI; form++) {
        const char *line = marker_line(key, "nightly", (enum marker_form)form, &arena);

        assert_true(marker_found(arena_printf(&arena, "text\r\n\r\n%s\r\n", line), words));
        assert_false(marker_found(arena_printf(&arena, "> %s\n\nmine is better", line), words));
    }
    assert_false(
        marker_found(marker_line(key, "event 01", MARKER_HTML, &arena), marker_words(key, "event 0", &arena)));
    assert_false(marker_found("", words));
    arena_free(&arena);
}

static struct night night_of(const char *when, const char *run, enum night_verdict verdict, const char *causes)
{
    struct night night = {
        .run = run, .verdict = verdict, .failing = verdict != NIGHT_WORKS, .total = 2, .causes = causes};

    snprintf(night.when, sizeof night.when, "%s", when);
    return night;
}

static void a_night_reads_back_as_it_was_written(void **state)
{
    struct arena arena = ARENA_INIT;
    const struct night nights[] = {
        night_of("2025-09-11 02:00 UTC", "0192f3ab-1234", NIGHT_FAILS, "http-a, websocket-b"),
        night_of("2025-09-12 02:00 UTC", "0192f3ac", NIGHT_WORKS, ""),
        night_of("2025-09-13 02:00 UTC", "0192f3ad", NIGHT_NOT_JUDGED, ""),
    };
    static const char *const others[] = {
        "",
        "* ",
        "* 2025-09-11 02:00 UTC, run 01: fails, 3 of 2 endpoints",
        "* 2025-09-11 02:00 UTC, run 01: fails, 1 of 2 endpoints (@all)",
        "* 2025-09-11 02:00 UTC, run 01: fails, 1 of 2 endpoints (a) more",
        "* 2025-09-11 02:00 UTC, run : fails, 1 of 2 endpoints",
        "* 2025-9-11 02:00 UTC, run 01: fails, 1 of 2 endpoints",
        " * 2025-09-11 02:00 UTC, run 01: fails, 1 of 2 endpoints",
        "* 2025-09-11 02:00 UTC, run 01: broken, 1 of 2 endpoints",
    };
    struct night back;

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct buf line = BUF_INIT;

        night_write(&nights[i], &line);
        assert_true(night_read(buf_slice(&line), &arena, &back));
        assert_string_equal(back.when, nights[i].when);
        assert_string_equal(back.run, nights[i].run);
        assert_string_equal(back.causes, nights[i].causes);
        assert_int_equal(back.verdict, nights[i].verdict);
        assert_int_equal(back.failing, nights[i].failing);
        buf_free(&line);
    }
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_false(night_read(slice_of(others[i]), &arena, &back));
    arena_free(&arena);
}

static void what_happened_is_against_the_last_judged_night(void **state)
{
    struct arena arena = ARENA_INIT;
    struct nights nights = {0};
    const struct night list[] = {
        night_of("2025-09-01 02:00 UTC", "01", NIGHT_FAILS, "a"),
        night_of("2025-09-02 02:00 UTC", "02", NIGHT_FAILS, "a"),
        night_of("2025-09-03 02:00 UTC", "03", NIGHT_FAILS, "b"),
        night_of("2025-09-04 02:00 UTC", "04", NIGHT_NOT_JUDGED, ""),
        night_of("2025-09-05 02:00 UTC", "05", NIGHT_WORKS, ""),
        night_of("2025-09-06 02:00 UTC", "06", NIGHT_WORKS, ""),
        night_of("2025-09-07 02:00 UTC", "07", NIGHT_UNSTEADY, ""),
        night_of("2025-09-08 02:00 UTC", "08", NIGHT_FAILS, "c"),
    };
    static const enum transition_kind wanted[] = {NIGHT_SAME,  NIGHT_SAME, NIGHT_OTHER_CAUSE, NIGHT_SAME,
                                                  NIGHT_FIXED, NIGHT_SAME, NIGHT_REGRESSED,   NIGHT_SAME};
    static const unsigned fixed[] = {0, 0, 0, 0, 0, 0, 0, 0};

    (void)state;
    /* In any order, twice: they sort themselves, and each run is there once. */
    for (size_t round = 0; round < 2; round++)
        for (size_t i = 0; i < 8; i++)
            nights_add(&nights, &list[(i * 3 + round) % 8], &arena);
    assert_int_equal(nights.count, 8);
    for (size_t i = 0; i < 8; i++) {
        assert_string_equal(nights.list[7 - i].run, list[i].run);
        assert_int_equal(nights_change(&nights, &list[i]), wanted[i]);
        assert_int_equal(nights_fixed(&nights, list[i].run), fixed[i]);
    }
    /* A night that nobody could judge breaks the chain of those that worked; a failing one starts it. */
    nights.count = 0;
    for (size_t i = 0; i < 3; i++)
        nights_add(&nights, &list[i == 0 ? 2 : 3 + i], &arena);
    assert_int_equal(nights_fixed(&nights, "05"), 1);
    assert_int_equal(nights_fixed(&nights, "06"), 2);
    assert_int_equal(nights_fixed(&nights, "03"), 0);
    arena_free(&arena);
}

/* Takes what fits, as the flavours of render/ do in their ways. */
static void write_fitting(const void *self, struct slice markdown, size_t most, const char *where, struct buf *out)
{
    const size_t note = strlen(where) + 2;

    (void)self;
    if (markdown.len <= most) {
        buf_put_slice(out, markdown);
        return;
    }
    buf_put(out, markdown.data, most > note ? most - note : 0);
    buf_printf(out, "\n%s\n", where);
}

static size_t count_bytes(const void *self, struct slice text)
{
    (void)self;
    return text.len;
}

static void a_body_never_outgrows_its_tracker(void **state)
{
    const struct finish finish = {NULL, write_fitting, count_bytes};
    const struct night night = night_of("2025-09-01 02:00 UTC", "01", NIGHT_FAILS, "a");
    struct buf report = BUF_INIT;
    struct arena arena = ARENA_INIT;
    struct nights nights = {0};

    (void)state;
    nights_add(&nights, &night, &arena);
    for (int i = 0; i < 500; i++)
        buf_printf(&report, "paragraph %d\n\n", i);
    for (int dialect = DIALECT_MARKDOWN; dialect <= DIALECT_WIKI; dialect++)
        for (size_t most = 600; most < 4000; most += 97) {
            const struct body body = {.dialect = (enum dialect)dialect,
                                      .most = most,
                                      .markdown = buf_slice(&report),
                                      .finish = &finish,
                                      .nights = &nights,
                                      .file = most % 2 ? "page.html" : NULL,
                                      .marker = "<!-- m -->"};
            struct buf out = BUF_INIT;

            body_write(&body, &out);
            assert_in_range(out.len, 100, most);
            assert_non_null(strstr(out.data, most % 2 ? "the page has it" : "`endoscope report` on the collector"));
            assert_non_null(strstr(out.data, dialect == DIALECT_WIKI ? "h3. Nights" : "### Nights"));
            assert_string_equal(out.data + out.len - 11, "<!-- m -->\n");
            buf_free(&out);
        }
    buf_free(&report);
    arena_free(&arena);
}

static void what_a_tracker_keeps_may_differ_in_white_space(void **state)
{
    (void)state;
    assert_true(body_equals("a\n\nb \n", "a\r\n\r\nb"));
    assert_true(body_equals("", "\n"));
    assert_false(body_equals("a\nb", "a\n"));
    assert_false(body_equals("a", "ab"));
    assert_false(body_equals("ab", "a b"));
}

static void a_command_is_split_without_a_shell(void **state)
{
    struct arena arena = ARENA_INIT;
    struct error err = {0};
    const char **words = command_words("  a 'b $c' \"d \\\" e\" f\\ g ''", &arena, &err);

    (void)state;
    assert_non_null(words);
    assert_string_equal(words[0], "a");
    assert_string_equal(words[1], "b $c");
    assert_string_equal(words[2], "d \" e");
    assert_string_equal(words[3], "f g");
    assert_string_equal(words[4], "");
    assert_null(words[5]);
    assert_null(command_words("a 'b", &arena, &err));
    assert_non_null(strstr(err.text, "never closed"));
    assert_null(command_words("  ", &arena, &err));
    arena_free(&arena);
}

static void a_command_is_bounded_in_time_and_bytes(void **state)
{
    struct buf out = BUF_INIT;
    struct error err = {0};
    struct process well = {
        .command = "sh -c 'cat; exit 7'", .input = {"in", 2}, .timeout_us = 60000000, .output_most = 9};
    struct process long_one = {.command = "sleep 600", .timeout_us = 200000, .output_most = 9};
    struct process loud = {.command = "yes", .timeout_us = 60000000, .output_most = 100};
    struct process none = {.command = "/no/such/program", .timeout_us = 60000000, .output_most = 9};

    (void)state;
    assert_true(process_run(&well, &out, &err));
    assert_string_equal(out.data, "in");
    assert_int_equal(well.status, 7);
    assert_false(process_run(&long_one, &out, &err));
    assert_non_null(strstr(err.text, "did not end"));
    assert_false(process_run(&loud, &out, &err));
    assert_non_null(strstr(err.text, "more than 100 bytes"));
    assert_false(process_run(&none, &out, &err));
    assert_non_null(strstr(err.text, "No such file"));
    buf_free(&out);
}

static bool obtain_within(int64_t us, struct token_settings token, const char **value, struct error *err,
                          struct arena *arena)
{
    struct secrets *secrets = secrets_new();
    const struct tracker_settings settings = {.name = "gh", .kind = "github", .token = token};
    const char *shown;
    const struct mono deadline = {mono_now().us + us};
    bool ok = token_obtain(&settings, deadline, secrets, arena, value, &shown, err);

    if (ok && *value) {
        struct buf out = BUF_INIT;

        secrets_redact(secrets, slice_of(*value), false, &out);
        assert_null(strstr(out.data, *value)); /* it is registered */
        assert_null(strstr(shown, *value));
        buf_free(&out);
    }
    secrets_free(secrets);
    return ok;
}

static bool obtain(struct token_settings token, const char **value, struct error *err, struct arena *arena)
{
    return obtain_within(60 * INT64_C(1000000), token, value, err, arena);
}

static void a_token_comes_from_one_of_three_places(void **state)
{
    char path[] = "/tmp/test_publish.XXXXXX";
    struct arena arena = ARENA_INIT;
    struct error err = {0};
    const char *value;
    int fd = mkostemp(path, O_CLOEXEC);

    (void)state;
    assert_true(fd >= 0);
    assert_int_equal(write(fd, "file-token-1\nmore\n", 18), 18);
    close(fd);
    assert_true(obtain((struct token_settings){.file = path}, &value, &err, &arena));
    assert_string_equal(value, "file-token-1");
    assert_int_equal(chmod(path, 0640), 0);
    assert_false(obtain((struct token_settings){.file = path}, &value, &err, &arena));
    assert_non_null(strstr(err.text, "chmod 600"));
    unlink(path);
    assert_false(obtain((struct token_settings){.file = path}, &value, &err, &arena));
    assert_true(obtain((struct token_settings){.text = {"text-token-1", "${T}"}}, &value, &err, &arena));
    assert_string_equal(value, "text-token-1");
    assert_true(obtain((struct token_settings){.command = "printf '%s\\n' command-token"}, &value, &err, &arena));
    assert_string_equal(value, "command-token");
    assert_false(obtain((struct token_settings){.command = "false"}, &value, &err, &arena));
    assert_false(obtain((struct token_settings){.command = "printf 'two words'"}, &value, &err, &arena));
    assert_null(strstr(err.text, "two words\n"));
    assert_false(obtain((struct token_settings){.command = "true"}, &value, &err, &arena));
    assert_non_null(strstr(err.text, "is empty: it has no token"));
    /* Programs that keep passwords print what belongs to one below it. */
    assert_true(
        obtain((struct token_settings){.command = "printf 'first-line\\nlogin: bot\\n'"}, &value, &err, &arena));
    assert_string_equal(value, "first-line");
    /* One that hangs has until the deadline, a second and a half from its start, and not its half minute. */
    assert_false(obtain_within(1500000, (struct token_settings){.command = "sleep 1000"}, &value, &err, &arena));
    assert_non_null(
        strstr(err.text, "the command that prints the token: sleep: it did not end within 1 s, and was killed"));
    assert_true(obtain((struct token_settings){.file = NULL}, &value, &err, &arena));
    assert_null(value);
    arena_free(&arena);
}

static void the_queue_outlives_us_and_keeps_others_out(void **state)
{
    char folder[] = "/tmp/test_publish.XXXXXX";
    char path[64], lock[80];
    struct queue queue, other;
    struct error err = {0};
    struct stat info;
    FILE *file;

    (void)state;
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/queue", folder);
    snprintf(lock, sizeof lock, "%s.lock", path);
    assert_true(queue_open(&queue, path, false, mono_now(), &err));
    queue_add(&queue, "gh", "488", "02");
    queue_add(&queue, "gh", "488", "01");
    queue_add(&queue, "gh", "488", "02");
    assert_true(queue_save(&queue, &err));
    assert_false(queue_open(&other, path, false, mono_now(), &err));
    assert_non_null(strstr(err.text, "another endoscope"));
    queue_close(&other);
    queue_close(&queue);
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    assert_true(queue_open(&queue, path, false, mono_now(), &err));
    assert_int_equal(queue.count, 2);
    assert_string_equal(queue.list[0].run, "01");
    queue_drop(&queue, 0);
    queue_drop(&queue, 0);
    assert_true(queue_save(&queue, &err));
    assert_int_not_equal(stat(path, &info), 0);
    queue_close(&queue);
    file = fopen(path, "w");
    assert_non_null(file);
    fputs("{\"schema\": \"endoscope-queue/2\"}", file);
    fclose(file);
    assert_false(queue_open(&queue, path, false, mono_now(), &err));
    queue_close(&queue);
    unlink(path);
    unlink(lock);
    rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_limit_is_told_from_a_missing_right),
        cmocka_unit_test(the_next_page_is_found_among_links),
        cmocka_unit_test(another_port_or_scheme_is_another_origin),
        cmocka_unit_test(a_marker_counts_on_the_last_line_alone),
        cmocka_unit_test(a_night_reads_back_as_it_was_written),
        cmocka_unit_test(what_happened_is_against_the_last_judged_night),
        cmocka_unit_test(a_body_never_outgrows_its_tracker),
        cmocka_unit_test(what_a_tracker_keeps_may_differ_in_white_space),
        cmocka_unit_test(a_command_is_split_without_a_shell),
        cmocka_unit_test(a_command_is_bounded_in_time_and_bytes),
        cmocka_unit_test(a_token_comes_from_one_of_three_places),
        cmocka_unit_test(the_queue_outlives_us_and_keeps_others_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

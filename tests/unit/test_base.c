/* SPDX-License-Identifier: MIT */
#include "tests/unit/unit.h"

#include "base/clock.h"
#include "base/digest.h"
#include "base/error.h"
#include "base/uuid.h"

static void times_are_written_in_the_given_zone(void **state)
{
    struct wall when = {1757548804123456};
    char text[WALL_TEXT];

    (void)state;
    assert_string_equal(wall_iso(when, 7200, text), "2025-09-11T02:00:04.123456+02:00");
    assert_string_equal(wall_iso(when, -12600, text), "2025-09-10T20:30:04.123456-03:30");
    assert_string_equal(wall_words(when, 0, text), "11 Sep 2025 00:00:04 +00:00");
}

static void times_before_1970_round_down(void **state)
{
    char text[WALL_TEXT];

    (void)state;
    assert_string_equal(wall_iso((struct wall){-1}, 0, text), "1969-12-31T23:59:59.999999+00:00");
}

static void a_zone_knows_its_summer(void **state)
{
    int32_t offset = 0;

    (void)state;
    assert_true(zone_offset("Europe/Berlin", (struct wall){1757548804000000}, &offset));
    assert_int_equal(offset, 7200);
    assert_true(zone_offset("Europe/Berlin", (struct wall){1736900000000000}, &offset));
    assert_int_equal(offset, 3600);
    assert_true(zone_offset("UTC", (struct wall){0}, &offset));
    assert_int_equal(offset, 0);
}

static void an_unknown_zone_is_said_so(void **state)
{
    int32_t offset = 1;

    (void)state;
    assert_false(zone_offset("Mars/Olympus", (struct wall){0}, &offset));
    assert_false(zone_offset("../../etc/passwd", (struct wall){0}, &offset));
    assert_int_equal(offset, 0);
}

static void run_ids_sort_by_time(void **state)
{
    struct uuid first, second, again;
    char a[UUID_TEXT], b[UUID_TEXT];

    (void)state;
    assert_true(uuid_new((struct wall){1757548804123000}, &first, NULL));
    assert_true(uuid_new((struct wall){1757548804124000}, &second, NULL));
    uuid_text(&first, a);
    uuid_text(&second, b);
    assert_true(strcmp(a, b) < 0);
    assert_int_equal(a[14], '7');
    assert_non_null(strchr("89ab", a[19]));
    assert_true(uuid_parse(a, &again));
    assert_memory_equal(&first, &again, sizeof first);
    assert_false(uuid_parse("0192f3ab", &again));
    a[8] = '0';
    assert_false(uuid_parse(a, &again));
}

static void a_digest_is_sha256(void **state)
{
    struct digest digest = digest_of(slice_of("abc"));
    char text[DIGEST_TEXT];

    (void)state;
    /* FIPS 180-4, example of a one-block message. */
    assert_string_equal(digest_text(&digest, text),
                        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

static void context_stands_before_the_cause(void **state)
{
    struct error err = {0};

    (void)state;
    assert_false(fail(&err, ERR_IO, "no %s", "file"));
    assert_false(fail_context(&err, "report %d", 7));
    assert_string_equal(err.text, "report 7: no file");
    assert_int_equal(err.code, ERR_IO);
    assert_false(fail(NULL, ERR_IO, "nobody listens"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times_are_written_in_the_given_zone),
        cmocka_unit_test(times_before_1970_round_down),
        cmocka_unit_test(a_zone_knows_its_summer),
        cmocka_unit_test(an_unknown_zone_is_said_so),
        cmocka_unit_test(run_ids_sort_by_time),
        cmocka_unit_test(a_digest_is_sha256),
        cmocka_unit_test(context_stands_before_the_cause),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

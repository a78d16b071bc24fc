/* SPDX-License-Identifier: MIT */

#include <math.h>

#include "render/flavor.h"
#include "tests/unit/unit.h"

static const char *duration(int64_t us)
{
    static struct buf out = BUF_INIT;

    buf_clear(&out);
    words_duration(us, &out);
    return out.data;
}

static const char *bytes(uint64_t count)
{
    static struct buf out = BUF_INIT;

    buf_clear(&out);
    words_bytes(count, &out);
    return out.data;
}

static const char *number(double value)
{
    static struct buf out = BUF_INIT;

    buf_clear(&out);
    words_number(value, &out);
    return out.data;
}

static void durations_have_three_digits_and_the_unit_that_fits(void **state)
{
    const int64_t second = 1000000, hour = 3600 * second, day = 24 * hour;

    (void)state;
    assert_string_equal(duration(-1), "");
    assert_string_equal(duration(0), "0 µs");
    assert_string_equal(duration(4), "4 µs");
    assert_string_equal(duration(999), "999 µs");
    assert_string_equal(duration(1000), "1 ms");
    assert_string_equal(duration(1234), "1.23 ms");
    assert_string_equal(duration(12345), "12.3 ms");
    assert_string_equal(duration(69000), "69 ms");
    assert_string_equal(duration(999499), "999 ms");
    assert_string_equal(duration(999500), "1 s");
    assert_string_equal(duration(3200000), "3.2 s");
    assert_string_equal(duration(59949999), "59.9 s");
    assert_string_equal(duration(59960000), "1 min");
    assert_string_equal(duration(125 * second), "2 min 5 s");
    assert_string_equal(duration(hour - 1), "1 h");
    assert_string_equal(duration(3 * hour + 720 * second), "3 h 12 min");
    assert_string_equal(duration(day), "1 day");
    assert_string_equal(duration(36 * hour), "1.5 days");
    assert_string_equal(duration(61 * day), "61 days");
    assert_string_equal(duration(3650 * day), "3650 days");
}

static void sizes_are_right_in_singular_and_plural(void **state)
{
    (void)state;
    assert_string_equal(bytes(0), "0 bytes");
    assert_string_equal(bytes(1), "1 byte");
    assert_string_equal(bytes(21), "21 bytes");
    assert_string_equal(bytes(1024), "1 KiB");
    assert_string_equal(bytes(65536), "64 KiB");
    assert_string_equal(bytes(1536), "1.5 KiB");
    assert_string_equal(bytes(1048575), "1 MiB");
    assert_string_equal(bytes(UINT64_MAX), "16 EiB");
}

static void numbers_have_no_exponents(void **state)
{
    (void)state;
    assert_string_equal(number(36.84), "36.8");
    assert_string_equal(number(1200.4), "1200");
    assert_string_equal(number(0.0042), "0.0042");
    assert_string_equal(number(-2), "-2");
    assert_null(strchr(number(1e-7), 'e'));
    assert_null(strchr(number(1e300), 'e'));
    assert_string_equal(number(NAN), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(durations_have_three_digits_and_the_unit_that_fits),
        cmocka_unit_test(sizes_are_right_in_singular_and_plural),
        cmocka_unit_test(numbers_have_no_exponents),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

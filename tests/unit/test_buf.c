/* SPDX-License-Identifier: MIT */
#include "tests/unit/unit.h"

#include "base/buf.h"
#include "base/memory.h"

static void an_untouched_buffer_is_an_empty_string(void **state)
{
    struct buf buf = BUF_INIT;

    (void)state;
    assert_string_equal(buf.data, "");
    buf_clear(&buf);
    buf_free(&buf);
    assert_string_equal(buf.data, "");
}

static void what_is_put_stays_terminated(void **state)
{
    struct buf buf = BUF_INIT;

    (void)state;
    for (int i = 0; i < 1000; i++)
        assert_true(buf_puts(&buf, "ab"));
    assert_int_equal(buf.len, 2000);
    assert_int_equal(strlen(buf.data), 2000);
    buf_drop(&buf, 1999);
    assert_string_equal(buf.data, "b");
    buf_drop(&buf, 5);
    assert_string_equal(buf.data, "");
    buf_free(&buf);
}

static void a_cap_cuts_and_is_remembered(void **state)
{
    struct buf buf = BUF_INIT;

    (void)state;
    buf.cap = 5;
    assert_true(buf_puts(&buf, "abc"));
    assert_false(buf_puts(&buf, "defg"));
    assert_string_equal(buf.data, "abcde");
    assert_true(buf.capped);
    assert_false(buf_putc(&buf, 'x'));
    buf_clear(&buf);
    assert_false(buf.capped);
    assert_true(buf_printf(&buf, "%d", 12345));
    buf_free(&buf);
}

static void long_formats_are_whole(void **state)
{
    struct buf buf = BUF_INIT;
    char text[600];

    (void)state;
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    assert_true(buf_printf(&buf, "<%s>", text));
    assert_int_equal(buf.len, 601);
    assert_int_equal(buf.data[600], '>');
    buf_free(&buf);
}

static void detached_bytes_are_the_callers(void **state)
{
    struct buf buf = BUF_INIT;
    char *bytes;

    (void)state;
    buf_puts(&buf, "mine");
    bytes = buf_detach(&buf);
    assert_string_equal(bytes, "mine");
    assert_string_equal(buf.data, "");
    mem_free(bytes);
    bytes = buf_detach(&buf);
    assert_string_equal(bytes, "");
    mem_free(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_untouched_buffer_is_an_empty_string), cmocka_unit_test(what_is_put_stays_terminated),
        cmocka_unit_test(a_cap_cuts_and_is_remembered),           cmocka_unit_test(long_formats_are_whole),
        cmocka_unit_test(detached_bytes_are_the_callers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

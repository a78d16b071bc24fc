/* SPDX-License-Identifier: MIT */
#include "tests/unit/unit.h"

#include "base/arena.h"
#include "collector/worker_message.h"

static struct buf out = BUF_INIT;

static int clear(void **state)
{
    (void)state;
    buf_free(&out);
    return 0;
}

static struct slice payload_of(enum worker_kind kind, uint32_t id)
{
    struct slice left = buf_slice(&out);
    struct worker_frame frame;

    assert_int_equal(worker_frame_next(&left, &frame), WORKER_STEP_FRAME);
    assert_int_equal(frame.kind, kind);
    assert_int_equal(frame.id, id);
    assert_int_equal(left.len, 0);
    return frame.payload;
}

static void a_message_reads_back_as_it_was_written(void **state)
{
    struct worker_reader reader;
    struct slice bytes;
    size_t begin;

    (void)state;
    begin = worker_frame_begin(&out, WORKER_HEAD, 0xfedcba98);
    worker_put_number(&out, UINT64_MAX);
    worker_put_bytes(&out, (struct slice){"a\0b", 3});
    worker_put_bytes(&out, (struct slice){NULL, 0});
    worker_put_bytes(&out, (struct slice){"", 0});
    worker_frame_end(&out, begin);
    reader = (struct worker_reader){payload_of(WORKER_HEAD, 0xfedcba98), false};
    assert_true(worker_get_number(&reader) == UINT64_MAX);
    bytes = worker_get_bytes(&reader);
    assert_int_equal(bytes.len, 3);
    assert_memory_equal(bytes.data, "a\0b", 3);
    assert_null(worker_get_bytes(&reader).data);
    bytes = worker_get_bytes(&reader);
    assert_non_null(bytes.data);
    assert_int_equal(bytes.len, 0);
    assert_false(reader.spoilt);
    assert_int_equal(reader.left.len, 0);
}

static void a_start_reads_back_as_it_was_written(void **state)
{
    struct worker_start sent = {.address = "192.0.2.1",
                                .host = "chat.example:8443",
                                .name = "chat.example",
                                .target = "/ws?x=1",
                                .subprotocols = "a, b",
                                .port = 8443,
                                .tls = true,
                                .verify = true,
                                .profile = 7,
                                .message_most = 1ULL << 33,
                                .headers = {"\1\2", 2}};
    struct worker_start got;
    struct arena texts = ARENA_INIT;

    (void)state;
    worker_put_start(&out, 3, &sent);
    assert_true(worker_get_start(payload_of(WORKER_START, 3), &texts, &got));
    assert_string_equal(got.address, sent.address);
    assert_string_equal(got.host, sent.host);
    assert_string_equal(got.name, sent.name);
    assert_string_equal(got.target, sent.target);
    assert_string_equal(got.subprotocols, sent.subprotocols);
    assert_null(got.origin);
    assert_int_equal(got.port, 8443);
    assert_true(got.tls && got.verify);
    assert_int_equal(got.profile, 7);
    assert_true(got.message_most == 1ULL << 33);
    assert_int_equal(got.headers.len, 2);
    arena_free(&texts);
}

static void a_start_that_is_cut_anywhere_is_none(void **state)
{
    struct worker_start sent = {.address = "::1", .host = "h", .name = "h", .target = "/", .port = 80};
    struct slice whole;

    (void)state;
    worker_put_start(&out, 1, &sent);
    whole = payload_of(WORKER_START, 1);
    for (size_t len = 0; len < whole.len; len++) {
        char *exact = len ? test_malloc(len) : NULL; /* so that reading on is seen */
        struct arena texts = ARENA_INIT;
        struct worker_start got;

        if (exact)
            memcpy(exact, whole.data, len);
        assert_false(worker_get_start((struct slice){exact ? exact : "", len}, &texts, &got));
        arena_free(&texts);
        if (exact)
            test_free(exact);
    }
}

static void a_frame_waits_until_it_is_whole(void **state)
{
    struct worker_frame frame;
    size_t begin = worker_frame_begin(&out, WORKER_PONG, 1);

    (void)state;
    worker_put_bytes(&out, slice_of("hello"));
    worker_frame_end(&out, begin);
    for (size_t len = 0; len < out.len; len++) {
        struct slice part = {out.data, len};

        assert_int_equal(worker_frame_next(&part, &frame), WORKER_STEP_HUNGRY);
        assert_int_equal(part.len, len);
    }
}

static void a_length_beyond_the_cap_is_no_frame(void **state)
{
    static const char lengths[][4] = {"\1\0\x40\0", "\xff\xff\xff\xff", "\0\0\0\x80"};

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        char head[WORKER_FRAME_HEAD] = {0};
        struct slice input = {head, sizeof head};
        struct worker_frame frame;

        memcpy(head, lengths[i], 4);
        assert_int_equal(worker_frame_next(&input, &frame), WORKER_STEP_BROKEN);
    }
}

static void a_field_beyond_the_frame_spoils_all_that_follows(void **state)
{
    struct worker_reader reader = {{"\xfe\xff\xff\xff"
                                    "12345678abcdefgh",
                                    20},
                                   false};

    (void)state;
    assert_null(worker_get_bytes(&reader).data);
    assert_true(reader.spoilt);
    assert_int_equal(worker_get_number(&reader), 0);
    assert_null(worker_get_bytes(&reader).data);
}

static void a_number_beyond_its_bound_spoils_the_reader(void **state)
{
    struct worker_reader reader = {{"\x66\0\0\0\0\0\0\0"
                                    "\x65\0\0\0\0\0\0\0",
                                    16},
                                   false};

    (void)state;
    assert_int_equal(worker_get_upto(&reader, 0x65), 0);
    assert_true(reader.spoilt);
    assert_int_equal(worker_get_upto(&reader, 0x65), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(a_message_reads_back_as_it_was_written, clear),
        cmocka_unit_test_teardown(a_start_reads_back_as_it_was_written, clear),
        cmocka_unit_test_teardown(a_start_that_is_cut_anywhere_is_none, clear),
        cmocka_unit_test_teardown(a_frame_waits_until_it_is_whole, clear),
        cmocka_unit_test(a_length_beyond_the_cap_is_no_frame),
        cmocka_unit_test(a_field_beyond_the_frame_spoils_all_that_follows),
        cmocka_unit_test(a_number_beyond_its_bound_spoils_the_reader),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

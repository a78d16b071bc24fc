/* SPDX-License-Identifier: MIT */
#include "tests/unit/unit.h"

#include "base/arena.h"
#include "base/buf.h"
#include "collector/body.h"
#include "collector/handshake.h"
#include "collector/head.h"

#define BYTES(text) ((struct slice){text, sizeof(text) - 1})

static struct arena arena = ARENA_INIT;

static int forget(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static void assert_says(struct slice actual, const char *wanted)
{
    assert_int_equal(actual.len, strlen(wanted));
    assert_memory_equal(actual.data, wanted, actual.len);
}

static void a_head_ends_with_its_blank_line(void **state)
{
    (void)state;
    assert_int_equal(head_end(BYTES("HTTP/1.1 200 OK\r\nA: b\r\n\r\nrest"), 0), 25);
    assert_int_equal(head_end(BYTES("HTTP/1.1 200 OK\nA: b\n\nrest"), 0), 22);
    assert_int_equal(head_end(BYTES("HTTP/1.1 200 OK\r\nA: b\r\n"), 0), 0);
    for (size_t seen = 0; seen < 25; seen++)
        assert_int_equal(head_end(BYTES("HTTP/1.1 200 OK\r\nA: b\r\n\r\nrest"), seen), 25);
}

static void status_reason_and_fields_are_kept_in_order(void **state)
{
    struct head head;
    size_t from = 0;

    (void)state;
    assert_true(head_read(BYTES("HTTP/1.1 418 I'm a  teapot\r\nB:  2 \r\na: 1\r\nb: 3\r\n folded\r\nC:\r\n\r\n"),
                          &arena, &head));
    assert_int_equal(head.status, 418);
    assert_string_equal(head.version, "1.1");
    assert_says(head.reason, "I'm a  teapot");
    assert_int_equal(head.header_count, 4);
    assert_says(head.headers[0].name, "B");
    assert_says(head.headers[0].value, "2");
    assert_says(head_field(&head, "b", &from), "2");
    assert_says(head_field(&head, "b", &from), "3 folded");
    assert_null(head_field(&head, "b", &from).data);
    from = 0;
    assert_says(head_field(&head, "c", &from), "");
}

static void endless_folding_is_cut(void **state)
{
    struct buf bytes = BUF_INIT;
    struct head head;

    (void)state;
    buf_puts(&bytes, "HTTP/1.1 200 OK\r\nA: b\r\n");
    for (int i = 0; i < 20000; i++)
        buf_puts(&bytes, " folded\r\n");
    buf_puts(&bytes, "C: d\r\n\r\n");
    assert_true(head_read(buf_slice(&bytes), &arena, &head));
    assert_true(head.cut);
    assert_int_equal(head.header_count, 2);
    assert_true(head.headers[0].value.len < 10000);
    buf_free(&bytes);
}

static void short_status_lines_are_read(void **state)
{
    struct head head;

    (void)state;
    assert_true(head_read(BYTES("HTTP/2 200 \r\n\r\n"), &arena, &head));
    assert_string_equal(head.version, "2");
    assert_true(head_read(BYTES("HTTP/1.0 404\r\n\r\n"), &arena, &head));
    assert_int_equal(head.status, 404);
    assert_says(head.reason, "");
}

static void what_is_no_head_has_a_fault(void **state)
{
    static const char *const bad[] = {"",
                                      "HTTP/1.1\r\n\r\n",
                                      "HTTP/1.1 20 OK\r\n\r\n",
                                      "HTTP/1.1 2000 OK\r\n\r\n",
                                      "HTTP/1.1 OK\r\n\r\n",
                                      "SSH-2.0-x\r\n\r\n",
                                      "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
                                      "HTTP/1.1 200 OK\r\n: nameless\r\n\r\n"};
    struct head head;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_false(head_read(slice_of(bad[i]), &arena, &head));
        assert_non_null(head.fault);
    }
    assert_false(head_read(BYTES("HTTP/1.1 200 OK\r\nA: \0\r\n\r\n"), &arena, &head));
    assert_false(head_plausible(BYTES("SSH")));
    assert_true(head_plausible(BYTES("HT")));
}

static void a_list_is_searched_by_token(void **state)
{
    struct head head;

    (void)state;
    head_read(BYTES("HTTP/1.1 101 x\r\nConnection: keep-alive,  UPGRADE\r\nConnection: x\r\n\r\n"), &arena, &head);
    assert_true(head_lists(&head, "connection", "upgrade"));
    assert_true(head_lists(&head, "connection", "x"));
    assert_false(head_lists(&head, "connection", "grade"));
}

static void assert_body(struct slice head_bytes, struct slice input, const char *wanted, bool ended, bool faulty)
{
    for (size_t portion = 1; portion <= input.len; portion++) {
        struct body_reader reader;
        struct buf body = BUF_INIT;
        struct head head;

        head_read(head_bytes, &arena, &head);
        body_begin(&reader, &head);
        for (size_t at = 0; at < input.len; at += portion)
            body_feed(&reader, (struct slice){input.data + at, input.len - at < portion ? input.len - at : portion},
                      &body);
        assert_string_equal(body.data, wanted);
        assert_int_equal(reader.ended, ended);
        assert_int_equal(reader.fault != NULL, faulty);
        buf_free(&body);
    }
}

static void bodies_are_read_by_length_by_chunks_and_to_the_end(void **state)
{
    (void)state;
    assert_body(BYTES("HTTP/1.1 404 x\r\nContent-Length: 5\r\n\r\n"), BYTES("hello and more"), "hello", true, false);
    assert_body(BYTES("HTTP/1.1 404 x\r\nContent-Length: 5\r\n\r\n"), BYTES("hell"), "hell", false, false);
    assert_body(BYTES("HTTP/1.1 404 x\r\n\r\n"), BYTES("hello"), "hello", false, false);
    assert_body(BYTES("HTTP/1.1 426 x\r\nTransfer-Encoding: chunked\r\n\r\n"),
                BYTES("3;x=y\r\nhel\r\n2\r\nlo\r\n0\r\nA: b\r\n\r\n"), "hello", true, false);
    assert_body(BYTES("HTTP/1.1 426 x\r\nTransfer-Encoding: chunked\r\n\r\n"), BYTES("3\r\nhel\r\n2\r\nl"), "hell",
                false, false);
    assert_body(BYTES("HTTP/1.1 426 x\r\nTransfer-Encoding: chunked\r\n\r\n"), BYTES("xyz\r\nhel"), "", false, true);
    assert_body(BYTES("HTTP/1.1 426 x\r\nTransfer-Encoding: chunked\r\n\r\n"), BYTES("2\r\nhel"), "he", false, true);
    assert_body(BYTES("HTTP/1.1 426 x\r\nTransfer-Encoding: chunked\r\n\r\n"), BYTES("ffffffffffffffff\r\nx"), "",
                false, true);
    assert_body(BYTES("HTTP/1.1 204 x\r\n\r\n"), BYTES("x"), "", true, false);
}

static void the_accept_of_the_rfc_is_ours(void **state)
{
    char accept[HANDSHAKE_ACCEPT], key[HANDSHAKE_KEY], other[HANDSHAKE_KEY];

    (void)state;
    handshake_accept("dGhlIHNhbXBsZSBub25jZQ==", accept);
    assert_string_equal(accept, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    handshake_key(key);
    handshake_key(other);
    assert_int_equal(strlen(key), 24);
    assert_string_not_equal(key, other);
}

static const char *check(const char *head_bytes, const char *offered)
{
    static struct handshake handshake;
    struct head head;

    head_read(slice_of(head_bytes), &arena, &head);
    return handshake_check(&head, &(struct handshake_offer){"dGhlIHNhbXBsZSBub25jZQ==", offered, false}, &handshake)
               ? ""
               : handshake.code;
}

#define SWITCH "HTTP/1.1 101 x\r\nUpgrade: WebSocket\r\nConnection: upgrade\r\n"
#define ACCEPT "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"

static void a_handshake_is_checked_in_every_part(void **state)
{
    (void)state;
    assert_string_equal(check(SWITCH ACCEPT "\r\n", NULL), "");
    assert_string_equal(check(SWITCH ACCEPT "Sec-WebSocket-Protocol: b\r\n\r\n", "a, b"), "");
    assert_string_equal(check(SWITCH ACCEPT "Sec-WebSocket-Protocol: c\r\n\r\n", "a, b"),
                        "websocket-unoffered-subprotocol");
    assert_string_equal(check(SWITCH ACCEPT "Sec-WebSocket-Extensions: x\r\n\r\n", NULL),
                        "websocket-unoffered-extension");
    assert_string_equal(check(SWITCH "\r\n", NULL), "websocket-bad-accept");
    assert_string_equal(check(SWITCH "Sec-WebSocket-Accept: x\r\n\r\n", NULL), "websocket-bad-accept");
    assert_string_equal(check("HTTP/1.1 101 x\r\nConnection: upgrade\r\n" ACCEPT "\r\n", NULL),
                        "websocket-bad-handshake");
    assert_string_equal(check("HTTP/1.1 101 x\r\nUpgrade: websocket\r\n" ACCEPT "\r\n", NULL),
                        "websocket-bad-handshake");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(a_head_ends_with_its_blank_line, forget),
        cmocka_unit_test_teardown(status_reason_and_fields_are_kept_in_order, forget),
        cmocka_unit_test_teardown(endless_folding_is_cut, forget),
        cmocka_unit_test_teardown(short_status_lines_are_read, forget),
        cmocka_unit_test_teardown(what_is_no_head_has_a_fault, forget),
        cmocka_unit_test_teardown(a_list_is_searched_by_token, forget),
        cmocka_unit_test_teardown(bodies_are_read_by_length_by_chunks_and_to_the_end, forget),
        cmocka_unit_test_teardown(the_accept_of_the_rfc_is_ours, forget),
        cmocka_unit_test_teardown(a_handshake_is_checked_in_every_part, forget),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

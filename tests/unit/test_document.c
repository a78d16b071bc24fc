/* SPDX-License-Identifier: MIT */
#include "tests/unit/unit.h"

#include "base/memory.h"
#include "store/document.h"
#include "store/pack.h"

static void numbers_come_back_at_their_limits(void **state)
{
    static const uint64_t numbers[] = {0, 1, 127, 128, 16383, 16384, INT64_MAX, UINT64_MAX};
    static const int64_t signs[] = {0, -1, 1, -64, 63, 64, INT64_MIN, INT64_MAX};
    struct buf out = BUF_INIT;
    struct unpack in;

    (void)state;
    for (size_t i = 0; i < 8; i++) {
        pack_number(&out, numbers[i]);
        pack_signed(&out, signs[i]);
    }
    in = unpack_of(buf_slice(&out));
    for (size_t i = 0; i < 8; i++) {
        assert_true(unpack_number(&in) == numbers[i]);
        assert_true(unpack_signed(&in) == signs[i]);
    }
    assert_true(unpack_ended(&in));
    assert_int_equal(unpack_number(&in), 0);
    assert_true(in.broken);
    buf_free(&out);
}

static void broken_bytes_are_never_read_beyond(void **state)
{
    static const struct slice broken[] = {
        {"", 0},
        {"\x80", 1},
        {"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", 10},
        {"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 11},
        {"\x05"
         "abc",
         4},
        {"\x03"
         "abc",
         4},
        {"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"
         "abc",
         13},
    };

    (void)state;
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        struct unpack in = unpack_of(broken[i]);

        assert_null(unpack_slice(&in).data);
        assert_true(in.broken);
        assert_false(unpack_ended(&in));
        assert_int_equal(unpack_count(&in), 0);
    }
}

/* A WebSocket probe with a bit of everything. */
static struct probe *some_probe(void)
{
    static const struct header headers[] = {{{"Date", 4}, {"Thu, 11 Sep 2025 12:00:01 GMT", 29}},
                                            {{"Server", 6}, {"nginx", 5}}};
    static const struct certificate chain[] = {
        {{"CN=a", 4}, {"CN=b", 4}, {NULL, 0}, {"0", 1}, {"EC", 2}, {"ab", 2}, {1}, {2}}};
    static const struct message messages[] = {{MESSAGE_TEXT, false, 1500, {"hello", 5}, 5}};
    static const struct judgement judgements[] = {{"takes 1 s", {"2 s", 3}, JUDGED_DOES_NOT, NULL, LAYER_PERFORMANCE}};
    static const struct hop hops[] = {{301, "ws://a.example/ws", {"/there", 6}, {"192.0.2.7", 9}, 900}};
    static const struct token tokens[] = {
        {"Authorization", {"HS256", 5}, {"us", 2}, {NULL, 0}, {"read", 4}, 1757591940, 0, 1757595600}};
    struct probe *probe = probe_new();

    probe->started.us = INT64_C(1757592000000000);
    probe->url = "wss://a.example/ws";
    probe->hops = hops;
    probe->hop_count = 1;
    probe->tokens = tokens;
    probe->token_count = 1;
    probe->timings.ping_us = 100;
    probe->detail = slice_of("words");
    probe->headers = headers;
    probe->header_count = 2;
    probe->certificates = chain;
    probe->certificate_count = 1;
    probe->messages = messages;
    probe->message_count = 1;
    probe->judgements = judgements;
    probe->judgement_count = 1;
    return probe;
}

static bool reads(const struct documents *documents, struct wall started, bool evidence)
{
    struct body_name body = {.present = false};
    struct probe *probe = probe_new();
    bool ok;

    probe->started = started;
    ok = document_read(probe, documents, &body, evidence);
    probe_free(probe);
    return ok;
}

/* Every document cut at every place, and with every byte changed: it is refused or it is read, and a
 * sanitizer sees whether anything beyond it is. */
static void damaged_documents_are_refused_or_harmless(void **state)
{
    struct document_room room = DOCUMENT_ROOM_INIT;
    struct probe *probe = some_probe();
    struct digest none = {{0}};
    struct documents whole = document_write(probe, &none, &room);
    enum { PARTS = 5 };
    struct slice *const parts[PARTS] = {&whole.exchange, &whole.judgements, &whole.chain, &whole.messages,
                                        &whole.varying};

    (void)state;
    assert_true(reads(&whole, probe->started, true));
    for (size_t i = 0; i < PARTS; i++) {
        struct slice was = *parts[i];

        for (size_t len = 0; len < was.len; len++) {
            char *cut = mem_copy(was.data, len);

            *parts[i] = (struct slice){cut, len};
            assert_false(reads(&whole, probe->started, true));
            mem_free(cut);
        }
        for (size_t at = 0; at < was.len; at++)
            for (int byte = 0; byte < 256; byte++) {
                char *changed = mem_copy(was.data, was.len);

                changed[at] = (char)byte;
                *parts[i] = (struct slice){changed, was.len};
                reads(&whole, probe->started, true);
                reads(&whole, probe->started, false);
                mem_free(changed);
            }
        *parts[i] = was;
    }
    probe_free(probe);
    document_room_free(&room);
}

static void only_varying_differs_between_two_nights(void **state)
{
    struct document_room room_a = DOCUMENT_ROOM_INIT, room_b = DOCUMENT_ROOM_INIT;
    struct probe *a = some_probe(), *b = some_probe();
    static const struct header headers[] = {{{"Date", 4}, {"Fri, 12 Sep 2025 02:00:01 GMT", 29}},
                                            {{"Server", 6}, {"nginx", 5}}};
    static const struct message messages[] = {{MESSAGE_TEXT, false, 1700, {"hello", 5}, 5}};
    static const struct judgement judgements[] = {{"takes 1 s", {"3 s", 3}, JUDGED_DOES_NOT, NULL, LAYER_PERFORMANCE}};
    static const struct hop hops[] = {{301, "ws://a.example/ws", {"/there", 6}, {"192.0.2.7", 9}, 1100}};
    static const struct token tokens[] = {
        {"Authorization", {"HS256", 5}, {"us", 2}, {NULL, 0}, {"read", 4}, 1757678340, 1757678340, 0}};
    struct digest none = {{0}};
    struct documents of_a, of_b;

    (void)state;
    b->headers = headers;
    b->messages = messages;
    b->judgements = judgements;
    b->hops = hops;
    b->tokens = tokens;
    b->reused = true;
    b->detail = slice_of("other words");
    b->timings.ping_us = 200;
    b->body_size = 77;
    of_a = document_write(a, &none, &room_a);
    of_b = document_write(b, &none, &room_b);
    assert_true(slice_equals(of_a.exchange, of_b.exchange));
    assert_true(slice_equals(of_a.judgements, of_b.judgements));
    assert_true(slice_equals(of_a.chain, of_b.chain));
    assert_true(slice_equals(of_a.messages, of_b.messages));
    assert_false(slice_equals(of_a.varying, of_b.varying));
    probe_free(a);
    probe_free(b);
    document_room_free(&room_a);
    document_room_free(&room_b);
}

static void a_plain_night_varies_in_a_few_bytes(void **state)
{
    static const struct header headers[] = {{{"Date", 4}, {"Thu, 11 Sep 2025 12:00:01 GMT", 29}}};
    struct document_room room = DOCUMENT_ROOM_INIT;
    struct probe *probe = probe_new();
    struct digest none = {{0}};

    (void)state;
    probe->started.us = INT64_C(1757592000000000);
    probe->timings.dns_us = 90;
    probe->timings.connect_us = 900;
    probe->timings.tls_us = 9000;
    probe->timings.first_byte_us = 90000;
    probe->timings.transfer_us = 900;
    probe->headers = headers;
    probe->header_count = 1;
    assert_true(document_write(probe, &none, &room).varying.len <= 13);
    probe_free(probe);
    document_room_free(&room);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_come_back_at_their_limits),
        cmocka_unit_test(broken_bytes_are_never_read_beyond),
        cmocka_unit_test(damaged_documents_are_refused_or_harmless),
        cmocka_unit_test(only_varying_differs_between_two_nights),
        cmocka_unit_test(a_plain_night_varies_in_a_few_bytes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

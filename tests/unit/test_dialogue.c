/* SPDX-License-Identifier: MIT */
/* What is said over a WebSocket, from raw bytes: no server, no socket, no waiting. */
#include "tests/unit/unit.h"

#include <stdio.h>

#include "collector/dialogue.h"
#include "collector/exchange.h"
#include "collector/probe.h"
#include "collector/request.h"
#include "collector/suite.h"

#define BYTES(text) ((struct slice){text, sizeof(text) - 1})
#define INIT(text)                                                                                                    \
    {                                                                                                                 \
        text, sizeof(text) - 1                                                                                        \
    }
#define GREETING "\x81\x05hello"
#define PACKED "\xc1\x07\xf2\x48\xcd\xc9\xc9\x07\x00" /* "Hello", RFC 7692, 7.2.3.1 */

static struct endpoint endpoint;
static struct request request;
static struct exchange exchange;
static struct dialogue dialogue;
static struct buf out;
static struct expectation expectations[4];

static int prepare(void **state)
{
    (void)state;
    endpoint_defaults(&endpoint);
    endpoint.kind = KIND_WEBSOCKET;
    endpoint.url = (struct setting){"ws://a.example/ws", "ws://a.example/ws"};
    endpoint.expectations = expectations;
    endpoint.expectation_count = 0;
    request = (struct request){.url = "http://a.example/ws"};
    exchange = (struct exchange){.endpoint = &endpoint, .request = &request, .probe = probe_new()};
    exchange.deadline.us = mono_now().us + 60 * (int64_t)1000000;
    dialogue = (struct dialogue){0};
    out = (struct buf)BUF_INIT;
    return 0;
}

static void end(void)
{
    dialogue_free(&dialogue);
    dialogue = (struct dialogue){0};
}

static int clear(void **state)
{
    (void)state;
    end();
    probe_free(exchange.probe);
    buf_free(&out);
    return 0;
}

static void expect(struct expectation expectation)
{
    expectations[endpoint.expectation_count++] = expectation;
}

static void begin(bool deflate)
{
    const struct deflate_terms terms = {deflate, false, false, 15, 15};

    dialogue_begin(&dialogue, &exchange, &terms, &out);
}

static void take(struct slice bytes)
{
    dialogue_take(&dialogue, bytes);
}

/* Our frames so far, unmasked: "ping(8) text(5) close(2) "; empties `out`. */
static const char *said(void)
{
    static char words[400];
    static const char *const names[16] = {[1] = "text", [2] = "binary", [8] = "close", [9] = "ping", [10] = "pong"};
    size_t at = 0, used = 0;

    words[0] = '\0';
    while (at < out.len) {
        uint8_t first = (uint8_t)out.data[at], second = (uint8_t)out.data[at + 1];
        size_t len = second & 127;

        assert_true(second & 0x80); /* masked */
        assert_true(len < 126);
        used += (size_t)snprintf(words + used, sizeof words - used, "%s%s(%zu) ", first & 0x40 ? "packed " : "",
                                 names[first & 15], len);
        at += 6 + len;
    }
    buf_clear(&out);
    return words;
}

/* The answer to our ping. */
static void pong(void)
{
    char bytes[10] = "\x8a\x08";

    memcpy(bytes + 2, dialogue.ping, 8);
    take((struct slice){bytes, sizeof bytes});
}

static void a_greeting_a_ping_and_leave(void **state)
{
    const struct probe *probe = exchange.probe;

    (void)state;
    begin(false);
    assert_int_equal(dialogue.part, DIALOGUE_LISTEN);
    take(BYTES(GREETING));
    assert_string_equal(said(), "ping(8) ");
    pong();
    assert_string_equal(said(), "close(2) ");
    assert_true(probe->timings.open_us >= 0);
    take(BYTES("\x88\x02\x03\xe8"));
    assert_int_equal(dialogue.part, DIALOGUE_LEFT);
    dialogue_drained(&dialogue);
    assert_int_equal(dialogue.part, DIALOGUE_OVER);
    dialogue_record(&dialogue);
    assert_null(probe->code);
    assert_int_equal(probe->close_code, 1000);
    assert_true(probe->timings.ping_us >= 0);
    assert_int_equal(probe->message_count, 5);
    assert_string_equal(probe->messages[0].data.data, "hello");
    assert_true(slice_equals(exchange.matter.messages[0], BYTES("hello")));
}

static void messages_are_sent_in_order_and_shown_without_their_secrets(void **state)
{
    static const struct setting sends[] = {{"{\"auth\":\"sesame-sesame\"}", "{\"auth\":\"${TOKEN}\"}"}, {"two", NULL}};

    (void)state;
    endpoint.send = sends;
    endpoint.send_count = 2;
    begin(false);
    assert_string_equal(said(), "text(24) text(3) ");
    take(BYTES(GREETING));
    dialogue_record(&dialogue);
    assert_int_equal(exchange.probe->message_count, 4);
    assert_true(exchange.probe->messages[0].sent);
    assert_string_equal(exchange.probe->messages[0].data.data, "{\"auth\":\"${TOKEN}\"}");
    assert_int_equal(exchange.probe->messages[0].size, 19); /* not even the secret's length */
    assert_string_equal(exchange.probe->messages[1].data.data, "two");
}

static void long_messages_are_sent_whole(void **state)
{
    static char text[70001];
    struct setting send = {text, "long"};

    (void)state;
    memset(text, 'x', 70000);
    endpoint.send = &send;
    endpoint.send_count = 1;
    begin(false);
    assert_int_equal(out.len, 14 + 70000);
    assert_memory_equal(out.data, "\x81\xff\x00\x00\x00\x00\x00\x01\x11\x70", 10);
}

static void messages_are_sent_compressed_where_that_is_agreed(void **state)
{
    struct setting send = {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", NULL};

    (void)state;
    endpoint.send = &send;
    endpoint.send_count = 1;
    begin(true);
    assert_true(out.len < 20);
    assert_non_null(strstr(said(), "packed text("));
}

/* Secrets and side effects stay at home. */
static void messages_go_to_no_other_address(void **state)
{
    static const struct setting send = {"sesame-sesame", "${TOKEN}"}, harmless = {"hello", "hello"};
    static const enum question elsewhere[] = {QUESTION_NO_SUCH_SIBLING, QUESTION_UNVERIFIED, QUESTION_SCHEME,
                                              QUESTION_PORT, QUESTION_DISCOVER};

    (void)state;
    endpoint.send = &send;
    endpoint.send_count = 1;
    for (size_t i = 0; i < sizeof elsewhere / sizeof *elsewhere; i++) {
        exchange.probe->question = elsewhere[i];
        exchange.probe->withheld = NULL;
        begin(false);
        assert_int_equal(out.len, 0);
        assert_non_null(strstr(exchange.probe->withheld, "messages"));
        end();
    }
    exchange.probe->question = QUESTION_CANDIDATE;
    exchange.probe->candidate = 1;
    begin(false);
    assert_int_equal(out.len, 0);
    end();
    endpoint.repeatable = true;
    begin(false);
    assert_int_equal(out.len, 0);
    end();
    endpoint.send = &harmless;
    begin(false);
    assert_string_equal(said(), "text(5) ");
    end();
    request.url = "http://b.example/ws";
    begin(false);
    assert_int_equal(out.len, 0);
    end();
    exchange.probe->question = QUESTION_REPEAT;
    exchange.probe->candidate = 0;
    endpoint.send = &send;
    begin(false);
    assert_string_equal(said(), "text(13) ");
}

static void it_waits_for_as_many_messages_as_are_expected(void **state)
{
    (void)state;
    expect((struct expectation){.subject = EXPECT_MESSAGE_TEXT, .message = 0});
    expect((struct expectation){.subject = EXPECT_MESSAGE_TEXT, .message = 2, .within_us = 3000000});
    begin(false);
    assert_true(mono_between(mono_now(), dialogue.due) > 3000000); /* the first may take the whole timeout */
    take(BYTES(GREETING "\x81\x03two"));
    assert_int_equal(dialogue.part, DIALOGUE_LISTEN);
    assert_true(mono_between(mono_now(), dialogue.due) <= 3000000);
    assert_int_equal(out.len, 0);
    take(BYTES("\x81\x05three"));
    assert_string_equal(said(), "ping(8) ");
}

static void it_gives_up_on_messages_in_time(void **state)
{
    (void)state;
    expect((struct expectation){.subject = EXPECT_MESSAGE_JSON, .message = 1, .within_us = 2000000});
    begin(false);
    take(BYTES(GREETING));
    dialogue_due(&dialogue);
    assert_int_equal(dialogue.part, DIALOGUE_PING);
}

static void it_stays_for_as_long_as_is_expected_and_answers_pings(void **state)
{
    (void)state;
    expect((struct expectation){.subject = EXPECT_OPEN, .number = 30e6});
    begin(false);
    take(BYTES(GREETING));
    pong();
    assert_string_equal(said(), "ping(8) ");
    assert_int_equal(dialogue.part, DIALOGUE_STAY);
    assert_true(mono_between(mono_now(), dialogue.due) > 25000000);
    take(BYTES("\x89\x02hi\x89\x00"));
    assert_string_equal(said(), "pong(2) pong(0) ");
    assert_int_equal(exchange.probe->timings.open_us, NOT_MEASURED);
    dialogue_due(&dialogue);
    assert_string_equal(said(), "close(2) ");
    assert_true(exchange.probe->timings.open_us >= 0);
}

static void a_peaceful_close_while_it_stays_is_for_the_expectation(void **state)
{
    (void)state;
    expect((struct expectation){.subject = EXPECT_OPEN, .number = 30e6});
    begin(false);
    take(BYTES(GREETING));
    pong();
    take(BYTES("\x88\x02\x03\xe8"));
    assert_null(exchange.probe->code);
    assert_true(exchange.probe->timings.open_us < 30000000);
}

static void an_expected_close_is_waited_for(void **state)
{
    (void)state;
    expect((struct expectation){.subject = EXPECT_CLOSE, .number = 4001});
    begin(false);
    take(BYTES(GREETING));
    pong();
    assert_int_equal(dialogue.part, DIALOGUE_STAY);
    take(BYTES("\x88\x05\x0f\xa1"
               "bye"));
    dialogue_record(&dialogue);
    assert_null(exchange.probe->code);
    assert_int_equal(exchange.probe->close_code, 4001);
    assert_string_equal(exchange.probe->close_reason.data, "bye");
}

static void the_answer_to_our_close_is_not_the_expected_one(void **state)
{
    (void)state;
    expect((struct expectation){.subject = EXPECT_CLOSE, .number = 1000});
    begin(false);
    take(BYTES(GREETING));
    pong();
    dialogue_due(&dialogue);
    take(BYTES("\x88\x02\x03\xe8"));
    dialogue_record(&dialogue);
    assert_int_equal(exchange.probe->close_code, CLOSE_NO_FRAME);
}

static void pongs_that_answer_nothing_are_not_ours(void **state)
{
    (void)state;
    begin(false);
    take(BYTES("\x8a\x00" GREETING "\x8a\x08stranger\x8a\x03xxx"));
    assert_int_equal(exchange.probe->timings.ping_us, NOT_MEASURED);
    dialogue_due(&dialogue);
    assert_non_null(strstr(exchange.probe->detail.data, "that do not"));
    assert_int_equal(dialogue.part, DIALOGUE_CLOSE);
    dialogue_due(&dialogue);
    assert_int_equal(dialogue.part, DIALOGUE_OVER);
}

static void a_message_in_fragments_is_one_whatever_comes_between(void **state)
{
    struct slice bytes = BYTES("\x01\x06sesame\x89\x02hi\x00\x01-\x8a\x00\x80\x06sesame");

    (void)state;
    for (size_t cut = 0; cut <= bytes.len; cut++) {
        begin(false);
        take((struct slice){bytes.data, cut});
        take((struct slice){bytes.data + cut, bytes.len - cut});
        dialogue_record(&dialogue);
        assert_true(slice_equals(exchange.matter.messages[0], BYTES("sesame-sesame")));
        assert_string_equal(exchange.probe->messages[3].data.data, "sesame-sesame");
        clear(NULL);
        prepare(NULL);
    }
}

static void messages_over_the_cap_are_not_judged_whole(void **state)
{
    (void)state;
    endpoint.max_body = 8;
    endpoint.keep_body = 4;
    expect((struct expectation){.subject = EXPECT_MESSAGE_TEXT, .message = 2});
    begin(false);
    take(BYTES(GREETING "\x81\x05hello\x81\x05hello"));
    dialogue_record(&dialogue);
    assert_int_equal(dialogue.talk.judged_count, 2);
    assert_true(dialogue.talk.judged_capped);
    assert_true(slice_equals(dialogue.talk.judged[1], BYTES("hel")));
    assert_int_equal(exchange.probe->messages[2].data.len, 4);
    assert_int_equal(exchange.probe->messages[2].size, 5);
}

static void no_more_messages_are_kept_than_are_shown(void **state)
{
    (void)state;
    begin(false);
    for (int i = 0; i < 500; i++)
        take(BYTES(GREETING));
    dialogue_record(&dialogue);
    assert_int_equal(exchange.probe->message_count, MESSAGES_MOST);
    assert_true(exchange.probe->messages_cut);
    assert_int_equal(dialogue.talk.current.len, 0);
}

static void compressed_and_plain_messages_may_alternate(void **state)
{
    struct slice bytes = BYTES(PACKED GREETING "\x41\x03\xf2\x00\x11\x80\x02\x00\x00");

    (void)state;
    expect((struct expectation){.subject = EXPECT_MESSAGE_TEXT, .message = 2});
    for (size_t cut = 0; cut <= bytes.len; cut++) {
        begin(true);
        take((struct slice){bytes.data, cut});
        take((struct slice){bytes.data + cut, bytes.len - cut});
        assert_null(exchange.probe->code);
        assert_int_equal(dialogue.talk.judged_count, 3);
        assert_true(slice_equals(dialogue.talk.judged[0], BYTES("Hello")));
        assert_true(slice_equals(dialogue.talk.judged[1], BYTES("hello")));
        assert_true(slice_equals(dialogue.talk.judged[2], BYTES("Hello")));
        end();
    }
    begin(true);
}

static void a_bomb_is_cut_off_and_said_so(void **state)
{
    static char zeros[3 << 20];
    struct buf packed = BUF_INIT, frame = BUF_INIT;
    const struct deflate_terms terms = {true, false, false, 15, 15};

    (void)state;
    endpoint.max_body = 1000;
    assert_true(deflate_message(&terms, (struct slice){zeros, sizeof zeros}, &packed));
    buf_puts(&frame, "\xc2\x7e");
    buf_putc(&frame, (char)(packed.len >> 8));
    buf_putc(&frame, (char)(packed.len & 255));
    buf_put_slice(&frame, buf_slice(&packed));
    begin(true);
    take(buf_slice(&frame));
    assert_int_equal(dialogue.part, DIALOGUE_PING); /* 3 MiB are read, 1000 bytes of them judged */
    buf_clear(&out);
    take(buf_slice(&frame));
    assert_string_equal(said(), "close(2) ");
    assert_non_null(strstr(exchange.probe->detail.data, "max_body"));
    dialogue_record(&dialogue);
    assert_null(exchange.probe->code);
    assert_true(exchange.matter.message_capped);
    assert_int_equal(exchange.matter.messages[0].len, 1000);
    assert_int_equal(exchange.probe->messages[0].size, sizeof zeros);
    assert_true(exchange.probe->messages_cut);
    buf_free(&packed);
    buf_free(&frame);
}

struct breach {
    struct slice bytes;
    const char *code;
    bool deflate;
};

/* Only data frames are forbidden behind a close (RFC 6455, 5.5.1). */
static void a_pong_behind_a_close_is_no_breach(void **state)
{
    prepare(state);
    begin(false);
    take((struct slice){GREETING "\x88\x02\x03\xe8\x8a\x00", sizeof(GREETING "\x88\x02\x03\xe8\x8a\x00") - 1});
    assert_null(exchange.probe->code);
    assert_int_equal(exchange.probe->close_code, 1000);
    clear(state);
}

static void every_breach_ends_it_by_its_name(void **state)
{
    static const struct breach breaches[] = {
        {INIT("\x83\x00"), "websocket-reserved-opcode", false},
        {INIT("\x87\x00"), "websocket-reserved-opcode", false},
        {INIT("\x8f\x00"), "websocket-reserved-opcode", true},
        {INIT("\xc1\x00"), "websocket-reserved-bit", false},
        {INIT("\xa1\x00"), "websocket-reserved-bit", true},
        {INIT("\x91\x00"), "websocket-reserved-bit", true},
        {INIT("\xf1\x00"), "websocket-reserved-bit", true},
        {INIT("\xc9\x00"), "websocket-reserved-bit", true},
        {INIT("\xc8\x00"), "websocket-reserved-bit", true},
        {INIT("\x01\x01x\xc0\x01x"), "websocket-reserved-bit", true},
        {INIT("\x41\x01\x00\xc0\x00"), "websocket-reserved-bit", true},
        {INIT("\x81\x85\x01\x02\x03\x04hello"), "websocket-masked", false},
        {INIT("\x89\x80\x01\x02\x03\x04"), "websocket-masked", false},
        {INIT("\x09\x00"), "websocket-control-fragmented", false},
        {INIT("\x08\x02\x03\xe8"), "websocket-control-fragmented", false},
        {INIT("\x89\x7e\x00\x7e"), "websocket-control-too-long", false},
        {INIT("\x88\x7f"), "websocket-control-too-long", false},
        {INIT("\x81\x7e\x00\x7d"), "websocket-bad-length", false},
        {INIT("\x81\x7f\x00\x00\x00\x00\x00\x00\xff\xff"), "websocket-bad-length", false},
        {INIT("\x81\x7f\x80\x00\x00\x00\x00\x00\x00\x00"), "websocket-bad-length", false},
        {INIT("\x80\x01x"), "websocket-bad-continuation", false},
        {INIT(GREETING "\x00\x01x"), "websocket-bad-continuation", false},
        {INIT("\x01\x01x\x81\x01x"), "websocket-interrupted-message", false},
        {INIT("\x01\x01x\x02\x01x"), "websocket-interrupted-message", false},
        {INIT("\x81\x01\xff"), "websocket-bad-utf8", false},
        {INIT("\x81\x01\xc3"), "websocket-bad-utf8", false},
        {INIT("\x01\x02x\xc3\x80\x01x"), "websocket-bad-utf8", false},
        {INIT("\x81\x03\xed\xa0\x80"), "websocket-bad-utf8", false},
        {INIT("\x88\x04\x03\xe8\xc3\x28"), "websocket-bad-utf8", false},
        {INIT("\x88\x01\x03"), "websocket-bad-close-code", false},
        {INIT(GREETING "\x88\x02\x03\xe8x"), "websocket-after-close", false},
        {INIT(GREETING "\x88\x00\x81\x00"), "websocket-after-close", false},
        {INIT("\xc1\x04\xff\xff\xff\xff"), "websocket-bad-deflate", true},
        {INIT("\xc1\x03\xf2\x48\xcd"), "websocket-bad-deflate", true},
        {INIT("\xc1\x05\xf2\x00\x11\x00\x00"), "websocket-bad-deflate", true},
        {INIT("\xc1\x00"), "websocket-bad-deflate", true},
        {INIT("\xc1\x07\x00\x01\x00\xfe\xff\xff\x00"), "websocket-bad-utf8", true},
        {INIT("\xc1\x07\x00\x01\x00\xfe\xff\xc3\x00"), "websocket-bad-utf8", true},
    };

    for (size_t i = 0; i < sizeof breaches / sizeof *breaches; i++) {
        for (size_t cut = 0; cut <= breaches[i].bytes.len; cut++) {
            prepare(state);
            begin(breaches[i].deflate);
            take((struct slice){breaches[i].bytes.data, cut});
            take((struct slice){breaches[i].bytes.data + cut, breaches[i].bytes.len - cut});
            if (!exchange.probe->code || strcmp(exchange.probe->code, breaches[i].code) != 0)
                print_error("breach %zu cut at %zu: %s\n", i, cut, exchange.probe->code ? exchange.probe->code : "-");
            assert_non_null(exchange.probe->code);
            assert_string_equal(exchange.probe->code, breaches[i].code);
            assert_true(exchange.probe->detail.len > 0);
            assert_int_equal(dialogue.part, DIALOGUE_OVER);
            assert_non_null(strstr(said(), "close("));
            clear(state);
        }
    }
}

static void close_codes_that_must_not_be_sent_are_named(void **state)
{
    static const struct {
        int from, to;
        bool valid;
    } codes[] = {{0, 999, false},     {1000, 1003, true}, {1004, 1006, false}, {1007, 1014, true},
                 {1015, 2999, false}, {3000, 4999, true}, {5000, 5100, false}, {65535, 65535, false}};

    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        for (int code = codes[i].from; code <= codes[i].to; code++) {
            char bytes[4] = {(char)0x88, 2, (char)(code >> 8), (char)(code & 255)};
            bool named;

            assert_int_equal(close_code_valid(code), codes[i].valid);
            if (code != codes[i].from && code != codes[i].to)
                continue;
            prepare(state);
            begin(false);
            take((struct slice){bytes, sizeof bytes});
            named = strcmp(exchange.probe->code, "websocket-bad-close-code") == 0;
            assert_int_equal(named, !codes[i].valid);
            assert_int_equal(exchange.probe->close_code, code);
            clear(state);
        }
    }
}

static void a_connection_that_ends_without_a_close_is_told_apart(void **state)
{
    static const struct {
        struct slice bytes;
        const char *code;
    } ends[] = {
        {INIT(""), "websocket-closed-early"},      {INIT("\x81"), "websocket-hung-up"},
        {INIT("\x81\x05he"), "websocket-hung-up"}, {INIT(GREETING), "websocket-hung-up"},
        {INIT("\x01\x00"), "websocket-hung-up"},
    };

    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        prepare(state);
        begin(false);
        take(ends[i].bytes);
        dialogue_hung_up(&dialogue, "it was");
        dialogue_record(&dialogue);
        assert_string_equal(exchange.probe->code, ends[i].code);
        assert_int_equal(exchange.probe->close_code, CLOSE_NO_FRAME);
        clear(state);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, prepare, clear)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pong_behind_a_close_is_no_breach),
        TEST(a_greeting_a_ping_and_leave),
        TEST(messages_are_sent_in_order_and_shown_without_their_secrets),
        TEST(long_messages_are_sent_whole),
        TEST(messages_are_sent_compressed_where_that_is_agreed),
        TEST(messages_go_to_no_other_address),
        TEST(it_waits_for_as_many_messages_as_are_expected),
        TEST(it_gives_up_on_messages_in_time),
        TEST(it_stays_for_as_long_as_is_expected_and_answers_pings),
        TEST(a_peaceful_close_while_it_stays_is_for_the_expectation),
        TEST(an_expected_close_is_waited_for),
        TEST(the_answer_to_our_close_is_not_the_expected_one),
        TEST(pongs_that_answer_nothing_are_not_ours),
        TEST(a_message_in_fragments_is_one_whatever_comes_between),
        TEST(messages_over_the_cap_are_not_judged_whole),
        TEST(no_more_messages_are_kept_than_are_shown),
        TEST(compressed_and_plain_messages_may_alternate),
        TEST(a_bomb_is_cut_off_and_said_so),
        cmocka_unit_test(every_breach_ends_it_by_its_name),
        cmocka_unit_test(close_codes_that_must_not_be_sent_are_named),
        cmocka_unit_test(a_connection_that_ends_without_a_close_is_told_apart),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

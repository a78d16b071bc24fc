/* SPDX-License-Identifier: MIT */
#include "tests/unit/unit.h"

#include <stdlib.h>

#include "collector/frame.h"

#define BYTES(text) ((struct slice){text, sizeof(text) - 1})

/* What a reader found, as words: "piece(4) message(4) control ". */
static void read_all(struct frame_reader *reader, struct slice input, size_t portion, struct buf *found, int *code)
{
    struct frame_event event;

    while (input.len) {
        struct slice part = {input.data, input.len < portion ? input.len : portion};
        enum frame_step step;

        input.data += part.len;
        input.len -= part.len;
        while ((step = frame_next(reader, &part, &event)) != FRAME_HUNGRY) {
            if (step == FRAME_PIECE)
                buf_put_slice(found, event.data);
            else if (step == FRAME_MESSAGE)
                buf_printf(found, "|%s %llu|", message_words[event.type], (unsigned long long)event.size);
            else if (step == FRAME_CONTROL)
                buf_printf(found, "<%s %.*s>", message_words[event.type], (int)event.data.len, event.data.data);
            if (event.type == MESSAGE_CLOSE)
                *code = event.close_code;
            if (step == FRAME_BROKEN)
                return;
        }
    }
}

static void assert_reads(struct slice input, const char *wanted)
{
    for (size_t portion = 1; portion <= input.len; portion++) {
        struct frame_reader reader = {0};
        struct buf found = BUF_INIT;
        int code = 0;

        read_all(&reader, input, portion, &found, &code);
        assert_null(reader.code);
        assert_string_equal(found.data, wanted);
        buf_free(&found);
    }
}

static void assert_breaks(struct slice input, const char *wanted)
{
    for (size_t portion = 1; portion <= input.len; portion++) {
        struct frame_reader reader = {0};
        struct buf found = BUF_INIT;
        int code = 0;

        read_all(&reader, input, portion, &found, &code);
        assert_non_null(reader.code);
        assert_string_equal(reader.code, wanted);
        assert_true(reader.words[0]);
        buf_free(&found);
    }
}

static void messages_are_read_in_any_portions(void **state)
{
    (void)state;
    assert_reads(BYTES("\x81\x05hello"), "hello|text 5|");
    assert_reads(BYTES("\x82\x02\xfe\xff\x81\x01x"), "\xfe\xff|binary 2|x|text 1|");
}

static void an_empty_message_is_a_message(void **state)
{
    (void)state;
    assert_reads(BYTES("\x81\x00\x82\x00"), "|text 0||binary 0|");
}

static void fragments_make_one_message_with_controls_between(void **state)
{
    (void)state;
    assert_reads(BYTES("\x01\x03hel\x89\x02hi\x00\x00\x80\x02lo"), "hel<ping hi>lo|text 5|");
}

static void a_character_may_lie_over_two_frames(void **state)
{
    (void)state;
    assert_reads(BYTES("\x01\x01\xc3\x80\x01\xa9"), "\xc3\xa9|text 2|");
    assert_breaks(BYTES("\x81\x01\xc3"), "websocket-bad-utf8");
    assert_breaks(BYTES("\x81\x03\xed\xa0\x80"), "websocket-bad-utf8");
    assert_breaks(BYTES("\x81\x02\xc0\xaf"), "websocket-bad-utf8");
    assert_breaks(BYTES("\x81\x04\xf4\x90\x80\x80"), "websocket-bad-utf8");
    assert_reads(BYTES("\x81\x04\xf4\x8f\xbf\xbf"), "\xf4\x8f\xbf\xbf|text 4|");
}

static void each_breach_has_its_name(void **state)
{
    (void)state;
    assert_breaks(BYTES("\x83\x00"), "websocket-reserved-opcode");
    assert_breaks(BYTES("\x8b\x00"), "websocket-reserved-opcode");
    assert_breaks(BYTES("\xc1\x00"), "websocket-reserved-bit");
    assert_breaks(BYTES("\x81\x81\x01\x02\x03\x04x"), "websocket-masked");
    assert_breaks(BYTES("\x89\x7e\x00\x7e"), "websocket-control-too-long");
    assert_breaks(BYTES("\x09\x00"), "websocket-control-fragmented");
    assert_breaks(BYTES("\x80\x00"), "websocket-bad-continuation");
    assert_breaks(BYTES("\x01\x01x\x81\x01y"), "websocket-interrupted-message");
    assert_breaks(BYTES("\x81\x7e\x00\x05hello"), "websocket-bad-length");
    assert_breaks(BYTES("\x81\x7f\x00\x00\x00\x00\x00\x00\xff\xff"), "websocket-bad-length");
    assert_breaks(BYTES("\x81\x7f\x80\x00\x00\x00\x00\x00\x00\x00"), "websocket-bad-length");
}

static void a_claim_of_2_to_the_62_costs_nothing(void **state)
{
    struct slice input = BYTES("\x82\x7f\x40\x00\x00\x00\x00\x00\x00\x00x");
    struct frame_reader reader = {0};
    struct frame_event event;

    (void)state;
    assert_int_equal(frame_next(&reader, &input, &event), FRAME_PIECE);
    assert_int_equal(event.data.len, 1);
    assert_int_equal(frame_next(&reader, &input, &event), FRAME_HUNGRY);
    assert_true(frame_in_progress(&reader));
}

static void a_close_keeps_its_true_code(void **state)
{
    static const struct {
        const char *bytes;
        size_t len;
        int code;
        const char *breach;
    } closes[] = {
        {"\x88\x00", 2, 1005, NULL},
        {"\x88\x02\x03\xf4", 4, 1012, NULL},
        {"\x88\x05\x03\xf0"
         "bye",
         7, 1008, NULL},
        {"\x88\x02\x0f\xa1", 4, 4001, NULL},
        {"\x88\x01x", 3, 0, "websocket-bad-close-code"},
        {"\x88\x02\x03\xed", 4, 1005, "websocket-bad-close-code"},
        {"\x88\x02\x03\xe7", 4, 999, "websocket-bad-close-code"},
        {"\x88\x03\x03\xe8\xff", 5, 1000, "websocket-bad-utf8"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof closes / sizeof *closes; i++) {
        struct frame_reader reader = {0};
        struct buf found = BUF_INIT;
        int code = 0;

        read_all(&reader, (struct slice){closes[i].bytes, closes[i].len}, 1, &found, &code);
        assert_int_equal(code, closes[i].code);
        assert_true(closes[i].breach ? reader.code && strcmp(reader.code, closes[i].breach) == 0 : !reader.code);
        buf_free(&found);
    }
}

static void what_is_written_is_masked(void **state)
{
    static const uint8_t mask[4] = {1, 2, 3, 4};
    char long_text[300];
    struct buf out = BUF_INIT;

    (void)state;
    frame_put(&out, MESSAGE_PING, false, BYTES("abcde"), mask);
    assert_int_equal(out.len, 11);
    assert_memory_equal(out.data, "\x89\x85\x01\x02\x03\x04\x60\x60\x60\x60\x64", 11);
    buf_clear(&out);
    memset(long_text, 'x', sizeof long_text);
    frame_put(&out, MESSAGE_TEXT, false, (struct slice){long_text, sizeof long_text}, mask);
    assert_int_equal(out.len, 4 + 4 + 300);
    assert_memory_equal(out.data, "\x81\xfe\x01\x2c", 4);
    buf_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages_are_read_in_any_portions),
        cmocka_unit_test(an_empty_message_is_a_message),
        cmocka_unit_test(fragments_make_one_message_with_controls_between),
        cmocka_unit_test(a_character_may_lie_over_two_frames),
        cmocka_unit_test(each_breach_has_its_name),
        cmocka_unit_test(a_claim_of_2_to_the_62_costs_nothing),
        cmocka_unit_test(a_close_keeps_its_true_code),
        cmocka_unit_test(what_is_written_is_masked),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

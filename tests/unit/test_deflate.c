/* SPDX-License-Identifier: MIT */
#include "tests/unit/unit.h"

#include <stdlib.h>

#include "collector/deflate.h"

#define BYTES(text) ((struct slice){text, sizeof(text) - 1})
#define HELLO "\xf2\x48\xcd\xc9\xc9\x07\x00" /* RFC 7692, 7.2.3.1 */

static const struct deflate_terms usual = {true, false, false, 15, 15};

static void parameters_are_read_as_the_standard_has_them(void **state)
{
    struct deflate_terms terms;
    char words[DEFLATE_WORDS];

    (void)state;
    assert_true(deflate_agree(BYTES(""), &terms, words));
    assert_true(terms.agreed && !terms.server_forgets && !terms.client_forgets);
    assert_int_equal(terms.server_bits, 15);
    assert_true(deflate_agree(BYTES("; server_no_context_takeover; client_no_context_takeover"), &terms, words));
    assert_true(terms.server_forgets && terms.client_forgets);
    assert_true(deflate_agree(BYTES(";server_max_window_bits=8 ; client_max_window_bits = \"10\""), &terms, words));
    assert_int_equal(terms.server_bits, 8);
    assert_int_equal(terms.client_bits, 10);
}

static void parameters_that_break_the_standard_are_named(void **state)
{
    static const struct {
        const char *parameters, *words;
    } wrongs[] = {
        {"; server_max_window_bits", "server_max_window_bits is not 8 to 15"},
        {"; server_max_window_bits=", "server_max_window_bits is not 8 to 15"},
        {"; server_max_window_bits=7", "server_max_window_bits is not 8 to 15"},
        {"; server_max_window_bits=16", "server_max_window_bits is not 8 to 15"},
        {"; server_max_window_bits=08", "server_max_window_bits is not 8 to 15"},
        {"; server_max_window_bits=1000000000000012", "server_max_window_bits is not 8 to 15"},
        {"; client_max_window_bits", "client_max_window_bits is not 8 to 15"},
        {"; client_max_window_bits=x", "client_max_window_bits is not 8 to 15"},
        {"; server_no_context_takeover=1", "with a value"},
        {"; client_no_context_takeover=\"\"", "with a value"},
        {"; client_no_context_takeover; client_no_context_takeover", "twice"},
        {"; server_max_window_bits=10; server_max_window_bits=10", "twice"},
        {"; strange", "unknown parameter"},
        {"; ", "unknown parameter"},
        {";;", "unknown parameter"},
        {"; Server_No_Context_Takeover", "unknown parameter"},
    };
    struct deflate_terms terms;
    char words[DEFLATE_WORDS];

    (void)state;
    for (size_t i = 0; i < sizeof wrongs / sizeof *wrongs; i++) {
        assert_false(deflate_agree(slice_of(wrongs[i].parameters), &terms, words));
        if (!strstr(words, wrongs[i].words))
            print_error("%s: %s\n", wrongs[i].parameters, words);
        assert_non_null(strstr(words, wrongs[i].words));
    }
}

/* One whole message, fed in portions; false where it breaks. */
static bool inflate_all(struct inflater *inflater, struct slice message, size_t portion, struct buf *out)
{
    enum inflate_step step;
    struct slice piece;

    while (message.len) {
        struct slice part = {message.data, message.len < portion ? message.len : portion};

        message.data += part.len;
        message.len -= part.len;
        while ((step = inflater_next(inflater, &part, &piece)) == INFLATE_PIECE)
            buf_put_slice(out, piece);
        if (step == INFLATE_BROKEN)
            return false;
        assert_int_equal(part.len, 0);
    }
    while ((step = inflater_end(inflater, &piece)) == INFLATE_PIECE)
        buf_put_slice(out, piece);
    return step == INFLATE_HUNGRY;
}

static void assert_messages(const struct deflate_terms *terms, const struct slice *messages, size_t count,
                            const char *wanted)
{
    for (size_t portion = 1; portion <= messages[0].len; portion++) {
        struct inflater *inflater = inflater_new(terms);
        struct buf out = BUF_INIT;

        for (size_t i = 0; i < count; i++) {
            assert_true(inflate_all(inflater, messages[i], portion, &out));
            buf_putc(&out, '|');
        }
        assert_string_equal(out.data, wanted);
        buf_free(&out);
        inflater_free(inflater);
    }
}

static void the_examples_of_the_standard_inflate(void **state)
{
    const struct slice twice[] = {BYTES(HELLO), BYTES(HELLO)};
    const struct slice takeover[] = {BYTES(HELLO), BYTES("\xf2\x00\x11\x00\x00")};
    const struct slice stored[] = {BYTES("\x00\x05\x00\xfa\xff\x48\x65\x6c\x6c\x6f\x00")};
    const struct slice final[] = {BYTES("\xf3\x48\xcd\xc9\xc9\x07\x00\x00"), BYTES("\xf2\x00\x11\x00\x00")};
    const struct slice blocks[] = {BYTES("\xf2\x48\x05\x00\x00\x00\xff\xff\xca\xc9\xc9\x07\x00")};
    const struct slice empty[] = {BYTES("\x00"), BYTES(HELLO)};

    (void)state;
    assert_messages(&usual, twice, 2, "Hello|Hello|");
    assert_messages(&usual, takeover, 2, "Hello|Hello|");
    assert_messages(&usual, stored, 1, "Hello|");
    assert_messages(&usual, final, 2, "Hello|Hello|");
    assert_messages(&usual, blocks, 1, "Hello|");
    assert_messages(&usual, empty, 2, "|Hello|");
}

static void a_final_block_may_end_a_message_without_more(void **state)
{
    const struct slice final[] = {BYTES("\xf3\x48\xcd\xc9\xc9\x07\x00"), BYTES(HELLO)};

    (void)state;
    assert_messages(&usual, final, 2, "Hello|Hello|");
}

/* What was agreed to be forgotten cannot be referred to. */
static void no_context_is_taken_over_where_that_is_agreed(void **state)
{
    const struct deflate_terms forgetting = {true, true, false, 15, 15};
    struct inflater *inflater = inflater_new(&forgetting);
    struct buf out = BUF_INIT;

    (void)state;
    assert_true(inflate_all(inflater, BYTES(HELLO), 3, &out));
    assert_true(inflate_all(inflater, BYTES(HELLO), 3, &out));
    assert_string_equal(out.data, "HelloHello");
    assert_false(inflate_all(inflater, BYTES("\xf2\x00\x11\x00\x00"), 3, &out));
    assert_true(inflater_words(inflater)[0]);
    inflater_free(inflater);
    buf_free(&out);
}

static void a_window_larger_than_agreed_is_read_in_any_portions(void **state)
{
    static char text[4000];
    struct buf packed = BUF_INIT, out = BUF_INIT;
    struct deflate_terms small = usual;

    (void)state;
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = (char)(i < 2000 ? 32 + (i * i * 7 + i / 3) % 90 : (unsigned char)text[i - 2000]);
    assert_true(deflate_message(&usual, (struct slice){text, sizeof text}, &packed));
    small.server_bits = 9;
    for (size_t portion = 1; portion <= packed.len; portion += 97) {
        struct inflater *inflater = inflater_new(&small);

        buf_clear(&out);
        assert_true(inflate_all(inflater, buf_slice(&packed), portion, &out));
        assert_int_equal(out.len, sizeof text);
        inflater_free(inflater);
    }
    buf_free(&packed);
    buf_free(&out);
}

static void what_is_no_deflate_breaks_and_stays_broken(void **state)
{
    static const struct slice wrongs[] = {
        {"\xff\xff\xff\xff", 4},         /* a block of the reserved type */
        {"\xf2\x48\xcd\xc9\xc9\x07", 6}, /* ends inside of a block */
        {"\xf2\x48\xcd", 3},
        {"\x01\x05\x00\xfa\xfe", 5}, /* a stored block whose lengths differ */
        {"", 0},                     /* not even an empty block */
    };

    (void)state;
    for (size_t i = 0; i < sizeof wrongs / sizeof *wrongs; i++) {
        struct inflater *inflater = inflater_new(&usual);
        struct buf out = BUF_INIT;

        assert_false(inflate_all(inflater, wrongs[i], 1, &out));
        assert_true(inflater_words(inflater)[0]);
        assert_false(inflate_all(inflater, BYTES(HELLO), 1, &out));
        inflater_free(inflater);
        buf_free(&out);
    }
}

static void a_bomb_comes_out_in_pieces(void **state)
{
    enum { MEGABYTES = 16 };
    static char zeros[1 << 20];
    struct buf packed = BUF_INIT;
    struct inflater *inflater = inflater_new(&usual);
    struct slice piece, input, whole;
    size_t total = 0;
    char *big = malloc((size_t)MEGABYTES << 20);

    (void)state;
    assert_non_null(big);
    for (size_t i = 0; i < MEGABYTES; i++)
        memcpy(big + (i << 20), zeros, sizeof zeros);
    whole = (struct slice){big, (size_t)MEGABYTES << 20};
    assert_true(deflate_message(&usual, whole, &packed));
    assert_true(packed.len < 20000);
    input = buf_slice(&packed);
    while (inflater_next(inflater, &input, &piece) == INFLATE_PIECE) {
        assert_true(piece.len <= 16384);
        total += piece.len;
    }
    while (inflater_end(inflater, &piece) == INFLATE_PIECE)
        total += piece.len;
    assert_int_equal(total, whole.len);
    inflater_free(inflater);
    buf_free(&packed);
    free(big);
}

static void what_is_compressed_inflates_again_in_every_window(void **state)
{
    static char text[100000];

    (void)state;
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = (char)("The quick brown fox "[i % 20] + (char)(i / 5000 % 3));
    for (uint8_t bits = 9; bits <= 15; bits++) {
        struct deflate_terms terms = {true, false, false, bits, bits};
        struct inflater *inflater = inflater_new(&terms);

        for (size_t len = 0; len <= sizeof text; len = len * 3 + 1) {
            struct buf packed = BUF_INIT, out = BUF_INIT;

            assert_true(deflate_message(&terms, (struct slice){text, len}, &packed));
            assert_true(inflate_all(inflater, buf_slice(&packed), 777, &out));
            assert_int_equal(out.len, len);
            assert_memory_equal(out.data, text, len);
            buf_free(&packed);
            buf_free(&out);
        }
        inflater_free(inflater);
    }
}

static void a_window_that_zlib_cannot_make_leaves_messages_as_they_are(void **state)
{
    struct deflate_terms terms = {true, false, false, 15, 8};
    struct buf out = BUF_INIT;

    (void)state;
    assert_false(deflate_message(&terms, BYTES("Hello"), &out));
    assert_int_equal(out.len, 0);
    buf_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parameters_are_read_as_the_standard_has_them),
        cmocka_unit_test(parameters_that_break_the_standard_are_named),
        cmocka_unit_test(the_examples_of_the_standard_inflate),
        cmocka_unit_test(a_final_block_may_end_a_message_without_more),
        cmocka_unit_test(no_context_is_taken_over_where_that_is_agreed),
        cmocka_unit_test(a_window_larger_than_agreed_is_read_in_any_portions),
        cmocka_unit_test(what_is_no_deflate_breaks_and_stays_broken),
        cmocka_unit_test(a_bomb_comes_out_in_pieces),
        cmocka_unit_test(what_is_compressed_inflates_again_in_every_window),
        cmocka_unit_test(a_window_that_zlib_cannot_make_leaves_messages_as_they_are),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

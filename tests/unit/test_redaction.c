/* SPDX-License-Identifier: MIT */
/* Secrets in every form in which a server may echo them; ordinary words, which must survive; texts made to be slow. */
#include <openssl/evp.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/clock.h"
#include "collector/probe.h"
#include "collector/secret.h"

#include "tests/unit/unit.h"

#define TOKEN "s3cr3t/Value+42"

static struct secrets *one_secret(void)
{
    struct secrets *secrets = secrets_new();

    assert_true(secrets_add(secrets, "TOKEN", TOKEN, NULL));
    return secrets;
}

/* Redacts `text` and compares. */
static void expect_redacted(const struct secrets *secrets, const char *text, bool cut, const char *expected)
{
    struct buf out = BUF_INIT;

    secrets_redact(secrets, slice_of(text), cut, &out);
    assert_string_equal(out.data, expected);
    buf_free(&out);
}

static void every_escape_of_a_secret_is_found(void **state)
{
    static const char *const echoes[] = {
        TOKEN,
        "s3cr3t%2FValue%2B42", /* percent-encoded, in either case, in part, wholly, twice */
        "s3cr3t%2fValue%2b42",
        "s3cr3t/Value%2B42",
        "%733cr3t%2FValue%2B42",
        "s3cr3t%252FValue%252B42",
        "s3cr3t\\/Value+42", /* JSON-escaped, by the letter and by the number, twice */
        "s3cr3t\\u002fValue\\u002B42",
        "s3cr3t\\\\/Value+42",
        "s3cr3t&#x2F;Value&#43;42", /* HTML-escaped, as error pages are */
        "s3cr3t&amp;#x2F;Value+42",
        "s3cr3t%2FValue\\u002b42", /* one over the other */
        "czNjcjN0L1ZhbHVlKzQy",    /* base64 */
        "czNjcjN0L1ZhbHVl\\u004bzQy",
    };
    struct secrets *secrets = one_secret();

    (void)state;
    for (size_t i = 0; i < sizeof echoes / sizeof *echoes; i++) {
        struct buf text = BUF_INIT;

        buf_printf(&text, "you sent <%s>, twice: <%s>.", echoes[i], echoes[i]);
        expect_redacted(secrets, text.data, false, "you sent <[redacted:TOKEN]>, twice: <[redacted:TOKEN]>.");
        buf_free(&text);
    }
    secrets_free(secrets);
}

/* What stands before and after a secret shifts its base64: whatever stands there, none of its whole groups may stay. */
static void base64_is_found_at_every_alignment(void **state)
{
    struct secrets *secrets = one_secret();

    (void)state;
    for (size_t before = 0; before < 7; before++)
        for (size_t after = 0; after < 7; after++)
            for (int url = 0; url < 2; url++) {
                char plain[64];
                unsigned char encoded[128];
                struct buf out = BUF_INIT;
                int len =
                    snprintf(plain, sizeof plain, "%.*s" TOKEN "%.*s", (int)before, "uvwxyz:", (int)after, ":zyxwvu");

                EVP_EncodeBlock(encoded, (const unsigned char *)plain, len);
                for (unsigned char *c = encoded; url && *c; c++)
                    *c = *c == '+' ? '-' : *c == '/' ? '_' : *c;
                secrets_redact(secrets, slice_of((const char *)encoded), false, &out);
                assert_non_null(strstr(out.data, "[redacted:TOKEN]"));
                assert_true(out.len <= strlen("[redacted:TOKEN]") + (before + 2) / 3 * 4 + (after + 2) / 3 * 4 + 4);
                buf_free(&out);
            }
    secrets_free(secrets);
}

static void the_start_of_a_secret_at_a_cut_is_found(void **state)
{
    struct secrets *secrets = one_secret();

    (void)state;
    expect_redacted(secrets, "x=s3cr3t/Val", true, "x=[redacted:TOKEN]");
    expect_redacted(secrets, "x=s3cr3t%2FVal", true, "x=[redacted:TOKEN]");
    expect_redacted(secrets, "x=s3cr3t/Val", false, "x=s3cr3t/Val");
    expect_redacted(secrets, "x=s3cr3t/Vampire", true, "x=s3cr3t/Vampire");
    secrets_free(secrets);
}

static void credentials_are_known_by_their_shape(void **state)
{
    static const char *const cases[][2] = {
        {"got eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl.", "got [redacted:jwt]."},
        {"Authorization: Bearer 0123456789abcdef", "Authorization: Bearer [redacted:bearer]"},
        {"see https://me:pass@host/x", "see https://me:[redacted:password]@host/x"},
    };
    struct secrets *secrets = secrets_new();

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        expect_redacted(secrets, cases[i][0], false, cases[i][1]);
    secrets_free(secrets);
}

static void ordinary_words_survive(void **state)
{
    static const char *const prose[] = {
        "A bearer token is required.",
        "WWW-Authenticate: Bearer realm=\"api\", error=\"invalid_token\"",
        "Use basic authentication or bearer authentication",
        "https://api.example.com:8443/path?email=a@b.example",
        "{\"status\":\"ok\",\"connection_id\":\"legacy_48f336b8\"}",
        "Q&amp;A &lt;b&gt; &#39;x&#39; &unknown; & 100% of %20 and \\u0041 and \\ stay as they are %",
    };
    struct secrets *secrets = one_secret();

    (void)state;
    for (size_t i = 0; i < sizeof prose / sizeof *prose; i++)
        expect_redacted(secrets, prose[i], false, prose[i]);
    secrets_free(secrets);
}

static void short_and_ordinary_secrets_are_refused(void **state)
{
    struct secrets *secrets = secrets_new();
    struct error err = {ERR_NONE, ""};

    (void)state;
    assert_false(secrets_add(secrets, "SHORT", "12345", &err));
    assert_non_null(strstr(err.text, "SHORT"));
    assert_null(strstr(err.text, "12345"));
    assert_false(secrets_add(secrets, "WORD", "Localhost", &err));
    assert_true(secrets_add(secrets, "LONG", "123456", &err));
    assert_true(secrets_add(secrets, "LONG", "123456", &err));
    secrets_free(secrets);
    secrets_free(NULL);
}

static void equal_values_have_equal_digits_under_one_key_only(void **state)
{
    uint8_t key[SECRET_KEY] = {1};
    struct buf first = BUF_INIT, again = BUF_INIT, other = BUF_INIT;
    struct secrets *secrets = one_secret();

    (void)state;
    secrets_key(secrets, key);
    secrets_redact(secrets, slice_of(TOKEN), false, &first);
    secrets_redact(secrets, slice_of("czNjcjN0L1ZhbHVlKzQy"), false, &again);
    key[0] = 2;
    secrets_key(secrets, key);
    secrets_redact(secrets, slice_of(TOKEN), false, &other);
    assert_int_equal(strncmp(first.data, "[redacted:TOKEN#", 16), 0);
    assert_int_equal(first.len, strlen("[redacted:TOKEN#3f9a]"));
    assert_string_equal(first.data, again.data);
    assert_string_not_equal(first.data, other.data);
    buf_free(&first);
    buf_free(&again);
    buf_free(&other);
    secrets_free(secrets);
}

static void a_secret_split_over_two_messages_is_found(void **state)
{
    struct secrets *secrets = one_secret();
    struct probe *probe = probe_new();
    struct message messages[] = {
        {.data = slice_of("{\"t\":\"s3cr3t/V"), .size = 14},
        {.sent = true, .data = slice_of("ping"), .size = 4},
        {.data = slice_of("alue+42\"}"), .size = 9},
    };

    (void)state;
    probe->messages = messages;
    probe->message_count = 3;
    secrets_redact_probe(secrets, probe);
    assert_null(memmem(probe->messages[0].data.data, probe->messages[0].data.len, "s3cr", 4));
    assert_null(memmem(probe->messages[2].data.data, probe->messages[2].data.len, "alue+42", 7));
    assert_true(slice_equals(probe->messages[1].data, slice_of("ping")));
    probe_free(probe);
    secrets_free(secrets);
}

static void a_cookie_keeps_its_name_and_attributes(void **state)
{
    struct secrets *secrets = secrets_new();
    struct probe *probe = probe_new();
    struct header headers[] = {
        {slice_of("Set-Cookie"), slice_of("sid=abc; Path=/; HttpOnly")},
        {slice_of("authorization"), slice_of("anything")},
        {slice_of("Server"), slice_of("nginx")},
    };

    (void)state;
    probe->headers = headers;
    probe->header_count = 3;
    secrets_redact_probe(secrets, probe);
    assert_true(slice_equals(probe->headers[0].value, slice_of("sid=[redacted:cookie]; Path=/; HttpOnly")));
    assert_null(memmem(probe->headers[1].value.data, probe->headers[1].value.len, "anything", 8));
    assert_true(slice_equals(probe->headers[2].value, slice_of("nginx")));
    probe_free(probe);
    secrets_free(secrets);
}

/* Twice the text must not take four times as long; a quadratic search needs minutes for these. */
static void a_hostile_text_is_redacted_in_linear_time(void **state)
{
    static const char *const units[] = {"bearer+", "basic+", "eyJ",    "bearer ", "%25",
                                        "\\\\",    "a://a:", "&#x41;", "&",       "s3cr3t/"};
    enum { SIZE = 1 << 20, MOST_US = 20 * 1000000 };

    (void)state;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        struct secrets *secrets = one_secret();
        struct buf text = BUF_INIT, out = BUF_INIT;
        struct mono start = mono_now();

        while (text.len < SIZE)
            buf_puts(&text, units[i]);
        buf_puts(&text, " .@1");
        secrets_redact(secrets, buf_slice(&text), true, &out);
        assert_true(mono_between(start, mono_now()) < MOST_US);
        buf_free(&text);
        buf_free(&out);
        secrets_free(secrets);
    }
}

/* What was clean once is not searched again: until there is more to find, or where less than a secret is to be found. */
static void a_clean_text_is_searched_again_when_that_may_differ(void **state)
{
    struct secrets *secrets = secrets_new();

    (void)state;
    for (int i = 0; i < 2; i++)
        expect_redacted(secrets, "the word is opensesame", false, "the word is opensesame");
    assert_true(secrets_add(secrets, "WORD", "opensesame", NULL));
    for (int i = 0; i < 2; i++)
        expect_redacted(secrets, "the word is opensesame", false, "the word is [redacted:WORD]");
    for (int i = 0; i < 2; i++)
        expect_redacted(secrets, "the word is opense", false, "the word is opense");
    expect_redacted(secrets, "the word is opense", true, "the word is [redacted:WORD]");
    for (int i = 0; i < 2; i++)
        expect_redacted(secrets, "number 4711", false, "number 4711");
    assert_true(secrets_add_pattern(secrets, "number", "[0-9]+", NULL));
    expect_redacted(secrets, "number 4711", false, "number [redacted:number]");
    secrets_free(secrets);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_clean_text_is_searched_again_when_that_may_differ),
        cmocka_unit_test(every_escape_of_a_secret_is_found),
        cmocka_unit_test(base64_is_found_at_every_alignment),
        cmocka_unit_test(the_start_of_a_secret_at_a_cut_is_found),
        cmocka_unit_test(credentials_are_known_by_their_shape),
        cmocka_unit_test(ordinary_words_survive),
        cmocka_unit_test(short_and_ordinary_secrets_are_refused),
        cmocka_unit_test(equal_values_have_equal_digits_under_one_key_only),
        cmocka_unit_test(a_secret_split_over_two_messages_is_found),
        cmocka_unit_test(a_cookie_keeps_its_name_and_attributes),
        cmocka_unit_test(a_hostile_text_is_redacted_in_linear_time),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/memory.h"
#include "collector/secret.h"
#include "tests/unit/unit.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* Every kind of character that some encoding changes. */
static const char token[] = "k3y/+?=&%\"\\ geheim-7\xc3\xa4\xf0\x9f\x94\x91";

static struct secrets *some_secrets(void)
{
    static const uint8_t key[SECRET_KEY] = {1, 2, 3};
    struct secrets *secrets = secrets_new();

    secrets_key(secrets, key);
    assert_true(secrets_add(secrets, "TOKEN", token, NULL));
    return secrets;
}

/* The redacted form of `text`, to be freed with mem_free(). */
static char *redacted(const struct secrets *secrets, struct slice text, bool cut)
{
    struct buf out = BUF_INIT;

    secrets_redact(secrets, text, cut, &out);
    buf_puts(&out, "");
    return buf_detach(&out);
}

/* Compares with digits of markers left out: "#…". */
static void assert_redacted(const char *text, bool cut, const char *expected)
{
    struct secrets *secrets = some_secrets();
    char *out = redacted(secrets, slice_of(text), cut);
    struct buf plain = BUF_INIT;

    for (const char *at = out; *at; at++) {
        buf_putc(&plain, *at);
        if (*at == '#' && strspn(at + 1, "0123456789abcdef") == 4)
            at += 4;
    }
    if (strcmp(plain.data, expected) != 0)
        fail_msg("%s\nbecame %s\n   not %s", text, plain.data, expected);
    buf_free(&plain);
    mem_free(out);
    secrets_free(secrets);
}

static void a_secret_goes_where_it_stands_plain(void **state)
{
    struct buf text = BUF_INIT;

    (void)state;
    buf_printf(&text, "a %s b%s%s", token, token, token);
    assert_redacted(text.data, false, "a [redacted:TOKEN#] b[redacted:TOKEN#][redacted:TOKEN#]");
    assert_redacted("nothing here", false, "nothing here");
    assert_redacted("", false, "");
    buf_free(&text);
}

static void a_secret_goes_as_base64_at_every_alignment(void **state)
{
    static const char *const before[] = {"", "x", "xy", "xyz", "user:"};
    static const char *const after[] = {"", "x", "xy", "xyz", "&more=stuff"};

    (void)state;
    for (size_t i = 0; i < COUNT(before) * COUNT(after) * 2; i++) {
        const char *lead = before[i % COUNT(before)], *tail = after[i / COUNT(before) % COUNT(after)];
        bool url = i >= COUNT(before) * COUNT(after);
        struct secrets *secrets = some_secrets();
        struct buf plain = BUF_INIT, text = BUF_INIT;
        char encoded[256];
        char *out, *rest;

        buf_printf(&plain, "%s%s%s", lead, token, tail);
        EVP_EncodeBlock((unsigned char *)encoded, (const unsigned char *)plain.data, (int)plain.len);
        for (char *at = encoded; url && *at; at++)
            *at = (char)(*at == '+' ? '-' : *at == '/' ? '_' : *at);
        buf_printf(&text, "\"%s\"", encoded);
        out = redacted(secrets, buf_slice(&text), false);
        rest = strstr(out, "[redacted:TOKEN#");
        if (!rest)
            fail_msg("%s became %s", text.data, out);
        /* No more is left than belongs to the neighbours. */
        assert_true((size_t)(rest - out) <= 1 + (8 * strlen(lead)) / 6);
        assert_true(strlen(strchr(rest, ']')) <= 2 + (8 * strlen(tail) + 5) / 6 + 2);
        mem_free(out);
        buf_free(&plain);
        buf_free(&text);
        secrets_free(secrets);
    }
}

enum { PERCENT_UPPER = 1, PERCENT_LOWER, PERCENT_SOME, JSON_LEAST, JSON_SLASH, JSON_ALL, JSON_ASCII, WAYS };

static void put_unit(struct buf *out, unsigned unit)
{
    buf_printf(out, "\\u%04X", unit);
}

/* The JSON string that `text` becomes. */
static void put_json(struct buf *out, struct slice text, int way)
{
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.data[i];

        if (way == JSON_ASCII && c == 0xc3) {
            put_unit(out, 0xc0 | ((unsigned char)text.data[++i] & 0x3f));
        } else if (way == JSON_ASCII && c == 0xf0) {
            put_unit(out, 0xd83d);
            put_unit(out, 0xdd11);
            i += 3;
        } else if (way == JSON_ALL && c < 0x80) {
            put_unit(out, c);
        } else if (c == '"' || c == '\\' || (c == '/' && way == JSON_SLASH)) {
            buf_printf(out, "\\%c", c);
        } else {
            buf_putc(out, (char)c);
        }
    }
}

static void put_encoded(struct buf *out, struct slice text, int way)
{
    if (way >= JSON_LEAST) {
        put_json(out, text, way);
        return;
    }
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.data[i];

        if (way == PERCENT_SOME ? i % 3 == 0 || c == '%' || c >= 0x80 : true)
            buf_printf(out, way == PERCENT_LOWER ? "%%%02x" : "%%%02X", c);
        else
            buf_putc(out, (char)c);
    }
}

static void a_secret_goes_percent_encoded_and_json_escaped(void **state)
{
    (void)state;
    for (int way = 1; way < WAYS; way++) {
        struct buf text = BUF_INIT;

        buf_puts(&text, "<< ");
        put_encoded(&text, slice_of(token), way);
        buf_puts(&text, " >>");
        assert_redacted(text.data, false, "<< [redacted:TOKEN#] >>");
        buf_free(&text);
    }
}

static void a_secret_goes_in_an_encoding_of_an_encoding(void **state)
{
    (void)state;
    for (int inner = 1; inner < WAYS; inner++)
        for (int outer = 1; outer < WAYS; outer++) {
            struct buf once = BUF_INIT, twice = BUF_INIT;

            put_encoded(&once, slice_of(token), inner);
            buf_puts(&twice, "{\"x\":\"");
                put_encoded(&twice, buf_slice(&once), outer);
            buf_puts(&twice, "\"}");
            assert_redacted(twice.data, false, "{\"x\":\"[redacted:TOKEN#]\"}");
            buf_free(&once);
            buf_free(&twice);
        }
}

static void base64_goes_with_its_signs_escaped(void **state)
{
    struct buf text = BUF_INIT;
    char encoded[128];

    (void)state;
    EVP_EncodeBlock((unsigned char *)encoded, (const unsigned char *)token, (int)strlen(token));
    assert_non_null(strpbrk(encoded, "+/"));
    put_encoded(&text, slice_of(encoded), PERCENT_UPPER);
    buf_putc(&text, ' ');
    put_encoded(&text, slice_of(encoded), JSON_SLASH);
    /* The padding says no more than a length. */
    assert_redacted(text.data, false, "[redacted:TOKEN#]%3D [redacted:TOKEN#]=");
    buf_free(&text);
}

static void a_secret_that_the_end_of_a_cut_text_begins_goes_too(void **state)
{
    (void)state;
    for (int way = 0; way < WAYS; way++) {
        struct buf whole = BUF_INIT;
        size_t len;

        buf_puts(&whole, "<< ");
        if (way)
            put_encoded(&whole, slice_of(token), way);
        else
            buf_puts(&whole, token);
        len = whole.len;
        /* From three of its characters on, whatever they are escaped as. */
        for (size_t cut = 3 + 18; cut < len; cut++) {
            char *text = mem_copy(whole.data, cut);

            assert_redacted(text, true, "<< [redacted:TOKEN#]");
            mem_free(text);
        }
        buf_free(&whole);
    }
    assert_redacted("<< k3y/", false, "<< k3y/");
    assert_redacted("<< k3", true, "<< k3");
}

static void base64_of_a_secret_goes_where_it_is_cut(void **state)
{
    static const char *const before[] = {"", "x", "xy"};

    (void)state;
    for (size_t i = 0; i < COUNT(before); i++) {
        struct buf plain = BUF_INIT;
        char encoded[128];
        size_t lead = (8 * i + 5) / 6, len;

        buf_printf(&plain, "%s%s", before[i], token);
        EVP_EncodeBlock((unsigned char *)encoded, (const unsigned char *)plain.data, (int)plain.len);
        len = strcspn(encoded, "=");
        for (size_t cut = lead + 3; cut < len; cut++) {
            struct buf expected = BUF_INIT;

            encoded[cut] = '\0';
            /* The character that holds bits of both goes as well. */
            buf_printf(&expected, "%.*s[redacted:TOKEN#]", (int)(8 * i / 6), encoded);
            assert_redacted(encoded, true, expected.data);
            EVP_EncodeBlock((unsigned char *)encoded, (const unsigned char *)plain.data, (int)plain.len);
            buf_free(&expected);
        }
        buf_free(&plain);
    }
}

static void credentials_go_by_their_shape(void **state)
{
    static const char *const cases[][2] = {
        {"Authorization: Bearer abcdef123456", "Authorization: Bearer [redacted:bearer#]"},
        {"bearer  a.b-c_d~e+f/1==;", "bearer  [redacted:bearer#];"},
        {"?h=Bearer%20abcdef123456&x", "?h=Bearer%20[redacted:bearer#]&x"},
        {"?h=Bearer+abcdef123456&x", "?h=Bearer+[redacted:bearer#]&x"},
        {"Basic dXNlcjpwYXNz", "Basic [redacted:basic#]"},
        {"Basic dXNlcjpwYXNzd29yZA==", "Basic [redacted:basic#]"},
        {"basic dXNlcjpwYXN", "basic [redacted:basic#]"},
        {"t=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln-_!", "t=[redacted:jwt#]!"},
        {"t=eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.", "t=[redacted:jwt#]"},
        {"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0", "[redacted:jwt#]"},
        {"%3DeyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.x", "%3D[redacted:jwt#]"},
        {"eyJhbGciOiJSU0EifQ.T0tFTg.aXY12.Y2lwaGVy.dGFn next", "[redacted:jwt#] next"},
        {"eyJ eyJhbGci eyJhbGciOiJIUzI1NiJ9.abcd", "eyJ eyJhbGci [redacted:jwt#]"},
        {"Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln", "Bearer [redacted:bearer#]"},
        {"postgres://app:s3cr3t@db:5432/x", "postgres://app:[redacted:password#]@db:5432/x"},
        {"redis://:s3cr3t@cache", "redis://:[redacted:password#]@cache"},
        {"\"https:\\/\\/me:s3cr3t@a.example\\/\"", "\"https:\\/\\/me:[redacted:password#]@a.example\\/\""},
        {"a http://u:p@h and ftp://v:q@i", "a http://u:[redacted:password#]@h and ftp://v:[redacted:password#]@i"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_redacted(cases[i][0], false, cases[i][1]);
}

static void ordinary_prose_is_left_as_it_is(void **state)
{
    static const char *const texts[] = {
        "Bearer token required",
        "Bearer authentication is required, see /docs",
        "basic authentication failed",
        "Basic AuthenticationFilter refused it; basic authorization=required",
        "WWW-Authenticate: Basic realm=\"staging area\", charset=\"UTF-8\"",
        "WWW-Authenticate: Bearer realm=\"api\", error=\"invalid_token\", error_description=\"The token expired\"",
        "forbearers of basics; unbearable",
        "https://a.example:8443/path?x=a:b@c",
        "http://a.example/user:name@host",
        "at 12:30 mail me@example.com",
        "eyJ",
        "eyJhbGci.x",
        "the key eyJhbGciOiJIUzI1NiJ9 alone",
        "100% of \\users are \\u0041 fine %41%zz \\",
        "[redacted:TOKEN#]",
        "{\"type\":\"connect\",\"mode\":\"legacy\"}",
    };

    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++)
        assert_redacted(texts[i], false, texts[i]);
}

static void a_registered_secret_keeps_its_name_where_a_pattern_finds_it_too(void **state)
{
    static const char jwt[] = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln";
    struct secrets *secrets = some_secrets();
    struct buf text = BUF_INIT;
    char *out;

    (void)state;
    assert_true(secrets_add(secrets, "JWT", jwt, NULL));
    buf_printf(&text, "Bearer %s, %s", jwt, jwt);
    out = redacted(secrets, buf_slice(&text), false);
    assert_int_equal(strncmp(out, "Bearer [redacted:JWT#", 21), 0);
    assert_non_null(strstr(out, ", [redacted:JWT#"));
    assert_null(strstr(out, "redacted:jwt"));
    assert_null(strstr(out, "redacted:bearer"));
    mem_free(out);
    buf_free(&text);
    secrets_free(secrets);
}

/* The digits of the marker that `value` leaves, in a register with the key `seed`. */
static void digits_of(const char *value, uint8_t seed, char digits[5])
{
    uint8_t key[SECRET_KEY] = {seed};
    struct secrets *secrets = secrets_new();
    char *out;

    secrets_key(secrets, key);
    assert_true(secrets_add(secrets, "T", value, NULL));
    out = redacted(secrets, slice_of(value), false);
    assert_int_equal(strncmp(out, "[redacted:T#", 12), 0);
    snprintf(digits, 5, "%s", out + 12);
    mem_free(out);
    secrets_free(secrets);
}

static void markers_are_equal_for_equal_values_and_differ_for_others(void **state)
{
    char first[5], again[5], other[5], elsewhere[5];

    (void)state;
    digits_of("a-secret-1", 1, first);
    digits_of("a-secret-1", 1, again);
    digits_of("a-secret-2", 1, other);
    digits_of("a-secret-1", 2, elsewhere);
    assert_string_equal(first, again);
    assert_string_not_equal(first, other);
    assert_string_not_equal(first, elsewhere);
}

static void every_form_of_a_secret_leaves_the_same_marker(void **state)
{
    struct secrets *secrets = some_secrets();
    char *plain = redacted(secrets, slice_of(token), false);

    (void)state;
    for (int way = 1; way < WAYS; way++) {
        struct buf text = BUF_INIT;
        char *out;

        put_encoded(&text, slice_of(token), way);
        out = redacted(secrets, buf_slice(&text), false);
        assert_string_equal(out, plain);
        mem_free(out);
        buf_free(&text);
    }
    mem_free(plain);
    secrets_free(secrets);
}

static void without_a_key_markers_have_no_digits(void **state)
{
    struct secrets *secrets = secrets_new();
    char *out;

    (void)state;
    assert_true(secrets_add(secrets, "TOKEN", "geheim-7", NULL));
    out = redacted(secrets, slice_of("<geheim-7>"), false);
    assert_string_equal(out, "<[redacted:TOKEN]>");
    mem_free(out);
    secrets_free(secrets);
}

static void a_long_name_is_cut_in_the_marker(void **state)
{
    struct secrets *secrets = secrets_new();
    char name[200], *out;

    (void)state;
    memset(name, 'N', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    assert_true(secrets_add(secrets, name, "geheim-7", NULL));
    out = redacted(secrets, slice_of("geheim-7"), false);
    assert_int_equal(strlen(out), strlen("[redacted:]") + 64);
    mem_free(out);
    secrets_free(secrets);
}

static void short_and_ordinary_values_are_refused(void **state)
{
    static const char *const values[] = {"",       "12345",     "status", "Error",    "LOCALHOST",
                                         "health", "websocket", "bearer", "changeme", "redacted"};
    struct secrets *secrets = secrets_new();

    (void)state;
    for (size_t i = 0; i < COUNT(values); i++) {
        struct error err = {0};

        assert_false(secrets_add(secrets, "NAME_OF_IT", values[i], &err));
        assert_int_equal(err.code, ERR_CONFIG);
        assert_non_null(strstr(err.text, "NAME_OF_IT"));
        assert_non_null(strstr(err.text, "public"));
        /* The message goes to the terminal and the log. */
        if (values[i][0])
            assert_null(strstr(err.text, values[i]));
    }
    assert_true(secrets_add(secrets, "A", "123456", NULL));
    assert_true(secrets_add(secrets, "A", "123456", NULL));
    assert_true(secrets_add(secrets, "B", "123456", NULL));
    secrets_free(secrets);
    secrets_free(NULL);
}

static void of_two_secrets_the_longer_wins_and_both_go(void **state)
{
    struct secrets *secrets = secrets_new();
    char *out;

    (void)state;
    assert_true(secrets_add(secrets, "SHORT", "abcdef", NULL));
    assert_true(secrets_add(secrets, "LONG", "abcdefghi", NULL));
    assert_true(secrets_add(secrets, "OVER", "hijklm", NULL));
    out = redacted(secrets, slice_of("abcdefghi abcdef hijklm abcdefghijklm"), false);
    assert_string_equal(out, "[redacted:LONG] [redacted:SHORT] [redacted:OVER] [redacted:LONG]");
    mem_free(out);
    secrets_free(secrets);
}

static void bytes_of_any_kind_pass(void **state)
{
    struct secrets *secrets = some_secrets();
    char bytes[512];
    struct buf out = BUF_INIT;

    (void)state;
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (char)i;
    secrets_redact(secrets, (struct slice){bytes, sizeof bytes}, true, &out);
    assert_int_equal(out.len, sizeof bytes);
    assert_memory_equal(out.data, bytes, sizeof bytes);
    buf_free(&out);
    secrets_free(secrets);
}

/* A mebibyte of what an attacker would send: each within two seconds, with sanitizers, where more than linear work
 * takes minutes. */
static void hostile_texts_take_linear_time(void **state)
{
    static const char *const texts[] = {
        "%%%%",      "%25",        "\\u00\\u00", "\\\\",     "\\u0025", "eyJ",       "eyJhbGciOiJ",
        "eyJa.",     "QUJD",       "A",          "bearer ",  "bearer+", "bearer%20", "Bearer a1234567 ",
        "basic ",    "basic+",     "basic+a",    "a://a:",   "a:",      "://",       "a.",
        "http://u:", "\\u005cu00", "%5c%75",     "k3y/+?=&", "k3y%2f",  "\xf0\x9f",  "\\ud83d",
    };
    enum { SIZE = 1 << 20 };
    struct secrets *secrets = some_secrets();

    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++) {
        struct buf text = BUF_INIT, out = BUF_INIT;
        struct mono start;
        int64_t took;

        while (text.len < SIZE)
            buf_puts(&text, texts[i]);
        start = mono_now();
        secrets_redact(secrets, buf_slice(&text), true, &out);
        took = mono_between(start, mono_now());
        if (took > 5000000)
            fail_msg("`%s` over and over takes %.1f s", texts[i], (double)took / 1e6);
        buf_free(&text);
        buf_free(&out);
    }
    secrets_free(secrets);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_secret_goes_where_it_stands_plain),
        cmocka_unit_test(a_secret_goes_as_base64_at_every_alignment),
        cmocka_unit_test(a_secret_goes_percent_encoded_and_json_escaped),
        cmocka_unit_test(a_secret_goes_in_an_encoding_of_an_encoding),
        cmocka_unit_test(base64_goes_with_its_signs_escaped),
        cmocka_unit_test(a_secret_that_the_end_of_a_cut_text_begins_goes_too),
        cmocka_unit_test(base64_of_a_secret_goes_where_it_is_cut),
        cmocka_unit_test(credentials_go_by_their_shape),
        cmocka_unit_test(ordinary_prose_is_left_as_it_is),
        cmocka_unit_test(a_registered_secret_keeps_its_name_where_a_pattern_finds_it_too),
        cmocka_unit_test(markers_are_equal_for_equal_values_and_differ_for_others),
        cmocka_unit_test(every_form_of_a_secret_leaves_the_same_marker),
        cmocka_unit_test(without_a_key_markers_have_no_digits),
        cmocka_unit_test(a_long_name_is_cut_in_the_marker),
        cmocka_unit_test(short_and_ordinary_values_are_refused),
        cmocka_unit_test(of_two_secrets_the_longer_wins_and_both_go),
        cmocka_unit_test(bytes_of_any_kind_pass),
        cmocka_unit_test(hostile_texts_take_linear_time),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

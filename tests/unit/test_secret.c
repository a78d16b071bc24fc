/* SPDX-License-Identifier: MIT */
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/buf.h"
#include "base/memory.h"
#include "collector/probe.h"
#include "collector/secret.h"
#include "tests/unit/unit.h"

static const char value[] = "s3cr3t/to+ken\"\xC3\xA9!";
static const uint8_t key[SECRET_KEY] = {1, 2, 3};

static struct secrets *registered(void)
{
    struct secrets *secrets = secrets_new();

    assert_true(secrets_add(secrets, "TOKEN", value, NULL));
    return secrets;
}

static char *redacted(const struct secrets *secrets, struct slice text, bool cut)
{
    struct buf out = BUF_INIT;

    secrets_redact(secrets, text, cut, &out);
    return buf_detach(&out);
}

static void expect_redacted(const struct secrets *secrets, const char *text, const char *wanted)
{
    char *out = redacted(secrets, slice_of(text), false);

    assert_string_equal(out, wanted);
    mem_free(out);
}

static void expect_cut(const struct secrets *secrets, const char *text, const char *wanted)
{
    char *out = redacted(secrets, slice_of(text), true);

    assert_string_equal(out, wanted);
    mem_free(out);
}

static void a_secret_goes_wherever_it_stands(void **state)
{
    struct secrets *secrets = registered();
    struct buf text = BUF_INIT;

    (void)state;
    expect_redacted(secrets, "nothing here", "nothing here");
    expect_redacted(secrets, "", "");
    expect_redacted(secrets, value, "[redacted:TOKEN]");
    buf_printf(&text, "a%sb%s%sc", value, value, value);
    expect_redacted(secrets, text.data, "a[redacted:TOKEN]b[redacted:TOKEN][redacted:TOKEN]c");
    buf_free(&text);
    secrets_free(secrets);
}

/* The secret behind `lead` other bytes and before `trail`, in base64: what is left are only characters of those. */
static void expect_base64_gone(const struct secrets *secrets, size_t lead, size_t trail, bool url)
{
    unsigned char plain[64], encoded[128];
    struct buf text = BUF_INIT;
    size_t len = strlen(value);
    char *out;
    const char *marker;

    memset(plain, 'x', sizeof plain);
    memcpy(plain + lead, value, len);
    EVP_EncodeBlock(encoded, plain, (int)(lead + len + trail));
    for (unsigned char *at = encoded; url && *at; at++)
        *at = *at == '+' ? '-' : *at == '/' ? '_' : *at;
    buf_puts(&text, (char *)encoded);
    out = redacted(secrets, buf_slice(&text), false);
    marker = strstr(out, "[redacted:TOKEN]");
    assert_non_null(marker);
    assert_int_equal(marker - out, 8 * lead / 6);
    assert_true(strlen(marker + strlen("[redacted:TOKEN]")) <= (trail + 2) / 3 * 4 + 2);
    mem_free(out);
    buf_free(&text);
}

static void base64_is_found_at_every_alignment(void **state)
{
    struct secrets *secrets = registered();

    (void)state;
    for (size_t lead = 0; lead < 7; lead++)
        for (size_t trail = 0; trail < 4; trail++) {
            expect_base64_gone(secrets, lead, trail, false);
            expect_base64_gone(secrets, lead, trail, true);
        }
    secrets_free(secrets);
}

static void percent_encoding_is_found_in_part_and_in_either_case(void **state)
{
    struct secrets *secrets = registered();

    (void)state;
    expect_redacted(secrets, "q=s3cr3t%2Fto%2Bken%22%C3%A9!&x", "q=[redacted:TOKEN]&x");
    expect_redacted(secrets, "q=s3cr3t%2fto+ken%22%c3%a9%21&x", "q=[redacted:TOKEN]&x");
    expect_redacted(secrets, "q=%73%33%63%72%33%74/to+ken%22%C3%A9!", "q=[redacted:TOKEN]");
    expect_redacted(secrets, "100% s3cr3t %zz %", "100% s3cr3t %zz %");
    secrets_free(secrets);
}

static void a_hex_dump_is_found_in_either_case(void **state)
{
    struct secrets *secrets = secrets_new();

    (void)state;
    assert_true(secrets_add(secrets, "KEY", "Zo\xc3\xab/key+1", NULL));
    expect_redacted(secrets, "<5a6fc3ab2f6b65792b31>", "<[redacted:KEY]>");
    expect_redacted(secrets, "<5A6FC3AB2F6B65792B31>", "<[redacted:KEY]>");
    secrets_free(secrets);
}

static void a_blank_is_found_as_plus(void **state)
{
    struct secrets *secrets = secrets_new();

    (void)state;
    assert_true(secrets_add(secrets, "PHRASE", "correct horse&battery", NULL));
    expect_redacted(secrets, "p=correct+horse%26battery;", "p=[redacted:PHRASE];");
    expect_redacted(secrets, "p=correct%20horse%26battery;", "p=[redacted:PHRASE];");
    secrets_free(secrets);
}

static void json_escapes_are_found(void **state)
{
    struct secrets *secrets = registered();

    (void)state;
    expect_redacted(secrets, "{\"t\":\"s3cr3t\\/to+ken\\\"\xC3\xA9!\"}", "{\"t\":\"[redacted:TOKEN]\"}");
    expect_redacted(secrets, "{\"t\":\"s3cr3t/to\\u002bken\\u0022\\u00e9\\u0021\"}", "{\"t\":\"[redacted:TOKEN]\"}");
    expect_redacted(secrets, "{\"t\":\"\\u0073\\u00333cr\"}", "{\"t\":\"\\u0073\\u00333cr\"}");
    secrets_free(secrets);
}

static void a_character_beyond_16_bits_is_found_as_surrogates(void **state)
{
    struct secrets *secrets = secrets_new();

    (void)state;
    assert_true(secrets_add(secrets, "KEY", "pass\xF0\x9F\x94\x91word", NULL));
    expect_redacted(secrets, "\"pass\\ud83d\\udd11word\"", "\"[redacted:KEY]\"");
    expect_redacted(secrets, "\"pass\\ud83d\\uword\"", "\"pass\\ud83d\\uword\"");
    expect_redacted(secrets, "\"pass\\ud83d\"", "\"pass\\ud83d\"");
    secrets_free(secrets);
}

static void both_encodings_at_once_are_found_in_either_order(void **state)
{
    struct secrets *secrets = registered();

    (void)state;
    expect_redacted(secrets, "\"?q=s3cr3t%2Fto%2Bken\\u002522%C3%A9!\"", "\"?q=[redacted:TOKEN]\"");
    expect_redacted(secrets, "?q=s3cr3t%5C%2Fto+ken%5C%22%5Cu00e9!&", "?q=[redacted:TOKEN]&");
    secrets_free(secrets);
}

static void base64_is_found_under_an_encoding(void **state)
{
    struct secrets *secrets = secrets_new();

    (void)state;
    /* base64 of "\xff\xef\xbeQ\xff\xef": "/+++Uf/v" */
    assert_true(secrets_add(secrets, "RAW", "\xFF\xEF\xBEQ\xFF\xEF", NULL));
    expect_redacted(secrets, "t=%2F%2B%2B%2BUf%2Fv&", "t=[redacted:RAW]&");
    expect_redacted(secrets, "\"\\/+++Uf\\/v\"", "\"[redacted:RAW]\"");
    secrets_free(secrets);
}

static void the_start_of_a_secret_at_a_cut_goes_too(void **state)
{
    struct secrets *secrets = registered();

    (void)state;
    expect_cut(secrets, "token s3cr3t/t", "token [redacted:TOKEN]");
    expect_cut(secrets, "token s3c", "token [redacted:TOKEN]");
    expect_cut(secrets, "token s3", "token s3");
    expect_redacted(secrets, "token s3cr3t/t", "token s3cr3t/t");
    expect_cut(secrets, "q=s3cr3t%2F", "q=[redacted:TOKEN]");
    expect_cut(secrets, "q=s3cr3t%2", "q=[redacted:TOKEN]");
    expect_cut(secrets, "q=s3cr3t%", "q=[redacted:TOKEN]");
    expect_cut(secrets, "\"s3cr3t\\", "\"[redacted:TOKEN]");
    expect_cut(secrets, "\"s3cr3t\\u002", "\"[redacted:TOKEN]");
    expect_cut(secrets, "100%", "100%");
    secrets_free(secrets);
}

static void credentials_are_found_by_their_shape(void **state)
{
    struct secrets *secrets = secrets_new();

    (void)state;
    expect_redacted(secrets, "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl!", "[redacted:jwt]!");
    expect_redacted(secrets, "x=%22eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.%22", "x=%22[redacted:jwt]%22");
    expect_redacted(secrets, "Authorization: Bearer abc123def456", "Authorization: Bearer [redacted:bearer]");
    expect_redacted(secrets, "authorization=bearer%20abc123def456&x", "authorization=bearer%20[redacted:bearer]&x");
    expect_redacted(secrets, "Bearer qWeRtYuIoPaSdFgHjKlZ", "Bearer [redacted:bearer]");
    expect_redacted(secrets, "\"Bearer abc\\/123\\/def\"", "\"Bearer [redacted:bearer]\"");
    expect_redacted(secrets, "Basic dXNlcjpwYXNz", "Basic [redacted:basic]");
    expect_redacted(secrets, "basic dXNlcjpwYXNzd29yZA==", "basic [redacted:basic]");
    expect_redacted(secrets, "to https://me:hunter2@a.example/x", "to https://me:[redacted:password]@a.example/x");
    expect_redacted(secrets, "postgres://me:p%40ss:w@db/x", "postgres://me:[redacted:password]@db/x");
    expect_redacted(secrets, "\"https:\\/\\/me:hunter2@a.example\"",
                    "\"https:\\/\\/me:[redacted:password]@a.example\"");
    secrets_free(secrets);
}

static void prose_is_left_alone(void **state)
{
    static const char *const prose[] = {
        "Bearer token required",
        "Bearer authentication required",
        "WWW-Authenticate: Bearer realm=\"api\", error=\"invalid_token\"",
        "Missing bearer.",
        "bearer of the AuthenticationTokenMissingException",
        "basic authentication failed",
        "Basic realm=\"staging\"",
        "basic understanding of things",
        "http://a.example:8080/path@here",
        "http://a.example:8080?x=@",
        "mailto:someone@a.example",
        "see eyJ.abc or eyJx.y",
        "at 10:30 user@host said: hello",
        "{\"status\":\"error\",\"detail\":\"WebSocket upgrade failed\"}",
    };
    struct secrets *secrets = secrets_new();

    (void)state;
    for (size_t i = 0; i < sizeof prose / sizeof *prose; i++)
        expect_redacted(secrets, prose[i], prose[i]);
    secrets_free(secrets);
}

static void what_is_redacted_stays_as_it_is(void **state)
{
    static const char *const texts[] = {
        "https://me:[redacted:password#1a2b]@a.example/",
        "Bearer [redacted:TOKEN#1a2b]",
        "Basic [redacted:basic#1a2b]",
    };
    struct secrets *secrets = secrets_new();

    (void)state;
    secrets_key(secrets, key);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        expect_redacted(secrets, texts[i], texts[i]);
    secrets_free(secrets);
}

static void a_registered_secret_keeps_its_name_under_a_pattern(void **state)
{
    struct secrets *secrets = secrets_new();

    (void)state;
    assert_true(secrets_add(secrets, "JWT", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl", NULL));
    expect_redacted(secrets, "Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl", "Bearer [redacted:JWT]");
    expect_redacted(secrets, "Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJlx", "Bearer [redacted:JWT]");
    secrets_free(secrets);
}

static void markers_tell_equal_values_from_others(void **state)
{
    struct secrets *secrets = secrets_new(), *other = secrets_new();
    uint8_t other_key[SECRET_KEY] = {9};
    char *one, *same, *different, *elsewhere;

    (void)state;
    secrets_key(secrets, key);
    secrets_key(other, other_key);
    one = redacted(secrets, slice_of("Bearer token-number-1"), false);
    same = redacted(secrets, slice_of("Bearer token-number-1"), false);
    different = redacted(secrets, slice_of("Bearer token-number-2"), false);
    elsewhere = redacted(other, slice_of("Bearer token-number-1"), false);
    assert_string_equal(one, same);
    assert_string_not_equal(one, different);
    assert_string_not_equal(one, elsewhere);
    assert_memory_equal(one, "Bearer [redacted:bearer#", 24);
    assert_int_equal(strlen(one), 24 + 4 + 1);
    mem_free(one);
    mem_free(same);
    mem_free(different);
    mem_free(elsewhere);
    secrets_free(secrets);
    secrets_free(other);
}

static void short_and_ordinary_secrets_are_refused(void **state)
{
    struct secrets *secrets = secrets_new();
    struct error err = {0};

    (void)state;
    assert_false(secrets_add(secrets, "PIN", "12345", &err));
    assert_non_null(strstr(err.text, "PIN"));
    assert_non_null(strstr(err.text, "public"));
    assert_null(strstr(err.text, "12345"));
    assert_false(secrets_add(secrets, "WORD", "Status", &err));
    assert_non_null(strstr(err.text, "WORD"));
    assert_null(strstr(err.text, "Status"));
    assert_true(secrets_add(secrets, "A", "123456", &err));
    assert_true(secrets_add(secrets, "A", "123456", &err));
    assert_true(secrets_add(secrets, "B", "123456", &err));
    expect_redacted(secrets, "status 12345, 123456", "status 12345, [redacted:A]");
    secrets_free(secrets);
}

static struct message text_message(const char *text, bool sent)
{
    return (struct message){.type = MESSAGE_TEXT, .sent = sent, .data = slice_of(text), .size = strlen(text)};
}

static void a_secret_split_over_messages_is_found(void **state)
{
    struct secrets *secrets = registered();
    struct message messages[] = {
        text_message("here: s3cr3t/", false),
        text_message("from us", true),
        text_message("to+ken\"\xC3\xA9! and on", false),
        text_message("s3cr3t of life", false),
    };
    struct probe *probe = probe_new();

    (void)state;
    probe->messages = messages;
    probe->message_count = 4;
    secrets_redact_probe(secrets, probe);
    assert_string_equal(probe->messages[0].data.data, "here: [redacted:TOKEN]");
    assert_string_equal(probe->messages[1].data.data, "from us");
    assert_string_equal(probe->messages[2].data.data, "[redacted:TOKEN] and on");
    assert_string_equal(probe->messages[3].data.data, "s3cr3t of life");
    probe_free(probe);
    secrets_free(secrets);
}

static void a_message_that_was_cut_hides_its_tail(void **state)
{
    struct secrets *secrets = registered();
    struct message messages[] = {text_message("a s3cr3t/to", false), text_message("b s3cr3t", false)};
    struct probe *probe = probe_new();

    (void)state;
    messages[0].size = 5000;
    probe->messages = messages;
    probe->message_count = 2;
    secrets_redact_probe(secrets, probe);
    assert_string_equal(probe->messages[0].data.data, "a [redacted:TOKEN]");
    assert_string_equal(probe->messages[1].data.data, "b s3cr3t");
    probe->messages = messages;
    probe->messages_cut = true;
    secrets_redact_probe(secrets, probe);
    assert_string_equal(probe->messages[1].data.data, "b [redacted:TOKEN]");
    probe_free(probe);
    secrets_free(secrets);
}

static void everything_from_the_network_is_redacted(void **state)
{
    struct secrets *secrets = registered();
    struct certificate certificate = {.subject = slice_of(value), .issuer = slice_of(value), .names = slice_of(value)};
    struct header header = {slice_of("X-Echo"), slice_of(value)};
    struct judgement judgement = {.expected = "body is \"x\"", .actual = slice_of(value)};
    struct probe *probe = probe_new();
    const struct slice *const fields[] = {&probe->detail,      &probe->reason,     &probe->location,
                                          &probe->subprotocol, &probe->extensions, &probe->close_reason,
                                          &probe->body};

    (void)state;
    probe->detail = probe->reason = probe->location = probe->subprotocol = slice_of(value);
    probe->extensions = probe->close_reason = probe->body = slice_of(value);
    probe->certificates = &certificate;
    probe->certificate_count = 1;
    probe->headers = &header;
    probe->header_count = 1;
    probe->judgements = &judgement;
    probe->judgement_count = 1;
    secrets_redact_probe(secrets, probe);
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        assert_string_equal(fields[i]->data, "[redacted:TOKEN]");
    assert_string_equal(probe->certificates[0].subject.data, "[redacted:TOKEN]");
    assert_string_equal(probe->certificates[0].issuer.data, "[redacted:TOKEN]");
    assert_string_equal(probe->certificates[0].names.data, "[redacted:TOKEN]");
    assert_string_equal(probe->headers[0].value.data, "[redacted:TOKEN]");
    assert_string_equal(probe->judgements[0].actual.data, "[redacted:TOKEN]");
    probe_free(probe);
    secrets_free(secrets);
}

static void cookies_keep_their_names_and_attributes(void **state)
{
    static const struct header headers[] = {
        {{"Set-Cookie", 10}, {"sid=abcdef; Path=/; HttpOnly", 28}},
        {{"set-cookie", 10}, {"theme=dark", 10}},
        {{"Set-Cookie", 10}, {"namelessvalue", 13}},
        {{"Authorization", 13}, {"Negotiate xyz", 13}},
        {{"X-Api-Key", 9}, {"abc", 3}},
        {{"Server", 6}, {"nginx", 5}},
        {{"Set-Cookie", 10}, {"", 0}},
    };
    static const char *const wanted[] = {
        "sid=[redacted:cookie]; Path=/; HttpOnly",
        "theme=[redacted:cookie]",
        "[redacted:cookie]",
        "[redacted:header]",
        "[redacted:header]",
        "nginx",
        "",
    };
    struct secrets *secrets = secrets_new();
    struct judgement judgement = {.actual = slice_of("sid=abcdef; Path=/")};
    struct probe *probe = probe_new();

    (void)state;
    probe->headers = headers;
    probe->header_count = sizeof headers / sizeof *headers;
    probe->judgements = &judgement;
    probe->judgement_count = 1;
    secrets_redact_probe(secrets, probe);
    for (size_t i = 0; i < probe->header_count; i++)
        assert_string_equal(probe->headers[i].value.data, wanted[i]);
    assert_string_equal(probe->judgements[0].actual.data, "sid=[redacted:cookie]; Path=/");
    probe_free(probe);
    secrets_free(secrets);
}

static double seconds(void)
{
    return (double)clock() / CLOCKS_PER_SEC;
}

/* A server may repeat anything for as long as it likes. Quadratic work on 1 MiB is minutes; with the sanitizers on,
 * linear work stays far below the bound. */
static void hostile_megabytes_stay_fast(void **state)
{
    static const char *const pieces[] = {
        "eyJ",
        "eyJaaaaaaaa.",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln ",
        "bearer ",
        "bearer+",
        "bearer a",
        "basic ",
        "basic+",
        "Basic+dXNlcjpwYXNz",
        "a://",
        "a://b:",
        "a.a://b:c@",
        "%",
        "%25",
        "%5C",
        "\\",
        "\\u",
        "\\ud83d",
        "s3cr3t/t",
        "s3cr3t%2Ft",
        "s",
        "A",
        ".",
        "\\u0025",
        "://a:b@",
        "-",
        "s3cr3t/to+ken\"\xC3\xA9!",
    };
    struct secrets *secrets = registered();

    (void)state;
    assert_true(
        secrets_add(secrets, "ZEROS", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB", NULL));
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        struct buf text = BUF_INIT;
        double start;
        char *out;

        while (text.len < 1 << 20)
            buf_puts(&text, pieces[i]);
        start = seconds();
        out = redacted(secrets, buf_slice(&text), true);
        if (seconds() - start > 10)
            fail_msg("1 MiB of \"%s\" takes %.1f s", pieces[i], seconds() - start);
        mem_free(out);
        buf_free(&text);
    }
    secrets_free(secrets);
}

static void a_blank_may_be_written_in_two_ways_at_once(void **state)
{
    struct secrets *secrets = secrets_new();

    (void)state;
    assert_true(secrets_add(secrets, "TOKEN", "one two three", NULL));
    expect_redacted(secrets, "a one%20two+three b", "a [redacted:TOKEN] b");
    expect_redacted(secrets, "a one+two%20three b", "a [redacted:TOKEN] b");
    expect_redacted(secrets, "one two-three", "one two-three");
    expect_cut(secrets, "a one+tw", "a [redacted:TOKEN]");
    secrets_free(secrets);
}

static void a_pattern_of_the_config_goes_under_its_name(void **state)
{
    struct secrets *secrets = registered();
    struct error err = {0};

    (void)state;
    assert_true(secrets_add_pattern(secrets, "account", "\\bDE\\d{4,}+", &err));
    expect_redacted(secrets, "DE123456 and DE12", "[redacted:account] and DE12");
    expect_redacted(secrets, "%44E123456 \xFF DE1234", "[redacted:account] \xFF [redacted:account]");
    assert_false(secrets_add_pattern(secrets, "broken", "a(b", &err));
    assert_non_null(strstr(err.text, "a(b"));
    /* It matches nothing, and never comes to an end. */
    assert_true(secrets_add_pattern(secrets, "slow", "(?:a|aa)+$", NULL));
    expect_redacted(secrets, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab", "[redacted:slow]");
    secrets_free(secrets);
}

static void a_name_of_a_certificate_has_escapes_of_its_own(void **state)
{
    struct secrets *secrets = registered();

    (void)state;
    expect_redacted(secrets, "CN=s3cr3t/to\\+ken\\\"\\C3\\A9!", "CN=[redacted:TOKEN]");
    secrets_free(secrets);
}

/* Wherever the windows end that a large text is searched in. */
static void a_secret_is_found_in_a_text_of_megabytes(void **state)
{
    enum { STEP = 9973, LEN = 2 * 1024 * 1024 };
    struct secrets *secrets = registered();
    struct buf text = BUF_INIT;
    size_t count = 0, markers = 0;
    char *out;

    (void)state;
    while (text.len < LEN) {
        for (size_t i = 0; i < STEP; i++)
            buf_puts(&text, ".");
        buf_puts(&text, count++ % 2 ? value : "s3cr3t%2fto%2Bken%22%C3%A9%21");
    }
    out = redacted(secrets, buf_slice(&text), false);
    for (const char *at = out; (at = strstr(at, "[redacted:TOKEN]")); at++)
        markers++;
    assert_int_equal(markers, count);
    assert_null(strstr(out, "s3cr"));
    assert_null(strstr(out, "ken"));
    mem_free(out);
    buf_free(&text);
    secrets_free(secrets);
}

/* What was clean once is not searched again: until there is more to find, or where less than a secret is to be found. */
static void a_clean_text_is_searched_again_when_that_may_differ(void **state)
{
    struct secrets *secrets = secrets_new();
    char *cut;

    (void)state;
    for (int i = 0; i < 2; i++)
        expect_redacted(secrets, "the word is opensesame", "the word is opensesame");
    assert_true(secrets_add(secrets, "WORD", "opensesame", NULL));
    for (int i = 0; i < 2; i++)
        expect_redacted(secrets, "the word is opensesame", "the word is [redacted:WORD]");
    for (int i = 0; i < 2; i++)
        expect_redacted(secrets, "the word is opense", "the word is opense");
    cut = redacted(secrets, slice_of("the word is opense"), true);
    assert_string_equal(cut, "the word is [redacted:WORD]");
    mem_free(cut);
    for (int i = 0; i < 2; i++)
        expect_redacted(secrets, "number 4711", "number 4711");
    assert_true(secrets_add_pattern(secrets, "number", "[0-9]+", NULL));
    expect_redacted(secrets, "number 4711", "number [redacted:number]");
    secrets_free(secrets);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_secret_goes_wherever_it_stands),
        cmocka_unit_test(base64_is_found_at_every_alignment),
        cmocka_unit_test(percent_encoding_is_found_in_part_and_in_either_case),
        cmocka_unit_test(a_hex_dump_is_found_in_either_case),
        cmocka_unit_test(a_blank_is_found_as_plus),
        cmocka_unit_test(a_blank_may_be_written_in_two_ways_at_once),
        cmocka_unit_test(a_pattern_of_the_config_goes_under_its_name),
        cmocka_unit_test(a_name_of_a_certificate_has_escapes_of_its_own),
        cmocka_unit_test(a_secret_is_found_in_a_text_of_megabytes),
        cmocka_unit_test(a_clean_text_is_searched_again_when_that_may_differ),
        cmocka_unit_test(json_escapes_are_found),
        cmocka_unit_test(a_character_beyond_16_bits_is_found_as_surrogates),
        cmocka_unit_test(both_encodings_at_once_are_found_in_either_order),
        cmocka_unit_test(base64_is_found_under_an_encoding),
        cmocka_unit_test(the_start_of_a_secret_at_a_cut_goes_too),
        cmocka_unit_test(credentials_are_found_by_their_shape),
        cmocka_unit_test(prose_is_left_alone),
        cmocka_unit_test(what_is_redacted_stays_as_it_is),
        cmocka_unit_test(a_registered_secret_keeps_its_name_under_a_pattern),
        cmocka_unit_test(markers_tell_equal_values_from_others),
        cmocka_unit_test(short_and_ordinary_secrets_are_refused),
        cmocka_unit_test(a_secret_split_over_messages_is_found),
        cmocka_unit_test(a_message_that_was_cut_hides_its_tail),
        cmocka_unit_test(everything_from_the_network_is_redacted),
        cmocka_unit_test(cookies_keep_their_names_and_attributes),
        cmocka_unit_test(hostile_megabytes_stay_fast),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

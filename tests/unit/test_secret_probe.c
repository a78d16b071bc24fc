/* SPDX-License-Identifier: MIT */
#include "collector/probe.h"
#include "collector/secret.h"
#include "tests/unit/unit.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const char token[] = "geheim-7-geheim";

static struct secrets *some_secrets(void)
{
    struct secrets *secrets = secrets_new();

    assert_true(secrets_add(secrets, "TOKEN", token, NULL));
    return secrets;
}

static void assert_slice(struct slice slice, const char *expected)
{
    if (!slice_equals(slice, slice_of(expected)))
        fail_msg("`%.*s`, not `%s`", (int)slice.len, slice.data ? slice.data : "", expected);
}

/* One header through a probe; what becomes of its value, valid as long as `probe`. */
static struct slice header_of(struct probe *probe, const struct secrets *secrets, const char *name, const char *value)
{
    struct header header = {slice_of(name), slice_of(value)};

    probe->headers = &header;
    probe->header_count = 1;
    secrets_redact_probe(secrets, probe);
    return probe->headers[0].value;
}

static void everything_that_came_from_the_network_is_redacted(void **state)
{
    struct secrets *secrets = some_secrets();
    struct probe *probe = probe_new();
    struct slice *const slices[] = {&probe->detail,      &probe->address,     &probe->reason,      &probe->body,
                                    &probe->location,    &probe->extensions,  &probe->tls_version, &probe->tls_cipher,
                                    &probe->subprotocol, &probe->close_reason};
    struct slice secret = slice_of(token);
    const struct header header = {secret, secret};
    const struct certificate certificate = {
        .subject = secret, .issuer = secret, .names = secret, .serial = secret, .key = secret};
    const struct judgement judgement = {.expected = "ours", .actual = secret};
    const struct message messages[] = {{.data = secret, .size = secret.len},
                                       {.sent = true, .data = secret, .size = secret.len}};

    (void)state;
    for (size_t i = 0; i < COUNT(slices); i++)
        *slices[i] = secret;
    probe->headers = &header;
    probe->certificates = &certificate;
    probe->judgements = &judgement;
    probe->messages = messages;
    probe->header_count = probe->certificate_count = probe->judgement_count = 1;
    probe->message_count = COUNT(messages);
    secrets_redact_probe(secrets, probe);
    for (size_t i = 0; i < COUNT(slices); i++)
        assert_slice(*slices[i], "[redacted:TOKEN]");
    assert_slice(probe->headers[0].name, "[redacted:TOKEN]");
    assert_slice(probe->headers[0].value, "[redacted:TOKEN]");
    assert_slice(probe->certificates[0].subject, "[redacted:TOKEN]");
    assert_slice(probe->certificates[0].issuer, "[redacted:TOKEN]");
    assert_slice(probe->certificates[0].names, "[redacted:TOKEN]");
    assert_slice(probe->certificates[0].serial, "[redacted:TOKEN]");
    assert_slice(probe->certificates[0].key, "[redacted:TOKEN]");
    assert_slice(probe->judgements[0].actual, "[redacted:TOKEN]");
    assert_slice(probe->messages[0].data, "[redacted:TOKEN]");
    assert_slice(probe->messages[1].data, "[redacted:TOKEN]");
    probe_free(probe);
    secrets_free(secrets);
}

static void what_is_absent_stays_absent(void **state)
{
    struct secrets *secrets = some_secrets();
    struct probe *probe = probe_new();
    const struct header header = {slice_of("X-Empty"), {NULL, 0}};
    const struct message message = {.data = {NULL, 0}};

    (void)state;
    probe->headers = &header;
    probe->messages = &message;
    probe->header_count = probe->message_count = 1;
    secrets_redact_probe(secrets, probe);
    assert_null(probe->body.data);
    assert_null(probe->headers[0].value.data);
    assert_null(probe->messages[0].data.data);
    probe_free(probe);
    secrets_free(secrets);
}

static void cookies_keep_their_names_and_attributes(void **state)
{
    static const char *const cases[][2] = {
        {"sid=abc; Path=/; HttpOnly", "sid=[redacted:cookie]; Path=/; HttpOnly"},
        {"sid=abc", "sid=[redacted:cookie]"},
        {"sid=", "sid="},
        {"sid=; Max-Age=0", "sid=; Max-Age=0"},
        {"a=b=c==; Secure", "a=[redacted:cookie]; Secure"},
        {"nameless; Path=/", "[redacted:cookie]; Path=/"},
        {"nameless", "[redacted:cookie]"},
        {"", ""},
        {";", ";"},
        {"a=geheim&#45;7&#45;geheim; Path=/", "a=[redacted:cookie]; Path=/"},
        {"geheim-7-geheim=1; Path=/geheim-7-geheim", "[redacted:TOKEN]=[redacted:cookie]; Path=/[redacted:TOKEN]"},
    };
    struct secrets *secrets = some_secrets();

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct probe *probe = probe_new();

        assert_slice(header_of(probe, secrets, i % 2 ? "Set-Cookie" : "set-cookie", cases[i][0]), cases[i][1]);
        probe_free(probe);
    }
    secrets_free(secrets);
}

static void headers_that_are_credentials_go_whole(void **state)
{
    static const char *const cases[][3] = {
        {"Authorization", "anything", "[redacted:header]"},
        {"COOKIE", "a=b; c=d", "[redacted:header]"},
        {"X-Api-Key", "k", "[redacted:header]"},
        {"X-CSRF-Token", "abc", "[redacted:header]"},
        {"X-Api-Key", "", ""},
        {"X-Api-Keys", "anything", "anything"},
        {"Server", "nginx geheim-7-geheim", "nginx [redacted:TOKEN]"},
        {"Location", "https://me:pw1@a.example/", "https://me:[redacted:password]@a.example/"},
    };
    struct secrets *secrets = some_secrets();

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct probe *probe = probe_new();

        assert_slice(header_of(probe, secrets, cases[i][0], cases[i][1]), cases[i][2]);
        probe_free(probe);
    }
    secrets_free(secrets);
}

/* Redacts messages of the same direction, and compares. `sizes`: of the whole ones, 0: as long as what is kept. */
static void assert_messages(const char *const *texts, const uint64_t *sizes, const char *const *expected, size_t count)
{
    struct secrets *secrets = some_secrets();
    struct probe *probe = probe_new();
    struct message messages[8] = {0};

    for (size_t i = 0; i < count; i++) {
        messages[i].data = slice_of(texts[i]);
        messages[i].size = sizes && sizes[i] ? sizes[i] : messages[i].data.len;
    }
    probe->messages = messages;
    probe->message_count = count;
    secrets_redact_probe(secrets, probe);
    for (size_t i = 0; i < count; i++)
        assert_slice(probe->messages[i].data, expected[i]);
    probe_free(probe);
    secrets_free(secrets);
}

static void a_secret_split_over_messages_is_found(void **state)
{
    static const char *const texts[] = {"a gehe", "im-7", "-geheim b", "c geheim-7-geheim"};
    static const char *const expected[] = {"a [redacted:TOKEN]", "[redacted:TOKEN]", "[redacted:TOKEN] b",
                                           "c [redacted:TOKEN]"};

    (void)state;
    assert_messages(texts, NULL, expected, COUNT(texts));
}

static void a_message_that_is_cut_in_a_secret_loses_its_end(void **state)
{
    static const char *const texts[] = {"some text and geheim", "im-7-geheim x", "whole geh"};
    static const uint64_t sizes[] = {2000, 0, 0};
    static const char *const expected[] = {"some text and [redacted:TOKEN]", "im-7-geheim x", "whole geh"};

    (void)state;
    assert_messages(texts, sizes, expected, COUNT(texts));
}

/* A marker may be longer than what was there: that must not hide that the message was cut. */
static void a_cut_message_with_a_secret_before_its_end_loses_its_end_too(void **state)
{
    static const char *const texts[] = {"geheim-7-geheim, Bearer abcdef123456 and gehei", "next"};
    static const uint64_t sizes[] = {47, 0};
    static const char *const expected[] = {"[redacted:TOKEN], Bearer [redacted:bearer] and [redacted:TOKEN]", "next"};

    (void)state;
    assert_messages(texts, sizes, expected, COUNT(texts));
}

/* The end of the message before is no part of the word. */
static void a_control_frame_that_is_full_may_end_in_a_secret(void **state)
{
    static const char text[] = "....................................................................................."
                               "............................geheim-7";
    const struct message messages[] = {
        {.type = MESSAGE_PING, .data = slice_of(text), .size = sizeof text - 1},
        {.type = MESSAGE_PONG, .sent = true, .data = slice_of(text), .size = sizeof text - 1}};
    struct secrets *secrets = some_secrets();
    struct probe *probe = probe_new();

    (void)state;
    probe->messages = messages;
    probe->message_count = COUNT(messages);
    secrets_redact_probe(secrets, probe);
    for (size_t i = 0; i < COUNT(messages); i++) {
        assert_non_null(memmem(probe->messages[i].data.data, probe->messages[i].data.len, "[redacted:TOKEN]", 16));
        assert_null(memmem(probe->messages[i].data.data, probe->messages[i].data.len, "geheim", 6));
    }
    probe_free(probe);
    secrets_free(secrets);
}

static void a_pattern_at_the_start_of_a_message_is_found(void **state)
{
    static const char *const texts[] = {"hello", "Bearer abcdef123456"};
    static const char *const expected[] = {"hello", "Bearer [redacted:bearer]"};

    (void)state;
    assert_messages(texts, NULL, expected, COUNT(texts));
}

static void messages_of_the_two_directions_are_read_apart(void **state)
{
    struct secrets *secrets = some_secrets();
    struct probe *probe = probe_new();
    const struct message messages[] = {
        {.data = slice_of("geheim-"), .size = 7},
        {.sent = true, .data = slice_of("ping"), .size = 4},
        {.data = slice_of("7-geheim"), .size = 8},
        {.sent = true, .data = slice_of("geheim-7-geheim"), .size = 15},
    };

    (void)state;
    probe->messages = messages;
    probe->message_count = COUNT(messages);
    secrets_redact_probe(secrets, probe);
    assert_slice(probe->messages[0].data, "[redacted:TOKEN]");
    assert_slice(probe->messages[1].data, "ping");
    assert_slice(probe->messages[2].data, "[redacted:TOKEN]");
    assert_slice(probe->messages[3].data, "[redacted:TOKEN]");
    probe_free(probe);
    secrets_free(secrets);
}

static void a_body_loses_a_begun_secret_only_where_it_was_cut(void **state)
{
    struct secrets *secrets = some_secrets();

    (void)state;
    for (int how = 0; how < 3; how++) {
        struct probe *probe = probe_new();

        probe->body = slice_of("x geheim");
        probe->body_cut = how == 1;
        probe->body_capped = how == 2;
        secrets_redact_probe(secrets, probe);
        assert_slice(probe->body, how ? "x [redacted:TOKEN]" : "x geheim");
        probe_free(probe);
    }
    secrets_free(secrets);
}

/* A found value is kept up to 200 bytes: only one of that length may have been cut. */
static void a_short_found_value_is_whole(void **state)
{
    static const char start[] = "0123456789 123456789 123456789 123456789 123456789 123456789 123456789 123456789 "
                                "123456789 123456789 123456789 123456789 123456789 123456789 123456789 123456789 "
                                "123456789 123456789 123456789 12";
    struct secrets *secrets = some_secrets();
    struct probe *probe = probe_new();
    struct buf longest = BUF_INIT;
    struct judgement judgements[] = {{.expected = "a", .actual = slice_of("the geheim")}, {.expected = "b"}};

    (void)state;
    buf_printf(&longest, "%s geheim", start);
    assert_in_range(longest.len, 197, 200);
    judgements[1].actual = buf_slice(&longest);
    probe->judgements = judgements;
    probe->judgement_count = COUNT(judgements);
    secrets_redact_probe(secrets, probe);
    assert_slice(probe->judgements[0].actual, "the geheim");
    assert_memory_equal(probe->judgements[1].actual.data + strlen(start), " [redacted:TOKEN]", 17);
    buf_free(&longest);
    probe_free(probe);
    secrets_free(secrets);
}

static void a_head_that_was_cut_may_end_in_a_secret(void **state)
{
    struct secrets *secrets = some_secrets();
    struct probe *probe = probe_new();
    const struct header headers[] = {{slice_of("A"), slice_of("x geheim")}, {slice_of("B"), slice_of("x geheim")}};

    (void)state;
    probe->headers = headers;
    probe->header_count = COUNT(headers);
    probe->head_cut = true;
    secrets_redact_probe(secrets, probe);
    assert_slice(probe->headers[0].value, "x geheim");
    assert_slice(probe->headers[1].value, "x [redacted:TOKEN]");
    probe_free(probe);
    secrets_free(secrets);
}

static void a_secret_is_found_over_a_control_frame_and_in_what_was_judged(void **state)
{
    const struct message messages[] = {{.type = MESSAGE_TEXT, .data = slice_of("a gehei"), .size = 7},
                                       {.type = MESSAGE_PING, .data = slice_of("ping"), .size = 4},
                                       {.type = MESSAGE_TEXT, .data = slice_of("m-7-geheim b"), .size = 12}};
    const struct judgement judgements[] = {{.expected = "message", .actual = slice_of("a gehei")},
                                           {.expected = "message", .actual = slice_of("m-7-geheim b")}};
    struct secrets *secrets = some_secrets();
    struct probe *probe = probe_new();

    (void)state;
    probe->messages = messages;
    probe->message_count = COUNT(messages);
    probe->judgements = judgements;
    probe->judgement_count = COUNT(judgements);
    secrets_redact_probe(secrets, probe);
    assert_slice(probe->messages[0].data, "a [redacted:TOKEN]");
    assert_slice(probe->messages[1].data, "ping");
    assert_slice(probe->messages[2].data, "[redacted:TOKEN] b");
    assert_slice(probe->judgements[0].actual, "a [redacted:TOKEN]");
    assert_slice(probe->judgements[1].actual, "[redacted:TOKEN] b");
    probe_free(probe);
    secrets_free(secrets);
}

static void words_that_quote_a_header_in_part_lose_what_it_lost(void **state)
{
    const struct header headers[] = {{slice_of("Sec-WebSocket-Extensions"), slice_of("geheim-7-geheim; x")},
                                     {slice_of("Content-Type"), slice_of("geheim-7-geheim")}};
    const struct judgement judgement = {.expected = "ours", .actual = slice_of("heim-7-g")};
    struct secrets *secrets = some_secrets();
    struct probe *probe = probe_new();

    (void)state;
    probe->headers = headers;
    probe->header_count = COUNT(headers);
    probe->judgements = &judgement;
    probe->judgement_count = 1;
    probe->detail = slice_of("the server uses geheim-7-ge, nothing was offered, and geh");
    secrets_redact_probe(secrets, probe);
    assert_slice(probe->detail, "the server uses [redacted:TOKEN], nothing was offered, and geh");
    assert_slice(probe->judgements[0].actual, "[redacted:TOKEN]");
    probe_free(probe);
    secrets_free(secrets);
}

static void redirects_and_claims_are_redacted(void **state)
{
    const struct hop hops[] = {{.url = "https://${U}:${P}@a.example/", .location = slice_of("/x?t=geheim-7-geheim")},
                               {.url = "https://a.example/x?t=geheim-7-geheim", .location = slice_of("/y")}};
    const struct token tokens[] = {{.header = "Authorization", .scope = slice_of("geheim-7-geheim")}};
    struct secrets *secrets = some_secrets();
    struct probe *probe = probe_new();

    (void)state;
    probe->hops = hops;
    probe->hop_count = COUNT(hops);
    probe->final_url = "https://a.example/y?geheim%2D7-geheim";
    probe->tokens = tokens;
    probe->token_count = 1;
    secrets_redact_probe(secrets, probe);
    assert_string_equal(probe->hops[0].url, "https://${U}:${P}@a.example/");
    assert_slice(probe->hops[0].location, "/x?t=[redacted:TOKEN]");
    assert_string_equal(probe->hops[1].url, "https://a.example/x?t=[redacted:TOKEN]");
    assert_string_equal(probe->final_url, "https://a.example/y?[redacted:TOKEN]");
    assert_slice(probe->tokens[0].scope, "[redacted:TOKEN]");
    probe_free(probe);
    secrets_free(secrets);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_that_came_from_the_network_is_redacted),
        cmocka_unit_test(what_is_absent_stays_absent),
        cmocka_unit_test(cookies_keep_their_names_and_attributes),
        cmocka_unit_test(headers_that_are_credentials_go_whole),
        cmocka_unit_test(a_secret_split_over_messages_is_found),
        cmocka_unit_test(a_secret_is_found_over_a_control_frame_and_in_what_was_judged),
        cmocka_unit_test(words_that_quote_a_header_in_part_lose_what_it_lost),
        cmocka_unit_test(redirects_and_claims_are_redacted),
        cmocka_unit_test(a_message_that_is_cut_in_a_secret_loses_its_end),
        cmocka_unit_test(a_cut_message_with_a_secret_before_its_end_loses_its_end_too),
        cmocka_unit_test(a_control_frame_that_is_full_may_end_in_a_secret),
        cmocka_unit_test(a_pattern_at_the_start_of_a_message_is_found),
        cmocka_unit_test(messages_of_the_two_directions_are_read_apart),
        cmocka_unit_test(a_body_loses_a_begun_secret_only_where_it_was_cut),
        cmocka_unit_test(a_short_found_value_is_whole),
        cmocka_unit_test(a_head_that_was_cut_may_end_in_a_secret),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
#include "tests/unit/unit.h"

#include "base/buf.h"
#include "cli/secret_use.h"
#include "collector/suite.h"

static const struct header_setting shared = {
    .name = "Authorization", .value = {"Bearer abcdefgh", "Bearer ${JWT}"}, .secret = true};
static const struct header_setting literal = {
    .name = "Cookie", .value = {"sid=abcdefgh", "sid=abcdefgh"}, .secret = true};
static const struct header_setting plain = {.name = "Accept", .value = {"*/*", "*/*"}};

static struct suite suite_of(const struct endpoint *endpoints, size_t count)
{
    return (struct suite){.endpoints = endpoints, .endpoint_count = count};
}

static void endpoints_that_send_the_same_secret_to_one_origin_share_a_row(void **state)
{
    const struct endpoint endpoints[] = {
        {.name = "one", .url = {"https://a.example/1", "https://a.example/1"}, .headers = &shared, .header_count = 1},
        {.name = "two", .url = {"wss://a.example/2", "wss://a.example/2"}, .headers = &shared, .header_count = 1},
        {.name = "three", .url = {"https://b.example/", "https://b.example/"}, .headers = &shared, .header_count = 1},
    };
    const struct suite suite = suite_of(endpoints, 3);
    struct arena arena = ARENA_INIT;
    size_t count;
    const struct secret_use *uses = secret_uses(&suite, &arena, &count);

    (void)state;
    assert_int_equal(count, 2);
    assert_string_equal(uses[0].name, "JWT");
    assert_string_equal(uses[0].where, "Authorization");
    assert_string_equal(uses[0].origin, "https://a.example");
    assert_int_equal(uses[0].count, 2);
    assert_string_equal(uses[0].endpoints[1], "two");
    assert_string_equal(uses[1].origin, "https://b.example");
    arena_free(&arena);
}

static void addresses_and_bodies_give_secrets_away_too(void **state)
{
    const struct endpoint endpoint = {
        .name = "hook",
        .url = {"https://a.example/k/v4lue1?x=v4lue2", "https://a.example/k/${KEY}?x=${OTHER:-none}"},
        .body = {"{\"pin\":\"v4lue1\"}", "{\"pin\":\"${KEY}\"}"},
        .headers = &plain,
        .header_count = 1,
    };
    const struct suite suite = suite_of(&endpoint, 1);
    struct arena arena = ARENA_INIT;
    size_t count;
    const struct secret_use *uses = secret_uses(&suite, &arena, &count);

    (void)state;
    assert_int_equal(count, 3);
    assert_string_equal(uses[0].name, "KEY");
    assert_string_equal(uses[0].where, "the address");
    assert_string_equal(uses[1].name, "OTHER");
    assert_string_equal(uses[2].name, "KEY");
    assert_string_equal(uses[2].where, "the body");
    arena_free(&arena);
}

static void a_credential_that_stands_in_the_config_has_no_name(void **state)
{
    const struct endpoint endpoint = {
        .name = "one", .url = {"https://a.example/", "https://a.example/"}, .headers = &literal, .header_count = 1};
    const struct suite suite = suite_of(&endpoint, 1);
    struct arena arena = ARENA_INIT;
    size_t count;
    const struct secret_use *uses = secret_uses(&suite, &arena, &count);

    (void)state;
    assert_int_equal(count, 1);
    assert_null(uses[0].name);
    assert_string_equal(uses[0].where, "Cookie");
    arena_free(&arena);
}

static void messages_origins_and_candidates_give_secrets_away_too(void **state)
{
    static const struct setting send = {"join v4lue3", "join ${ROOM}"};
    static const struct header_setting own = {.name = "X-Key", .value = {"v4lue4", "${OTHER_KEY}"}, .secret = true};
    static const struct endpoint whole = {
        .name = "chat", .url = {"wss://c.example/", "wss://c.example/"}, .headers = &own, .header_count = 1};
    static const struct candidate candidates[] = {
        {.name = "/b", .url = {"wss://b.example/", "wss://b.example/"}},
        {.name = "c", .url = {"wss://c.example/", "wss://c.example/"}, .whole = &whole},
    };
    const struct endpoint endpoint = {
        .name = "chat",
        .url = {"wss://a.example/", "wss://a.example/"},
        .origin = {"https://v4lue5.example", "https://${TENANT}.example"},
        .headers = &shared,
        .header_count = 1,
        .send = &send,
        .send_count = 1,
        .candidates = candidates,
        .candidate_count = 2,
    };
    const struct suite suite = suite_of(&endpoint, 1);
    struct arena arena = ARENA_INIT;
    struct buf words = BUF_INIT;
    size_t count;
    const struct secret_use *uses = secret_uses(&suite, &arena, &count);

    (void)state;
    for (size_t i = 0; i < count; i++)
        buf_printf(&words, "%s %s %s\n", uses[i].name, uses[i].where, uses[i].origin);
    assert_string_equal(words.data, "JWT Authorization https://a.example\n"
                                    "TENANT Origin https://a.example\n"
                                    "ROOM a message https://a.example\n"
                                    "TENANT Origin https://b.example\n"
                                    "ROOM a message https://b.example\n"
                                    "OTHER_KEY X-Key https://c.example\n");
    buf_free(&words);
    arena_free(&arena);
}

static void trackers_and_heartbeats_get_theirs(void **state)
{
    static const struct tracker_settings trackers[] = {
        {.name = "main", .kind = "github", .token = {.text = {"v4lue", "${TRACKER_TOKEN}"}}},
        {.name = "hook", .kind = "webhook", .url = {"https://h.example/v4lue", "https://h.example/${HOOK}"}},
    };
    const struct suite suite = {.trackers = trackers,
                                .tracker_count = 2,
                                .heartbeat = {"https://beat.example/v4lue", "https://beat.example/${BEAT}"}};
    struct arena arena = ARENA_INIT;
    size_t count;
    const struct secret_use *uses = secret_uses(&suite, &arena, &count);

    (void)state;
    assert_int_equal(count, 3);
    assert_string_equal(uses[0].name, "BEAT");
    assert_string_equal(uses[0].endpoints[0], "heartbeat");
    assert_string_equal(uses[1].name, "TRACKER_TOKEN");
    assert_string_equal(uses[1].where, "the token");
    assert_string_equal(uses[1].origin, "github");
    assert_string_equal(uses[2].origin, "https://h.example");
    assert_string_equal(uses[2].endpoints[0], "trackers.hook");
    arena_free(&arena);
}

/* `check` runs without the variables: then an address may be none yet. */
static void an_address_that_is_not_known_yet_is_shown_as_it_stands(void **state)
{
    const struct endpoint endpoint = {
        .name = "one", .url = {"${BASE}/x", "${BASE}/x"}, .headers = &shared, .header_count = 1};
    const struct suite suite = suite_of(&endpoint, 1);
    struct arena arena = ARENA_INIT;
    size_t count;
    const struct secret_use *uses = secret_uses(&suite, &arena, &count);

    (void)state;
    assert_string_equal(uses[0].origin, "${BASE}/x");
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(endpoints_that_send_the_same_secret_to_one_origin_share_a_row),
        cmocka_unit_test(addresses_and_bodies_give_secrets_away_too),
        cmocka_unit_test(a_credential_that_stands_in_the_config_has_no_name),
        cmocka_unit_test(messages_origins_and_candidates_give_secrets_away_too),
        cmocka_unit_test(trackers_and_heartbeats_get_theirs),
        cmocka_unit_test(an_address_that_is_not_known_yet_is_shown_as_it_stands),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/* Failures that look alike and differ in cause, and what tells them apart. */
#include "tests/unit/support/records.h"

#include "diagnosis/cors.h"
#include "diagnosis/finding.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const char tls_words[] = "400 The plain HTTP request was sent to HTTPS port";
static const struct said page = {.status = 200, .type = "text/html", .body = "fine"};
static const struct said missing = {.status = 404, .layer = LAYER_HTTP, .code = "http-status", .body = "not found"};

static bool impossible(const struct plan_item *item)
{
    return item->question == QUESTION_NO_SUCH_ROOT || item->question == QUESTION_NO_SUCH_SIBLING;
}

static struct said redirects_by_slash(const struct plan_item *item)
{
    return impossible(item)
               ? missing
               : (struct said){.status = 301, .layer = LAYER_HTTP, .code = "http-status", .location = "/x/"};
}

static struct said slash_leads_home(const struct plan_item *item, const char *url, size_t before)
{
    (void)url;
    (void)before;
    return item->question == QUESTION_TARGET ? page : redirects_by_slash(item);
}

static struct said slash_leads_nowhere(const struct plan_item *item, const char *url, size_t before)
{
    (void)url;
    (void)before;
    return item->question == QUESTION_TARGET ? missing : redirects_by_slash(item);
}

/* The target passes once, and never again. */
static struct said slash_led_home_once(const struct plan_item *item, const char *url, size_t before)
{
    (void)url;
    (void)before;
    return item->question == QUESTION_TARGET && item->attempt == 1 ? page : slash_leads_nowhere(item, url, before);
}

static struct said says_tls(const struct plan_item *item)
{
    (void)item;
    return (struct said){.status = 400, .layer = LAYER_HTTP, .code = "http-status", .body = tls_words};
}

static struct said speaks_tls(const struct plan_item *item, const char *url, size_t before)
{
    (void)url;
    (void)before;
    return item->question == QUESTION_SCHEME ? page : says_tls(item);
}

static struct said back_end_speaks_tls(const struct plan_item *item, const char *url, size_t before)
{
    (void)url;
    (void)before;
    return item->question == QUESTION_SCHEME ? (struct said){.layer = LAYER_TLS, .code = "tls-plain-http"}
                                             : says_tls(item);
}

static struct said knows_no_path(const struct plan_item *item, const char *url, size_t before)
{
    (void)item;
    (void)url;
    (void)before;
    return missing;
}

static struct said has_a_home_page(const struct plan_item *item, const char *url, size_t before)
{
    (void)url;
    (void)before;
    return item->question == QUESTION_PARENT ? page : missing;
}

struct story {
    struct scene scene;
    struct arena arena;
    struct findings findings;
};

static struct endpoint *begin(struct story *story, const char *url)
{
    memset(story, 0, sizeof *story);
    scene_open(&story->scene);
    return scene_endpoint(&story->scene, url);
}

static void end(struct story *story)
{
    arena_free(&story->arena);
    scene_close(&story->scene);
}

static void diagnose_story(struct story *story)
{
    struct records records = scene_records(&story->scene);

    story->findings = diagnose(&records, &story->arena);
}

static void assert_only(struct story *story, const char *code, enum certainty certainty)
{
    assert_int_equal(story->findings.count, 1);
    assert_string_equal(story->findings.list[0].rule->code, code);
    assert_int_equal(story->findings.list[0].certainty, certainty);
    end(story);
}

static void a_slash_is_the_cause_where_its_target_passes_in_turns(void **state)
{
    static const struct {
        world *answers;
        const char *code;
        enum certainty certainty;
    } rows[] = {{slash_leads_home, "http-trailing-slash", CERTAINTY_CONFIRMED},
                {slash_leads_nowhere, "http-redirect", CERTAINTY_LIKELY}};
    struct story story;

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        begin(&story, "https://a.example/x");
        scene_play(&story.scene, rows[i].answers);
        diagnose_story(&story);
        assert_only(&story, rows[i].code, rows[i].certainty);
    }
    begin(&story, "https://a.example/x");
    scene_attempts(&story.scene, 0, 3, redirects_by_slash(&(struct plan_item){0}));
    diagnose_story(&story);
    assert_only(&story, "http-trailing-slash", CERTAINTY_POSSIBLE);
    begin(&story, "https://a.example/x");
    scene_play(&story.scene, slash_led_home_once);
    diagnose_story(&story);
    for (size_t i = 0; i < story.findings.count; i++)
        assert_true(story.findings.list[i].certainty < CERTAINTY_CONFIRMED);
    end(&story);
}

static void words_of_a_tls_port_are_held_against_the_port(void **state)
{
    struct story story;

    (void)state;
    begin(&story, "http://a.example:8443/x");
    scene_play(&story.scene, speaks_tls);
    diagnose_story(&story);
    assert_only(&story, "http-wants-tls", CERTAINTY_CONFIRMED);
    begin(&story, "http://a.example:8443/x");
    scene_play(&story.scene, back_end_speaks_tls);
    diagnose_story(&story);
    assert_only(&story, "http-gateway-wants-tls", CERTAINTY_LIKELY);
}

static void a_host_is_unknown_where_its_control_and_the_parent_are_missing_too(void **state)
{
    static const struct {
        world *answers;
        const char *code;
    } rows[] = {{knows_no_path, "http-host-unknown"}, {has_a_home_page, "http-route-missing"}};
    struct story story;

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        begin(&story, "https://a.example/api/x");
        scene_endpoint(&story.scene, "https://a.example/health")->role = ROLE_CONTROL;
        scene_play(&story.scene, rows[i].answers);
        diagnose_story(&story);
        assert_true(story.findings.count > 0);
        assert_string_equal(story.findings.list[0].rule->code, rows[i].code);
        end(&story);
    }
    /* Nobody called anything good: a path that is missing is all that was seen. */
    begin(&story, "https://a.example/api/x");
    scene_play(&story.scene, knows_no_path);
    diagnose_story(&story);
    assert_only(&story, "http-route-missing", CERTAINTY_LIKELY);
}

static void one_late_attempt_of_three_leaves_a_timeout_its_cause(void **state)
{
    static const struct said mute = {.layer = LAYER_HTTP, .code = "http-timeout"};
    static const struct said late = {.layer = LAYER_HTTP, .code = "http-timeout", .lag_us = 900000};
    struct story story;

    (void)state;
    begin(&story, "https://a.example/x");
    scene_attempts(&story.scene, 0, 2, mute);
    scene_attempts(&story.scene, 0, 1, late);
    diagnose_story(&story);
    assert_only(&story, "http-timeout", CERTAINTY_LIKELY);
    begin(&story, "https://a.example/x");
    scene_attempts(&story.scene, 0, 1, mute);
    scene_attempts(&story.scene, 0, 2, late);
    diagnose_story(&story);
    assert_only(&story, "collector-late", CERTAINTY_LIKELY);
}

static void how_much_of_a_broken_answer_was_read_is_no_flapping(void **state)
{
    static const struct said head = {.status = 200, .layer = LAYER_HTTP, .code = "http-protocol-error"};
    static const struct said nothing = {.layer = LAYER_HTTP, .code = "http-protocol-error"};
    struct story story;

    (void)state;
    begin(&story, "https://a.example/x");
    scene_attempts(&story.scene, 0, 2, head);
    scene_attempts(&story.scene, 0, 1, nothing);
    diagnose_story(&story);
    assert_only(&story, "http-protocol-error", CERTAINTY_LIKELY);
}

static void a_preflight_is_judged_as_browsers_judge_it(void **state)
{
    static const struct {
        int status;
        const char *origin, *methods, *asked;
        bool allows;
    } rows[] = {
        {204, "https://p.example", NULL, "GET", true},
        {204, "*", NULL, "POST", true},
        {200, "https://p.example", "GET, PUT", "PUT", true},
        {200, "https://p.example", "*", "DELETE", true},
        {204, "https://p.example", "GET, POST", "PUT", false},
        {204, "https://p.example", NULL, "PUT", false},
        {204, "https://other.example", "PUT", "PUT", false},
        {204, NULL, "PUT", "PUT", false},
        {403, "https://p.example", "PUT", "PUT", false},
        {401, "https://p.example", "PUT", "PUT", false},
        {302, "*", "PUT", "PUT", false},
        /* About how often was asked, or what stands behind: nothing about pages. */
        {429, NULL, NULL, "PUT", true},
        {503, NULL, NULL, "PUT", true},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct header request[] = {{slice_of("Origin"), slice_of("https://p.example")},
                                   {slice_of("Access-Control-Request-Method"), slice_of(rows[i].asked)}};
        struct header headers[2];
        struct probe probe = {
            .method = "OPTIONS", .status = rows[i].status, .request = request, .request_count = 2, .headers = headers};

        if (rows[i].origin)
            headers[probe.header_count++] =
                (struct header){slice_of("access-control-allow-origin"), slice_of(rows[i].origin)};
        if (rows[i].methods)
            headers[probe.header_count++] =
                (struct header){slice_of("Access-Control-Allow-Methods"), slice_of(rows[i].methods)};
        assert_true(cors_is_preflight(&probe));
        if (cors_allows(&probe) != rows[i].allows)
            fail_msg("row %zu", i);
        probe.request_count = 1;
        assert_false(cors_is_preflight(&probe));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_slash_is_the_cause_where_its_target_passes_in_turns),
        cmocka_unit_test(words_of_a_tls_port_are_held_against_the_port),
        cmocka_unit_test(a_host_is_unknown_where_its_control_and_the_parent_are_missing_too),
        cmocka_unit_test(one_late_attempt_of_three_leaves_a_timeout_its_cause),
        cmocka_unit_test(how_much_of_a_broken_answer_was_read_is_no_flapping),
        cmocka_unit_test(a_preflight_is_judged_as_browsers_judge_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/* Servers that answer by chance: how seldom an A-B-A comes about, of thousands of runs over endpoints that give it every
 * opportunity. The dice are seeded, so that the counts are the same in every run. */
#include "tests/unit/support/records.h"

#include "diagnosis/finding.h"

static const struct said page = {.status = 200, .type = "text/html", .body = "fine"};
static const struct said broken = {.status = 500, .layer = LAYER_HTTP, .code = "http-status", .body = "error"};
static const struct said missing = {.status = 404, .layer = LAYER_HTTP, .code = "http-status", .body = "not found"};

static uint32_t dice;

/* Numerical Recipes' generator; its upper bits are good enough. */
static unsigned throw(void)
{
    dice = dice * 1664525 + 1013904223;
    return (dice >> 16) % 100;
}

static bool impossible(const struct plan_item *item)
{
    return item->question == QUESTION_NO_SUCH_ROOT || item->question == QUESTION_NO_SUCH_SIBLING;
}

static struct said by_chance(const struct plan_item *item, const char *url, size_t before)
{
    (void)url;
    (void)before;
    return impossible(item) ? missing : throw() < 50 ? broken : page;
}

static struct said mostly_broken(const struct plan_item *item, const char *url, size_t before)
{
    (void)url;
    (void)before;
    return impossible(item) ? missing : throw() < 70 ? broken : page;
}

/* The candidate is always well, the endpoint's own address by chance. */
static struct said well_elsewhere(const struct plan_item *item, const char *url, size_t before)
{
    (void)url;
    (void)before;
    return impossible(item) ? missing : item->candidate ? page : throw() < 50 ? broken : page;
}

/* Of `runs`, those with a confirmed finding. */
static unsigned confirmed_of(unsigned runs, world *answers, unsigned attempts)
{
    static const struct header_setting headers[] = {{"Accept-Language", {"de", "de"}, false, false},
                                                    {"X-Trace", {"1", "1"}, false, false}};
    unsigned confirmed = 0;

    for (unsigned run = 0; run < runs; run++) {
        struct scene scene;
        struct endpoint *endpoint;
        struct findings findings;
        bool any = false;

        dice = run * 2654435761U + 1;
        scene_open(&scene);
        endpoint = scene_endpoint(&scene, "https://a.example/list?sort=up");
        endpoint->headers = headers;
        endpoint->header_count = 2;
        endpoint->attempts = attempts;
        endpoint->origin = (struct setting){"https://page.example", "https://page.example"};
        scene_candidates(&scene, endpoint, "https://a.example/other");
        scene_play(&scene, answers);
        findings = scene_diagnose(&scene);
        for (size_t i = 0; i < findings.count; i++)
            any = any || findings.list[i].certainty == CERTAINTY_CONFIRMED;
        confirmed += any;
        scene_close(&scene);
    }
    return confirmed;
}

static void an_a_b_a_seldom_comes_about_by_chance(void **state)
{
    enum { RUNS = 2000 };
    static const struct {
        world *answers;
        unsigned attempts;
        unsigned most; /* confirmed ones of RUNS */
    } rows[] = {
        {by_chance, 3, 3}, {by_chance, 1, 3}, {mostly_broken, 3, 3}, {well_elsewhere, 3, 3}, {well_elsewhere, 5, 3},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        unsigned confirmed = confirmed_of(RUNS, rows[i].answers, rows[i].attempts);

        if (confirmed > rows[i].most)
            fail_msg("row %zu: %u of %d runs confirm what is chance", i, confirmed, RUNS);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_a_b_a_seldom_comes_about_by_chance),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/* pages.h - one of each document that has a template, with everything in it that the template shows. */
#ifndef TESTS_UNIT_SUPPORT_PAGES_H
#define TESTS_UNIT_SUPPORT_PAGES_H

#include <math.h>

#include "diagnosis/model_history.h"
#include "diagnosis/model_latency.h"
#include "diagnosis/model_site.h"
#include "diagnosis/verify.h"
#include "tests/unit/support/nights.h"

enum page_kind { PAGE_REPORT, PAGE_COMPARISON, PAGE_VERIFICATION, PAGE_HISTORY, PAGE_WINDOWS, PAGE_SITE, PAGE_KINDS };

struct page_of {
    const char *markdown, *text; /* its templates */
    const struct shape *shape;
    const void *object;
};

#define PAGE_WORDS                                                                                                    \
    {                                                                                                                 \
        "words", 5                                                                                                    \
    }
#define PAGE_LIST(array)                                                                                              \
    {                                                                                                                 \
        .items = (array), .count = sizeof(array) / sizeof *(array)                                                    \
    }

static const struct model_suite page_suite = {PAGE_WORDS, PAGE_WORDS, PAGE_WORDS};
static const struct model_label page_labels[] = {{PAGE_WORDS, PAGE_WORDS}};
static const struct model_night page_nights[] = {
    {.id = "0192f3ab-0000-7000-8000-000000000001", .short_id = "0192f3", .labels = PAGE_LIST(page_labels)},
    {.id = "0192f4cd-0000-7000-8000-000000000002", .short_id = "0192f4", .labels = PAGE_LIST(page_labels)},
};
static const struct model_stretch page_stretch = {.folded = 2,
                                                  .runs = 3,
                                                  .passed = 1,
                                                  .failed = 2,
                                                  .uptime = 33.3,
                                                  .uptime_low = 1,
                                                  .uptime_high = 90,
                                                  .attempts = 9,
                                                  .attempts_passed = 3,
                                                  .median = 11000,
                                                  .lower = 10000,
                                                  .upper = 12000,
                                                  .strip = "✓✗✗"};
static const struct model_time page_times[] = {{10000}, {11000}, {12000}};

/* As many as hostile.h makes of the nights: each endpoint has one in each. */
enum { PAGE_NIGHTS = 48 };
static const struct model_outcome page_outcomes[PAGE_NIGHTS] = {
    {"0192f3", {0}, VERDICT_FAILS, 0, 3, 500, "http-status", 11000}};
static const struct model_history_row page_rows[] = {
    {.endpoint = PAGE_WORDS,
     .url = PAGE_WORDS,
     .verdict = VERDICT_FAILS,
     .flapping = true,
     .stretch = &page_stretch,
     .first_failing = &page_nights[1],
     .last_good = &page_nights[0],
     .slower_since = &page_nights[1],
     .time_before = 10000,
     .time_after = 20000,
     .outcomes = PAGE_LIST(page_outcomes)},
    {.endpoint = PAGE_WORDS,
     .url = PAGE_WORDS,
     .verdict = VERDICT_NOT_JUDGED,
     .stretch = &page_stretch,
     .outcomes = PAGE_LIST(page_outcomes)},
};
static const struct model_history page_history = {.schema = "endoscope-history/1",
                                                  .suite = &page_suite,
                                                  .nights = PAGE_LIST(page_nights),
                                                  .endpoints = PAGE_LIST(page_rows),
                                                  .runs = 2,
                                                  .failing = 1,
                                                  .flapping = 1};

static const struct model_window page_windows_of[] = {
    {PAGE_WORDS, 2, &page_nights[0], &page_nights[1]},
    {PAGE_WORDS, 2, &page_nights[0], &page_nights[1]},
};
static const struct model_window_row page_window_rows[] = {
    {.endpoint = PAGE_WORDS,
     .transition = TRANSITION_REGRESSED,
     .before = &page_stretch,
     .after = &page_stretch,
     .shows = LATENCY_SLOWER,
     .shift_ms = 5,
     .low_ms = 1,
     .high_ms = 9,
     .p = 0.01,
     .before_count = 3,
     .after_count = 3,
     .before_times = PAGE_LIST(page_times),
     .after_times = PAGE_LIST(page_times)},
};
static const struct model_windows page_windows = {.schema = "endoscope-windows/1",
                                                  .suite = &page_suite,
                                                  .before = &page_windows_of[0],
                                                  .after = &page_windows_of[1],
                                                  .transitions = PAGE_LIST(page_window_rows),
                                                  .regressed = 1,
                                                  .slower = 1,
                                                  .threshold_percent = 10,
                                                  .threshold = 5000};

static const struct model_site_run page_site_runs[] = {{"runs/a", &page_nights[1], 2, 1, 1, 0}};
static const struct model_site_endpoint page_site_endpoints[] = {{"endpoints/a", &page_rows[0]},
                                                                 {"endpoints/b", &page_rows[1]}};
static const struct model_site page_site = {.suite = &page_suite,
                                            .runs = PAGE_LIST(page_site_runs),
                                            .endpoints = PAGE_LIST(page_site_endpoints),
                                            .left_out = 1};

static const uint32_t page_ordinals[] = {1, 2};
#define PAGE_CITES                                                                                                    \
    {                                                                                                                 \
        page_ordinals, 2, "0192f3"                                                                                    \
    }
static const struct verified_run page_run = {"0192f3ab-0000-7000-8000-000000000001", "0192f3", {0}};
static const struct verified_endpoint page_verified[] = {
    {.endpoint = PAGE_WORDS,
     .url = PAGE_WORDS,
     .formerly = PAGE_WORDS,
     .result = VERIFIED_OTHER_CAUSE,
     .before = VERDICT_FAILS,
     .after = VERDICT_FAILS,
     .before_total = 3,
     .after_total = 3,
     .code = PAGE_WORDS,
     .code_before = PAGE_WORDS,
     .before_cites = PAGE_CITES,
     .after_cites = PAGE_CITES,
     .bound = NAN,
     .flapping = true,
     .recorded_failed = 3,
     .recorded_total = 9,
     .recorded_runs = 3,
     .rate = 33.3,
     .needed = 8,
     .missing = 5,
     .compared = true,
     .shows = LATENCY_SLOWER,
     .time_before = 10000,
     .time_after = 20000,
     .shift_ms = 10,
     .low_ms = 5,
     .high_ms = 15,
     .before_count = 3,
     .after_count = 3,
     .before_times = PAGE_LIST(page_times),
     .after_times = PAGE_LIST(page_times)},
};
static const struct verified_finding page_verified_findings[] = {
    {"websocket-wrong-path", "The client asks for a path that the server does not upgrade", CHANGE_CLEARED}};
static const struct verified_other page_others[] = {{PAGE_WORDS, false, VERDICT_PASSES, 3, 3, PAGE_CITES}};
static const struct verified_other page_candidates[] = {{PAGE_WORDS, true, VERDICT_PASSES, 3, 3, PAGE_CITES}};
static const struct verified_caution page_cautions[] = {
    {PAGE_WORDS, PAGE_WORDS, PAGE_WORDS, NULL, CAUTION_STANDS, PAGE_CITES},
    {PAGE_WORDS, PAGE_WORDS, PAGE_WORDS, "it opens without a token too", CAUTION_NOT_ASKED, PAGE_CITES}};
static const struct verification page_verification = {.ticket = PAGE_WORDS,
                                                      .title = PAGE_WORDS,
                                                      .verdict = VERIFIED_OTHER_CAUSE,
                                                      .since = &page_run,
                                                      .run = &page_run,
                                                      .endpoints = PAGE_LIST(page_verified),
                                                      .findings = PAGE_LIST(page_verified_findings),
                                                      .controls = PAGE_LIST(page_others),
                                                      .candidates = PAGE_LIST(page_candidates),
                                                      .cautions = PAGE_LIST(page_cautions),
                                                      .options = "",
                                                      .tool = "0.1.0"};

/* The two nights of the incident, which the report and the comparison are made of. */
struct pages {
    struct arena arena;
    struct reported before, after;
    struct page_of all[PAGE_KINDS];
};

static inline void pages_open(struct pages *pages)
{
    const struct page_of rest[PAGE_KINDS] = {
        [PAGE_VERIFICATION] = {"verify.md", "verify.txt", &verification_shape, &page_verification},
        [PAGE_HISTORY] = {"history.md", "history.txt", &model_history_shape, &page_history},
        [PAGE_WINDOWS] = {"windows.md", "windows.txt", &model_windows_shape, &page_windows},
        [PAGE_SITE] = {"site.md", NULL, &model_site_shape, &page_site},
    };
    struct model_side sides[2];

    pages->arena = (struct arena)ARENA_INIT;
    memcpy(pages->all, rest, sizeof rest);
    report_before(&pages->before);
    report_after(&pages->after);
    sides[0] = report_side(&pages->before);
    sides[1] = report_side(&pages->after);
    pages->all[PAGE_REPORT] = (struct page_of){
        "report.md", "text.txt", &model_shape,
        nights_model(&pages->before, nights_before(&pages->before, 6, 20000, &pages->arena), &pages->arena)};
    pages->all[PAGE_COMPARISON] = (struct page_of){"compare.md", "compare.txt", &model_shape,
                                                   model_of_comparison(&sides[0], &sides[1], &pages->arena)};
}

static inline void pages_close(struct pages *pages)
{
    arena_free(&pages->arena);
    scene_close(&pages->before.scene);
    scene_close(&pages->after.scene);
}
#endif

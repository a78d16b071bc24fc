/* SPDX-License-Identifier: MIT */
#include "tests/unit/stored.h"

#include "cli/recorded.h"
#include "cli/recorder.h"
#include "collector/suite.h"
#include "store/store.h"

/* A recorder into a store of its own, with what it says on stderr in a file. */
struct scene {
    struct place *place;
    struct suite suite;
    struct recorder recorder;
    struct recorded recorded;
    struct collector_sink sink;
    char said[128];
    int kept;
};

static int scene_open(void **state)
{
    struct scene *scene = calloc(1, sizeof *scene);
    struct error err = {0};
    struct run run = run_at(NOON);
    void *place;
    FILE *said;

    if (!scene || place_open(&place) != 0) {
        free(scene);
        return -1;
    }
    scene->place = place;
    suite_defaults(&scene->suite);
    if (!suite_add_url(&scene->suite, "https://a.example/0", &err))
        return -1;
    scene->recorder = (struct recorder){
        .store = opened(scene->place->path, STORE_CREATE),
        .suite = &scene->suite,
        .run = run.id,
        .recorded = &scene->recorded,
        .show_failures = true,
    };
    scene->sink = recorder_sink(&scene->recorder);
    assert_true(store_begin_run(scene->recorder.store, &run, &err));
    snprintf(scene->said, sizeof scene->said, "%s/said", scene->place->directory);
    said = fopen(scene->said, "w");
    fflush(stderr);
    scene->kept = dup(STDERR_FILENO);
    if (!said || scene->kept < 0 || dup2(fileno(said), STDERR_FILENO) < 0)
        return -1;
    fclose(said);
    *state = scene;
    return 0;
}

static int scene_close(void **state)
{
    struct scene *scene = *state;
    void *place = scene->place;

    dup2(scene->kept, STDERR_FILENO);
    close(scene->kept);
    recorder_drop(&scene->recorder);
    recorded_free(&scene->recorded);
    store_close(scene->recorder.store);
    suite_free(&scene->suite);
    free(scene);
    return place_close(&place);
}

static size_t lines_said(const struct scene *scene)
{
    FILE *file = fopen(scene->said, "r");
    size_t lines = 0;

    assert_non_null(file);
    for (int c = getc(file); c != EOF; c = getc(file))
        lines += c == '\n';
    fclose(file);
    return lines;
}

static bool is_said(const struct scene *scene, const char *words)
{
    FILE *file = fopen(scene->said, "r");
    char line[512];
    bool found = false;

    assert_non_null(file);
    while (fgets(line, sizeof line, file))
        found = found || strstr(line, words);
    fclose(file);
    return found;
}

static int64_t stored(const struct scene *scene)
{
    return asked(scene->place->path, "select count(*) from probe");
}

static struct probe *failing(uint32_t ordinal)
{
    struct probe *probe = plain_probe(ordinal, 0);

    probe->attempt = ordinal;
    probe->outcome = OUTCOME_FAILED;
    probe->layer = LAYER_HTTP;
    probe->status = 503;
    probe->code = "http-status";
    probe->detail = slice_of("gone \x1b[31m");
    return probe;
}

static bool give(struct scene *scene, struct probe *probe)
{
    struct error err = {0};

    return scene->sink.take(scene->sink.self, probe, &err);
}

static void a_failure_is_shown_only_once_it_is_stored(void **state)
{
    struct scene *scene = *state;

    for (uint32_t i = 1; i < BATCH_ROWS; i++)
        assert_true(give(scene, failing(i)));
    assert_int_equal(lines_said(scene), 0);
    assert_int_equal(stored(scene), 0);
    assert_true(give(scene, failing(BATCH_ROWS)));
    assert_int_equal(stored(scene), BATCH_ROWS);
    assert_int_equal(lines_said(scene), BATCH_ROWS);
}

static void what_a_server_said_moves_no_cursor(void **state)
{
    struct scene *scene = *state;
    struct error err = {0};

    assert_true(give(scene, failing(1)));
    assert_true(recorder_flush(&scene->recorder, &err));
    assert_true(is_said(scene, "attempt 1 failed: http-status (503): gone \\u{001B}[31m [p1]"));
    assert_false(is_said(scene, "\x1b"));
}

static void a_batch_waits_no_longer_than_its_time(void **state)
{
    struct scene *scene = *state;
    struct progress progress = {2, 1, 0, 1};
    struct error err = {0};

    assert_true(give(scene, failing(1)));
    assert_true(scene->sink.tick(scene->sink.self, &progress, &err));
    assert_int_equal(stored(scene), 0);
    scene->recorder.oldest.us -= BATCH_US;
    assert_true(scene->sink.tick(scene->sink.self, &progress, &err));
    assert_int_equal(stored(scene), 1);
    assert_int_equal(scene->recorded.count, 1);
}

static void attempts_that_pass_and_experiments_are_recorded_in_silence(void **state)
{
    struct scene *scene = *state;
    struct probe *experiment = failing(2);
    struct error err = {0};

    experiment->question = QUESTION_REPEAT;
    assert_true(give(scene, plain_probe(1, 0)));
    assert_true(give(scene, experiment));
    assert_true(recorder_flush(&scene->recorder, &err));
    assert_int_equal(stored(scene), 2);
    assert_int_equal(lines_said(scene), 0);
}

static void what_cannot_be_stored_is_not_shown(void **state)
{
    struct scene *scene = *state;
    struct error err = {0};

    memset(&scene->recorder.run, 0xAB, sizeof scene->recorder.run);
    assert_true(give(scene, failing(1)));
    assert_false(recorder_flush(&scene->recorder, &err));
    assert_int_not_equal(err.code, ERR_NONE);
    assert_int_equal(lines_said(scene), 0);
    assert_int_equal(stored(scene), 0);
}

#define SCENE(test) cmocka_unit_test_setup_teardown(test, scene_open, scene_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCENE(a_failure_is_shown_only_once_it_is_stored),
        SCENE(what_a_server_said_moves_no_cursor),
        SCENE(a_batch_waits_no_longer_than_its_time),
        SCENE(attempts_that_pass_and_experiments_are_recorded_in_silence),
        SCENE(what_cannot_be_stored_is_not_shown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

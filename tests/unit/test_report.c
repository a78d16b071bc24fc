/* SPDX-License-Identifier: MIT */
/* The incident's reports, byte by byte: tests/golden/incident holds what was looked at and found good. With REGENERATE
 * set, they are written anew. */
#include "tests/unit/support/report.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "render/json.h"
#include "render/markdown.h"
#include "render/template.h"
#include "render/wrap.h"

#define GOLDEN SOURCE_DIR "/tests/golden/incident/"

enum { OFFSET_S = 7200 };

static void read_golden(const char *name, struct buf *text)
{
    char block[4096];
    size_t len;
    FILE *file = fopen(name, "rbe");

    assert_non_null(file);
    while ((len = fread(block, 1, sizeof block, file)) > 0)
        buf_put(text, block, len);
    fclose(file);
}

static void compare_with(const char *name, const struct buf *made)
{
    struct buf path = BUF_INIT, golden = BUF_INIT;

    buf_printf(&path, "%s%s", GOLDEN, name);
    assert_true(utf8_valid(buf_slice(made)));
    if (getenv("REGENERATE")) {
        FILE *file = fopen(path.data, "wbe");

        assert_non_null(file);
        assert_int_equal(fwrite(made->data, 1, made->len, file), made->len);
        assert_int_equal(fclose(file), 0);
    }
    read_golden(path.data, &golden);
    if (!slice_equals(buf_slice(made), buf_slice(&golden)))
        print_message("%s is not what is made now:\n%s\n", path.data, made->data);
    assert_true(slice_equals(buf_slice(made), buf_slice(&golden)));
    buf_free(&path);
    buf_free(&golden);
}

static void write_markdown(const struct model *model, const char *template, const struct flavor *of, const char *name)
{
    struct templates *templates = templates_open(NULL);
    struct flavor flavor = *of;
    struct error err = {ERR_NONE, ""};
    struct buf out = BUF_INIT, wrapped = BUF_INIT;

    flavor.offset_s = OFFSET_S;
    if (!report_markdown(templates, template, &model_shape, model, &flavor, &out, &err))
        fail_msg("%s", err.text);
    if (of == &flavor_plain) {
        wrap_text(buf_slice(&out), WRAP_COLUMNS, &wrapped);
        compare_with(name, &wrapped);
    } else {
        compare_with(name, &out);
    }
    buf_free(&out);
    buf_free(&wrapped);
    templates_free(templates);
}

static void write_json(const struct model *model, const char *name)
{
    struct templates *templates = templates_open(NULL);
    struct error err = {ERR_NONE, ""};
    struct buf out = BUF_INIT;

    if (!json_write(&model_shape, model, templates, OFFSET_S, &out, &err))
        fail_msg("%s", err.text);
    compare_with(name, &out);
    buf_free(&out);
    templates_free(templates);
}

static void the_report_on_the_incident_is_the_one_that_was_found_good(void **state)
{
    struct reported before = {0};
    struct arena arena = ARENA_INIT;
    const struct model *model;

    (void)state;
    report_before(&before);
    model = model_of_run(&before.run, before.short_id, &before.records, &before.findings, &arena);
    write_markdown(model, "report.md", &flavor_github, "report.md");
    write_markdown(model, "text.txt", &flavor_plain, "report.txt");
    write_json(model, "report.json");
    arena_free(&arena);
    scene_close(&before.scene);
}

static void the_comparison_of_its_two_nights_is_the_one_that_was_found_good(void **state)
{
    struct reported before = {0}, after = {0};
    struct arena arena = ARENA_INIT;
    struct model_side sides[2];
    const struct model *model;

    (void)state;
    report_before(&before);
    report_after(&after);
    sides[0] = report_side(&before);
    sides[1] = report_side(&after);
    model = model_of_comparison(&sides[0], &sides[1], &arena);
    write_markdown(model, "compare.md", &flavor_github, "compare.md");
    write_markdown(model, "compare.txt", &flavor_plain, "compare.txt");
    arena_free(&arena);
    scene_close(&before.scene);
    scene_close(&after.scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_report_on_the_incident_is_the_one_that_was_found_good),
        cmocka_unit_test(the_comparison_of_its_two_nights_is_the_one_that_was_found_good),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/* Templates from a folder, and the Markdown and JSON that come out of them. */
#include "base/utf8.h"
#include "render/flavor.h"
#include "render/json.h"
#include "render/markdown.h"
#include "render/template.h"

#include "tests/unit/house_model.h"
#include "tests/unit/unit.h"

#define FOLDER SOURCE_DIR "/tests/golden/render"

static void a_file_in_the_folder_is_read_and_parsed_once(void **state)
{
    struct templates *templates = templates_open(FOLDER);
    const struct mustache *first = template_get(templates, "house.md", NULL);
    struct slice text;

    (void)state;
    assert_non_null(first);
    assert_ptr_equal(first, template_get(templates, "house.md", NULL));
    assert_true(template_text(templates, "story.md", &text, NULL));
    assert_int_equal(memcmp(text.data, "The {{name}}", 12), 0);
    templates_free(templates);
}

static void a_template_that_is_missing_or_broken_says_so(void **state)
{
    struct templates *templates = templates_open(FOLDER);
    struct error err = {ERR_NONE, ""};
    struct slice text;

    (void)state;
    assert_null(template_get(templates, "lost.md", &err));
    assert_string_equal(err.text, "there is no template lost.md");
    assert_null(template_get(templates, "broken.md", &err));
    assert_string_equal(err.text, "broken.md:2:1: this tag is never closed: }}");
    assert_int_equal(err.code, ERR_TEMPLATE);
    assert_false(template_text(templates, "../unit/test_template.c", &text, &err));
    assert_false(template_text(templates, "/etc/passwd", &text, &err));
    assert_false(template_text(templates, "", &text, &err));
    templates_free(templates);
}

static void partials_are_found_with_and_without_their_ending(void **state)
{
    struct templates *templates = templates_open(FOLDER);
    struct mustache_loader loader = template_loader(templates);
    struct error err = {ERR_NONE, ""};

    (void)state;
    assert_non_null(loader.partial(loader.self, slice_of("cause/fire"), &err));
    assert_non_null(loader.partial(loader.self, slice_of("cause/fire.md"), &err));
    assert_null(loader.partial(loader.self, slice_of("cause/flood"), &err));
    assert_int_equal(err.code, ERR_NONE);
    assert_null(loader.partial(loader.self, slice_of("broken"), &err));
    assert_int_equal(err.code, ERR_TEMPLATE);
    templates_free(templates);
}

static void markdown_has_no_two_empty_lines_outside_of_code(void **state)
{
    static const struct room hall = {.name = {"a\n\n\n\nb", 6}};
    struct templates *templates = templates_open(FOLDER);
    struct house house = some_house();
    struct buf out = BUF_INIT;

    (void)state;
    house.hall = &hall;
    house.title = "broken \xFF";
    assert_true(report_markdown(templates, "house.md", &house_shape, &house, &flavor_github, &out, NULL));
    assert_string_equal(out.data, "# broken \\xFF\n\n- `kitchen`\n\n- `*attic*`\n\n- *empty*\n\n"
                                  "```\na\n\n\n\nb\n```\n\nfire 2\n");
    buf_free(&out);
    templates_free(templates);
}

static void a_model_is_one_json_document(void **state)
{
    struct templates *templates = templates_open(FOLDER);
    struct house house = some_house();
    struct error err = {ERR_NONE, ""};
    struct buf out = BUF_INIT;

    (void)state;
    house.owner = (struct slice){"\"\\\n\x01\xFF\xE2\x80\x8B", 8};
    house.rooms.count = 1;
    assert_true(json_write(&house_shape, &house, templates, 7200, &out, &err));
    assert_string_equal(out.data,
                        "{\n  \"title\": \"A house\",\n  \"owner\": \"\\\"\\\\\\n\\u0001\\\\xFF\\u200b\",\n"
                        "  \"open\": true,\n  \"floors\": 2,\n  \"slope\": 36.84,\n  \"walk_us\": 69000,\n"
                        "  \"built\": \"2025-09-11T04:00:04.123456+02:00\",\n  \"state\": \"falls-down\",\n"
                        "  \"cites\": [4, 17],\n  \"hall\": {\n    \"name\": \"kitchen\",\n    \"windows\": 1,\n"
                        "    \"state\": \"fine\",\n    \"story\": \"The kitchen has 1 window.\"\n  },\n"
                        "  \"rooms\": [\n    {\n      \"name\": \"kitchen\",\n      \"windows\": 1,\n"
                        "      \"state\": \"fine\",\n      \"story\": \"The kitchen has 1 window.\"\n    }\n  ]\n}\n");
    buf_free(&out);
    templates_free(templates);
}

static void a_probe_of_another_run_is_named_as_show_takes_it(void **state)
{
    struct templates *templates = templates_open(NULL);
    struct house house = {.cites = {.ordinals = some_ordinals, .count = 2, .run = "0192f3"}};
    struct buf out = BUF_INIT;

    (void)state;
    assert_true(json_write(&house_shape, &house, templates, 0, &out, NULL));
    assert_non_null(strstr(out.data, "\"cites\": [\"0192f3.4\", \"0192f3.17\"]"));
    buf_free(&out);
    templates_free(templates);
}

static void what_is_absent_is_null(void **state)
{
    struct templates *templates = templates_open(NULL);
    struct house house = {.walk = NOT_MEASURED, .state = 7};
    struct buf out = BUF_INIT;

    (void)state;
    assert_true(json_write(&house_shape, &house, templates, 0, &out, NULL));
    assert_string_equal(out.data, "{\n  \"title\": null,\n  \"owner\": null,\n  \"open\": false,\n  \"floors\": 0,\n"
                                  "  \"slope\": 0,\n  \"walk_us\": null,\n  \"built\": null,\n  \"state\": null,\n"
                                  "  \"cites\": [],\n  \"hall\": null,\n  \"rooms\": []\n}\n");
    buf_free(&out);
    templates_free(templates);
}

static void json_with_a_lost_partial_is_an_error(void **state)
{
    struct templates *templates = templates_open(NULL);
    struct house house = some_house();
    struct error err = {ERR_NONE, ""};
    struct buf out = BUF_INIT;

    (void)state;
    assert_false(json_write(&house_shape, &house, templates, 0, &out, &err));
    assert_string_equal(err.text, "there is no template story.md");
    buf_free(&out);
    templates_free(templates);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_in_the_folder_is_read_and_parsed_once),
        cmocka_unit_test(a_template_that_is_missing_or_broken_says_so),
        cmocka_unit_test(partials_are_found_with_and_without_their_ending),
        cmocka_unit_test(markdown_has_no_two_empty_lines_outside_of_code),
        cmocka_unit_test(a_model_is_one_json_document),
        cmocka_unit_test(a_probe_of_another_run_is_named_as_show_takes_it),
        cmocka_unit_test(what_is_absent_is_null),
        cmocka_unit_test(json_with_a_lost_partial_is_an_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */

#include <math.h>

#include "render/flavor.h"
#include "render/model_view.h"
#include "render/mustache.h"

#include "tests/unit/house_model.h"
#include "tests/unit/unit.h"

static const struct mustache *partial(void *self, struct slice name, struct error *err)
{
    (void)err;
    return slice_equals(name, slice_of("story.md")) ? self : NULL;
}

static struct error last;

/* `text` rendered over `house`; what the error says when it cannot be. */
static const char *render_with(const struct flavor *flavor, const struct house *house, const char *text)
{
    static struct buf out = BUF_INIT;
    struct mustache *story = mustache_parse("story.md", slice_of("{{name}}'s story"), NULL);
    struct mustache_loader loader = {story, partial};
    struct mustache *mustache = mustache_parse("test.md", slice_of(text), &last);

    last = (struct error){ERR_NONE, ""};
    buf_clear(&out);
    assert_non_null(mustache);
    if (!mustache_render(mustache, &loader, flavor, model_view(&house_shape, house), &out, &last)) {
        buf_clear(&out);
        buf_puts(&out, last.text);
    }
    mustache_free(mustache);
    mustache_free(story);
    return out.data;
}

static const char *render(const char *text)
{
    struct house house = some_house();

    return render_with(&flavor_plain, &house, text);
}

static void many_citations_are_the_first_few_and_the_last(void **state)
{
    static const uint32_t ordinals[] = {1, 2, 3, 4, 5, 6, 7, 8, 9};
    struct house house = some_house();

    (void)state;
    house.cites = (struct cites){ordinals, 4, NULL};
    assert_string_equal(render_with(&flavor_plain, &house, "{{cites}}"), "[p1] [p2] [p3] [p4]");
    house.cites = (struct cites){ordinals, 9, "0192f3"};
    assert_string_equal(render_with(&flavor_plain, &house, "{{cites}}"), "[0192f3.p1] [0192f3.p2] … [0192f3.p9]");
}

static void every_type_has_its_words(void **state)
{
    (void)state;
    assert_string_equal(render("{{title}} {{owner}} {{open}} {{floors}} {{slope}} {{walk}} {{state}} {{cites}}"),
                        "A house <Jo> yes 2 36.8 69 ms falls-down [p4] [p17]");
    assert_string_equal(render("{{built}} {{built.date}} {{built.iso}}"),
                        "11 Sep 2025 02:00:04 +00:00 11 Sep 2025 2025-09-11T02:00:04.123456+00:00");
    assert_string_equal(render("{{hall.name}} {{#hall}}{{name}} {{windows}}{{/hall}}"), "kitchen kitchen 1");
    assert_string_equal(render("{{floors.bytes}} {{owner.bytes}} {{floors.cite}}"), "2 bytes 4 bytes [p2]");
}

static void the_flavours_zone_is_the_times_zone(void **state)
{
    struct flavor flavor = flavor_plain;
    struct house house = some_house();

    (void)state;
    flavor.offset_s = 7200;
    assert_string_equal(render_with(&flavor, &house, "{{built}}"), "11 Sep 2025 04:00:04 +02:00");
}

static void what_is_absent_writes_nothing_and_opens_nothing(void **state)
{
    struct house house = {.slope = NAN, .walk = NOT_MEASURED};

    (void)state;
    assert_string_equal(render_with(&flavor_plain, &house,
                                    "{{title}}{{owner}}{{slope}}{{walk}}{{built}}{{built.iso}}{{built.date}}{{cites}}"
                                    "{{hall}}{{hall.name}}{{rooms}}{{owner.code}}{{nothing}}{{owner.nothing}}"),
                        "");
    assert_string_equal(
        render_with(&flavor_plain, &house,
                    "{{#title}}1{{/title}}{{#owner}}2{{/owner}}{{#open}}3{{/open}}{{#floors}}4{{/floors}}"
                    "{{#slope}}5{{/slope}}{{#walk}}6{{/walk}}{{#built}}7{{/built}}{{#cites}}8{{/cites}}"
                    "{{#hall}}9{{/hall}}{{#rooms}}10{{/rooms}}{{^rooms}}none{{/rooms}}"),
        "none");
}

static void a_foreign_value_has_five_forms_and_no_raw_one(void **state)
{
    struct house house = some_house();

    (void)state;
    assert_string_equal(render_with(&flavor_github, &house, "{{owner}} {{owner.text}} {{owner.code}} {{owner.url}}"),
                        "\\<Jo\\> \\<Jo\\> `<Jo>` `<Jo>`");
    assert_string_equal(render_with(&flavor_github, &house, "| {{owner.cell}} |\n"), "| `<Jo>` |\n");
    assert_string_equal(render_with(&flavor_github, &house, "{{owner.fence}}"), "```\n<Jo>\n```\n");
    assert_string_equal(render_with(&flavor_github, &house, "a\n {{{owner}}}"),
                        "test.md:2:2: {{{owner}}}: the raw form of a foreign value is refused; use .text, .code, "
                        ".cell, .fence or .url");
    assert_int_equal(last.code, ERR_TEMPLATE);
    assert_string_equal(render_with(&flavor_github, &house, "{{#rooms}}{{&name}}{{/rooms}}"),
                        "test.md:1:11: {{{name}}}: the raw form of a foreign value is refused; use .text, .code, "
                        ".cell, .fence or .url");
    assert_non_null(strstr(render("{{>*owner}}"), "names no template"));
}

static void an_empty_foreign_value_is_present(void **state)
{
    (void)state;
    assert_string_equal(render("{{#rooms}}{{#name.present}}y{{/name.present}}{{#name}}t{{/name}} {{/rooms}}"),
                        "yt yt y ");
}

static void words_open_their_own_section(void **state)
{
    (void)state;
    assert_string_equal(render("{{#state.falls_down}}falls{{/state.falls_down}}{{#state.fine}}stands{{/state.fine}}"),
                        "falls");
    assert_string_equal(render("{{#rooms}}{{^state.fine}}{{name}} {{/state.fine}}{{/rooms}}"), "*attic* ");
}

static void singular_and_plural_are_told_apart(void **state)
{
    (void)state;
    assert_string_equal(render("{{#rooms}}{{windows}} "
                               "window{{^windows.one}}s{{/windows.one}}{{#windows.none}}!{{/windows.none}}; "
                               "{{/rooms}}"),
                        "1 window; 0 windows!; 3 windows; ");
    assert_string_equal(render("{{rooms.count}} {{#rooms.many}}many{{/rooms.many}}{{#rooms.one}}one{{/rooms.one}}"
                               "{{#rooms.any}} any {{title}}{{/rooms.any}}{{#rooms.none}}none{{/rooms.none}}"),
                        "3 many any A house");
    assert_string_equal(render("{{cites.count}}{{#cites.many}} probes{{/cites.many}}"), "2 probes");
}

static void items_know_their_place(void **state)
{
    (void)state;
    assert_string_equal(
        render("{{#rooms}}{{#@first}}<{{/@first}}{{@number}}{{^@last}}, {{/@last}}{{#@last}}>{{/@last}}"
               "{{/rooms}}{{@number}}"),
        "<1, 2, 3>");
}

/* Makes rooms one at a time, in one place. */
static const void *make_room(void *self, size_t index)
{
    static struct room room;

    assert_true(index < *(const size_t *)self);
    room = (struct room){.name = {"room", 4}, .windows = index};
    return &room;
}

static void a_cursor_is_a_list(void **state)
{
    size_t count = 2;
    struct house house = {.rooms = {NULL, count, make_room, &count}};

    (void)state;
    assert_string_equal(
        render_with(&flavor_plain, &house,
                    "{{rooms.count}}{{#rooms}} {{@number}}:{{windows}}{{/rooms}}{{#rooms.any}}.{{/rooms.any}}"),
        "2 1:0 2:1.");
    house.rooms.count = count = 0;
    assert_string_equal(render_with(&flavor_plain, &house,
                                    "{{#rooms}}x{{/rooms}}{{^rooms}}none{{/rooms}}{{#rooms.any}}.{{/rooms.any}}"),
                        "none");
}

static void a_partial_is_rendered_with_the_object_that_holds_it(void **state)
{
    static const struct room lost = {.story = "lost.md"};
    struct house house = some_house();

    (void)state;
    assert_string_equal(render("{{hall.story}}; {{#rooms}}{{#story}}{{story}}{{/story}}{{/rooms}}"),
                        "kitchen's story; kitchen's story");
    house.hall = &lost;
    assert_string_equal(render_with(&flavor_plain, &house, "{{hall.story}}"),
                        "test.md:1:1: there is no template lost.md");
}

static void folds_come_from_the_flavour_and_charts_from_the_page(void **state)
{
    struct house house = some_house();

    (void)state;
    assert_string_equal(render("{{fold.open}}s{{fold.summary_end}}b{{fold.close}}{{chart.waterfall}}{{chart.nights}}{{"
                               "chart.latency}}{{floors.anchor}}"),
                        "sb");
    assert_string_equal(render_with(&flavor_github, &house,
                                    "{{#rooms.any}}{{fold.open}}s{{fold.summary_end}}b{{fold.close}}{{/rooms.any}}"),
                        "<details>\n<summary>s</summary>\n\nb\n</details>\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(many_citations_are_the_first_few_and_the_last),
        cmocka_unit_test(every_type_has_its_words),
        cmocka_unit_test(the_flavours_zone_is_the_times_zone),
        cmocka_unit_test(what_is_absent_writes_nothing_and_opens_nothing),
        cmocka_unit_test(a_foreign_value_has_five_forms_and_no_raw_one),
        cmocka_unit_test(an_empty_foreign_value_is_present),
        cmocka_unit_test(words_open_their_own_section),
        cmocka_unit_test(singular_and_plural_are_told_apart),
        cmocka_unit_test(items_know_their_place),
        cmocka_unit_test(a_cursor_is_a_list),
        cmocka_unit_test(a_partial_is_rendered_with_the_object_that_holds_it),
        cmocka_unit_test(folds_come_from_the_flavour_and_charts_from_the_page),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

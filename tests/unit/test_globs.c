/* SPDX-License-Identifier: MIT */
#include "tests/unit/unit.h"

#include "cli/globs.h"

/* Each line is a rule of the root's .gitignore; the answers are those of `git check-ignore`. */
static void rules_mean_what_git_means(void **state)
{
    static const struct {
        const char *rules, *path;
        bool folder, matched;
    } cases[] = {
        {"*.log\n", "a/b/x.log", false, true},
        {"*.log\n", "x.logs", false, false},
        {"# *.log\n\n", "x.log", false, false},
        {"\\#x\n", "#x", false, true},
        {"/x\n", "x", false, true},
        {"/x\n", "a/x", false, false},
        {"a/x\n", "a/x", false, true},
        {"a/x\n", "b/a/x", false, false},
        {"gen/\n", "a/gen", true, true},
        {"gen/\n", "a/gen", false, false},
        {"**/gen\n", "a/b/gen", false, true},
        {"**/gen\n", "gen", false, true},
        {"a/**/b\n", "a/x/y/b", false, true},
        {"a/**/b\n", "a/b", false, true},
        {"a/**\n", "a/x/y", false, true},
        {"a/*\n", "a/x/y", false, false},
        {"*.ts\n!keep.ts\n", "src/keep.ts", false, false},
        {"*.ts\n!keep.ts\n", "src/other.ts", false, true},
        {"x[0-9].c\n", "x7.c", false, true},
        {"x?.c\n", "x/.c", false, false},
        {"trailing  \n", "trailing", false, true},
        {"x\r\n", "x", false, true},
        {"[\n*.c\n", "a.c", false, true},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct globs *globs = globs_new();

        globs_add_lines(globs, "", slice_of(cases[i].rules));
        if (globs_match(globs, cases[i].path, cases[i].folder) != cases[i].matched)
            fail_msg("%s against %s is not %d", cases[i].rules, cases[i].path, cases[i].matched);
        globs_free(globs);
    }
}

static void a_rule_holds_below_its_folder(void **state)
{
    struct globs *globs = globs_new();

    (void)state;
    assert_true(globs_add(globs, "web/src", slice_of("/gen")));
    assert_true(globs_match(globs, "web/src/gen", true));
    assert_false(globs_match(globs, "web/gen", true));
    assert_false(globs_match(globs, "web/srcs/gen", true));
    assert_int_equal(globs_count(globs), 1);
    globs_free(globs);
}

static void a_folder_covers_what_lies_in_it(void **state)
{
    struct globs *globs = globs_new();

    (void)state;
    globs_add(globs, "", slice_of("src"));
    assert_true(globs_cover(globs, "web/src/a/b.ts"));
    assert_true(globs_cover(globs, "src"));
    assert_false(globs_cover(globs, "srcs/b.ts"));
    globs_free(globs);
    globs_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rules_mean_what_git_means),
        cmocka_unit_test(a_rule_holds_below_its_folder),
        cmocka_unit_test(a_folder_covers_what_lies_in_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

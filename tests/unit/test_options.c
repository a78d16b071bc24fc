/* SPDX-License-Identifier: MIT */
#include "tests/unit/unit.h"

#include <stdio.h>

#include "cli/option_table.h"
#include "cli/options.h"

enum { WORDS_MAX = 16 };

/* Parses the words of `line`, which have single blanks between. */
static bool parse(const char *line, struct arguments *arguments, struct error *err)
{
    static char words[1024];
    char *argv[WORDS_MAX + 1];
    int argc = 0;

    snprintf(words, sizeof words, "%s", line);
    for (char *word = strtok(words, " "); word && argc < WORDS_MAX; word = strtok(NULL, " "))
        argv[argc++] = word;
    argv[argc] = NULL;
    *err = (struct error){0};
    return arguments_parse(argc, argv, arguments, err);
}

static void assert_refused(const char *line, const char *words)
{
    struct arguments arguments;
    struct error err;

    assert_false(parse(line, &arguments, &err));
    arguments_free(&arguments);
    assert_int_equal(err.code, ERR_USAGE);
    if (!strstr(err.text, words))
        fail_msg("`%s` says: %s", line, err.text);
}

static void values_come_behind_a_sign_or_a_blank(void **state)
{
    struct arguments arguments;
    struct error err;

    (void)state;
    assert_true(parse("endoscope run --attempts=5 -c a.yaml --max-time 90s -lnight=before --only x --only y",
                      &arguments, &err));
    assert_string_equal(arguments.verb->name, "run");
    assert_int_equal(arguments.attempts, 5);
    assert_string_equal(arguments.config, "a.yaml");
    assert_int_equal(arguments.max_time_us, 90000000);
    assert_int_equal(arguments.labels.count, 1);
    assert_string_equal(arguments.labels.list[0], "night=before");
    assert_int_equal(arguments.only.count, 2);
    assert_string_equal(arguments.only.list[1], "y");
    arguments_free(&arguments);
}

static void options_and_words_stand_in_any_order(void **state)
{
    struct arguments arguments;
    struct error err;

    (void)state;
    assert_true(parse("endoscope compare previous --json latest", &arguments, &err));
    assert_true(arguments.json);
    assert_int_equal(arguments.words.count, 2);
    assert_string_equal(arguments.words.list[1], "latest");
    arguments_free(&arguments);
    assert_true(parse("endoscope run -- --json", &arguments, &err));
    assert_false(arguments.json);
    assert_string_equal(arguments.words.list[0], "--json");
    arguments_free(&arguments);
}

static void a_typo_gets_a_suggestion(void **state)
{
    (void)state;
    assert_refused("endoscope rnu", "did you mean `run`?");
    assert_refused("endoscope run --concurency 3", "did you mean --concurrency?");
    assert_refused("endoscope frobnicate", "`endoscope --help` lists them");
    assert_refused("endoscope run --frobnicate", "unknown option --frobnicate");
    assert_refused("endoscope run -x", "unknown option -x");
}

static void an_option_goes_with_its_verbs_only(void **state)
{
    (void)state;
    assert_refused("endoscope report --attempts 3", "--attempts does not go with `report`");
    assert_refused("endoscope --json run", "belongs behind a verb");
}

static void values_are_checked_where_they_are_read(void **state)
{
    (void)state;
    assert_refused("endoscope run --attempts 0", "from 1 to 100000");
    assert_refused("endoscope run --attempts -3", "from 1 to 100000");
    assert_refused("endoscope run --attempts 3x", "from 1 to 100000");
    assert_refused("endoscope run --attempts 99999999999999999999", "from 1 to 100000");
    assert_refused("endoscope run --max-time soon", "wants a time");
    assert_refused("endoscope run --max-time 0s", "wants a time");
    assert_refused("endoscope run --label deploy", "NAME=VALUE");
    assert_refused("endoscope run --label =4f2c1", "NAME=VALUE");
    assert_refused("endoscope run --label x=\xFF", "UTF-8");
    assert_refused("endoscope run --config", "wants a value: --config FILE");
    assert_refused("endoscope run --json=yes", "takes no value");
}

/* As from --store "$UNSET": SQLite would take it for a database of its own that goes at the end. */
static void an_empty_value_is_no_value(void **state)
{
    (void)state;
    assert_refused("endoscope run --store=", "--store is empty");
    assert_refused("endoscope run --config=", "--config is empty");
}

static void words_are_counted(void **state)
{
    (void)state;
    assert_refused("endoscope", "what should be done?");
    assert_refused("endoscope compare", "wants BEFORE [AFTER]");
    assert_refused("endoscope report one two", "`two` is one too many");
    assert_refused("endoscope check now", "`now` is one too many");
}

static void help_and_version_need_no_more(void **state)
{
    struct arguments arguments;
    struct error err;

    (void)state;
    assert_true(parse("endoscope --help", &arguments, &err));
    assert_true(arguments.help);
    arguments_free(&arguments);
    assert_true(parse("endoscope -V", &arguments, &err));
    assert_true(arguments.version);
    arguments_free(&arguments);
    assert_true(parse("endoscope compare --help", &arguments, &err));
    assert_true(arguments.help);
    arguments_free(&arguments);
}

static size_t rows(void)
{
    size_t count = 0;

    while (options[count].name)
        count++;
    return count;
}

static void every_option_is_whole_and_goes_with_a_verb(void **state)
{
    unsigned known = 0;

    (void)state;
    for (unsigned i = 0; verbs[i].name; i++)
        known |= 1U << i;
    for (size_t i = 0; i < rows(); i++) {
        assert_non_null(options[i].help);
        assert_true(options[i].verbs == VERBS_ALL || (options[i].verbs & ~known) == 0);
        assert_int_not_equal(options[i].verbs, 0);
        assert_true((options[i].kind == OPTION_FLAG) == (options[i].argument == NULL));
        for (size_t k = 0; k < i; k++) {
            assert_string_not_equal(options[i].name, options[k].name);
            assert_true(!options[i].letter || options[i].letter != options[k].letter);
        }
    }
}

static void every_verb_has_help_with_an_example(void **state)
{
    (void)state;
    for (const struct verb *verb = verbs; verb->name; verb++) {
        char start[64];

        snprintf(start, sizeof start, "endoscope %s", verb->name);
        assert_non_null(verb->summary);
        assert_non_null(verb->about);
        assert_non_null(verb->run);
        if (!strstr(verb->examples, strcmp(verb->name, "help") == 0 ? "endoscope help" : start))
            fail_msg("no example of %s", verb->name);
    }
}

/* Reads FILE below the source's folder. */
static char *source(const char *path)
{
    static char text[65536];
    char whole[512];
    FILE *file;
    size_t len;

    snprintf(whole, sizeof whole, "%s/%s", SOURCE_DIR, path);
    file = fopen(whole, "r");
    assert_non_null(file);
    len = fread(text, 1, sizeof text - 1, file);
    text[len] = '\0';
    fclose(file);
    return text;
}

static void the_man_page_knows_every_verb_and_option(void **state)
{
    const char *page = source("docs/endoscope.1");
    char wanted[64];

    (void)state;
    for (const struct verb *verb = verbs; verb->name; verb++) {
        snprintf(wanted, sizeof wanted, "Cm %s", verb->name);
        if (!strstr(page, wanted))
            fail_msg("docs/endoscope.1 does not name the verb %s", verb->name);
    }
    for (const struct option *option = options; option->name; option++) {
        snprintf(wanted, sizeof wanted, "Fl -%s", option->name);
        if (!strstr(page, wanted))
            fail_msg("docs/endoscope.1 does not name --%s", option->name);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_come_behind_a_sign_or_a_blank),
        cmocka_unit_test(options_and_words_stand_in_any_order),
        cmocka_unit_test(a_typo_gets_a_suggestion),
        cmocka_unit_test(an_option_goes_with_its_verbs_only),
        cmocka_unit_test(values_are_checked_where_they_are_read),
        cmocka_unit_test(an_empty_value_is_no_value),
        cmocka_unit_test(words_are_counted),
        cmocka_unit_test(help_and_version_need_no_more),
        cmocka_unit_test(every_option_is_whole_and_goes_with_a_verb),
        cmocka_unit_test(every_verb_has_help_with_an_example),
        cmocka_unit_test(the_man_page_knows_every_verb_and_option),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/* The configs of tests/config: each good NAME.yaml loads as NAME.json says, each bad one has the problems of
 * NAME.problems. With UPDATE set in the environment both are written anew, to be read before they are kept. */
#include <dirent.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/memory.h"
#include "collector/config.h"
#include "collector/config_fields.h"
#include "collector/config_text.h"
#include "collector/secret.h"
#include "collector/suite.h"
#include "collector/suite_json.h"
#include "tests/unit/support/loaded.h"

static char *read_whole(const char *path, size_t *len)
{
    FILE *file = fopen(path, "rb");
    struct buf text = BUF_INIT;
    char block[4096];
    size_t got;

    if (!file)
        return NULL;
    while ((got = fread(block, 1, sizeof block, file)) > 0)
        buf_put(&text, block, got);
    fclose(file);
    if (len)
        *len = text.len;
    return buf_detach(&text);
}

static void compare(const char *path, const char *actual)
{
    char *wanted;

    if (getenv("UPDATE")) {
        FILE *file = fopen(path, "wb");

        assert_non_null(file);
        fputs(actual, file);
        fclose(file);
    }
    wanted = read_whole(path, NULL);
    if (!wanted || strcmp(wanted, actual) != 0)
        fail_msg("%s differs from:\n%s", path, actual);
    mem_free(wanted);
}

static char *indented(const struct suite *suite)
{
    struct buf json = BUF_INIT, lines = BUF_INIT;
    json_t *parsed;
    char *text;

    suite_to_json(suite, &json);
    parsed = json_loads(json.data, 0, NULL);
    text = json_dumps(parsed, JSON_INDENT(2));
    buf_printf(&lines, "%s\n", text);
    free(text);
    json_decref(parsed);
    buf_free(&json);
    return buf_detach(&lines);
}

static void check_good(const char *base, struct slice text, const char *name)
{
    struct loaded loaded;
    char path[512], *json;

    load_text(&loaded, name, text, VARIABLES_REQUIRED);
    if (!loaded.ok)
        print_error("%s:\n", name);
    expect_ok(&loaded);
    json = indented(&loaded.suite);
    snprintf(path, sizeof path, "%s.json", base);
    compare(path, json);
    assert_null(strstr(json, "token-of-the-tests"));
    assert_null(strstr(json, "somebody-secret"));
    assert_null(strstr(json, "hunter"));
    mem_free(json);
    loaded_free(&loaded);
    /* Without any variable it loads, too, when none is required. */
    load_text(&loaded, name, text, VARIABLES_OPTIONAL);
    expect_ok(&loaded);
    loaded_free(&loaded);
}

static void check_bad(const char *base, struct slice text, const char *name)
{
    struct buf words = BUF_INIT;
    struct loaded loaded;
    char path[512];

    load_text(&loaded, name, text, VARIABLES_REQUIRED);
    assert_false(loaded.ok);
    put_problems(&loaded.problems, &words);
    snprintf(path, sizeof path, "%s.problems", base);
    compare(path, words.data);
    assert_null(strstr(words.data, "token-of-the-tests"));
    assert_null(strstr(words.data, "secret-of-the-ca"));
    buf_free(&words);
    loaded_free(&loaded);
}

static void each_file(const char *folder, void (*check)(const char *base, struct slice text, const char *name))
{
    DIR *dir = opendir(folder);
    struct dirent *entry;
    char *before = getcwd(NULL, 0);
    size_t count = 0;

    assert_non_null(dir);
    assert_int_equal(chdir(folder), 0); /* what a config includes stands beside it */
    while ((entry = readdir(dir))) {
        const char *dot = strrchr(entry->d_name, '.');
        char base[256], path[512];
        size_t len = 0;
        char *text;

        if (!dot || strcmp(dot, ".yaml") != 0)
            continue;
        snprintf(base, sizeof base, "%s/%.*s", folder, (int)(dot - entry->d_name), entry->d_name);
        snprintf(path, sizeof path, "%s.yaml", base);
        text = read_whole(path, &len);
        assert_non_null(text);
        check(base, (struct slice){text, len}, entry->d_name);
        mem_free(text);
        count++;
    }
    closedir(dir);
    assert_int_equal(chdir(before), 0);
    free(before);
    assert_true(count >= 8);
}

static void good_files_load_as_they_say(void **state)
{
    (void)state;
    each_file(SOURCE_DIR "/tests/config/good", check_good);
}

static void bad_files_have_the_problems_that_they_say(void **state)
{
    (void)state;
    each_file(SOURCE_DIR "/tests/config/bad", check_bad);
}

/* What the table says that holds where a key is absent is what holds. */
static void expect_usual(const struct config_field *field, const char *before)
{
    struct loaded silent, said;
    struct buf text = BUF_INIT;
    char *without, *with;

    buf_printf(&text, "%ssuite: s\nendpoints:\n- {name: a, url: \"http://h/\"}\n%s: %s\n", "", "labels", "{}");
    load(&silent, text.data);
    buf_clear(&text);
    if (*before)
        buf_printf(&text, "suite: s\nendpoints:\n- {name: a, url: \"http://h/\", %s: %s}\nlabels: {}\n", field->name,
                   field->usual);
    else
        buf_printf(&text, "suite: s\nendpoints:\n- {name: a, url: \"http://h/\"}\nlabels: {}\n%s: %s\n", field->name,
                   field->usual);
    load(&said, text.data);
    expect_ok(&silent);
    expect_ok(&said);
    without = indented(&silent.suite);
    with = indented(&said.suite);
    assert_string_equal(without, with);
    mem_free(without);
    mem_free(with);
    buf_free(&text);
    loaded_free(&silent);
    loaded_free(&said);
}

static void the_table_tells_the_true_defaults(void **state)
{
    (void)state;
    for (const struct config_field *field = suite_fields; field->name; field++)
        if (field->usual)
            expect_usual(field, "");
    for (const struct config_field *field = endpoint_fields; field->name; field++)
        if (field->usual && field->scope != FOR_WEBSOCKET)
            expect_usual(field, "endpoint");
}

static void every_key_has_a_line_of_help_and_stands_once(void **state)
{
    const struct config_field *const tables[] = {suite_fields, endpoint_fields, expect_fields};

    (void)state;
    for (size_t i = 0; i < 3; i++)
        for (const struct config_field *field = tables[i]; field->name; field++) {
            assert_non_null(field->help);
            assert_true(field->type != CONFIG_OWN || (field->read && field->form));
            for (const struct config_field *other = tables[i]; other < field; other++)
                assert_string_not_equal(field->name, other->name);
        }
}

static void finding_runs_wants_a_suite_and_a_place_and_no_more(void **state)
{
    struct loaded loaded;

    (void)state;
    load_text(
        &loaded, "conf/endoscope.yaml",
        slice_of("suite: s\nenvironment: \"e-${HOST}\"\nvantage: v\ntimezone: Europe/Berlin\nstore: a.db\n"
                 "include: missing.yaml\nunknown: 1\nconcurrency: none\n"
                 "endpoints:\n- { name: one, url: \"https://${HOST}:${UNSET}\", body: { file: missing } }\n- 5\n"),
        VARIABLES_UNUSED);
    expect_ok(&loaded);
    assert_string_equal(loaded.suite.name, "s");
    assert_string_equal(loaded.suite.environment, "e-host.example");
    assert_string_equal(loaded.suite.vantage, "v");
    assert_string_equal(loaded.suite.timezone, "Europe/Berlin");
    assert_string_equal(loaded.suite.store, "conf/a.db");
    assert_int_equal(loaded.suite.endpoint_count, 0);
    loaded_free(&loaded);
    load_text(&loaded, "endoscope.yaml", slice_of("suite: [s\n"), VARIABLES_UNUSED);
    expect_problem(&loaded, "this is not YAML");
    loaded_free(&loaded);
    load_text(&loaded, "endoscope.yaml", slice_of("- suite\n"), VARIABLES_UNUSED);
    expect_ok(&loaded);
    assert_int_equal(loaded.suite.endpoint_count, 0);
    loaded_free(&loaded);
}

static void a_certificate_beside_its_key_is_for_its_owner_alone(void **state)
{
    char folder[] = "/tmp/test_config_XXXXXX", path[64], text[512];
    struct loaded loaded;
    FILE *file;

    (void)state;
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/both.pem", folder);
    snprintf(text, sizeof text, "suite: s\nendpoints:\n- { name: one, url: \"https://h/\", tls: { cert: %s } }\n",
             path);
    file = fopen(path, "w");
    fputs("-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n", file);
    fclose(file);
    assert_int_equal(chmod(path, 0644), 0);
    load(&loaded, text);
    expect_ok(&loaded);
    loaded_free(&loaded);
    file = fopen(path, "a");
    fputs("-----BEGIN EC PRIVATE KEY-----\nAA==\n-----END EC PRIVATE KEY-----\n", file);
    fclose(file);
    load(&loaded, text);
    expect_problem(&loaded, "holds a key and others may read it: `chmod 600` it");
    loaded_free(&loaded);
    assert_int_equal(chmod(path, 0600), 0);
    load(&loaded, text);
    expect_ok(&loaded);
    loaded_free(&loaded);
    remove(path);
    rmdir(folder);
}

static void paths_are_relative_to_the_file(void **state)
{
    static const char text[] = "suite: s\nstore: a.db\nsource: { path: /src }\nendpoints:\n"
                               "- { name: one, url: \"https://h/\", tls: { ca: ../ca.pem } }\n";
    struct loaded loaded;

    (void)state;
    load_text(&loaded, "conf/d/endoscope.yaml", slice_of(text), VARIABLES_REQUIRED);
    expect_ok(&loaded);
    assert_string_equal(loaded.suite.store, "conf/d/a.db");
    assert_string_equal(loaded.suite.source.path, "/src");
    assert_string_equal(loaded.suite.endpoints[0].tls.ca, "conf/d/../ca.pem");
    loaded_free(&loaded);
    load(&loaded, text);
    assert_string_equal(loaded.suite.store, "a.db");
    loaded_free(&loaded);
}

static void repeated(struct buf *text, const char *piece, size_t bytes)
{
    while (text->len < bytes)
        buf_puts(text, piece);
}

static double seconds(void)
{
    return (double)clock() / CLOCKS_PER_SEC;
}

/* Quadratic work on a megabyte would be minutes. */
static void expect_fast(const char *start, const char *piece, size_t bytes, const char *problem)
{
    struct buf text = BUF_INIT;
    struct loaded loaded;
    double began = seconds();

    buf_puts(&text, start);
    repeated(&text, piece, bytes);
    load(&loaded, text.data);
    if (problem)
        expect_problem(&loaded, problem);
    assert_true(seconds() - began < 20);
    assert_true(loaded.problems.count <= 1001);
    loaded_free(&loaded);
    buf_free(&text);
}

static void hostile_files_take_no_time(void **state)
{
    (void)state;
    expect_fast("suite: ", "[", 1 << 20, "1:107: this is nested too deeply");
    expect_fast("suite: ", "{a: ", 1 << 20, "nested too deeply");
    expect_fast("suite: s\n", "- ", 1 << 20, "not YAML");
    expect_fast("suite: s\n", "a: b\n", 1 << 18, "there are more problems");
    expect_fast("suite: s\nenvironment: '", "${UNSET}", 1 << 16, "not YAML");
    expect_fast("suite: s\nenvironment: ", "${UNSET}", 1 << 16, "has no value");
    expect_fast("suite: s\nenvironment: ", "x", 1 << 20, "no `endpoints`");
}

static void many_aliases_of_a_large_thing_are_refused(void **state)
{
    struct buf text = BUF_INIT;
    struct loaded loaded;

    (void)state;
    buf_puts(&text, "suite: s\nendpoints:\n- &one { name: a, url: \"http://h/\", candidates: &many [");
    for (size_t i = 0; i < 3000; i++)
        buf_puts(&text, "/a,");
    buf_puts(&text, "] }\n");
    for (size_t i = 0; i < 3000; i++)
        buf_puts(&text, "- *one\n");
    load(&loaded, text.data);
    expect_problem(&loaded, "aliases (*name) make this too large to read");
    loaded_free(&loaded);
    buf_free(&text);
}

static void an_alias_means_what_its_anchor_names(void **state)
{
    struct loaded loaded;

    (void)state;
    load(&loaded, "suite: &name s\nenvironment: *name\n"
                  "endpoints:\n- &one { name: a, url: \"http://h/\", headers: &headers { X-A: b } }\n"
                  "- { name: c, url: \"http://h/c\", headers: *headers }\n");
    assert_true(loaded.ok);
    assert_string_equal(loaded.suite.environment, "s");
    assert_string_equal(loaded.suite.endpoints[1].headers[0].value.value, "b");
    loaded_free(&loaded);
    load(&loaded, "suite: s\nenvironment: *none\n");
    expect_problem(&loaded, "this is not YAML: found undefined alias");
    loaded_free(&loaded);
    load(&loaded, "suite: &a s\nenvironment: &a t\n");
    expect_problem(&loaded, "this is not YAML: second occurrence found duplicate anchor");
    loaded_free(&loaded);
    load(&loaded, "suite: s\nendpoints: &all [*all, { ? *all : *all }]\n");
    assert_false(loaded.ok);
    loaded_free(&loaded);
}

static void thousands_of_endpoints_are_read(void **state)
{
    struct buf text = BUF_INIT;
    struct loaded loaded;
    double began = seconds();

    (void)state;
    buf_puts(&text, "suite: s\ndefaults: { headers: { Authorization: \"Bearer ${TOKEN}\" } }\nendpoints:\n");
    for (size_t i = 0; i < 5000; i++)
        buf_printf(&text, "- { name: e%zu, url: \"https://h/%zu\", expect: { status: 200, time: 1s } }\n", i, i);
    load(&loaded, text.data);
    expect_ok(&loaded);
    assert_int_equal(loaded.suite.endpoint_count, 5000);
    assert_true(seconds() - began < 20);
    loaded_free(&loaded);
    buf_free(&text);
}

static void a_file_is_read_or_the_reason_is_told(void **state)
{
    char folder[] = "/tmp/test_config_XXXXXX", path[64];
    struct loaded loaded = {.secrets = secrets_new()};
    struct error err = {0};
    FILE *file;

    (void)state;
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/endoscope.yaml", folder);
    assert_false(
        config_load(path, VARIABLES_REQUIRED, &loaded.suite, loaded.secrets, &loaded.use, &loaded.problems, &err));
    assert_int_equal(err.code, ERR_CONFIG);
    assert_non_null(strstr(err.text, "No such file"));
    assert_int_equal(loaded.problems.count, 0);
    suite_free(&loaded.suite);
    assert_false(config_load(folder, VARIABLES_REQUIRED, &loaded.suite, loaded.secrets, NULL, &loaded.problems, &err));
    assert_int_equal(err.code, ERR_CONFIG);
    suite_free(&loaded.suite);
    file = fopen(path, "w");
    fputs("suite: s\nstore: x.db\nendpoints:\n- { name: one, url: \"https://h/\" }\n", file);
    fclose(file);
    assert_true(config_load(path, VARIABLES_REQUIRED, &loaded.suite, loaded.secrets, NULL, &loaded.problems, &err));
    assert_memory_equal(loaded.suite.store, folder, strlen(folder));
    remove(path);
    rmdir(folder);
    loaded_free(&loaded);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_files_load_as_they_say),
        cmocka_unit_test(bad_files_have_the_problems_that_they_say),
        cmocka_unit_test(the_table_tells_the_true_defaults),
        cmocka_unit_test(every_key_has_a_line_of_help_and_stands_once),
        cmocka_unit_test(finding_runs_wants_a_suite_and_a_place_and_no_more),
        cmocka_unit_test(a_certificate_beside_its_key_is_for_its_owner_alone),
        cmocka_unit_test(paths_are_relative_to_the_file),
        cmocka_unit_test(hostile_files_take_no_time),
        cmocka_unit_test(many_aliases_of_a_large_thing_are_refused),
        cmocka_unit_test(an_alias_means_what_its_anchor_names),
        cmocka_unit_test(thousands_of_endpoints_are_read),
        cmocka_unit_test(a_file_is_read_or_the_reason_is_told),
    };

    return cmocka_run_group_tests(tests, set_variables, NULL);
}

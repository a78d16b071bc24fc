/* SPDX-License-Identifier: MIT */
/* The templates that are compiled in: complete, readable, naming only what there is, claiming only what was measured. */
#include "tests/unit/unit.h"

#include <ctype.h>
#include <stdio.h>
#include <strings.h>

#include "base/field.h"
#include "diagnosis/model.h"
#include "diagnosis/model_history.h"
#include "diagnosis/model_site.h"
#include "diagnosis/rule.h"
#include "diagnosis/verify.h"
#include "render/flavor.h"
#include "render/template.h"

static bool is_embedded(const char *folder, const char *code)
{
    char name[128];

    snprintf(name, sizeof name, "%s/%s.md", folder, code);
    for (const struct embedded_template *file = embedded_templates; file->name; file++)
        if (strcmp(file->name, name) == 0)
            return true;
    return false;
}

static bool ends_with(const char *name, const char *end)
{
    return strlen(name) > strlen(end) && strcmp(name + strlen(name) - strlen(end), end) == 0;
}

static void every_rule_has_words_for_its_cause_and_its_remedy(void **state)
{
    (void)state;
    for (const struct rule *const *table = rules_all(); *table; table++)
        for (const struct rule *rule = *table; rule->code; rule++)
            if (!is_embedded("cause", rule->code) || !is_embedded("remedy", rule->code))
                fail_msg("%s has no template cause/%s.md or remedy/%s.md", rule->code, rule->code, rule->code);
}

static void no_words_are_left_of_a_rule_that_is_gone(void **state)
{
    (void)state;
    for (const struct embedded_template *file = embedded_templates; file->name; file++) {
        const char *slash = strchr(file->name, '/');
        char code[128];

        if (strncmp(file->name, "cause/", 6) != 0 && strncmp(file->name, "remedy/", 7) != 0)
            continue;
        snprintf(code, sizeof code, "%.*s", (int)(strlen(slash + 1) - strlen(".md")), slash + 1);
        if (strcmp(code, "default") != 0 && !rule_by_code(code))
            fail_msg("%s belongs to no rule", file->name);
    }
}

static void every_template_can_be_read(void **state)
{
    struct templates *templates = templates_open(NULL);
    struct error err = {ERR_NONE, ""};

    (void)state;
    for (const struct embedded_template *file = embedded_templates; file->name; file++)
        if ((ends_with(file->name, ".md") || ends_with(file->name, ".txt"))
            && !template_get(templates, file->name, &err))
            fail_msg("%s", err.text);
    templates_free(templates);
}

static bool says(const struct embedded_template *file, const char *word)
{
    for (size_t at = 0; at + strlen(word) <= file->len; at++)
        if (strncasecmp(file->data + at, word, strlen(word)) == 0)
            return true;
    return false;
}

static void no_template_claims_more_than_can_be_measured(void **state)
{
    static const char *const words[] = {"100 %",         "100%",     "fully",     "perfect",
                                        "all possible",  "resolved", "guarantee", "certainly",
                                        "comprehensive", "no doubt", NULL};

    (void)state;
    for (const struct embedded_template *file = embedded_templates; file->name; file++)
        for (size_t i = 0; words[i] && !ends_with(file->name, ".css"); i++)
            if (says(file, words[i]))
                fail_msg("%s says \"%s\"", file->name, words[i]);
}

/* Whether `name` is a field of `shape` or of what hangs below it, or one of its words. */
static bool is_known(const struct shape *shape, const char *name, unsigned depth)
{
    for (const struct field *field = shape->fields; field->name && depth < 8; field++) {
        if (strcmp(field->name, name) == 0 || (field->shape && is_known(field->shape, name, depth + 1)))
            return true;
        for (size_t i = 0; field->words && field->words[i]; i++) {
            char word[64];

            snprintf(word, sizeof word, "%s", field->words[i]);
            for (char *at = word; *at; at++)
                if (*at == '-')
                    *at = (char)'_';
            if (strcmp(word, name) == 0)
                return true;
        }
    }
    return false;
}

static bool is_built_in(const char *name)
{
    static const char *const names[] = {"bytes", "present",   "one",    "many",   "none",        "count",   "any",
                                        "iso",   "date",      "cite",   "fold",   "summary_end", "open",    "close",
                                        "chart", "waterfall", "anchor", "@first", "@last",       "@number", NULL};

    for (size_t i = 0; names[i]; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    for (size_t i = 0; form_words[i]; i++)
        if (strcmp(form_words[i], name) == 0)
            return true;
    return false;
}

/* A part may be shared by documents of several shapes. */
static bool is_named_anywhere(const char *part)
{
    static const struct shape *const shapes[] = {&model_shape, &model_history_shape, &model_windows_shape,
                                                 &model_site_shape, &verification_shape};

    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        if (is_known(shapes[i], part, 0))
            return true;
    return false;
}

static void check_tag(const struct embedded_template *file, const char *tag, size_t len)
{
    char name[128];
    char *part, *rest = name;

    snprintf(name, sizeof name, "%.*s", (int)len, tag);
    while ((part = strsep(&rest, ".")))
        if (!is_built_in(part) && !is_named_anywhere(part))
            fail_msg("%s names {{%.*s}}: there is no %s", file->name, (int)len, tag, part);
}

/* A misspelt name would be rendered as nothing, and nobody would miss it. */
static void every_name_in_a_template_is_one_of_the_model(void **state)
{
    (void)state;
    for (const struct embedded_template *file = embedded_templates; file->name; file++) {
        const char *at = file->data, *end;

        if (!ends_with(file->name, ".md") && !ends_with(file->name, ".txt"))
            continue;
        while ((at = memmem(at, (size_t)(file->data + file->len - at), "{{", 2))) {
            at += 2;
            end = memmem(at, (size_t)(file->data + file->len - at), "}}", 2);
            assert_non_null(end);
            /* Blocks have names of their own, and an end that names nothing open is an error when it is read. */
            if (!strchr(">!$<", *at) && *at != '/')
                check_tag(file, at + (strchr("#^&", *at) != NULL), (size_t)(end - at) - (strchr("#^&", *at) != NULL));
            at = end + 2;
        }
    }
}

static void every_partial_that_is_named_is_there(void **state)
{
    struct templates *templates = templates_open(NULL);
    struct mustache_loader loader = template_loader(templates);

    (void)state;
    for (const struct embedded_template *file = embedded_templates; file->name; file++) {
        const char *at = file->data;

        while ((at = memmem(at, (size_t)(file->data + file->len - at), "{{>", 3))) {
            const char *end = memmem(at, (size_t)(file->data + file->len - at), "}}", 2);
            struct error err = {ERR_NONE, ""};

            at += 3;
            if (!loader.partial(loader.self, (struct slice){at, (size_t)(end - at)}, &err))
                fail_msg("%s wants {{>%.*s}}, which is not there", file->name, (int)(end - at), at);
        }
    }
    templates_free(templates);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_rule_has_words_for_its_cause_and_its_remedy),
        cmocka_unit_test(no_words_are_left_of_a_rule_that_is_gone),
        cmocka_unit_test(every_template_can_be_read),
        cmocka_unit_test(no_template_claims_more_than_can_be_measured),
        cmocka_unit_test(every_name_in_a_template_is_one_of_the_model),
        cmocka_unit_test(every_partial_that_is_named_is_there),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
#include "cli/options.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/nearest.h"
#include "base/utf8.h"
#include "cli/option_table.h"
#include "collector/quantity.h"

static bool applies(const struct option *option, const struct verb *verb)
{
    return option->verbs == VERBS_ALL || (verb && (option->verbs & (1U << (verb - verbs))));
}

static const struct option *option_by_name(const char *name, size_t len)
{
    for (const struct option *option = options; option->name; option++)
        if (strlen(option->name) == len && strncmp(option->name, name, len) == 0)
            return option;
    return NULL;
}

static const struct option *option_by_letter(char letter)
{
    for (const struct option *option = options; option->name; option++)
        if (option->letter && option->letter == letter)
            return option;
    return NULL;
}

const struct verb *verb_by_name(const char *name)
{
    for (const struct verb *verb = verbs; verb->name; verb++)
        if (strcmp(verb->name, name) == 0)
            return verb;
    return NULL;
}

static bool unknown_option(const char *name, size_t len, struct error *err)
{
    const char *names[64];
    char given[64];
    const char *close;
    size_t count = 0;

    for (const struct option *option = options; option->name && count < 64; option++)
        names[count++] = option->name;
    snprintf(given, sizeof given, "%.*s", (int)(len < 63 ? len : 63), name);
    close = nearest_word(given, names, count);
    if (close)
        return fail(err, ERR_USAGE, "unknown option --%s; did you mean --%s?", given, close);
    return fail(err, ERR_USAGE, "unknown option --%s; see `endoscope --help`", given);
}

static bool unknown_verb(const char *name, struct error *err)
{
    const char *names[32];
    const char *close;
    size_t count = 0;

    for (const struct verb *verb = verbs; verb->name && count < 32; verb++)
        names[count++] = verb->name;
    close = nearest_word(name, names, count);
    if (close)
        return fail(err, ERR_USAGE, "there is no verb `%s`; did you mean `%s`?", name, close);
    return fail(err, ERR_USAGE, "there is no verb `%s`; `endoscope --help` lists them", name);
}

static void add_text(struct texts *texts, const char *text)
{
    texts->list = mem_grow(texts->list, texts->count, &texts->capacity, sizeof *texts->list);
    texts->list[texts->count++] = text;
}

static bool read_count(const struct option *option, const char *value, uint64_t *count, struct error *err)
{
    char *end;
    unsigned long long number;

    errno = 0;
    number = strtoull(value, &end, 10);
    if (errno || *end || end == value || value[0] == '-' || number == 0 || number > 100000)
        return fail(err, ERR_USAGE, "--%s wants a number from 1 to 100000, not `%s`", option->name, value);
    *count = number;
    return true;
}

static bool read_label(const char *value, struct error *err)
{
    const char *sign = strchr(value, '=');

    if (!utf8_valid(slice_of(value)))
        return fail(err, ERR_USAGE, "--label wants UTF-8, which `%s` is not", value);
    if (!sign || sign == value)
        return fail(err, ERR_USAGE, "--label wants NAME=VALUE, as in --label deploy=4f2c1, not `%s`", value);
    return true;
}

static bool store_value(const struct option *option, const char *value, struct arguments *arguments, struct error *err)
{
    void *place = (char *)arguments + option->offset;

    /* A variable of the shell that is not set: an empty path would be a file of SQLite's own, gone at the end. */
    if (option->kind != OPTION_FLAG && !*value)
        return fail(err, ERR_USAGE, "--%s is empty; it wants %s", option->name, option->argument);
    switch (option->kind) {
    case OPTION_FLAG:
        *(bool *)place = true;
        return true;
    case OPTION_TEXT:
        *(const char **)place = value;
        return true;
    case OPTION_COUNT:
        return read_count(option, value, place, err);
    case OPTION_DURATION:
        if (!quantity_duration(value, place) || *(int64_t *)place <= 0)
            return fail(err, ERR_USAGE, "--%s wants a time such as 90s or 10m, not `%s`", option->name, value);
        return true;
    case OPTION_LABEL:
        if (!read_label(value, err))
            return false;
        add_text(place, value);
        return true;
    case OPTION_TEXTS:
        add_text(place, value);
        return true;
    }
    return true;
}

/* Takes the option that argv[*at] is, with its value from behind `=` or from the next word. */
static bool take_option(int argc, char **argv, int *at, struct arguments *arguments, struct error *err)
{
    const char *word = argv[*at];
    const char *value = NULL;
    const struct option *option;

    if (word[1] == '-') {
        size_t len = strcspn(word + 2, "=");

        option = option_by_name(word + 2, len);
        if (!option)
            return unknown_option(word + 2, len, err);
        if (word[2 + len] == '=')
            value = word + 2 + len + 1;
    } else {
        option = option_by_letter(word[1]);
        if (!option)
            return fail(err, ERR_USAGE, "unknown option %.2s; see `endoscope --help`", word);
        if (word[2])
            value = word + 2;
    }
    if (!applies(option, NULL) && !arguments->verb)
        return fail(err, ERR_USAGE, "--%s belongs behind a verb: endoscope VERB --%s", option->name, option->name);
    if (!applies(option, arguments->verb))
        return fail(err, ERR_USAGE, "--%s does not go with `%s`; see `endoscope help %s`", option->name,
                    arguments->verb->name, arguments->verb->name);
    if (option->kind == OPTION_FLAG && value)
        return fail(err, ERR_USAGE, "--%s takes no value", option->name);
    if (option->kind != OPTION_FLAG && !value) {
        if (*at + 1 >= argc)
            return fail(err, ERR_USAGE, "--%s wants a value: --%s %s", option->name, option->name, option->argument);
        value = argv[++*at];
    }
    return store_value(option, value, arguments, err);
}

static bool check_words(const struct arguments *arguments, struct error *err)
{
    const struct verb *verb = arguments->verb;

    if (arguments->help || arguments->version)
        return true;
    if (!verb)
        return fail(err, ERR_USAGE, "what should be done? `endoscope --help` lists the verbs");
    if (arguments->words.count < verb->least)
        return fail(err, ERR_USAGE, "`%s` wants %s; see `endoscope help %s`", verb->name, verb->words, verb->name);
    if (arguments->words.count > verb->most)
        return fail(err, ERR_USAGE, "`%s` takes no more than %zu words; `%s` is one too many", verb->name, verb->most,
                    arguments->words.list[verb->most]);
    return true;
}

bool arguments_parse(int argc, char **argv, struct arguments *arguments, struct error *err)
{
    bool options_over = false;

    *arguments = (struct arguments){0};
    for (int at = 1; at < argc; at++) {
        const char *word = argv[at];

        if (!options_over && strcmp(word, "--") == 0) {
            options_over = true;
        } else if (!options_over && word[0] == '-' && word[1]) {
            if (!take_option(argc, argv, &at, arguments, err))
                return false;
        } else if (!arguments->verb) {
            arguments->verb = verb_by_name(word);
            if (!arguments->verb)
                return unknown_verb(word, err);
        } else {
            add_text(&arguments->words, word);
        }
    }
    return check_words(arguments, err);
}

void arguments_free(struct arguments *arguments)
{
    mem_free(arguments->labels.list);
    mem_free(arguments->only.list);
    mem_free(arguments->thresholds.list);
    mem_free(arguments->words.list);
    *arguments = (struct arguments){0};
}

static void print_options(const struct verb *verb)
{
    for (const struct option *option = options; option->name; option++) {
        char left[64];

        if (!applies(option, verb))
            continue;
        snprintf(left, sizeof left, "%s%c%s --%s%s%s", option->letter ? "-" : "",
                 option->letter ? option->letter : ' ', option->letter ? "," : " ", option->name,
                 option->argument ? " " : "", option->argument ? option->argument : "");
        printf("  %-28s %s\n", left, option->help);
    }
}

void help_print(const struct verb *verb)
{
    if (verb) {
        printf("endoscope %s%s%s - %s\n\n%s\n\nOptions\n", verb->name, verb->words[0] ? " " : "", verb->words,
               verb->summary, verb->about);
        print_options(verb);
        printf("\nExamples\n%s\n", verb->examples);
        return;
    }
    printf("endoscope %s - probes endpoints, explains why the failing ones fail, writes the report\n\n"
           "  endoscope VERB [OPTIONS] [WORDS]\n\nVerbs\n",
           ENDOSCOPE_VERSION);
    for (const struct verb *each = verbs; each->name; each++)
        printf("  %-9s %s\n", each->name, each->summary);
    printf("\nOptions\n");
    print_options(NULL);
    printf("\nA first look, without any config:\n  endoscope run https://example.com/health\n\n"
           "`endoscope help VERB` teaches a verb; `man endoscope` has the whole.\n"
           "Exit status: 0 all well, 1 something required fails, 2 wrong usage or config, 3 could not finish.\n");
}

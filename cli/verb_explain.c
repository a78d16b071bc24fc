/* SPDX-License-Identifier: MIT */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/nearest.h"
#include "cli/verbs.h"
#include "diagnosis/rule.h"

static void print_rule(const struct rule *rule)
{
    printf("%s (%s)\n\n  %s.\n\nTold apart\n  %s\n\nTo mend it\n  %s\n", rule->code, layer_words[rule->layer],
           rule->title, rule->told_apart, rule->remedy);
    if (rule->undecided)
        printf("\nWhere it stays open\n  %s\n", rule->undecided);
    if (rule->standard)
        printf("\nIt rests on\n  %s\n", rule->standard);
}

static json_t *rule_json(const struct rule *rule)
{
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s?, s:s?}", "code", rule->code, "layer", layer_words[rule->layer],
                     "title", rule->title, "told_apart", rule->told_apart, "remedy", rule->remedy, "undecided",
                     rule->undecided, "standard", rule->standard);
}

static bool print_json(json_t *document, struct error *err)
{
    char *text = document ? json_dumps(document, JSON_INDENT(2)) : NULL;

    if (text)
        puts(text);
    free(text);
    json_decref(document);
    return text || fail(err, ERR_SYSTEM, "cannot write the codes as JSON");
}

static bool list_all(bool json, struct error *err)
{
    json_t *list = json_array();

    for (const struct rule *const *rule = rules_all(); *rule; rule++) {
        if (json)
            json_array_append_new(list, rule_json(*rule));
        else
            printf("%-36s %s\n", (*rule)->code, (*rule)->title);
    }
    if (json)
        return print_json(list, err);
    json_decref(list);
    return true;
}

static bool unknown(const char *code, struct error *err)
{
    const char *codes[256];
    const char *close;
    size_t count = 0;

    for (const struct rule *const *rule = rules_all(); *rule && count < 256; rule++)
        codes[count++] = (*rule)->code;
    close = nearest_word(code, codes, count);
    if (close)
        return fail(err, ERR_USAGE, "there is no code `%s`; did you mean `%s`?", code, close);
    return fail(err, ERR_USAGE, "there is no code `%s`; `endoscope explain` lists them all", code);
}

bool verb_explain(const struct arguments *arguments, enum exit_status *status, struct error *err)
{
    const struct rule *rule;

    (void)status;
    if (arguments->words.count == 0)
        return list_all(arguments->json, err);
    rule = rule_by_code(arguments->words.list[0]);
    if (!rule)
        return unknown(arguments->words.list[0], err);
    if (arguments->json)
        return print_json(rule_json(rule), err);
    print_rule(rule);
    return true;
}

bool verb_help(const struct arguments *arguments, enum exit_status *status, struct error *err)
{
    const struct verb *verb = NULL;

    (void)status;
    if (arguments->words.count) {
        verb = verb_by_name(arguments->words.list[0]);
        if (!verb)
            return fail(err, ERR_USAGE, "there is no verb `%s`; `endoscope --help` lists them",
                        arguments->words.list[0]);
    }
    help_print(verb);
    return true;
}

/* SPDX-License-Identifier: MIT */
/* verb_explain.c - every code that a probe or a finding can have. Most failures are the cause of that name; those that
 * are only a sign (a status, an expectation) stand in the collector's table alone. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/nearest.h"
#include "cli/output.h"
#include "cli/table.h"
#include "cli/verbs.h"
#include "collector/failure.h"
#include "diagnosis/cost.h"
#include "diagnosis/rule.h"
#include "render/wrap.h"

struct entry {
    const char *code;
    enum layer layer;
    const char *title;
    const struct rule *rule; /* NULL: a failure that no rule is named for */
    size_t order;            /* as in its table */
};

struct entries {
    struct arena arena;
    struct entry *list;
    size_t count, capacity;
};

static void add(struct entries *entries, struct entry entry)
{
    entries->list =
        arena_grow(&entries->arena, entries->list, entries->count, &entries->capacity, sizeof *entries->list);
    entry.order = entries->count;
    entries->list[entries->count++] = entry;
}

/* What belongs to no layer comes last. */
static int height(enum layer layer)
{
    return layer == LAYER_NONE ? LAYER_COUNT : (int)layer;
}

static int by_layer(const void *a, const void *b)
{
    const struct entry *one = a, *other = b;

    if (one->layer != other->layer)
        return height(one->layer) < height(other->layer) ? -1 : 1;
    return one->order < other->order ? -1 : one->order > other->order;
}

static void gather(struct entries *entries)
{
    for (const struct rule *const *table = rules_all(); *table; table++)
        for (const struct rule *rule = *table; rule->code; rule++)
            add(entries, (struct entry){rule->code, rule->layer, rule->title, rule, 0});
    for (const struct failure *failure = failures; failure->code; failure++)
        if (!rule_by_code(failure->code))
            add(entries, (struct entry){failure->code, failure->layer, failure->meaning, NULL, 0});
    if (entries->count)
        qsort(entries->list, entries->count, sizeof *entries->list, by_layer);
}

static const struct entry *entry_of(const struct entries *entries, const char *code)
{
    for (size_t i = 0; i < entries->count; i++)
        if (strcmp(entries->list[i].code, code) == 0)
            return &entries->list[i];
    return NULL;
}

/* A title stands without a full stop, a meaning with one. */
static int title_length(const char *title)
{
    size_t len = strlen(title);

    return (int)(len && title[len - 1] == '.' ? len - 1 : len);
}

static void put_part(struct buf *out, const char *heading, const char *text)
{
    if (text)
        buf_printf(out, "\n%s\n  %s\n", heading, text);
}

static void put_entry(struct buf *out, const struct entry *entry)
{
    buf_printf(out, "%s (%s)\n\n  %.*s.\n", entry->code, layer_words[entry->layer], title_length(entry->title),
               entry->title);
    if (!entry->rule) {
        buf_puts(out, "\nIt says what was seen, not why: the report names the cause, as far as it was found.\n");
        return;
    }
    put_part(out, "Told apart", entry->rule->told_apart);
    put_part(out, "To mend it", entry->rule->remedy);
    put_part(out, "Where it stays open", entry->rule->undecided);
    put_part(out, "It rests on", entry->rule->standard);
}

static json_t *entry_json(const struct entry *entry)
{
    const struct rule *rule = entry->rule;

    const struct failure *failure = failure_find(entry->code);

    return json_pack("{s:s, s:s, s:s%, s:b, s:s?, s:I, s:s?, s:s?, s:s?, s:s?}", "code", entry->code, "layer",
                     layer_words[entry->layer], "title", entry->title, (size_t)title_length(entry->title), "cause",
                     rule != NULL, "error", failure ? failure->meaning : NULL, "experiments",
                     (json_int_t)(rule ? rule_experiments(rule) : 0), "told_apart", rule ? rule->told_apart : NULL,
                     "remedy", rule ? rule->remedy : NULL, "undecided", rule ? rule->undecided : NULL, "standard",
                     rule ? rule->standard : NULL);
}

static bool put_json(json_t *document, struct buf *out, struct error *err)
{
    char *text = document ? json_dumps(document, JSON_INDENT(2)) : NULL;

    if (text)
        buf_printf(out, "%s\n", text);
    free(text);
    json_decref(document);
    return text || fail(err, ERR_SYSTEM, "cannot write the codes as JSON");
}

static bool put_all(const struct entries *entries, bool json, struct buf *out, struct error *err)
{
    json_t *list = json_array();

    for (size_t i = 0; i < entries->count; i++) {
        const struct entry *entry = &entries->list[i];

        if (json)
            json_array_append_new(list, entry_json(entry));
        else
            buf_printf(out, "%-34s %.*s\n", entry->code, title_length(entry->title), entry->title);
    }
    if (json)
        return put_json(list, out, err);
    json_decref(list);
    return true;
}

static bool unknown(struct entries *entries, const char *code, struct error *err)
{
    const char **codes = arena_new(&entries->arena, entries->count, sizeof *codes);
    const char *close;

    for (size_t i = 0; i < entries->count; i++)
        codes[i] = entries->list[i].code;
    close = nearest_word(code, codes, entries->count);
    if (close)
        return fail(err, ERR_USAGE, "there is no code `%s`; did you mean `%s`?", code, close);
    return fail(err, ERR_USAGE, "there is no code `%s`; `endoscope explain` lists them all", code);
}

static bool explain(struct entries *entries, const struct arguments *arguments, struct buf *out, struct error *err)
{
    const struct entry *entry;
    struct buf words = BUF_INIT;

    if (arguments->words.count == 0)
        return put_all(entries, arguments->json, out, err);
    entry = entry_of(entries, arguments->words.list[0]);
    if (!entry)
        return unknown(entries, arguments->words.list[0], err);
    if (arguments->json)
        return put_json(entry_json(entry), out, err);
    put_entry(&words, entry);
    wrap_text(buf_slice(&words), table_columns(), out);
    buf_free(&words);
    return true;
}

bool verb_explain(const struct arguments *arguments, enum exit_status *status, struct error *err)
{
    struct entries entries = {0};
    struct buf out = BUF_INIT;
    bool ok;

    (void)status;
    gather(&entries);
    ok = explain(&entries, arguments, &out, err) && output_write(NULL, buf_slice(&out), false, err);
    buf_free(&out);
    arena_free(&entries.arena);
    return ok;
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

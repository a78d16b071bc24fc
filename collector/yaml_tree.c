/* SPDX-License-Identifier: MIT */
#include "collector/yaml_tree.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "collector/yaml_builder.h"

/* libyaml gives a byte offset for what it cannot decode, and no line. Columns count characters. */
static void place_of_byte(struct slice text, size_t byte, struct yaml_fault *fault)
{
    fault->line = 1;
    fault->column = 1;
    for (size_t i = 0; i < byte && i < text.len; i++) {
        if (text.data[i] == '\n') {
            fault->line++;
            fault->column = 1;
        } else if (((unsigned char)text.data[i] & 0xC0) != 0x80) {
            fault->column++;
        }
    }
}

static size_t first_broken_byte(struct slice text)
{
    size_t at = 0;
    int32_t point;

    while (at < text.len) {
        size_t used = utf8_next((struct slice){text.data + at, text.len - at}, &point);

        if (used == 0)
            break;
        at += used;
    }
    return at;
}

static struct slice line_of(struct slice text, unsigned line)
{
    const char *start = text.data, *end = text.data + text.len;

    while (--line && start < end) {
        const char *next = memchr(start, '\n', (size_t)(end - start));

        start = next ? next + 1 : end;
    }
    {
        const char *stop = start < end ? memchr(start, '\n', (size_t)(end - start)) : NULL;

        return (struct slice){start, (size_t)((stop ? stop : end) - start)};
    }
}

/* The usual traps: libyaml's words for each, and what to do about it. */
static const struct trap {
    const char *problem;
    const char *at; /* what stands at the place, or just before it; NULL: anything */
    const char *cure;
} traps[] = {
    {"escape", NULL, "in double quotes a backslash starts an escape; write \\\\, or use single quotes"},
    {"hexdecimal", NULL, "in double quotes a backslash starts an escape; write \\\\, or use single quotes"},
    {"tab character", NULL, "YAML is indented with blanks, never with tabs"},
    {"cannot start any token", "\t", "YAML is indented with blanks, never with tabs"},
    {"cannot start any token", NULL, "a text that starts with this character must be quoted"},
    {"did not find expected ','", "${", "inside { } and [ ] a variable must be quoted: \"${NAME}\""},
    {"mapping values are not allowed", NULL, "a text that holds `: ` must be quoted, and keys of one mapping line up"},
    {"did not find expected key", NULL,
     "keys of one mapping line up, and a text with quotes in it is quoted as a whole"},
};

static const char *cure(const char *problem, struct slice line, size_t column)
{
    for (size_t i = 0; i < sizeof traps / sizeof *traps; i++) {
        const char *at = traps[i].at;
        size_t from = column ? column - 1 : 0;
        size_t most = line.len > from ? line.len - from : 0;

        if (!strstr(problem, traps[i].problem))
            continue;
        /* The place is behind the dollar that libyaml took for a text. */
        if (!at || (most && memmem(line.data + from, most < 3 ? most : 3, at, strlen(at))))
            return traps[i].cure;
    }
    return NULL;
}

static void describe(const yaml_parser_t *parser, struct slice text, struct yaml_fault *fault)
{
    const char *problem = parser->problem ? parser->problem : "it cannot be read";
    const char *mend;

    if (parser->error == YAML_READER_ERROR) {
        bool broken = !utf8_valid(text);

        place_of_byte(text, broken ? first_broken_byte(text) : parser->problem_offset, fault);
        snprintf(fault->words, sizeof fault->words, "%s",
                 broken ? "this is not valid UTF-8; save the file as UTF-8"
                        : "a control character stands here; in double quotes it can be written as \\x1B");
        return;
    }
    fault->line = (unsigned)parser->problem_mark.line + 1;
    fault->column = (unsigned)parser->problem_mark.column + 1;
    mend = cure(problem, line_of(text, fault->line), parser->problem_mark.column);
    snprintf(fault->words, sizeof fault->words, "this is not YAML: %s%s%s%s%s", problem, parser->context ? " " : "",
             parser->context ? parser->context : "", mend ? "; " : "", mend ? mend : "");
}

static bool fault_at(struct yaml_fault *fault, yaml_mark_t mark, const char *words)
{
    fault->line = (unsigned)mark.line + 1;
    fault->column = (unsigned)mark.column + 1;
    snprintf(fault->words, sizeof fault->words, "%s", words);
    return false;
}

/* What reading carries from event to event. */
struct survey {
    struct yaml_builder builder;
    size_t documents;
    bool ended;
};

/* `!env FOO` would be read as the text FOO: a tag that is not one of YAML's own means nothing here. */
static bool is_foreign(const yaml_char_t *tag)
{
    return tag && strncmp((const char *)tag, "tag:yaml.org,2002:", 18) != 0;
}

/* What libyaml lets pass, and a config may not hold. */
static bool look_at(const yaml_event_t *event, struct survey *survey, struct yaml_fault *fault)
{
    const yaml_char_t *tag = NULL;

    switch (event->type) {
    case YAML_DOCUMENT_START_EVENT:
        /* One file is one document: what a second one says would be lost in silence. */
        if (++survey->documents > 1)
            return fault_at(
                fault, event->start_mark,
                "a second document starts here; a config is one document, so `---` may stand only before it");
        break;
    case YAML_MAPPING_START_EVENT:
    case YAML_SEQUENCE_START_EVENT:
        tag = event->type == YAML_MAPPING_START_EVENT ? event->data.mapping_start.tag : event->data.sequence_start.tag;
        if (survey->builder.depth == YAML_DEPTH_MAX)
            return fault_at(fault, event->start_mark, "this is nested too deeply to be a config");
        break;
    case YAML_SCALAR_EVENT:
        tag = event->data.scalar.tag;
        break;
    case YAML_STREAM_END_EVENT:
        survey->ended = true;
        break;
    default:
        break;
    }
    return !is_foreign(tag) || fault_at(fault, event->start_mark, "a tag (`!word`) means nothing here; leave it out");
}

static bool build(const yaml_event_t *event, struct survey *survey, struct yaml_fault *fault)
{
    const char *problem = NULL;
    char words[128];

    if (yaml_builder_put(&survey->builder, event, &problem))
        return true;
    snprintf(words, sizeof words, "this is not YAML: %s", problem);
    return fault_at(fault, event->start_mark, words);
}

static bool begin(yaml_parser_t *parser, struct slice text, struct yaml_fault *fault)
{
    if (!yaml_parser_initialize(parser)) {
        *fault = (struct yaml_fault){1, 1, "there is no memory to read it"};
        return false;
    }
    yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(parser, (const unsigned char *)text.data, text.len);
    return true;
}

static bool read_events(yaml_parser_t *parser, struct slice text, struct survey *survey, struct yaml_fault *fault)
{
    bool ok = true;

    while (ok && !survey->ended) {
        yaml_event_t event;

        if (!yaml_parser_parse(parser, &event)) {
            describe(parser, text, fault);
            return false;
        }
        ok = look_at(&event, survey, fault) && build(&event, survey, fault);
        yaml_event_delete(&event);
    }
    return ok;
}

bool yaml_tree_read(struct slice text, struct yaml_tree *tree, struct yaml_fault *fault)
{
    static const char byte_order_mark[] = "\xEF\xBB\xBF";
    struct survey survey = {0};
    yaml_parser_t parser;

    *tree = (struct yaml_tree){0};
    if (text.len >= 3 && memcmp(text.data, byte_order_mark, 3) == 0)
        text = (struct slice){text.data + 3, text.len - 3};
    if (!begin(&parser, text, fault))
        return false;
    yaml_builder_begin(&survey.builder, tree);
    tree->loaded = read_events(&parser, text, &survey, fault);
    if (!tree->loaded)
        yaml_tree_free(tree);
    yaml_builder_end(&survey.builder);
    yaml_parser_delete(&parser);
    return tree->loaded;
}

void yaml_tree_free(struct yaml_tree *tree)
{
    arena_free(&tree->arena);
    *tree = (struct yaml_tree){0};
}

const struct yaml_node *yaml_root(struct yaml_tree *tree)
{
    const struct yaml_node *root = tree->root;

    return root && root->type == YAML_SCALAR && root->count == 0 ? NULL : root;
}

struct slice yaml_text(const struct yaml_node *node)
{
    return (struct slice){node->text, node->count};
}

static bool is_one_of(struct slice text, const char *const *words)
{
    for (; *words; words++)
        if (slice_equals(text, slice_of(*words)))
            return true;
    return false;
}

static bool all_digits(const char *text, int base)
{
    if (!*text)
        return false;
    for (; *text; text++)
        if (base == 16 ? !isxdigit((unsigned char)*text) : *text < '0' || *text >= '0' + (base < 10 ? base : 10))
            return false;
    return true;
}

static bool is_int(const char *text)
{
    if (text[0] == '0' && text[1] == 'o')
        return all_digits(text + 2, 8);
    if (text[0] == '0' && text[1] == 'x')
        return all_digits(text + 2, 16);
    return all_digits(text + (text[0] == '-' || text[0] == '+'), 10);
}

/* [-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )? */
static bool is_float(const char *text)
{
    size_t before, after = 0;

    text += text[0] == '-' || text[0] == '+';
    before = strspn(text, "0123456789");
    text += before;
    if (*text == '.') {
        after = strspn(text + 1, "0123456789");
        text += 1 + after;
    }
    if (before + after == 0)
        return false;
    if (*text == 'e' || *text == 'E') {
        text += 1 + (text[1] == '-' || text[1] == '+');
        return all_digits(text, 10);
    }
    return *text == '\0';
}

enum yaml_meaning yaml_meaning(const struct yaml_node *node)
{
    static const char *const nulls[] = {"", "~", "null", "Null", "NULL", NULL};
    static const char *const bools[] = {"true", "True", "TRUE", "false", "False", "FALSE", NULL};
    struct slice text = yaml_text(node);

    if (!node->plain || strlen(text.data) != text.len)
        return YAML_MEANS_STRING;
    if (is_one_of(text, nulls))
        return YAML_MEANS_NULL;
    if (is_one_of(text, bools))
        return YAML_MEANS_BOOL;
    if (is_int(text.data))
        return YAML_MEANS_INT;
    return is_float(text.data) ? YAML_MEANS_FLOAT : YAML_MEANS_STRING;
}

const char *yaml_kind_words(const struct yaml_node *node)
{
    if (node->type == YAML_MAPPING)
        return "a mapping";
    if (node->type == YAML_SEQUENCE)
        return node->count == 0 ? "an empty list" : "a list";
    switch (yaml_meaning(node)) {
    case YAML_MEANS_NULL:
        return "nothing";
    case YAML_MEANS_BOOL:
        return "true or false";
    case YAML_MEANS_INT:
    case YAML_MEANS_FLOAT:
        return "a number";
    default:
        return yaml_text(node).len ? "text" : "an empty text";
    }
}

json_t *yaml_scalar_json(const struct yaml_node *node)
{
    struct slice text = yaml_text(node);
    int base = 10;
    const char *digits = text.data;

    switch (yaml_meaning(node)) {
    case YAML_MEANS_NULL:
        return json_null();
    case YAML_MEANS_BOOL:
        return json_boolean(tolower((unsigned char)text.data[0]) == 't');
    case YAML_MEANS_INT:
        if (digits[0] == '0' && (digits[1] == 'o' || digits[1] == 'x')) {
            base = digits[1] == 'o' ? 8 : 16;
            digits += 2;
        }
        errno = 0;
        {
            long long number = strtoll(digits, NULL, base);

            return errno ? json_real(strtod(text.data, NULL)) : json_integer(number);
        }
    case YAML_MEANS_FLOAT:
        return json_real(strtod(text.data, NULL));
    default:
        return json_stringn(text.data, text.len);
    }
}

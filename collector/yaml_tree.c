/* SPDX-License-Identifier: MIT */
#include "collector/yaml_tree.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

/* libyaml gives a byte offset for broken UTF-8, and no line. */
static void place_of_byte(struct slice text, size_t byte, struct yaml_fault *fault)
{
    fault->line = 1;
    fault->column = 1;
    for (size_t i = 0; i < byte && i < text.len; i++) {
        fault->column++;
        if (text.data[i] == '\n') {
            fault->line++;
            fault->column = 1;
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

static bool holds(struct slice line, const char *what)
{
    return line.len && memmem(line.data, line.len, what, strlen(what)) != NULL;
}

/* What to do about the usual traps; NULL: it is none of them. */
static const char *cure(const char *problem, struct slice line)
{
    if (strstr(problem, "unknown escape") || strstr(problem, "escape"))
        return "in double quotes a backslash starts an escape; write \\\\, or use single quotes";
    if (memchr(line.data, '\t', line.len) && strstr(problem, "cannot start any token"))
        return "YAML is indented with blanks, never with tabs";
    if (holds(line, "${") && holds(line, "{"))
        return "inside { } a ${NAME} must be quoted: \"${NAME}\"";
    return NULL;
}

static void describe(const yaml_parser_t *parser, struct slice text, struct yaml_fault *fault)
{
    const char *problem = parser->problem ? parser->problem : "it cannot be read";
    const char *mend;

    if (parser->error == YAML_READER_ERROR) {
        place_of_byte(text, first_broken_byte(text), fault);
        snprintf(fault->words, sizeof fault->words,
                 "this is not valid UTF-8, or a control character; save the file as UTF-8");
        return;
    }
    fault->line = (unsigned)parser->problem_mark.line + 1;
    fault->column = (unsigned)parser->problem_mark.column + 1;
    mend = cure(problem, line_of(text, fault->line));
    snprintf(fault->words, sizeof fault->words, "this is not YAML: %s%s%s%s%s", problem, parser->context ? " " : "",
             parser->context ? parser->context : "", mend ? "; " : "", mend ? mend : "");
}

/* One file is one document: what a second one says would be lost in silence. */
static bool only_one(yaml_parser_t *parser, struct slice text, struct yaml_fault *fault)
{
    yaml_document_t second;
    yaml_node_t *root;

    if (!yaml_parser_load(parser, &second)) {
        describe(parser, text, fault);
        return false;
    }
    root = yaml_document_get_root_node(&second);
    if (root) {
        fault->line = yaml_line(root);
        fault->column = yaml_column(root);
        snprintf(fault->words, sizeof fault->words,
                 "a second document starts here; a config is one document, so `---` may stand only before it");
    }
    yaml_document_delete(&second);
    return root == NULL;
}

bool yaml_tree_read(struct slice text, struct yaml_tree *tree, struct yaml_fault *fault)
{
    yaml_parser_t parser;
    bool ok;

    *tree = (struct yaml_tree){0};
    if (!yaml_parser_initialize(&parser)) {
        *fault = (struct yaml_fault){1, 1, "no memory to read it"};
        return false;
    }
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser, (const unsigned char *)text.data, text.len);
    ok = yaml_parser_load(&parser, &tree->document) != 0;
    if (ok) {
        tree->loaded = true;
        ok = only_one(&parser, text, fault);
    } else {
        describe(&parser, text, fault);
    }
    yaml_parser_delete(&parser);
    return ok;
}

void yaml_tree_free(struct yaml_tree *tree)
{
    if (tree->loaded)
        yaml_document_delete(&tree->document);
    tree->loaded = false;
}

const yaml_node_t *yaml_root(struct yaml_tree *tree)
{
    return yaml_document_get_root_node(&tree->document);
}

const yaml_node_t *yaml_node(struct yaml_tree *tree, int index)
{
    return yaml_document_get_node(&tree->document, index);
}

struct slice yaml_text(const yaml_node_t *node)
{
    return (struct slice){(const char *)node->data.scalar.value, node->data.scalar.length};
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

enum yaml_meaning yaml_meaning(const yaml_node_t *node)
{
    static const char *const nulls[] = {"", "~", "null", "Null", "NULL", NULL};
    static const char *const bools[] = {"true", "True", "TRUE", "false", "False", "FALSE", NULL};
    struct slice text = yaml_text(node);

    if (node->data.scalar.style != YAML_PLAIN_SCALAR_STYLE || strlen(text.data) != text.len)
        return YAML_MEANS_STRING;
    if (is_one_of(text, nulls))
        return YAML_MEANS_NULL;
    if (is_one_of(text, bools))
        return YAML_MEANS_BOOL;
    if (is_int(text.data))
        return YAML_MEANS_INT;
    return is_float(text.data) ? YAML_MEANS_FLOAT : YAML_MEANS_STRING;
}

const char *yaml_kind_words(const yaml_node_t *node)
{
    if (node->type == YAML_MAPPING_NODE)
        return "a mapping";
    if (node->type == YAML_SEQUENCE_NODE)
        return "a list";
    switch (yaml_meaning(node)) {
    case YAML_MEANS_NULL:
        return "nothing";
    case YAML_MEANS_BOOL:
        return "true or false";
    case YAML_MEANS_INT:
    case YAML_MEANS_FLOAT:
        return "a number";
    default:
        return "text";
    }
}

json_t *yaml_scalar_json(const yaml_node_t *node)
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

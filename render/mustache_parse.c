/* SPDX-License-Identifier: MIT */
/* Reads a template into a tree.
 *
 * A tag that stands alone on its line takes the whole line with it (the specification's "standalone" tags),
 * except one that writes a value. That is decided on the source, looking left and right of the tag, so that
 * no second pass is needed. */
#include "render/mustache.h"

#include "base/memory.h"
#include "render/mustache_node.h"

struct parser {
    struct mustache *mustache;
    struct error *err;
    const char *text;
    size_t len;
    size_t at;                /* what is read */
    struct slice open, close; /* the delimiters, usually {{ and }} */
    size_t placed;            /* up to where line and column have been counted */
    size_t line, column;
    struct node **tail;                       /* where the next node is hung */
    struct node *sections[MUSTACHE_SECTIONS]; /* open ones */
    size_t depth;
};

/* A tag in the source: from `start` up to `end`, delimiters included. */
struct tag {
    size_t start, end;
    char sigil; /* '#', '^', '$', '<', '/', '>', '&', '{', '!', '=', or 0 for a plain one */
    struct slice name;
    size_t line, column;
};

/* Moves the place to `at`; columns count characters, not bytes. */
static void place(struct parser *parser, size_t at)
{
    for (; parser->placed < at; parser->placed++) {
        unsigned char byte = (unsigned char)parser->text[parser->placed];

        if (byte == '\n') {
            parser->line++;
            parser->column = 1;
        } else if ((byte & 0xC0) != 0x80) {
            parser->column++;
        }
    }
}

static bool fail_at(struct parser *parser, size_t line, size_t column, const char *what, struct slice name)
{
    size_t shown = name.len < 60 ? name.len : 60;

    return fail(parser->err, ERR_TEMPLATE, "%s:%zu:%zu: %s%s%.*s", parser->mustache->name, line, column, what,
                shown ? ": " : "", (int)shown, shown ? name.data : "");
}

static bool fail_tag(struct parser *parser, const struct tag *tag, const char *what)
{
    return fail_at(parser, tag->line, tag->column, what, tag->name);
}

static struct node *add(struct parser *parser, enum node_type type, struct slice text)
{
    struct node *node = arena_new(&parser->mustache->arena, 1, sizeof *node);

    node->type = type;
    node->text = text;
    *parser->tail = node;
    parser->tail = &node->next;
    return node;
}

static bool starts_line(const struct parser *parser, size_t at)
{
    return at == 0 || parser->text[at - 1] == '\n';
}

/* The template's own words from `start` to `end`, line by line. */
static void add_text(struct parser *parser, size_t start, size_t end)
{
    while (start < end) {
        const char *newline = memchr(parser->text + start, '\n', end - start);
        size_t stop = newline ? (size_t)(newline - parser->text) + 1 : end;
        struct node *node = add(parser, NODE_TEXT, (struct slice){parser->text + start, stop - start});

        node->line_start = starts_line(parser, start);
        start = stop;
    }
}

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t';
}

static struct slice trim(struct slice text)
{
    while (text.len && (is_blank(text.data[0]) || text.data[0] == '\n' || text.data[0] == '\r'))
        text = (struct slice){text.data + 1, text.len - 1};
    while (
        text.len
        && (is_blank(text.data[text.len - 1]) || text.data[text.len - 1] == '\n' || text.data[text.len - 1] == '\r'))
        text.len--;
    return text;
}

/* Whether nothing else is on the tag's lines; then `*from` and `*to` are where they begin and end. */
static bool stands_alone(const struct parser *parser, const struct tag *tag, size_t *from, size_t *to)
{
    size_t start = tag->start, end = tag->end;

    while (start > 0 && is_blank(parser->text[start - 1]))
        start--;
    if (!starts_line(parser, start))
        return false;
    while (end < parser->len && is_blank(parser->text[end]))
        end++;
    if (end < parser->len && parser->text[end] == '\r')
        end++;
    if (end < parser->len && parser->text[end] != '\n')
        return false;
    *from = start;
    *to = end < parser->len ? end + 1 : end;
    return true;
}

/* The position of `needle` at or behind `at`; parser->len when there is none. */
static size_t find(const struct parser *parser, size_t at, struct slice needle)
{
    const char *hit = memmem(parser->text + at, parser->len - at, needle.data, needle.len);

    return hit ? (size_t)(hit - parser->text) : parser->len;
}

/* Reads the tag that opens at `start`. */
static bool read_tag(struct parser *parser, size_t start, struct tag *tag)
{
    static const char sigils[] = "#^$</>&!={";
    struct slice close = parser->close;
    bool braces = parser->open.len == 2 && memcmp(parser->open.data, "{{", 2) == 0;
    size_t at = start + parser->open.len, end;

    place(parser, start);
    *tag = (struct tag){.start = start, .line = parser->line, .column = parser->column};
    if (at < parser->len && memchr(sigils, parser->text[at], sizeof sigils - 1) && (parser->text[at] != '{' || braces))
        tag->sigil = parser->text[at++];
    if (tag->sigil == '{')
        close = slice_of("}}}");
    end = find(parser, at, close);
    if (end == parser->len)
        return fail_at(parser, tag->line, tag->column, "this tag is never closed", close);
    tag->end = end + close.len;
    tag->name = trim((struct slice){parser->text + at, end - at});
    return true;
}

static bool check_name(struct parser *parser, const struct tag *tag)
{
    if (tag->name.len == 0)
        return fail_tag(parser, tag, "a tag without a name");
    for (size_t i = 0; i < tag->name.len; i++)
        if (is_blank(tag->name.data[i]) || tag->name.data[i] == '\n' || tag->name.data[i] == '\r')
            return fail_tag(parser, tag, "a name with a blank in it");
    return true;
}

/* "=<% %>=": from here on tags are written <% so %>. */
static bool set_delimiters(struct parser *parser, const struct tag *tag)
{
    struct slice text = tag->name;
    size_t first = 0, second;

    if (text.len == 0 || text.data[text.len - 1] != '=')
        return fail_tag(parser, tag, "new delimiters end with an equals sign");
    text.len--;
    text = trim(text);
    while (first < text.len && !is_blank(text.data[first]))
        first++;
    second = first;
    while (second < text.len && is_blank(text.data[second]))
        second++;
    if (first == 0 || second == text.len || second == first)
        return fail_tag(parser, tag, "new delimiters are two words");
    for (size_t i = 0; i < text.len; i++)
        if (text.data[i] == '=' || (i > second && is_blank(text.data[i])))
            return fail_tag(parser, tag, "delimiters hold neither blanks nor equals signs");
    parser->open = (struct slice){text.data, first};
    parser->close = (struct slice){text.data + second, text.len - second};
    return true;
}

static bool open_section(struct parser *parser, const struct tag *tag, bool alone, struct slice indent)
{
    struct node *node;

    if (parser->depth == MUSTACHE_SECTIONS)
        return fail_tag(parser, tag, "sections nest too deep");
    node = add(parser,
               tag->sigil == '#'   ? NODE_SECTION
               : tag->sigil == '^' ? NODE_INVERTED
               : tag->sigil == '$' ? NODE_BLOCK
                                   : NODE_PARENT,
               tag->name);
    node->standalone = alone;
    node->indent = indent;
    node->line = tag->line;
    node->column = tag->column;
    parser->sections[parser->depth++] = node;
    parser->tail = &node->child;
    return true;
}

static bool close_section(struct parser *parser, const struct tag *tag)
{
    struct node *node;

    if (parser->depth == 0)
        return fail_tag(parser, tag, "this section was never opened");
    node = parser->sections[parser->depth - 1];
    if (!slice_equals(node->text, tag->name))
        return fail(parser->err, ERR_TEMPLATE, "%s:%zu:%zu: {{/%.*s}} where {{/%.*s}} closes line %zu",
                    parser->mustache->name, tag->line, tag->column, tag->name.len < 60 ? (int)tag->name.len : 60,
                    tag->name.data, node->text.len < 60 ? (int)node->text.len : 60, node->text.data, node->line);
    parser->depth--;
    parser->tail = &node->next;
    return true;
}

static bool add_partial(struct parser *parser, struct tag *tag, bool alone, struct slice indent)
{
    bool dynamic = tag->name.len && tag->name.data[0] == '*';
    struct node *node;

    if (dynamic)
        tag->name = trim((struct slice){tag->name.data + 1, tag->name.len - 1});
    if (!check_name(parser, tag))
        return false;
    node = add(parser, NODE_PARTIAL, tag->name);
    node->dynamic = dynamic;
    node->standalone = alone;
    node->indent = indent;
    node->line = tag->line;
    node->column = tag->column;
    return true;
}

static bool add_tag(struct parser *parser, struct tag *tag, bool alone, struct slice indent)
{
    struct node *node;

    if (tag->sigil == '!')
        return true;
    if (tag->sigil == '=')
        return set_delimiters(parser, tag);
    if (tag->sigil == '>')
        return add_partial(parser, tag, alone, indent);
    if (!check_name(parser, tag))
        return false;
    if (strchr("#^$<", tag->sigil) && tag->sigil)
        return open_section(parser, tag, alone, indent);
    if (tag->sigil == '/')
        return close_section(parser, tag);
    node = add(parser, tag->sigil ? NODE_RAW : NODE_VALUE, tag->name);
    node->line = tag->line;
    node->column = tag->column;
    return true;
}

static bool is_open(const struct parser *parser, enum node_type type)
{
    return parser->depth && parser->sections[parser->depth - 1]->type == type;
}

/* Up to where the line goes that has nothing but blanks behind `at`, its newline included; `at` when it has more. */
static size_t rest_of_line(const struct parser *parser, size_t at)
{
    size_t end = at;

    while (end < parser->len && is_blank(parser->text[end]))
        end++;
    if (end < parser->len && parser->text[end] == '\r')
        end++;
    if (end == parser->len)
        return end;
    return parser->text[end] == '\n' ? end + 1 : at;
}

/* Whether the tag of the same name that closes `tag` is all that follows it on its line. */
static bool is_pair(const struct parser *parser, const struct tag *tag)
{
    struct buf close = BUF_INIT;
    bool pair;
    size_t end;

    buf_put_slice(&close, parser->open);
    buf_putc(&close, '/');
    buf_put_slice(&close, tag->name);
    buf_put_slice(&close, parser->close);
    end = tag->end + close.len;
    pair = end <= parser->len && memcmp(parser->text + tag->end, close.data, close.len) == 0
           && (end == parser->len || rest_of_line(parser, end) != end);
    buf_free(&close);
    return pair;
}

/* The tags of inheritance are lines of their own in more ways than a section's: a block's content begins behind the newline of
 * its tag, whatever is before that; a block or parent that holds nothing may be closed on its line; and a parent that began
 * a line takes its last one along. `*from` and `*to` are what goes of the lines. */
static bool place_inheritance(const struct parser *parser, const struct tag *tag, size_t *from, size_t *to)
{
    size_t start = tag->start;
    bool left;

    while (start > 0 && is_blank(parser->text[start - 1]))
        start--;
    left = starts_line(parser, start);
    *from = tag->start;
    *to = tag->end;
    if (tag->sigil == '<') {
        *from = left ? start : tag->start;
        return left;
    }
    *to = rest_of_line(parser, tag->end);
    if (!left || (*to == tag->end && !is_pair(parser, tag)))
        return false;
    *from = start;
    return true;
}

/* Where the content of a block begins with a line of its own, that line's blanks are the block's own indent. */
static void note_lines(const struct parser *parser, const struct tag *tag, size_t from)
{
    struct node *block = parser->sections[parser->depth - 1];
    size_t at = block->intrinsic;

    block->intrinsic = 0;
    if (!block->lines || at >= from || at >= tag->start) {
        block->lines = false;
        return;
    }
    while (at < tag->start && is_blank(parser->text[at])) {
        at++;
        block->intrinsic++;
    }
}

/* Moves on behind the tag, with the words before it, and without the parts of lines that it takes along. `*indent` is what
 * stands before it, where it stands alone. */
static bool pass_tag(struct parser *parser, const struct tag *tag, struct slice *indent)
{
    size_t from = tag->start, to = tag->end;
    bool alone;

    if (tag->sigil == '$' || tag->sigil == '<') {
        alone = place_inheritance(parser, tag, &from, &to);
    } else {
        alone = tag->sigil != 0 && tag->sigil != '&' && tag->sigil != '{' && stands_alone(parser, tag, &from, &to);
        if (tag->sigil == '/' && is_open(parser, NODE_BLOCK))
            note_lines(parser, tag, from);
        if (tag->sigil == '/' && !alone && is_open(parser, NODE_PARENT)
            && parser->sections[parser->depth - 1]->standalone)
            to = rest_of_line(parser, tag->end);
    }
    /* A tag before this one on the same line would have been no blank: `from` is never behind parser->at. */
    add_text(parser, parser->at, from);
    if (alone)
        *indent = (struct slice){parser->text + from, tag->start - from};
    else if (starts_line(parser, tag->start) && !(tag->sigil == '/' && is_open(parser, NODE_BLOCK)))
        add(parser, NODE_TEXT, (struct slice){"", 0})->line_start = true;
    parser->at = to;
    return alone;
}

static bool parse(struct parser *parser)
{
    while (parser->at < parser->len) {
        size_t start = find(parser, parser->at, parser->open);
        struct slice indent = {"", 0};
        struct tag tag;
        bool alone;

        if (start == parser->len)
            break;
        if (!read_tag(parser, start, &tag))
            return false;
        alone = pass_tag(parser, &tag, &indent);
        if (!add_tag(parser, &tag, alone, indent))
            return false;
        if (tag.sigil == '$') {
            struct node *block = parser->sections[parser->depth - 1];

            /* Until it is closed, where its first line begins. */
            block->lines = parser->at > tag.end;
            block->intrinsic = parser->at;
        }
    }
    add_text(parser, parser->at, parser->len);
    if (parser->depth) {
        const struct node *node = parser->sections[parser->depth - 1];

        return fail_at(parser, node->line, node->column, "this section is never closed", node->text);
    }
    return true;
}

struct mustache *mustache_parse(const char *name, struct slice text, struct error *err)
{
    struct mustache *mustache = mem_new(1, sizeof *mustache);
    struct parser parser = {.mustache = mustache,
                            .err = err,
                            .len = text.len,
                            .open = {"{{", 2},
                            .close = {"}}", 2},
                            .line = 1,
                            .column = 1,
                            .tail = &mustache->first};

    mustache->name = arena_text(&mustache->arena, name);
    parser.text = arena_text_of(&mustache->arena, text.len ? text.data : "", text.len);
    if (!parse(&parser)) {
        mustache_free(mustache);
        return NULL;
    }
    return mustache;
}

void mustache_free(struct mustache *mustache)
{
    if (!mustache)
        return;
    arena_free(&mustache->arena);
    mem_free(mustache);
}

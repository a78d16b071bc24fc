/* SPDX-License-Identifier: MIT */
#include "diagnosis/locate.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "diagnosis/locate_context.h"

const char *const location_words[] = {"url", "path", "tail", "name", "base", "route", "elsewhere", NULL};

static struct slice part(struct slice text, size_t from, size_t to)
{
    return (struct slice){text.data + from, to - from};
}

/* The URL from its host on, without query and fragment: schemes differ (wss and https) where the place is the
 * same. */
static struct slice from_host(struct slice url)
{
    const char *scheme = memmem(url.data, url.len, "://", 3);
    size_t start = scheme ? (size_t)(scheme - url.data) + 3 : 0;
    size_t end = start;

    while (end < url.len && url.data[end] != '?' && url.data[end] != '#')
        end++;
    return part(url, start, end);
}

static struct slice path_of(struct slice url)
{
    const char *slash = memchr(url.data, '/', url.len);

    return slash ? part(url, (size_t)(slash - url.data), url.len) : (struct slice){"/", 1};
}

/* The bytes that both paths begin with, up to before a slash. */
static size_t common_head(struct slice a, struct slice b)
{
    size_t head = 0;

    for (size_t i = 0; i < a.len && i < b.len && a.data[i] == b.data[i]; i++)
        if (a.data[i] == '/')
            head = i;
    return head;
}

/* The bytes that both paths end with, from a slash on. */
static size_t common_tail(struct slice a, struct slice b)
{
    size_t tail = 0;

    for (size_t i = 1; i <= a.len && i <= b.len && a.data[a.len - i] == b.data[b.len - i]; i++)
        if (a.data[a.len - i] == '/')
            tail = i;
    return tail;
}

struct needle locate_needle(struct slice from, struct slice to)
{
    struct needle needle = {.from_url = from_host(from), .to_url = from_host(to)};
    size_t head, tail;

    needle.from_path = path_of(needle.from_url);
    needle.to_path = path_of(needle.to_url);
    head = common_head(needle.from_path, needle.to_path);
    tail = common_tail(needle.from_path, needle.to_path);
    if (head > 0) {
        needle.head = part(needle.from_path, 0, head);
        needle.from_tail = part(needle.from_path, head, needle.from_path.len);
        needle.to_tail = part(needle.to_path, head, needle.to_path.len);
    }
    /* A host alone stands under every address of it. */
    if (tail > 0 && tail < needle.from_path.len && tail < needle.from_url.len && tail < needle.to_url.len) {
        needle.from_base = part(needle.from_url, 0, needle.from_url.len - tail);
        needle.to_base = part(needle.to_url, 0, needle.to_url.len - tail);
    }
    return needle;
}

struct search {
    const struct needle *needle;
    const char *file;
    bool aside;
    struct arena *arena;
    struct location *list;
    size_t count, capacity;
    bool *head_seen;

    /* The line at hand. */
    struct slice line;
    size_t line_at, line_first; /* its first byte in the file, and place in `list` */
    unsigned number;
};

/* What was found by a surer rule is not found again. */
static bool is_taken(const struct search *search, size_t at, size_t len)
{
    for (size_t i = search->line_first; i < search->count; i++) {
        const struct location *other = &search->list[i];

        if (search->line_at + at < other->at + other->from.len && other->at < search->line_at + at + len)
            return true;
    }
    return false;
}

static void add(struct search *search, enum location_kind kind, size_t at, struct slice from, struct slice to)
{
    struct slice literal;
    size_t lead;
    char *replacement;

    if (is_taken(search, at, from.len))
        return;
    literal = context_literal(search->line, at, at + from.len);
    lead = literal.len - from.len;
    replacement = arena_new(search->arena, lead + to.len + 1, 1);
    memcpy(replacement, literal.data, lead);
    memcpy(replacement + lead, to.data, to.len);
    search->list = arena_grow(search->arena, search->list, search->count, &search->capacity, sizeof *search->list);
    search->list[search->count++] = (struct location){
        .file = search->file,
        .line = search->number,
        .kind = kind,
        .aside = search->aside || context_comment(search->line),
        .literal = arena_slice(search->arena, literal),
        .replacement = {replacement, lead + to.len},
        .key = arena_slice(search->arena, context_key(search->line, (size_t)(literal.data - search->line.data))),
        .at = search->line_at + at,
        .from = arena_slice(search->arena, from),
        .with = arena_slice(search->arena, to),
    };
}

/* The next occurrence of `what` from `from` on; line.len when there is none. */
static size_t find(struct slice line, struct slice what, size_t from)
{
    const char *hit;

    if (what.len == 0 || from > line.len)
        return line.len;
    hit = memmem(line.data + from, line.len - from, what.data, what.len);
    return hit ? (size_t)(hit - line.data) : line.len;
}

static void search_host(struct search *search, enum location_kind kind, struct slice from, struct slice to)
{
    struct slice line = search->line;

    for (size_t at = find(line, from, 0); at < line.len; at = find(line, from, at + 1))
        if (context_starts_host(line, at) && context_ends(line, at + from.len))
            add(search, kind, at, from, to);
}

static void search_path(struct search *search)
{
    struct slice line = search->line, path = search->needle->from_path;

    /* A bare "/" is in every file and says nothing. */
    if (path.len < 2)
        return;
    for (size_t at = find(line, path, 0); at < line.len; at = find(line, path, at + 1)) {
        enum context context = context_ends(line, at + path.len) ? context_before(line, at) : CONTEXT_NONE;

        if (context == CONTEXT_NONE)
            continue;
        add(search,
            context == CONTEXT_ROUTE  ? LOCATION_ROUTE
            : context == CONTEXT_HOST ? LOCATION_ELSEWHERE
                                      : LOCATION_PATH,
            at, path, search->needle->to_path);
    }
}

static void search_tail(struct search *search)
{
    struct slice line = search->line, tail = search->needle->from_tail;

    for (size_t at = find(line, tail, 0); at < line.len; at = find(line, tail, at + 1))
        if (context_ends(line, at + tail.len) && context_before(line, at) == CONTEXT_VARIABLE)
            add(search, LOCATION_TAIL, at, tail, search->needle->to_tail);
}

static void search_head(struct search *search)
{
    struct slice line = search->line, head = search->needle->head;

    for (size_t at = find(line, head, 0); at < line.len && !*search->head_seen; at = find(line, head, at + 1))
        *search->head_seen =
            context_ends(line, at + head.len) && context_before(line, at) != CONTEXT_NONE && !context_comment(line);
}

/* `WS_PATH=ws`: only under a key that speaks of an address. */
static void search_name(struct search *search)
{
    struct slice line = search->line, path = search->needle->from_path, to = search->needle->to_path;
    struct slice name = part(path, path.len ? 1 : 0, path.len);

    if (name.len < 2 || to.len < 2)
        return;
    for (size_t at = find(line, name, 0); at < line.len; at = find(line, name, at + 1))
        if (context_before(line, at) == CONTEXT_LITERAL && context_ends(line, at + name.len)
            && context_names_address(context_key(line, at)))
            add(search, LOCATION_NAME, at, name, part(to, 1, to.len));
}

static int by_place(const void *a, const void *b)
{
    const struct location *one = a, *other = b;

    return (one->at > other->at) - (one->at < other->at);
}

static void search_line(struct search *search)
{
    const struct needle *needle = search->needle;

    search->line_first = search->count;
    search_host(search, LOCATION_URL, needle->from_url, needle->to_url);
    search_path(search);
    search_host(search, LOCATION_BASE, needle->from_base, needle->to_base);
    search_tail(search);
    search_name(search);
    search_head(search);
    if (search->count - search->line_first > 1)
        qsort(search->list + search->line_first, search->count - search->line_first, sizeof *search->list, by_place);
}

const struct location *locate(const struct needle *needle, const char *file, struct slice text, struct arena *arena,
                              size_t *count, bool *head_seen)
{
    struct search search = {.needle = needle,
                            .file = arena_text(arena, file),
                            .aside = context_aside(file),
                            .arena = arena,
                            .head_seen = head_seen};

    for (size_t start = 0; start < text.len;) {
        const char *end = memchr(text.data + start, '\n', text.len - start);
        size_t stop = end ? (size_t)(end - text.data) : text.len;

        search.line = part(text, start, stop);
        search.line_at = start;
        search.number++;
        search_line(&search);
        start = stop + 1;
    }
    *count = search.count;
    return search.list;
}

bool locate_secret_file(const char *file)
{
    static const char *const endings[] = {".pem", ".key", ".p12", ".pfx", ".jks", ".netrc", ".npmrc", ".htpasswd"};
    const char *name = strrchr(file, '/') ? strrchr(file, '/') + 1 : file;
    size_t len = strlen(name);

    if (strncasecmp(name, ".env", 4) == 0 || strcasestr(name, "secret") || strcasestr(name, "credential")
        || (len >= 4 && strcasecmp(name + len - 4, ".env") == 0))
        return true;
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        size_t ending = strlen(endings[i]);

        if (len >= ending && strcasecmp(name + len - ending, endings[i]) == 0)
            return true;
    }
    return false;
}

bool locate_mendable(const struct location *location)
{
    return !location->aside && location->kind <= LOCATION_NAME;
}

int locate_order(const void *a, const void *b)
{
    const struct location *one = a, *other = b;
    int files = strcmp(one->file, other->file);

    if (one->aside != other->aside)
        return one->aside ? 1 : -1;
    if (one->kind != other->kind)
        return one->kind < other->kind ? -1 : 1;
    if (files)
        return files;
    return one->line != other->line ? (one->line < other->line ? -1 : 1) : by_place(a, b);
}

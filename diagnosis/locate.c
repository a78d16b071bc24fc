/* SPDX-License-Identifier: MIT */
#include "diagnosis/locate.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

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

struct needle locate_needle(struct slice from, struct slice to)
{
    struct slice sides[2] = {from_host(from), from_host(to)};
    struct slice paths[2];

    for (int i = 0; i < 2; i++) {
        const char *slash = memchr(sides[i].data, '/', sides[i].len);

        paths[i] = slash ? part(sides[i], (size_t)(slash - sides[i].data), sides[i].len) : (struct slice){"/", 1};
    }
    return (struct needle){sides[0], sides[1], paths[0], paths[1]};
}

static bool ends_literal(struct slice line, size_t at)
{
    return at >= line.len || strchr("\"'`;,)<>?#]}", line.data[at]) || isspace((unsigned char)line.data[at]);
}

/* What stands before a path when it is a whole literal, or the part behind a variable. */
static bool starts_path(struct slice line, size_t at)
{
    size_t before = at;

    if (at == 0)
        return false;
    if (strchr("\"'`=}", line.data[at - 1]))
        return true;
    while (before > 0 && isblank((unsigned char)line.data[before - 1]))
        before--;
    return before < at && before > 0 && strchr("=:", line.data[before - 1]);
}

static bool starts_host(struct slice line, size_t at)
{
    return at == 0 || !(isalnum((unsigned char)line.data[at - 1]) || strchr(".-_@", line.data[at - 1]));
}

/* The literal around bytes [at, end): from its opening delimiter to its closing one. */
static struct slice literal_around(struct slice line, size_t at, size_t end)
{
    size_t start = at;

    while (start > 0 && !strchr("\"'`=", line.data[start - 1]) && !isspace((unsigned char)line.data[start - 1]))
        start--;
    return part(line, start, end);
}

static bool is_name(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '-' || c == '.' || c == '$';
}

/* The name before the last `=` or `:` that stands before the literal. */
static struct slice key_of(struct slice line, size_t literal_start)
{
    size_t sign = literal_start;
    size_t start;

    while (sign > 0 && line.data[sign - 1] != '=' && line.data[sign - 1] != ':')
        sign--;
    if (sign == 0)
        return (struct slice){NULL, 0};
    sign--;
    while (sign > 0 && (isblank((unsigned char)line.data[sign - 1]) || strchr("\"'", line.data[sign - 1])))
        sign--;
    start = sign;
    while (start > 0 && is_name(line.data[start - 1]))
        start--;
    return start == sign ? (struct slice){NULL, 0} : part(line, start, sign);
}

struct search {
    const struct needle *needle;
    const char *file;
    struct arena *arena;
    struct location *list;
    size_t count, capacity;
};

static void add(struct search *search, struct slice line, size_t line_at, unsigned number, enum location_kind kind,
                size_t at)
{
    struct slice old = kind == LOCATION_URL ? search->needle->from_url : search->needle->from_path;
    struct slice new = kind == LOCATION_URL ? search->needle->to_url : search->needle->to_path;
    struct slice literal = literal_around(line, at, at + old.len);
    size_t lead = old.len > literal.len ? 0 : literal.len - old.len;
    char *replacement = arena_new(search->arena, lead + new.len + 1, 1);

    memcpy(replacement, literal.data, lead);
    memcpy(replacement + lead, new.data, new.len);
    search->list = arena_grow(search->arena, search->list, search->count, &search->capacity, sizeof *search->list);
    search->list[search->count++] = (struct location){
        .file = search->file,
        .line = number,
        .kind = kind,
        .literal = arena_slice(search->arena, literal),
        .replacement = {replacement, lead + new.len},
        .key = arena_slice(search->arena, key_of(line, (size_t)(literal.data - line.data))),
        .at = line_at + at,
        .len = old.len,
        .with = arena_slice(search->arena, new),
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

static void search_line(struct search *search, struct slice line, size_t line_at, unsigned number)
{
    const struct needle *needle = search->needle;
    size_t covered = 0; /* a path inside a URL that was found is the same place */

    for (size_t at = find(line, needle->from_url, 0); at < line.len; at = find(line, needle->from_url, at + 1))
        if (starts_host(line, at) && ends_literal(line, at + needle->from_url.len)) {
            add(search, line, line_at, number, LOCATION_URL, at);
            covered = at + needle->from_url.len;
        }
    /* A bare "/" is in every file and says nothing. */
    if (needle->from_path.len < 2)
        return;
    for (size_t at = find(line, needle->from_path, covered); at < line.len; at = find(line, needle->from_path, at + 1))
        if (starts_path(line, at) && ends_literal(line, at + needle->from_path.len))
            add(search, line, line_at, number, LOCATION_PATH, at);
}

const struct location *locate(const struct needle *needle, const char *file, struct slice text, struct arena *arena,
                              size_t *count)
{
    struct search search = {.needle = needle, .file = arena_text(arena, file), .arena = arena};
    unsigned number = 0;

    for (size_t start = 0; start < text.len;) {
        const char *end = memchr(text.data + start, '\n', text.len - start);
        size_t stop = end ? (size_t)(end - text.data) : text.len;

        search_line(&search, part(text, start, stop), start, ++number);
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

    if (strncasecmp(name, ".env", 4) == 0 || strcasestr(name, "secret") || strcasestr(name, "credential"))
        return true;
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        size_t ending = strlen(endings[i]);

        if (len >= ending && strcasecmp(name + len - ending, endings[i]) == 0)
            return true;
    }
    return false;
}

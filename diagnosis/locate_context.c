/* SPDX-License-Identifier: MIT */
#include "diagnosis/locate_context.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* strchr() finds the end of its string, too: a NUL of the source is no delimiter. */
static bool is_among(char c, const char *set)
{
    return c && strchr(set, c);
}

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

static size_t skip_blanks_back(struct slice line, size_t at)
{
    while (at > 0 && is_blank(line.data[at - 1]))
        at--;
    return at;
}

static size_t skip_words_back(struct slice line, size_t at)
{
    while (at > 0 && is_word(line.data[at - 1]))
        at--;
    return at;
}

static struct slice first_word(struct slice line)
{
    size_t start = 0, end;

    while (start < line.len && is_blank(line.data[start]))
        start++;
    for (end = start; end < line.len && !isspace((unsigned char)line.data[end]);)
        end++;
    return (struct slice){line.data + start, end - start};
}

bool context_ends(struct slice line, size_t at)
{
    return at >= line.len || is_among(line.data[at], "\"'`;,)<>?#]}\\") || isspace((unsigned char)line.data[at]);
}

bool context_starts_host(struct slice line, size_t at)
{
    return at == 0 || !(isalnum((unsigned char)line.data[at - 1]) || is_among(line.data[at - 1], ".-_@"));
}

static bool ends_with(struct slice text, const char *end)
{
    size_t len = strlen(end);

    return text.len >= len && memcmp(text.data + text.len - len, end, len) == 0;
}

static bool is_one_of(struct slice word, const char *const *words)
{
    for (; *words; words++)
        if (slice_equals(word, slice_of(*words)))
            return true;
    return false;
}

/* `app.get(`, `router.websocket(`, `r.GET(`, `http.HandleFunc(`. Clients have calls that look alike (`axios.get(`), so the
 * small ones count only behind the names that servers go by. */
static bool calls_route(struct slice line, size_t open)
{
    static const char *const methods[] = {"get", "post",  "put",       "patch",           "delete", "use", "all",
                                          "ws",  "route", "websocket", "websocket_route", "on",     NULL};
    static const char *const servers[] = {"app", "router", "server", "mux", "routes", "blueprint", "bp", NULL};
    static const char *const sure[] = {"GET",        "POST",   "PUT",       "PATCH",         "DELETE",
                                       "HandleFunc", "Handle", "add_route", "add_api_route", NULL};
    size_t start = skip_words_back(line, open);
    struct slice method = {line.data + start, open - start};
    struct slice server;

    if (is_one_of(method, sure))
        return true;
    if (start == 0 || line.data[start - 1] != '.' || !is_one_of(method, methods))
        return false;
    server = (struct slice){line.data, start - 1};
    start = skip_words_back(line, server.len);
    return is_one_of((struct slice){line.data + start, server.len - start}, servers);
}

/* Whether the literal whose quote stands at `quote` is what a server's route is declared by. */
static bool declares_route(struct slice line, size_t quote)
{
    struct slice before = {line.data, quote};
    size_t open = skip_blanks_back(line, quote);

    if (first_word(line).len && first_word(line).data < line.data + quote && first_word(line).data[0] == '@')
        return true;
    if (memmem(before.data, before.len, "Server(", 7))
        return true;
    return open > 0 && line.data[open - 1] == '(' && calls_route(line, open - 1);
}

/* "$API/ws", "%s/ws": the word before begins with its sign. */
static bool ends_variable(struct slice line, size_t at)
{
    size_t start = at;

    if (at > 1 && line.data[at - 1] == ')') {
        while (start > 0 && line.data[start - 1] != '(')
            start--;
        return start > 1 && line.data[start - 2] == '$';
    }
    start = skip_words_back(line, at);
    return start < at && start > 0 && is_among(line.data[start - 1], "$%");
}

static bool ends_host(struct slice line, size_t at)
{
    size_t start = at;

    while (start > 0 && (isalnum((unsigned char)line.data[start - 1]) || is_among(line.data[start - 1], ".-_:[]")))
        start--;
    return start < at && start >= 2 && line.data[start - 1] == '/' && line.data[start - 2] == '/';
}

static enum context behind_quote(struct slice line, size_t quote)
{
    size_t before = skip_blanks_back(line, quote);

    /* A prefixed string of Python, f"...". */
    if (before == quote && before > 0 && isalpha((unsigned char)line.data[before - 1])
        && (before == 1 || !is_word(line.data[before - 2])))
        before = skip_blanks_back(line, before - 1);
    if (before > 0 && line.data[before - 1] == '+')
        return CONTEXT_VARIABLE;
    return declares_route(line, quote) ? CONTEXT_ROUTE : CONTEXT_LITERAL;
}

static enum context behind_blank(struct slice line, size_t at)
{
    size_t before = skip_blanks_back(line, at);
    struct slice first = first_word(line);

    if (slice_equals(first, slice_of("location")) && first.data < line.data + at)
        return CONTEXT_ROUTE;
    return before > 0 && is_among(line.data[before - 1], "=:") ? CONTEXT_LITERAL : CONTEXT_NONE;
}

enum context context_before(struct slice line, size_t at)
{
    char c;

    if (at == 0)
        return CONTEXT_NONE;
    c = line.data[at - 1];
    if (is_among(c, "\"'`"))
        return behind_quote(line, at - 1);
    if (c == '}' || ends_variable(line, at))
        return CONTEXT_VARIABLE;
    if (c == '=')
        return CONTEXT_LITERAL;
    if (is_blank(c))
        return behind_blank(line, at);
    return ends_host(line, at) ? CONTEXT_HOST : CONTEXT_NONE;
}

struct slice context_literal(struct slice line, size_t at, size_t end)
{
    size_t start = at;

    while (start > 0 && !is_among(line.data[start - 1], "\"'`=") && !isspace((unsigned char)line.data[start - 1]))
        start--;
    return (struct slice){line.data + start, end - start};
}

static bool is_name(char c)
{
    return is_word(c) || c == '-' || c == '.' || c == '$';
}

/* The name that ends before `at`, blanks and quotes aside. */
static struct slice name_before(struct slice line, size_t at)
{
    size_t start;

    while (at > 0 && (is_blank(line.data[at - 1]) || is_among(line.data[at - 1], "\"'")))
        at--;
    for (start = at; start > 0 && is_name(line.data[start - 1]);)
        start--;
    return start == at ? (struct slice){NULL, 0} : (struct slice){line.data + start, at - start};
}

struct slice context_key(struct slice line, size_t start)
{
    size_t sign = start;
    struct slice name;

    while (sign > 0 && line.data[sign - 1] != '=' && line.data[sign - 1] != ':')
        sign--;
    if (sign == 0)
        return (struct slice){NULL, 0};
    /* Go's `path := "/ws"` */
    if (sign > 1 && line.data[sign - 1] == '=' && line.data[sign - 2] == ':')
        sign--;
    name = name_before(line, sign - 1);
    /* A type stands between: `socket: string = "/ws"`. */
    if (name.data && line.data[sign - 1] == '=') {
        size_t before = skip_blanks_back(line, (size_t)(name.data - line.data));

        if (before > 0 && line.data[before - 1] == ':' && name_before(line, before - 1).data)
            return name_before(line, before - 1);
    }
    return name;
}

bool context_names_address(struct slice key)
{
    static const char *const words[] = {"path", "route", "url", "uri", "endpoint", "socket", "_ws", "ws_", "address"};
    char text[80];

    if (!key.data || key.len >= sizeof text)
        return false;
    memcpy(text, key.data, key.len);
    text[key.len] = '\0';
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcasestr(text, words[i]))
            return true;
    return false;
}

bool context_comment(struct slice line)
{
    struct slice first = first_word(line);

    return first.len > 0
           && ((first.data[0] == '#' && !slice_equals(first, slice_of("#define"))) || first.data[0] == '*'
               || (first.len > 1 && memcmp(first.data, "//", 2) == 0)
               || (first.len > 1 && memcmp(first.data, "/*", 2) == 0)
               || (first.len > 3 && memcmp(first.data, "<!--", 4) == 0));
}

bool context_aside(const char *file)
{
    static const char *const folders[] = {"test/", "tests/",   "__tests__/", "spec/",     "docs/",
                                          "doc/",  "example/", "examples/",  "fixtures/", "__mocks__/"};
    static const char *const endings[] = {".md", ".rst", ".adoc", ".txt", "_test.go", "_test.py"};
    struct slice text = slice_of(file);

    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        const char *hit = strstr(file, folders[i]);

        if (hit && (hit == file || hit[-1] == '/'))
            return true;
    }
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        if (ends_with(text, endings[i]))
            return true;
    return strstr(file, ".test.") || strstr(file, ".spec.");
}

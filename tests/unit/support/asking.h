/* SPDX-License-Identifier: MIT */
/* asking.h - endpoints on the test servers, and what those wrote down of being asked. */
#ifndef TESTS_UNIT_SUPPORT_ASKING_H
#define TESTS_UNIT_SUPPORT_ASKING_H

#include "tests/unit/support/probing.h"

/* A URL that is there already adds no endpoint, so each has a query of its own. */
static inline struct endpoint *add_to(const char *scheme, const char *port, const char *path)
{
    return add(arena_printf(&suite.arena, "%s://localhost:%s%s%c%zu", scheme, value_of(port), path,
                            strchr(path, '?') ? '&' : '?', suite.endpoint_count));
}

/* Adding one moves those before it. */
static inline struct endpoint *at(size_t endpoint)
{
    return (struct endpoint *)(uintptr_t)&suite.endpoints[endpoint];
}

static inline void add_header(struct endpoint *endpoint, const char *name, const char *value, const char *shown)
{
    struct header_setting *headers = arena_new(&suite.arena, endpoint->header_count + 1, sizeof *headers);

    if (endpoint->header_count)
        memcpy(headers, endpoint->headers, endpoint->header_count * sizeof *headers);
    headers[endpoint->header_count++] = (struct header_setting){name, {value, shown}, value != shown, false};
    endpoint->headers = headers;
}

static inline void perform_all(void)
{
    struct error err = {0};

    assert_int_equal(perform((struct mono){0}, &err), PERFORMED_ALL);
}

/* What a server's log has in lines that hold `part`, all behind one another. */
static inline const char *logged(const char *variable, const char *part)
{
    char line[8192];
    struct buf found = BUF_INIT;
    FILE *file = fopen(value_of(variable), "r");
    const char *text;

    assert_non_null(file);
    while (fgets(line, sizeof line, file))
        if (strstr(line, part))
            buf_puts(&found, line);
    fclose(file);
    text = arena_text(&suite.arena, found.data);
    buf_free(&found);
    return text;
}

static inline size_t times_logged(const char *part)
{
    const char *text = logged("RAW_REQUESTS", part);
    size_t count = 0;

    for (; *text; text++)
        count += *text == '\n';
    return count;
}

static inline void assert_code(const struct probe *probe, const char *code)
{
    const char *found = probe->code ? probe->code : "nothing";

    if (strcmp(found, code) != 0)
        print_error("%s: %.*s\n", probe->url, (int)probe->detail.len, probe->detail.data ? probe->detail.data : "");
    assert_string_equal(found, code);
}
#endif

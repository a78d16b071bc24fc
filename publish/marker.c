/* SPDX-License-Identifier: MIT */
#include "publish/marker.h"

#include <string.h>

#include "base/buf.h"
#include "base/digest.h"

enum { KEY_DIGITS = 32 };

static void put_counted(struct buf *out, const char *text)
{
    buf_printf(out, "%zu:%s,", text ? strlen(text) : 0, text ? text : "");
}

const char *marker_key(const char *suite, const char *environment, const char *ticket, struct arena *arena)
{
    struct buf all = BUF_INIT;
    struct digest digest;
    char text[DIGEST_TEXT];

    put_counted(&all, suite);
    put_counted(&all, environment);
    put_counted(&all, ticket);
    digest = digest_of(buf_slice(&all));
    buf_free(&all);
    return arena_text_of(arena, digest_text(&digest, text), KEY_DIGITS);
}

const char *marker_words(const char *key, const char *what, struct arena *arena)
{
    return arena_printf(arena, "endoscope:v1 key=%s %s.", key, what);
}

const char *marker_line(const char *key, const char *what, enum marker_form form, struct arena *arena)
{
    const char *words = marker_words(key, what, arena);

    switch (form) {
    case MARKER_LINK:
        return arena_printf(arena, "[//]: # (%s)", words);
    case MARKER_WIKI:
        return arena_printf(arena, "{color:#aaaaaa}%s{color}", words);
    default:
        return arena_printf(arena, "<!-- %s -->", words);
    }
}

bool marker_found(const char *body, const char *words)
{
    size_t end = strlen(body);
    size_t start;

    while (end && strchr(" \t\r\n", body[end - 1]))
        end--;
    for (start = end; start && body[start - 1] != '\n'; start--)
        ;
    return memmem(body + start, end - start, words, strlen(words)) != NULL;
}

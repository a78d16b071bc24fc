/* SPDX-License-Identifier: MIT */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "cli/globs.h"

#include <pcre2.h>
#include <string.h>

#include "base/memory.h"

struct glob {
    pcre2_code *code;
    char *folder; /* below which it holds */
    bool exception, folders_only;
    bool anywhere; /* matched by the last name alone */
};

struct globs {
    struct glob *list;
    size_t count, capacity;
    pcre2_match_data *match;
};

struct globs *globs_new(void)
{
    struct globs *globs = mem_new(1, sizeof *globs);

    globs->match = pcre2_match_data_create(1, NULL);
    return globs;
}

void globs_free(struct globs *globs)
{
    if (!globs)
        return;
    for (size_t i = 0; i < globs->count; i++) {
        pcre2_code_free(globs->list[i].code);
        mem_free(globs->list[i].folder);
    }
    pcre2_match_data_free(globs->match);
    mem_free(globs->list);
    mem_free(globs);
}

size_t globs_count(const struct globs *globs)
{
    return globs->count;
}

static pcre2_code *compile(struct slice rule)
{
    PCRE2_UCHAR *expression = NULL;
    PCRE2_SIZE len, offset;
    pcre2_code *code = NULL;
    int number;

    if (pcre2_pattern_convert((PCRE2_SPTR)rule.data, rule.len, PCRE2_CONVERT_GLOB, &expression, &len, NULL) == 0)
        code = pcre2_compile(expression, len, 0, &number, &offset, NULL);
    pcre2_converted_pattern_free(expression);
    return code;
}

/* Blanks at the end do not count unless a backslash stands before them. */
static struct slice without_end(struct slice rule)
{
    while (rule.len && strchr(" \t\r", rule.data[rule.len - 1]) && !(rule.len > 1 && rule.data[rule.len - 2] == '\\'))
        rule.len--;
    return rule;
}

bool globs_add(struct globs *globs, const char *folder, struct slice rule)
{
    struct glob glob = {.anywhere = true};

    rule = without_end(rule);
    if (rule.len == 0 || rule.data[0] == '#')
        return true;
    if (rule.data[0] == '!') {
        glob.exception = true;
        rule = (struct slice){rule.data + 1, rule.len - 1};
    }
    if (rule.len && rule.data[rule.len - 1] == '/') {
        glob.folders_only = true;
        rule.len--;
    }
    glob.anywhere = rule.len > 0 && memchr(rule.data, '/', rule.len) == NULL;
    if (rule.len && rule.data[0] == '/')
        rule = (struct slice){rule.data + 1, rule.len - 1};
    glob.code = rule.len ? compile(rule) : NULL;
    if (!glob.code)
        return false;
    glob.folder = mem_copy(folder, strlen(folder));
    globs->list = mem_grow(globs->list, globs->count, &globs->capacity, sizeof *globs->list);
    globs->list[globs->count++] = glob;
    return true;
}

void globs_add_lines(struct globs *globs, const char *folder, struct slice text)
{
    for (size_t start = 0; start < text.len;) {
        const char *end = memchr(text.data + start, '\n', text.len - start);
        size_t stop = end ? (size_t)(end - text.data) : text.len;

        globs_add(globs, folder, (struct slice){text.data + start, stop - start});
        start = stop + 1;
    }
}

/* The part of `path` that a rule is held against; NULL: it does not lie below the rule's folder. */
static const char *part_for(const struct glob *glob, const char *path)
{
    size_t len = strlen(glob->folder);
    const char *slash;

    if (len && (strncmp(path, glob->folder, len) != 0 || path[len] != '/'))
        return NULL;
    path += len ? len + 1 : 0;
    slash = strrchr(path, '/');
    return glob->anywhere && slash ? slash + 1 : path;
}

static bool matches(const struct globs *globs, const struct glob *glob, const char *path, bool is_folder)
{
    const char *part = part_for(glob, path);

    return part && (is_folder || !glob->folders_only)
           && pcre2_match(glob->code, (PCRE2_SPTR)part, strlen(part), 0, 0, globs->match, NULL) >= 0;
}

bool globs_match(const struct globs *globs, const char *path, bool is_folder)
{
    for (size_t i = globs->count; i-- > 0;)
        if (matches(globs, &globs->list[i], path, is_folder))
            return !globs->list[i].exception;
    return false;
}

bool globs_cover(const struct globs *globs, const char *path)
{
    char *part = mem_copy(path, strlen(path));
    bool covered = globs_match(globs, path, false);

    for (char *slash = strrchr(part, '/'); slash && !covered; slash = strrchr(part, '/')) {
        *slash = '\0';
        covered = globs_match(globs, part, true);
    }
    mem_free(part);
    return covered;
}

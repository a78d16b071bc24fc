/* SPDX-License-Identifier: MIT */
/* Templates by name, each read and parsed once. A file in the folder goes before the one that was compiled
 * in. */
#include "render/template.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/memory.h"
#include "base/utf8.h"

#define BUILTIN "builtin/"

enum { FILE_MAX = 4 << 20 };

struct entry {
    char *name;
    bool missing;      /* there is none of that name: looked for once, in the folder and among what was compiled in */
    struct buf read;   /* of a file in the folder */
    struct slice text; /* that, or what was compiled in */
    struct mustache *parsed;
    struct entry *next;
};

struct templates {
    char *folder; /* NULL: none */
    struct entry *first;
};

struct templates *templates_open(const char *folder)
{
    struct templates *templates = mem_new(1, sizeof *templates);

    if (folder)
        templates->folder = mem_copy(folder, strlen(folder));
    return templates;
}

void templates_free(struct templates *templates)
{
    if (!templates)
        return;
    while (templates->first) {
        struct entry *entry = templates->first;

        templates->first = entry->next;
        mustache_free(entry->parsed);
        buf_free(&entry->read);
        mem_free(entry->name);
        mem_free(entry);
    }
    mem_free(templates->folder);
    mem_free(templates);
}

/* Names come from templates: none may lead out of the folder. */
static bool is_inside(const char *name)
{
    return *name && *name != '/' && !strstr(name, "..");
}

static bool read_all(FILE *file, const char *path, struct buf *text, struct error *err)
{
    char block[4096];
    size_t len;

    text->cap = FILE_MAX;
    while ((len = fread(block, 1, sizeof block, file)) > 0)
        if (!buf_put(text, block, len))
            return fail(err, ERR_TEMPLATE, "%s: a template has at most %d bytes", path, FILE_MAX);
    if (ferror(file))
        return fail(err, ERR_IO, "%s: %s", path, strerror(errno));
    if (!utf8_valid(buf_slice(text)))
        return fail(err, ERR_TEMPLATE, "%s: not UTF-8", path);
    return true;
}

/* Reads the file `name` of the folder; false with err->code ERR_NONE: it is not there. */
static bool read_file(const struct templates *templates, const char *name, struct buf *text, struct error *err)
{
    struct buf path = BUF_INIT;
    FILE *file;
    bool ok = false;

    if (!templates->folder)
        return false;
    buf_printf(&path, "%s/%s", templates->folder, name);
    file = fopen(path.data, "rbe");
    if (file) {
        ok = read_all(file, path.data, text, err);
        fclose(file);
    } else if (errno != ENOENT && errno != ENOTDIR) {
        fail(err, ERR_IO, "%s: %s", path.data, strerror(errno));
    }
    buf_free(&path);
    return ok;
}

static bool read_embedded(const char *name, struct slice *text)
{
    for (const struct embedded_template *file = embedded_templates; file->name; file++) {
        if (strcmp(file->name, name) != 0)
            continue;
        *text = (struct slice){file->data, file->len};
        return true;
    }
    return false;
}

/* The entry that was made for `name`, put in front: a list's row asks for the same few again and again. */
static struct entry *recall(struct templates *templates, const char *name)
{
    for (struct entry **at = &templates->first; *at; at = &(*at)->next) {
        struct entry *entry = *at;

        if (strcmp(entry->name, name) != 0)
            continue;
        *at = entry->next;
        entry->next = templates->first;
        templates->first = entry;
        return entry;
    }
    return NULL;
}

static struct entry *remember(struct templates *templates, const char *name)
{
    struct entry *entry = mem_new(1, sizeof *entry);

    entry->name = mem_copy(name, strlen(name));
    entry->next = templates->first;
    templates->first = entry;
    return entry;
}

/* The entry of `name`; NULL: there is none (err->code ERR_NONE), or it cannot be read. */
static struct entry *find(struct templates *templates, const char *name, struct error *err)
{
    struct entry *entry = recall(templates, name);
    struct buf read = BUF_INIT;
    struct slice text = {NULL, 0};
    bool builtin = strncmp(name, BUILTIN, strlen(BUILTIN)) == 0;

    if (entry || !is_inside(name))
        return entry && !entry->missing ? entry : NULL;
    /* "builtin/report.md" is the one compiled in: what a file that goes before it can inherit from. */
    if (!builtin && read_file(templates, name, &read, err)) {
        text = buf_slice(&read);
    } else if (err->code != ERR_NONE) {
        buf_free(&read);
        return NULL;
    }
    entry = remember(templates, name);
    entry->missing = !text.data && !read_embedded(builtin ? name + strlen(BUILTIN) : name, &text);
    entry->read = read;
    entry->text = text;
    return entry->missing ? NULL : entry;
}

static struct entry *find_or_fail(struct templates *templates, const char *name, struct error *err)
{
    struct error cause = {ERR_NONE, ""};
    struct entry *entry = find(templates, name, &cause);

    if (!entry && cause.code == ERR_NONE)
        fail(err, ERR_TEMPLATE, "there is no template %s", name);
    else if (!entry && err)
        *err = cause;
    return entry;
}

bool template_text(struct templates *templates, const char *name, struct slice *text, struct error *err)
{
    const struct entry *entry = find_or_fail(templates, name, err);

    if (entry)
        *text = entry->text;
    return entry != NULL;
}

static const struct mustache *parsed(struct entry *entry, struct error *err)
{
    if (!entry->parsed)
        entry->parsed = mustache_parse(entry->name, entry->text, err);
    return entry->parsed;
}

const struct mustache *template_get(struct templates *templates, const char *name, struct error *err)
{
    struct entry *entry = find_or_fail(templates, name, err);

    return entry ? parsed(entry, err) : NULL;
}

static const struct mustache *partial(void *self, struct slice name, struct error *err)
{
    struct error cause = {ERR_NONE, ""};
    struct buf file = BUF_INIT;
    struct entry *entry;

    buf_put_slice(&file, name);
    entry = find(self, file.data, &cause);
    if (!entry && cause.code == ERR_NONE) {
        buf_puts(&file, ".md");
        entry = find(self, file.data, &cause);
    }
    buf_free(&file);
    if (!entry && cause.code != ERR_NONE && err)
        *err = cause;
    return entry ? parsed(entry, err) : NULL;
}

struct mustache_loader template_loader(struct templates *templates)
{
    return (struct mustache_loader){templates, partial};
}

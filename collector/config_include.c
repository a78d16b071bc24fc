/* SPDX-License-Identifier: MIT */
#include "collector/config_include.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/memory.h"
#include "collector/config_fields.h"

enum { CONFIG_BYTES_MAX = 16 << 20 };

bool config_read_file(const char *path, struct buf *text, struct error *err)
{
    FILE *file = fopen(path, "rbe");
    struct stat status;
    char block[16384];
    size_t got;
    bool ok = true;

    if (!file)
        return fail(err, ERR_CONFIG, "cannot read the config %s: %s", path, strerror(errno));
    if (fstat(fileno(file), &status) == 0 && S_ISDIR(status.st_mode))
        ok = fail(err, ERR_CONFIG, "cannot read the config %s: it is a folder", path);
    text->cap = CONFIG_BYTES_MAX;
    while (ok && (got = fread(block, 1, sizeof block, file)) > 0 && buf_put(text, block, got))
        continue;
    if (ok && ferror(file))
        ok = fail(err, ERR_CONFIG, "cannot read the config %s: %s", path, strerror(errno));
    if (ok && text->capped)
        ok = fail(err, ERR_CONFIG, "the config %s is larger than 16 MiB", path);
    fclose(file);
    return ok;
}

const char *config_folder(const char *path, struct arena *arena)
{
    const char *slash = strrchr(path, '/');

    if (!slash)
        return "";
    return slash == path ? "/" : arena_text_of(arena, path, (size_t)(slash - path));
}

/* The same file by another path is the same file. */
static bool is_known(const struct loader *loader, const struct stat *status)
{
    for (const struct config_source *source = loader->sources; source; source = source->next)
        if (source->device == (uint64_t)status->st_dev && source->inode == (uint64_t)status->st_ino)
            return true;
    return false;
}

static struct config_source *add_source(struct loader *loader, const char *path, const struct stat *status)
{
    struct arena *arena = &loader->suite->arena;
    struct config_source *source = arena_new(arena, 1, sizeof *source);
    struct config_source **end = &loader->sources;

    while (*end)
        end = &(*end)->next;
    *source = (struct config_source){
        .file = path,
        .folder = config_folder(path, arena),
        .device = (uint64_t)status->st_dev,
        .inode = (uint64_t)status->st_ino,
    };
    *end = source;
    loader->source_count++;
    return source;
}

static void read_source(struct loader *loader, struct config_source *source)
{
    struct buf text = BUF_INIT;
    struct error err = {0};
    struct yaml_fault fault;
    struct config_source *before = loader_enter(loader, source);

    if (!config_read_file(source->file, &text, &err))
        loader_problem(loader, NULL, NULL, "%s", err.text);
    else if (!yaml_tree_read(buf_slice(&text), &source->tree, &fault))
        loader_fault(loader, &fault);
    else
        config_include(loader);
    loader_enter(loader, before);
    buf_free(&text);
}

static void include_one(struct loader *loader, const struct yaml_node *item, const struct place *place, void *self)
{
    struct setting setting = {NULL, NULL};
    struct stat status;
    const char *path;

    (void)self;
    if (!loader_expand(loader, item, place, EXPAND_PLAIN, &setting) || loader_is_open(loader, setting.value))
        return;
    path = loader_path(loader, setting.value);
    if (!setting.value[0])
        loader_expected(loader, item, place, "the path of a file");
    else if (stat(path, &status) != 0)
        loader_problem(loader, item, place, "cannot read %s: %s", path, strerror(errno));
    else if (!S_ISREG(status.st_mode))
        loader_problem(loader, item, place, "%s is no file", path);
    else if (is_known(loader, &status))
        loader_problem(loader, item, place, "%s is read already: a file is included once", path);
    else if (loader->source_count >= SOURCES_MAX || loader->depth >= INCLUDE_DEPTH_MAX)
        loader_problem(loader, item, place, "there are too many files that include each other: at most %d, %d deep",
                       SOURCES_MAX, INCLUDE_DEPTH_MAX);
    else
        read_source(loader, add_source(loader, path, &status));
}

void config_include(struct loader *loader)
{
    const struct yaml_node *root = yaml_root(loader->tree);
    const struct yaml_node *list = root ? loader_member(root, "include") : NULL;
    struct place place = {NULL, "include", 0};

    loader->depth++;
    if (list)
        config_each_item(loader, list, &place, true, include_one, NULL);
    loader->depth--;
}

void config_check_include(struct loader *loader, const struct yaml_node *value, const struct place *place,
                          void *object)
{
    /* config_include() has read it, and said what is wrong with it. */
    (void)loader;
    (void)value;
    (void)place;
    (void)object;
}

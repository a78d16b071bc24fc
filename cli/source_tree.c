/* SPDX-License-Identifier: MIT */
#include "cli/source_tree.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "cli/globs.h"
#include "collector/suite.h"

struct walking {
    source_take *take;
    void *self;
    struct arena arena;
    struct globs *ignored;  /* paths below the repository's root */
    struct globs *left_out; /* of the config, below the folder */
    struct globs *wanted;   /* ... none: everything */
    const char *within;     /* the folder, below the repository's root: "" or "web/" */
    size_t prefix;          /* bytes of a path before what is shown of it */
    struct mono deadline;
    size_t files, bytes;
    bool cut;
};

static bool passed_over(const char *name)
{
    static const char *const names[] = {".git",        ".hg",    ".svn",  "node_modules", "vendor",
                                        "third_party", "dist",   "build", "target",       ".venv",
                                        "__pycache__", ".cache", ".next", "coverage"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

static bool read_file(const char *path, struct buf *text)
{
    char block[16384];
    ssize_t got;
    /* A fifo under a file's name must not hold us up. */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);

    if (fd < 0)
        return false;
    while ((got = read(fd, block, sizeof block)) > 0 && text->len <= TREE_FILE_BYTES_MAX)
        buf_put(text, block, (size_t)got);
    close(fd);
    return got == 0 && memchr(text->data ? text->data : "", '\0', text->len) == NULL;
}

static const char *below_root(struct walking *walking, const char *path)
{
    return arena_printf(&walking->arena, "%s%s", walking->within, path);
}

static void add_ignored(struct walking *walking, const char *file, const char *folder)
{
    struct buf text = BUF_INIT;

    if (read_file(file, &text))
        globs_add_lines(walking->ignored, folder, buf_slice(&text));
    buf_free(&text);
}

/* Rules also stand above the folder, up to the root of the repository that it lies in. */
static void find_root(struct walking *walking, const char *folder)
{
    char *real = realpath(folder, NULL);
    size_t len = real ? strlen(real) : 0, root = len;
    const char *at;

    walking->within = "";
    while (root > 0 && access(arena_printf(&walking->arena, "%.*s/.git", (int)root, real), F_OK) != 0)
        while (root > 0 && real[--root] != '/')
            continue;
    if (root > 0) {
        add_ignored(walking, arena_printf(&walking->arena, "%.*s/.git/info/exclude", (int)root, real), "");
        if (root < len)
            walking->within = arena_printf(&walking->arena, "%s/", real + root + 1);
        /* The folder's own is read when it is entered. */
        for (at = real + root; at < real + len; at = strchr(at + 1, '/') ? strchr(at + 1, '/') : real + len) {
            size_t below = (size_t)(at - real) > root ? root + 1 : root;

            add_ignored(walking, arena_printf(&walking->arena, "%.*s/.gitignore", (int)(at - real), real),
                        arena_text_of(&walking->arena, real + below, (size_t)(at - real) - below));
        }
    }
    free(real);
}

static void add_globs(struct globs *globs, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        globs_add(globs, "", slice_of(list[i]));
}

static bool enters(struct walking *walking, FTSENT *entry)
{
    const char *path = entry->fts_level > 0 ? entry->fts_accpath + walking->prefix : "";

    if (entry->fts_level > 0
        && (passed_over(entry->fts_name) || globs_match(walking->ignored, below_root(walking, path), true)
            || globs_match(walking->left_out, path, true)))
        return false;
    path = below_root(walking, path);
    /* The folder itself ends with the slash of what is within. */
    add_ignored(walking, arena_printf(&walking->arena, "%s/.gitignore", entry->fts_accpath),
                arena_text_of(&walking->arena, path, strlen(path) - (*path && path[strlen(path) - 1] == '/')));
    return true;
}

static bool is_wanted(struct walking *walking, const char *path)
{
    return !globs_match(walking->ignored, below_root(walking, path), false)
           && !globs_match(walking->left_out, path, false)
           && (globs_count(walking->wanted) == 0 || globs_cover(walking->wanted, path));
}

static void take_file(struct walking *walking, FTSENT *entry)
{
    const char *path = entry->fts_accpath + walking->prefix;
    struct buf text = BUF_INIT;

    if (entry->fts_statp->st_size > TREE_FILE_BYTES_MAX || !is_wanted(walking, path))
        return;
    if (read_file(entry->fts_accpath, &text)) {
        walking->bytes += text.len;
        walking->take(walking->self, path, buf_slice(&text));
    }
    walking->files++;
    buf_free(&text);
}

static bool at_limit(const struct walking *walking)
{
    return walking->files >= TREE_FILES_MAX || walking->bytes > TREE_BYTES_MAX
           || mono_between(mono_now(), walking->deadline) <= 0;
}

static void walk(struct walking *walking, FTS *tree)
{
    FTSENT *entry;

    while ((entry = fts_read(tree))) {
        if (at_limit(walking)) {
            walking->cut = true;
            return;
        }
        if (entry->fts_info == FTS_D && !enters(walking, entry))
            fts_set(tree, entry, FTS_SKIP);
        if (entry->fts_info == FTS_F)
            take_file(walking, entry);
    }
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
    return strcmp((*a)->fts_name, (*b)->fts_name);
}

bool source_tree_read(const struct source_settings *settings, source_take *take, void *self, bool *cut,
                      struct error *err)
{
    struct walking walking = {.take = take, .self = self, .arena = ARENA_INIT};
    const char *folder = settings->path;
    char *paths[] = {arena_text(&walking.arena, folder), NULL};
    size_t len = strlen(folder);
    FTS *tree = NULL;
    bool ok = access(folder, R_OK | X_OK) == 0;

    /* The folder itself may be a link, what is in it may not. */
    if (ok)
        tree = fts_open(paths, FTS_PHYSICAL | FTS_COMFOLLOW | FTS_NOCHDIR | FTS_XDEV, by_name);
    if (!tree) {
        fail(err, ERR_IO, "cannot read the source folder %s: %s", folder, strerror(errno));
        arena_free(&walking.arena);
        return false;
    }
    walking.ignored = globs_new();
    walking.left_out = globs_new();
    walking.wanted = globs_new();
    add_globs(walking.left_out, settings->exclude, settings->exclude_count);
    add_globs(walking.wanted, settings->include, settings->include_count);
    find_root(&walking, folder);
    walking.prefix = len && folder[len - 1] == '/' ? len : len + 1;
    walking.deadline.us = mono_now().us + TREE_US_MAX;
    walk(&walking, tree);
    *cut = walking.cut;
    fts_close(tree);
    globs_free(walking.ignored);
    globs_free(walking.left_out);
    globs_free(walking.wanted);
    arena_free(&walking.arena);
    return true;
}

bool source_tree_file(const struct source_settings *settings, const char *path, struct buf *text)
{
    struct buf whole = BUF_INIT;
    bool ok;

    buf_printf(&whole, "%s/%s", settings->path, path);
    ok = read_file(whole.data, text);
    buf_free(&whole);
    return ok;
}

/* SPDX-License-Identifier: MIT */
#include "cli/source_scan.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "collector/secret.h"
#include "collector/suite.h"
#include "diagnosis/finding.h"
#include "diagnosis/patch.h"

struct scanning {
    const struct needle *needle;
    struct arena *arena;
    size_t prefix; /* bytes of a path before what is shown of it */
    struct location *locations;
    size_t count, capacity;
    struct buf diff;
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
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

    if (fd < 0)
        return false;
    while ((got = read(fd, block, sizeof block)) > 0 && text->len <= SCAN_FILE_BYTES_MAX)
        buf_put(text, block, (size_t)got);
    close(fd);
    return got == 0 && memchr(text->data, '\0', text->len) == NULL;
}

static void keep(struct scanning *scanning, const struct location *found, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (scanning->count == SCAN_LOCATIONS_MAX) {
            scanning->cut = true;
            return;
        }
        scanning->locations = arena_grow(scanning->arena, scanning->locations, scanning->count, &scanning->capacity,
                                         sizeof *scanning->locations);
        scanning->locations[scanning->count++] = found[i];
    }
}

static void scan_file(struct scanning *scanning, const char *path)
{
    const char *shown = path + scanning->prefix;
    const struct location *found;
    struct buf text = BUF_INIT;
    size_t count = 0;

    if (read_file(path, &text)) {
        scanning->bytes += text.len;
        found = locate(scanning->needle, shown, buf_slice(&text), scanning->arena, &count);
        keep(scanning, found, count);
        if (count && !locate_secret_file(shown))
            patch_file(shown, buf_slice(&text), found, count, &scanning->diff);
    }
    scanning->files++;
    buf_free(&text);
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
    return strcmp((*a)->fts_name, (*b)->fts_name);
}

static int by_kind(const void *a, const void *b)
{
    const struct location *one = a, *other = b;
    int files = strcmp(one->file, other->file);

    if (one->kind != other->kind)
        return one->kind < other->kind ? -1 : 1;
    if (files)
        return files;
    return one->line < other->line ? -1 : one->line > other->line;
}

static void walk(struct scanning *scanning, FTS *tree)
{
    FTSENT *entry;

    while ((entry = fts_read(tree))) {
        if (entry->fts_info == FTS_D && entry->fts_level > 0 && passed_over(entry->fts_name))
            fts_set(tree, entry, FTS_SKIP);
        if (entry->fts_info != FTS_F || entry->fts_statp->st_size > SCAN_FILE_BYTES_MAX)
            continue;
        if (scanning->files == SCAN_FILES_MAX || scanning->bytes > SCAN_BYTES_MAX) {
            scanning->cut = true;
            return;
        }
        scan_file(scanning, entry->fts_accpath);
    }
}

bool source_scan(const char *folder, const struct needle *needle, struct arena *arena, struct source_scan *scan,
                 struct error *err)
{
    struct scanning scanning = {.needle = needle, .arena = arena, .diff = BUF_INIT};
    char *paths[] = {arena_text(arena, folder), NULL};
    size_t len = strlen(folder);
    FTS *tree;

    *scan = (struct source_scan){0};
    if (access(folder, R_OK | X_OK) != 0)
        return fail(err, ERR_IO, "cannot read the source folder %s: %s", folder, strerror(errno));
    tree = fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR | FTS_XDEV, by_name);
    if (!tree)
        return fail(err, ERR_IO, "cannot walk the source folder %s: %s", folder, strerror(errno));
    scanning.prefix = len && folder[len - 1] == '/' ? len : len + 1;
    walk(&scanning, tree);
    fts_close(tree);
    if (scanning.count)
        qsort(scanning.locations, scanning.count, sizeof *scanning.locations, by_kind);
    scan->locations = scanning.locations;
    scan->count = scanning.count;
    scan->cut = scanning.cut;
    if (scanning.diff.len)
        scan->diff = arena_slice(arena, buf_slice(&scanning.diff));
    buf_free(&scanning.diff);
    return true;
}

static struct slice redacted(const struct secrets *secrets, struct slice text, struct arena *arena)
{
    struct buf out = BUF_INIT;
    struct slice kept = {NULL, 0};

    if (text.data) {
        secrets_redact(secrets, text, false, &out);
        kept = arena_slice(arena, buf_slice(&out));
    }
    buf_free(&out);
    return kept;
}

static bool scan_finding(const struct suite *suite, const struct secrets *secrets, struct finding *finding,
                         struct arena *arena, struct error *err)
{
    const struct endpoint *endpoint = &suite->endpoints[finding->endpoints[0]];
    const struct needle needle =
        locate_needle(slice_of(endpoint->url.shown), slice_of(endpoint->candidates[finding->candidate - 1].url.shown));
    struct source_scan scan;
    struct location *locations;

    if (!source_scan(suite->source.path, &needle, arena, &scan, err))
        return false;
    locations = arena_new(arena, scan.count, sizeof *locations);
    for (size_t i = 0; i < scan.count; i++) {
        locations[i] = scan.locations[i];
        locations[i].literal = redacted(secrets, locations[i].literal, arena);
        locations[i].replacement = redacted(secrets, locations[i].replacement, arena);
        locations[i].key = redacted(secrets, locations[i].key, arena);
    }
    finding->searched = true;
    finding->locations = locations;
    finding->location_count = scan.count;
    finding->diff = redacted(secrets, scan.diff, arena);
    return true;
}

bool source_scan_findings(const struct suite *suite, const struct secrets *secrets, struct findings *findings,
                          struct arena *arena, struct error *err)
{
    struct finding *list = arena_new(arena, findings->count, sizeof *list);

    if (!suite->source.path)
        return true;
    for (size_t i = 0; i < findings->count; i++) {
        list[i] = findings->list[i];
        if (list[i].candidate && !scan_finding(suite, secrets, &list[i], arena, err))
            return false;
    }
    findings->list = list;
    return true;
}

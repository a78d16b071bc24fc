/* SPDX-License-Identifier: MIT */
#include "cli/source_scan.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "cli/source_tree.h"
#include "collector/secret.h"
#include "collector/suite.h"
#include "diagnosis/finding.h"
#include "diagnosis/locate.h"
#include "diagnosis/patch.h"

/* One address that is looked for. */
struct seeking {
    struct needle needle;
    struct finding *finding;
    struct location *places; /* in order of file and place */
    size_t count, capacity;
    bool head_seen, cut;
};

struct scanning {
    const struct suite *suite;
    const struct secrets *secrets;
    struct arena *arena;
    struct seeking *list;
    size_t count;
};

static void keep(struct seeking *seeking, const struct location *found, size_t count, struct arena *arena)
{
    for (size_t i = 0; i < count; i++) {
        if (seeking->count == SCAN_FOUND_MAX) {
            seeking->cut = true;
            return;
        }
        seeking->places = arena_grow(arena, seeking->places, seeking->count, &seeking->capacity, sizeof *found);
        seeking->places[seeking->count++] = found[i];
    }
}

static void take(void *self, const char *path, struct slice text)
{
    struct scanning *scanning = self;

    for (size_t i = 0; i < scanning->count; i++) {
        struct seeking *seeking = &scanning->list[i];
        size_t count = 0;
        const struct location *found =
            locate(&seeking->needle, path, text, scanning->arena, &count, &seeking->head_seen);

        keep(seeking, found, count, scanning->arena);
    }
}

/* `${API}/ws` is the end of the path only where something in the tree has its beginning. */
static void drop_loose_ends(struct seeking *seeking)
{
    size_t kept = 0;

    for (size_t i = 0; i < seeking->count; i++)
        if (seeking->places[i].kind != LOCATION_TAIL || seeking->head_seen)
            seeking->places[kept++] = seeking->places[i];
    seeking->count = kept;
}

/* The diff of the file whose places are [first, end). */
static void patch(const struct scanning *scanning, const struct seeking *seeking, size_t first, size_t end,
                  struct buf *diff)
{
    const char *file = seeking->places[first].file;
    struct buf text = BUF_INIT;

    if (!locate_secret_file(file) && source_tree_file(&scanning->suite->source, file, &text))
        patch_file(file, buf_slice(&text), &seeking->places[first], end - first, diff);
    buf_free(&text);
}

static void patch_files(const struct scanning *scanning, const struct seeking *seeking, struct buf *diff)
{
    for (size_t first = 0, end; first < seeking->count; first = end) {
        for (end = first + 1; end < seeking->count; end++)
            if (strcmp(seeking->places[end].file, seeking->places[first].file) != 0)
                break;
        patch(scanning, seeking, first, end, diff);
    }
}

static struct slice redacted(const struct scanning *scanning, struct slice text)
{
    struct buf out = BUF_INIT;
    struct slice kept = {NULL, 0};

    if (text.data) {
        secrets_redact(scanning->secrets, text, false, &out);
        kept = arena_slice(scanning->arena, buf_slice(&out));
    }
    buf_free(&out);
    return kept;
}

/* Tells the finding what was found: the surest places. A value of a file of secrets is shown by itself, its surroundings
 * never. */
static void conclude(const struct scanning *scanning, struct seeking *seeking, bool cut)
{
    struct finding *finding = seeking->finding;
    struct buf diff = BUF_INIT;

    drop_loose_ends(seeking);
    patch_files(scanning, seeking, &diff);
    if (seeking->count)
        qsort(seeking->places, seeking->count, sizeof *seeking->places, locate_order);
    finding->searched = true;
    finding->search_cut = cut || seeking->cut || seeking->count > SCAN_LOCATIONS_MAX;
    finding->locations = seeking->places;
    finding->location_count = seeking->count < SCAN_LOCATIONS_MAX ? seeking->count : SCAN_LOCATIONS_MAX;
    for (size_t i = 0; i < finding->location_count; i++) {
        struct location *place = &seeking->places[i];

        place->literal = redacted(scanning, place->literal);
        place->replacement = redacted(scanning, place->replacement);
        place->key = redacted(scanning, place->key);
    }
    finding->diff = diff.len ? redacted(scanning, buf_slice(&diff)) : (struct slice){NULL, 0};
    buf_free(&diff);
}

static void seek(struct scanning *scanning, struct finding *finding)
{
    const struct endpoint *endpoint = &scanning->suite->endpoints[finding->endpoints[0]];
    const char *working = endpoint->candidates[finding->candidate - 1].url.shown;

    scanning->list[scanning->count++] = (struct seeking){
        .needle = locate_needle(slice_of(endpoint->url.shown), slice_of(working)), .finding = finding};
}

bool source_scan_findings(const struct suite *suite, const struct secrets *secrets, struct findings *findings,
                          struct arena *arena, struct error *err)
{
    struct scanning scanning = {.suite = suite, .secrets = secrets, .arena = arena};
    struct finding *list;
    bool cut = false;

    if (!suite->source.path || findings->count == 0)
        return true;
    list = arena_new(arena, findings->count, sizeof *list);
    scanning.list = arena_new(arena, findings->count, sizeof *scanning.list);
    for (size_t i = 0; i < findings->count; i++) {
        list[i] = findings->list[i];
        if (list[i].candidate)
            seek(&scanning, &list[i]);
    }
    if (scanning.count == 0)
        return true;
    if (!source_tree_read(&suite->source, take, &scanning, &cut, err))
        return false;
    for (size_t i = 0; i < scanning.count; i++)
        conclude(&scanning, &scanning.list[i], cut);
    findings->list = list;
    return true;
}

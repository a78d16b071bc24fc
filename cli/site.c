/* SPDX-License-Identifier: MIT */
#include "cli/site.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/digest.h"
#include "cli/charts.h"
#include "cli/nights.h"
#include "cli/output.h"
#include "cli/past.h"
#include "cli/present.h"
#include "cli/recorded.h"
#include "cli/signals.h"
#include "diagnosis/model_site.h"
#include "render/atom.h"

enum { RUNS_MOST = 1000, STRIP_MOST = 60, NIGHTS_OF_ONE = 365, FEED_MOST = 50 };

struct site {
    struct session *session;
    const char *folder;
    struct templates *templates;
    struct arena arena;
    struct nights nights;
    const struct model_site *model;
    const struct model_history *history; /* that it is made of */
    struct run_filter filter;
    int32_t offset_s; /* of the newest run */
};

static bool make_folder(const char *path, struct error *err)
{
    return mkdir(path, 0755) == 0 || errno == EEXIST
           || fail(err, ERR_IO, "cannot make the folder %s: %s", path, strerror(errno));
}

static const char *path_of(struct site *site, const char *file)
{
    return arena_printf(&site->arena, "%s/%s.html", site->folder, file);
}

static bool write_document(struct site *site, const struct document *document, const char *file, struct error *err)
{
    struct buf out = BUF_INIT;
    bool ok = present_document(document, FORMAT_HTML, site->templates, &out, err)
              && output_write(path_of(site, file), buf_slice(&out), false, err);

    buf_free(&out);
    return ok;
}

/* The report on one run, as `report` writes it. */
static bool write_run(struct site *site, const struct model_site_run *run, struct error *err)
{
    struct recorded recorded = {0};
    struct past past = {.list = NULL};
    struct arena arena = ARENA_INIT;
    struct buf out = BUF_INIT;
    struct store *store = site->session->store;
    struct uuid id;
    bool ok = uuid_parse(run->night->id, &id) && recorded_load(&recorded, store, &id, false, err)
              && past_load(&past, store, &recorded, err);

    if (ok) {
        const struct model *model = model_of_run_since(&recorded.run, recorded.short_id, &recorded.records,
                                                       &recorded.findings, past.earlier, &arena);

        ok = present_model(model, FORMAT_HTML, site->templates, recorded.run.offset_s, &out, err)
             && output_write(path_of(site, run->file), buf_slice(&out), false, err);
    }
    buf_free(&out);
    arena_free(&arena);
    past_free(&past);
    recorded_free(&recorded);
    return ok;
}

static bool write_runs(struct site *site, struct error *err)
{
    const struct model_site_run *runs = site->model->runs.items;

    for (size_t i = 0; i < site->model->runs.count && !signal_caught; i++)
        if (access(path_of(site, runs[i].file), F_OK) != 0 && !write_run(site, &runs[i], err))
            return fail_context(err, "the page of run %s", runs[i].night->short_id);
    return true;
}

/* An endpoint's page is its history, with a line a night. */
static bool write_endpoint(struct site *site, const struct model_site_endpoint *endpoint, struct error *err)
{
    const struct slice name = endpoint->row->endpoint;
    struct arena arena = ARENA_INIT;
    struct nights nights = {.series = {.suite = NULL}};
    const struct nights_wanted wanted = {.filter = site->filter,
                                         .folded = true,
                                         .endpoint = arena_text_of(&arena, name.data, name.len),
                                         .most = NIGHTS_OF_ONE};
    bool ok = nights_load(&nights, site->session->store, NULL, &wanted, err);

    if (ok && nights.series.count > 0) {
        const struct model_history *history = model_of_history(&nights.series, STRIP_MOST, &arena);
        const struct document document = {
            .shape = &model_history_shape,
            .object = history,
            .markdown = "history.md",
            .text = "history.txt",
            .title = arena_printf(&arena, "%s · nights", wanted.endpoint),
            .offset_s = site->offset_s,
            .charts = charts_of_history(history, site->offset_s, &arena),
        };

        ok = write_document(site, &document, endpoint->file, err);
    }
    nights_free(&nights);
    arena_free(&arena);
    return ok;
}

static bool write_endpoints(struct site *site, struct error *err)
{
    const struct model_site_endpoint *endpoints = site->model->endpoints.items;

    for (size_t i = 0; i < site->model->endpoints.count && !signal_caught; i++)
        if (!write_endpoint(site, &endpoints[i], err))
            return false;
    return true;
}

static bool write_index(struct site *site, struct error *err)
{
    const struct document document = {
        .shape = &model_site_shape,
        .object = site->model,
        .markdown = "site.md",
        .text = "site.md",
        .title = arena_printf(&site->arena, "%s · reports", site->nights.series.suite->name),
        .offset_s = site->offset_s,
        .charts = charts_of_history(site->history, site->offset_s, &site->arena),
    };

    return write_document(site, &document, "index", err);
}

/* A name that stays, whatever becomes of the runs: made of what the suite is called (RFC 9562, 5.8). */
static const char *feed_id(struct site *site)
{
    const struct suite *suite = site->nights.series.suite;
    struct digest digest = digest_of(slice_of(arena_printf(&site->arena, "endoscope feed\n%s\n%s", suite->name,
                                                           suite->environment ? suite->environment : "")));
    struct uuid id;
    char text[UUID_TEXT];

    memcpy(id.bytes, digest.bytes, sizeof id.bytes);
    id.bytes[6] = (uint8_t)((id.bytes[6] & 0x0F) | 0x80);
    id.bytes[8] = (uint8_t)((id.bytes[8] & 0x3F) | 0x80);
    return arena_text(&site->arena, uuid_text(&id, text));
}

static bool write_feed(struct site *site, struct error *err)
{
    const struct model_site_run *runs = site->model->runs.items;
    size_t count = site->model->runs.count < FEED_MOST ? site->model->runs.count : FEED_MOST;
    struct atom_entry *entries = arena_new(&site->arena, count + 1, sizeof *entries);
    struct atom atom = {.title = slice_of(site->nights.series.suite->name),
                        .id = feed_id(site),
                        .entries = entries,
                        .count = count,
                        .offset_s = site->offset_s};
    struct buf out = BUF_INIT;
    bool ok;

    for (size_t i = 0; i < count; i++)
        entries[i] = (struct atom_entry){
            .id = runs[i].night->id,
            .title = arena_printf(&site->arena, "%llu of %llu required endpoints pass, %llu fail",
                                  (unsigned long long)runs[i].passing, (unsigned long long)runs[i].required,
                                  (unsigned long long)runs[i].failing),
            .href = arena_printf(&site->arena, "%s.html", runs[i].file),
            .updated = runs[i].night->started,
        };
    atom_write(&atom, &out);
    ok = output_write(arena_printf(&site->arena, "%s/feed.xml", site->folder), buf_slice(&out), false, err);
    buf_free(&out);
    return ok;
}

static bool make_folders(struct site *site, struct error *err)
{
    return make_folder(site->folder, err) && make_folder(arena_printf(&site->arena, "%s/runs", site->folder), err)
           && make_folder(arena_printf(&site->arena, "%s/endpoints", site->folder), err);
}

bool site_update(struct session *session, const struct arguments *arguments, const char *folder,
                 struct templates *templates, struct error *err)
{
    const struct selection selection = session_selection(session, arguments, NULL);
    const struct nights_wanted wanted = {.filter = selection.filter, .folded = true, .most = RUNS_MOST};
    struct site site = {.session = session, .folder = folder, .templates = templates, .arena = ARENA_INIT};
    bool ok = nights_load(&site.nights, session->store, NULL, &wanted, err);

    if (ok && site.nights.series.count == 0)
        ok =
            fail(err, ERR_NOT_FOUND, "there is no complete run over a whole suite yet: nothing to keep in %s", folder);
    if (ok) {
        const struct series *series = &site.nights.series;

        site.offset_s = series->nights[series->count - 1].offset_s;
        site.history = model_of_history(series, STRIP_MOST, &site.arena);
        site.model = model_of_site(series, site.history, RUNS_MOST, &site.arena);
        site.filter = selection.filter;
        /* The index last: what it leads to is there. */
        ok = make_folders(&site, err) && write_runs(&site, err) && write_endpoints(&site, err)
             && write_feed(&site, err) && write_index(&site, err);
    }
    nights_free(&site.nights);
    arena_free(&site.arena);
    return ok;
}

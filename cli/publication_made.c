/* SPDX-License-Identifier: MIT */
#include "cli/publication_made.h"

#include "cli/night_past.h"
#include "cli/past.h"
#include "cli/present.h"
#include "cli/recorded.h"
#include "cli/ticket_view.h"
#include "render/finish.h"
#include "render/template.h"

void publication_made_free(struct publication_made *made)
{
    buf_free(&made->markdown);
    buf_free(&made->html);
    arena_free(&made->arena);
}

/* The night before, for what cannot be asked what it was told last. */
static bool add_before(const struct publication_source *source, const struct run *run, const struct ticket *ticket,
                       struct publication_made *made, struct error *err)
{
    const struct suite *suite = &source->session->suite;
    struct store *store = source->session->store;
    const struct selection earlier = {
        .filter = {.suite = suite->name, .environment = suite->environment, .vantage = suite->vantage},
        .before = &run->id};
    struct recorded recorded = {0};
    struct arena arena = ARENA_INIT;
    struct uuid before;
    struct error none = {0};
    bool ok = true;

    if (!night_before(store, run, &earlier, &before, &none))
        return none.code == ERR_NOT_FOUND || fail(err, none.code, "%s", none.text);
    ok = recorded_load(&recorded, store, &before, false, err);
    if (ok) {
        ticket_view_narrow(&recorded, ticket);
        made->before = ticket_view_night(
            &recorded, model_of_run(&recorded.run, recorded.short_id, &recorded.records, &recorded.findings, &arena),
            &made->arena);
        made->publication.before = &made->before;
    }
    arena_free(&arena);
    recorded_free(&recorded);
    return ok;
}

static void finish_write(const void *flavor, struct slice markdown, size_t most, const char *where, struct buf *out)
{
    finish_report(flavor, markdown, most, where, out);
}

static size_t finish_count(const void *flavor, struct slice text)
{
    return finish_size(flavor, text);
}

static bool write_report(const struct publication_source *source, const struct model *model, int32_t offset_s,
                         const struct flavor *flavor, struct publication_made *made, struct error *err)
{
    if (!present_markdown(model, flavor, source->templates, offset_s, &made->markdown, err)
        || !present_model(model, FORMAT_HTML, source->templates, offset_s, &made->html, err))
        return false;
    made->publication.markdown = buf_slice(&made->markdown);
    made->publication.html = buf_slice(&made->html);
    return true;
}

/* From what was read; nothing of that is pointed to when it is made. */
static bool make(struct publication_made *made, const struct publication_source *source,
                 const struct publication_wish *wish, struct recorded *recorded, struct past *past, struct error *err)
{
    const struct suite *suite = &source->session->suite;
    const struct flavor *flavor = flavor_by_name(wish->tracker->flavor);
    struct arena arena = ARENA_INIT;
    const struct model *model;
    bool ok;

    ticket_view_narrow(recorded, wish->ticket);
    ok = !wish->report || past_load(past, source->session->store, recorded, err);
    model = model_of_run_since(&recorded->run, recorded->short_id, &recorded->records, &recorded->findings,
                               past->earlier, &arena);
    made->finish = (struct finish){flavor, finish_write, finish_count};
    made->publication = (struct publication){
        .suite = suite->name,
        .environment = suite->environment,
        .ticket = wish->ticket,
        .night = ticket_view_night(recorded, model, &made->arena),
        .report_url = suite->report_url.shown,
        .finish = &made->finish,
    };
    ok = ok && (!wish->report || write_report(source, model, recorded->run.offset_s, flavor, made, err))
         && (!wish->tracker->ops->send || add_before(source, &recorded->run, wish->ticket, made, err));
    arena_free(&arena);
    return ok;
}

bool publication_made_make(struct publication_made *made, const struct publication_source *source,
                           const struct publication_wish *wish, struct error *err)
{
    struct recorded recorded = {0};
    struct past past = {.list = NULL};
    struct uuid id;
    bool ok;

    *made = (struct publication_made){.arena = ARENA_INIT, .markdown = BUF_INIT, .html = BUF_INIT};
    if (!uuid_parse(wish->run, &id))
        return fail(err, ERR_STORE, "the queue names a run that is none: %s", wish->run);
    ok = recorded_load(&recorded, source->session->store, &id, false, err)
         && make(made, source, wish, &recorded, &past, err);
    past_free(&past);
    recorded_free(&recorded);
    return ok;
}

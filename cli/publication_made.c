/* SPDX-License-Identifier: MIT */
#include "cli/publication_made.h"

#include "cli/night_past.h"
#include "cli/present.h"
#include "cli/ticket_view.h"
#include "render/finish.h"
#include "render/template.h"

void publication_made_free(struct publication_made *made)
{
    buf_free(&made->markdown);
    buf_free(&made->html);
    past_free(&made->past);
    recorded_free(&made->recorded);
    arena_free(&made->arena);
}

static const struct model *view_of(struct recorded *recorded, const struct ticket *ticket, struct arena *arena)
{
    ticket_view_narrow(recorded, ticket);
    return model_of_run(&recorded->run, recorded->short_id, &recorded->records, &recorded->findings, arena);
}

/* The night before, for what cannot be asked what it was told last. */
static bool add_before(struct session *session, const struct ticket *ticket, struct publication_made *made,
                       struct error *err)
{
    const struct suite *suite = &session->suite;
    const struct run *run = &made->recorded.run;
    const struct selection earlier = {
        .filter = {.suite = suite->name, .environment = suite->environment, .vantage = suite->vantage},
        .before = &run->id};
    struct recorded recorded = {0};
    struct uuid before;
    struct error none = {0};
    bool ok = true;

    if (!night_before(session->store, run, &earlier, &before, &none))
        return none.code == ERR_NOT_FOUND || fail(err, none.code, "%s", none.text);
    ok = recorded_load(&recorded, session->store, &before, false, err);
    if (ok) {
        made->before = ticket_view_night(&recorded, view_of(&recorded, ticket, &made->arena), &made->arena);
        made->publication.before = &made->before;
    }
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

bool publication_made_make(struct publication_made *made, const struct publication_source *source, const char *run,
                           const struct ticket *ticket, const struct tracker *tracker, struct error *err)
{
    struct session *session = source->session;
    struct templates *templates = source->templates;
    const struct suite *suite = &session->suite;
    const struct flavor *flavor = flavor_by_name(tracker->flavor);
    const struct model *model;
    struct uuid id;
    int32_t offset;

    *made = (struct publication_made){.arena = ARENA_INIT, .markdown = BUF_INIT, .html = BUF_INIT};
    if (!uuid_parse(run, &id))
        return fail(err, ERR_STORE, "the queue names a run that is none: %s", run);
    if (!recorded_load(&made->recorded, session->store, &id, false, err))
        return false;
    ticket_view_narrow(&made->recorded, ticket);
    if (!past_load(&made->past, session->store, &made->recorded, err))
        return false;
    model = model_of_run_since(&made->recorded.run, made->recorded.short_id, &made->recorded.records,
                               &made->recorded.findings, made->past.earlier, &made->arena);
    made->finish = (struct finish){flavor, finish_write, finish_count};
    offset = made->recorded.run.offset_s;
    made->publication = (struct publication){
        .suite = suite->name,
        .environment = suite->environment,
        .ticket = ticket,
        .night = ticket_view_night(&made->recorded, model, &made->arena),
        .report_url = suite->report_url.shown,
    };
    if (!present_markdown(model, flavor, templates, offset, &made->markdown, err)
        || !present_model(model, FORMAT_HTML, templates, offset, &made->html, err)
        || (tracker->ops->send && !add_before(session, ticket, made, err)))
        return false;
    made->publication.markdown = buf_slice(&made->markdown);
    made->publication.finish = &made->finish;
    made->publication.html = buf_slice(&made->html);
    return true;
}

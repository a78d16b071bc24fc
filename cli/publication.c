/* SPDX-License-Identifier: MIT */
#include "cli/publication.h"

#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/memory.h"
#include "cli/present.h"
#include "cli/publication_made.h"
#include "cli/recorded.h"
#include "cli/signals.h"
#include "publish/publish.h"
#include "publish/queue.h"
#include "render/template.h"

enum { CALL_US = 60 * 1000 * 1000 };

struct work {
    struct session *session;
    const struct publication_order *order;
    struct publication_report *report;
    struct templates *templates;
    struct queue queue;
    struct door *doors; /* to the suite's trackers */
};

/* One tracker: tried when the first ticket is on it. What fails before any ticket is looked at, the token, the network, is
 * the same for all of them: it is not asked again tonight. */
struct door {
    struct tracker tracker;
    enum { DOOR_UNTRIED, DOOR_OPEN, DOOR_SHUT } state;
    struct error why; /* it is shut */
};

static struct publication_line *add_line(struct work *work, const char *ticket, const char *tracker)
{
    struct publication_report *report = work->report;
    struct publication_line *line;

    report->list = mem_grow(report->list, report->count, &report->capacity, sizeof *report->list);
    line = &report->list[report->count++];
    *line = (struct publication_line){arena_text(&report->arena, ticket),
                                      arena_text(&report->arena, tracker),
                                      publish_words[PUBLISH_REFUSED],
                                      NULL,
                                      NULL,
                                      0};
    return line;
}

static void complain(struct work *work, struct publication_line *line, const struct error *err)
{
    line->trouble = arena_text(&work->report->arena, err->text);
    work->report->troubled = true;
}

/* To the tracker of `ticket`, tried; NULL with a sentence. */
static struct door *door_for(struct work *work, const struct ticket *ticket, struct error *err)
{
    const struct suite *suite = &work->session->suite;
    const struct tracker_frame frame = {
        .deadline = work->order->deadline,
        .timeout_us = CALL_US,
        .proxy = suite->proxy.value,
        .secrets = work->session->secrets,
        .stop = &signal_caught,
        .dry = work->order->dry ? stdout : NULL,
    };

    for (size_t i = 0; i < suite->tracker_count; i++) {
        struct door *door = &work->doors[i];

        if (strcmp(suite->trackers[i].name, ticket->tracker) != 0)
            continue;
        if (door->state == DOOR_UNTRIED) {
            bool opened = tracker_open(&door->tracker, &suite->trackers[i], &frame, &door->why);

            door->state = opened ? DOOR_OPEN : DOOR_SHUT;
        }
        return door;
    }
    fail(err, ERR_CONFIG, "the config has no tracker `%s`", ticket->tracker);
    return NULL;
}

static bool same_text(const char *a, const char *b)
{
    return strcmp(a ? a : "", b ? b : "") == 0;
}

static bool is_of(const struct run *run, const struct suite *suite)
{
    return same_text(run->suite, suite->name) && same_text(run->environment, suite->environment);
}

/* Whether a run is not one of another suite or environment, which may share the store, and so the queue, and may call a
 * ticket of its own alike. One that the store has no more may be ours. */
static bool is_own(const struct work *work, const char *text)
{
    const struct suite *suite = &work->session->suite;
    struct arena arena = ARENA_INIT;
    struct run run;
    struct uuid id;
    bool own =
        !uuid_parse(text, &id) || !store_get_run(work->session->store, &id, &arena, &run, NULL) || is_of(&run, suite);

    arena_free(&arena);
    return own;
}

static bool is_for(const struct work *work, const struct queue_item *item, const struct ticket *ticket)
{
    return strcmp(item->tracker, ticket->tracker) == 0 && strcmp(item->ticket, ticket->id) == 0
           && is_own(work, item->run);
}

/* Forgets the first `count` entries of `ticket`. */
static bool forget(struct work *work, const struct ticket *ticket, size_t count, struct error *err)
{
    for (size_t i = 0; i < work->queue.count && count;) {
        if (!is_for(work, &work->queue.list[i], ticket)) {
            i++;
            continue;
        }
        queue_drop(&work->queue, i);
        count--;
    }
    return queue_save(&work->queue, err);
}

static bool is_last(const struct work *work, const struct ticket *ticket, size_t index)
{
    for (size_t i = index + 1; i < work->queue.count; i++)
        if (is_for(work, &work->queue.list[i], ticket))
            return false;
    return true;
}

/* What is to be told on one ticket, oldest first. */
struct telling {
    struct publication_made *made;
    struct publication *list;
    size_t count;
};

/* Makes what the queue has for `ticket`. A run that is no longer in the store is nothing that can be told. */
static bool make_all(struct work *work, const struct ticket *ticket, const struct tracker *tracker,
                     struct telling *telling, struct error *err)
{
    const struct publication_source source = {work->session, work->templates};

    for (size_t i = 0; i < work->queue.count; i++) {
        const struct queue_item *item = &work->queue.list[i];
        const struct publication_wish wish = {item->run, ticket, tracker,
                                              publish_wants_report(tracker, is_last(work, ticket, i))};
        struct publication_made *made = &telling->made[telling->count];
        struct error lost = {0};

        if (!is_for(work, item, ticket))
            continue;
        if (publication_made_make(made, &source, &wish, &lost)) {
            telling->list[telling->count++] = made->publication;
            continue;
        }
        publication_made_free(made);
        if (lost.code != ERR_NOT_FOUND) {
            *err = lost;
            return false;
        }
        queue_drop(&work->queue, i--);
    }
    return true;
}

/* Everything that is to be told, told; `gone` of it need not be told again. False: the store fails. */
static bool tell(struct work *work, const struct ticket *ticket, struct door *door, struct publication_line *line,
                 size_t *gone, struct error *err)
{
    struct telling telling = {.made = mem_new(work->queue.count + 1, sizeof *telling.made),
                              .list = mem_new(work->queue.count + 1, sizeof *telling.list)};
    struct publish_outcome outcome = {.result = PUBLISH_LATER};
    struct error trouble = {0};
    bool ok = make_all(work, ticket, &door->tracker, &telling, err);

    if (ok && publish_ticket(&door->tracker, telling.list, telling.count, &outcome, &trouble)) {
        *gone = telling.count;
    } else if (ok) {
        complain(work, line, &trouble);
        *gone = outcome.result == PUBLISH_REFUSED ? telling.count : outcome.done;
        if (publish_is_shut(&door->tracker)) {
            door->state = DOOR_SHUT;
            door->why = trouble;
        }
    }
    line->result = publish_words[outcome.result];
    line->note = outcome.note;
    line->comments = outcome.comments;
    for (size_t i = 0; i < telling.count; i++)
        publication_made_free(&telling.made[i]);
    mem_free(telling.made);
    mem_free(telling.list);
    return ok;
}

/* Everything on one ticket. False: the store or the queue fails, which concerns all of them. */
static bool publish_one(struct work *work, const struct ticket *ticket, struct error *err)
{
    struct publication_line *line = add_line(work, ticket->id, ticket->tracker);
    struct error none = {0};
    struct door *door = door_for(work, ticket, &none);
    size_t gone = 0;

    if (door && door->state == DOOR_OPEN)
        return tell(work, ticket, door, line, &gone, err) && (work->order->dry || forget(work, ticket, gone, err));
    complain(work, line, door ? &door->why : &none);
    line->result = publish_words[PUBLISH_LATER];
    return true;
}

/* Entries of tickets that the config no longer has. */
static void drop_strangers(struct work *work)
{
    const struct suite *suite = &work->session->suite;

    for (size_t i = 0; i < work->queue.count; i++) {
        bool known = false;

        for (size_t k = 0; k < suite->ticket_count; k++)
            known = known || (suite->tickets[k].tracker && is_for(work, &work->queue.list[i], &suite->tickets[k]));
        if (!known && is_own(work, work->queue.list[i].run))
            queue_drop(&work->queue, i--);
    }
}

/* Written down before anything is sent: what is killed from here on is found there. */
static bool fill_queue(struct queue *queue, const struct suite *suite, const struct uuid *run, struct error *err)
{
    char id[UUID_TEXT];

    uuid_text(run, id);
    for (size_t i = 0; i < suite->ticket_count; i++)
        if (suite->tickets[i].tracker)
            queue_add(queue, suite->tickets[i].tracker, suite->tickets[i].id, id);
    return queue_save(queue, err);
}

static bool open_queue(struct queue *queue, const struct session *session, bool dry, struct mono deadline,
                       struct error *err)
{
    struct buf path = BUF_INIT;
    bool ok;

    buf_printf(&path, "%s.queue", session->store_path);
    ok = queue_open(queue, path.data, dry, deadline, err);
    buf_free(&path);
    return ok;
}

bool publication_enqueue(struct session *session, const struct uuid *run, struct mono deadline, struct error *err)
{
    struct queue queue = {.lock = -1};
    bool ok = open_queue(&queue, session, false, deadline, err) && fill_queue(&queue, &session->suite, run, err);

    queue_close(&queue);
    return ok;
}

/* Nothing that was measured over a dead network of our own goes on a ticket. */
static bool look_at_run(struct work *work, struct error *err)
{
    struct recorded recorded = {0};
    struct arena arena = ARENA_INIT;
    bool ok = recorded_load(&recorded, work->session->store, &work->order->run, false, err);

    if (ok) {
        const struct model *model =
            model_of_run(&recorded.run, recorded.short_id, &recorded.records, &recorded.findings, &arena);

        work->report->offline = model->summary->status == SUMMARY_OFFLINE;
        ok = is_of(&recorded.run, &work->session->suite)
             || fail(err, ERR_USAGE,
                     "run %s is of another suite or environment than the config, whose tickets it is not for",
                     recorded.short_id);
    }
    recorded_free(&recorded);
    arena_free(&arena);
    return ok;
}

static bool publish_all(struct work *work, struct error *err)
{
    const struct suite *suite = &work->session->suite;
    bool ok = open_queue(&work->queue, work->session, work->order->dry, work->order->deadline, err);

    if (ok) {
        drop_strangers(work);
        ok = fill_queue(&work->queue, suite, &work->order->run, err);
    }
    for (size_t i = 0; ok && i < suite->ticket_count && !signals_caught(); i++)
        if (suite->tickets[i].tracker)
            ok = publish_one(work, &suite->tickets[i], err);
    queue_close(&work->queue);
    return ok;
}

bool publication_make(struct session *session, const struct publication_order *order,
                      struct publication_report *report, struct error *err)
{
    struct work work = {.session = session, .order = order, .report = report, .queue = {.lock = -1}};
    size_t trackers = session->suite.tracker_count;
    bool ok;

    *report = (struct publication_report){.arena = ARENA_INIT};
    work.doors = mem_new(trackers + 1, sizeof *work.doors);
    work.templates = present_templates(order->templates, err);
    ok = work.templates && look_at_run(&work, err) && (report->offline || publish_all(&work, err));
    for (size_t i = 0; i < trackers; i++)
        if (work.doors[i].state != DOOR_UNTRIED)
            tracker_close(&work.doors[i].tracker);
    templates_free(work.templates);
    mem_free(work.doors);
    return ok;
}

void publication_report_free(struct publication_report *report)
{
    mem_free(report->list);
    arena_free(&report->arena);
    *report = (struct publication_report){0};
}

void publication_log(const struct publication_report *report)
{
    for (size_t i = 0; i < report->count; i++) {
        const struct publication_line *line = &report->list[i];

        if (line->trouble)
            log_line(LOG_ERROR, "ticket %s on %s: %s; %s", line->ticket, line->tracker, line->trouble,
                     line->result[0] == 'l' ? "queued, and tried again the next time" : "given up for this run");
        if (line->note)
            log_line(LOG_WARNING, "ticket %s on %s: %s", line->ticket, line->tracker, line->note);
    }
}

/* SPDX-License-Identifier: MIT */
#include "publish/publish.h"

#include <string.h>

#include "collector/suite.h"
#include "publish/body.h"
#include "publish/notice.h"
#include "publish/ours.h"

const char *const publish_words[] = {"created", "updated", "unchanged", "sent", "silent",
                                     "closed",  "later",   "refused",   NULL};
static const char nightly[] = "nightly";

/* What the steps on one ticket share. */
struct work {
    struct tracker *tracker;
    const struct publication *list;
    size_t count;
    const struct publication *last;
    const char *ticket;
    struct ours ours;
    struct nights nights;
    const char *file; /* how the attached page is pointed to; NULL: none */
    struct publish_outcome *outcome;
};

/* "#488" is how people write it, and "488" how it is asked for. */
static const char *ticket_id(const struct ticket *ticket)
{
    return ticket->id[0] == '#' ? ticket->id + 1 : ticket->id;
}

/* The body with everything in it, at most `most` bytes; in the tracker's arena. */
static const char *compose(struct work *work, size_t most)
{
    struct tracker *tracker = work->tracker;
    struct buf out = BUF_INIT;
    const struct body body = {
        .dialect = tracker->dialect,
        .most = most,
        .markdown = work->last->markdown,
        .finish = work->last->finish,
        .nights = &work->nights,
        .shown = work->last->ticket->on_fixed.nights + 1,
        .file = work->file,
        .report_url = work->last->report_url,
        .marker = marker_line(work->ours.key, nightly, tracker->marker, &tracker->arena),
    };
    const char *text;

    body_write(&body, &out);
    text = arena_text(&tracker->arena, out.data);
    buf_free(&out);
    return text;
}

/* Our page on the ticket. Its name holds the run, so that nobody mistakes an old one for tonight's. */
static bool attach(struct work *work, const char *comment, struct error *err)
{
    struct tracker *tracker = work->tracker;
    const struct upload file = {
        .name = arena_printf(&tracker->arena, "endoscope-%s.html", work->last->night.run),
        .type = "text/html",
        .content = work->last->html,
    };
    const char *words = NULL;

    if (!tracker->ops->attach || !work->last->html.len)
        return true;
    if (tracker->ops->attach(tracker, work->ticket, comment, &file, &words, err)) {
        work->file = words;
        return true;
    }
    /* A page that is not taken must not cost the report: the comment goes without. */
    if (tracker->trouble == TROUBLE_LATER || tracker->trouble == TROUBLE_UNSURE)
        return fail_context(err, "attaching the page");
    work->outcome->note = "the tracker does not take the page as an attachment; the comment went without it";
    return true;
}

/* How the page of an earlier night is pointed to in `body`, to be kept on nights that attach none. */
static const char *kept_file(struct tracker *tracker, const char *body)
{
    static const char words[] = "The page, of the night when it last changed: ";
    const char *at = strstr(body, words);

    return at ? arena_text_of(&tracker->arena, at + sizeof words - 1, strcspn(at + sizeof words - 1, "\r\n")) : NULL;
}

/* Writes it as a new comment, or over the old one; shorter once where it is too long for the tracker. */
static bool write_nightly(struct work *work, const struct comment *old, struct error *err)
{
    struct tracker *tracker = work->tracker;
    const struct tracker_ops *ops = tracker->ops;
    size_t most = ops->body_most;

    for (;;) {
        const char *body = compose(work, most);
        bool ok;

        if (old && body_equals(body, old->body)) {
            work->outcome->result = PUBLISH_UNCHANGED;
            return true;
        }
        work->outcome->result = old ? PUBLISH_UPDATED : PUBLISH_CREATED;
        if (old)
            ok = ops->update(tracker, work->ticket, old->id, body, err)
                 && (tracker->dry || ours_check(&work->ours, old->id, body, err));
        else
            ok = ours_make(&work->ours, nightly, body, err);
        if (ok || tracker->trouble != TROUBLE_TOO_LARGE || most < ops->body_most)
            return ok;
        most /= 4;
    }
}

/* The nightly comment. Somebody may delete it between the look and the writing: then it is made anew. */
static bool put_nightly(struct work *work, enum transition_kind change, struct error *err)
{
    size_t more;
    const struct comment *old = ours_get(&work->ours, nightly, &more);
    const struct tracker_ops *ops = work->tracker->ops;

    if (more)
        work->outcome->note = "there are several comments of ours on the ticket: the oldest is kept up to date";
    work->file = old ? kept_file(work->tracker, old->body) : NULL;
    if (!ops->attach_to_comment && (!old || change != NIGHT_SAME) && !attach(work, NULL, err))
        return false;
    if (!write_nightly(work, old, err)) {
        if (!old || work->tracker->trouble != TROUBLE_GONE)
            return false;
        if (!ours_find(&work->ours, err))
            return false;
        if (!write_nightly(work, ours_get(&work->ours, nightly, &more), err))
            return false;
    }
    old = ours_get(&work->ours, nightly, &more);
    if (ops->attach_to_comment && old && (work->outcome->result == PUBLISH_CREATED || change != NIGHT_SAME))
        return attach(work, old->id, err);
    return true;
}

/* A comment of its own, once: `what` is its marker. */
static bool put_event(struct work *work, const char *what, const char *words, struct error *err)
{
    struct arena *arena = &work->tracker->arena;
    const char *marker = marker_line(work->ours.key, what, work->tracker->marker, arena);
    size_t more;

    if (ours_get(&work->ours, what, &more))
        return true;
    work->outcome->comments++;
    return ours_make(&work->ours, what, arena_printf(arena, "%s\n\n%s\n", words, marker), err);
}

static bool put_change(struct work *work, const struct night *night, enum transition_kind change, struct error *err)
{
    struct arena *arena = &work->tracker->arena;
    struct buf words = BUF_INIT;
    bool ok;

    notice_change(night, change, &words);
    ok = put_event(work, arena_printf(arena, "event %s", night->run), words.data, err);
    buf_free(&words);
    return ok;
}

/* Redmine answers "done" to a status that its workflow does not let us give: what is not seen is not said. */
static bool close_ticket(struct work *work, struct error *err)
{
    struct tracker *tracker = work->tracker;
    enum ticket_state state;

    if (!tracker->ops->close(tracker, work->ticket, err))
        return fail_context(err, "closing the ticket");
    if (tracker->dry)
        return true;
    if (!tracker->ops->state(tracker, work->ticket, &state, err))
        return fail_context(err, "looking whether the ticket is closed");
    if (state == TICKET_OPEN)
        work->outcome->note =
            "the tracker left the ticket open when it was told to close it: do its rules let this user?";
    return true;
}

/* What the config asks for when it was seen to work several nights running, on the very night that completes them. */
static bool put_fixed(struct work *work, const struct night *night, enum ticket_state state, struct error *err)
{
    struct tracker *tracker = work->tracker;
    const struct fixed_settings *fixed = &work->last->ticket->on_fixed;
    struct arena *arena = &tracker->arena;

    if (!fixed->nights || nights_fixed(&work->nights, night->run) != fixed->nights)
        return true;
    if (fixed->comment
        && !put_event(work, arena_printf(arena, "verified %s", night->run),
                      arena_printf(arena, "Verified: it worked %u night%s running, as of run %s.", fixed->nights,
                                   fixed->nights == 1 ? "" : "s", night->run),
                      err))
        return false;
    if (fixed->label && !tracker->ops->label)
        work->outcome->note = "this kind of tracker has no labels: `label` of on_fixed does nothing";
    else if (fixed->label && !tracker->ops->label(tracker, work->ticket, fixed->label, err))
        return fail_context(err, "putting the label on");
    return !fixed->close || state != TICKET_OPEN || close_ticket(work, err);
}

/* Adds the nights to those that the comment has, and tells what each of them changed: that is kept in `changes`. True when
 * something happened in one of them. */
static bool add_nights(struct work *work, enum transition_kind *changes)
{
    struct arena *arena = &work->tracker->arena;
    size_t more;
    const struct comment *old = ours_get(&work->ours, nightly, &more);
    bool happened = false;

    if (old)
        nights_read(old->body, arena, &work->nights);
    for (size_t i = 0; i < work->count; i++)
        nights_add(&work->nights, &work->list[i].night, arena);
    for (size_t i = 0; i < work->count; i++) {
        changes[i] = nights_change(&work->nights, &work->list[i].night);
        happened = happened || changes[i] != NIGHT_SAME;
    }
    return happened;
}

/* An older run than the comment already has must not take the report back. */
static bool is_newest(const struct work *work)
{
    return strcmp(work->nights.list[0].run, work->last->night.run) == 0;
}

static bool put_all(struct work *work, struct error *err)
{
    struct tracker *tracker = work->tracker;
    enum transition_kind *changes = arena_new(&tracker->arena, work->count, sizeof *changes);
    enum ticket_state state;
    bool happened, first;
    size_t more;

    if (!tracker->me && !tracker->ops->who(tracker, err))
        return false;
    if (!tracker->ops->state(tracker, work->ticket, &state, err) || !ours_find(&work->ours, err))
        return false;
    first = !ours_get(&work->ours, nightly, &more);
    happened = add_nights(work, changes);
    if (state == TICKET_CLOSED && !happened) {
        work->outcome->result = PUBLISH_CLOSED;
        work->outcome->note = work->last->night.verdict == NIGHT_WORKS
                                  ? NULL
                                  : "the ticket is closed, and its endpoints do not all work: open it again, or take "
                                    "it out of the config";
        return true;
    }
    if (!first && !is_newest(work) && !happened) {
        work->outcome->result = PUBLISH_UNCHANGED;
        work->outcome->note = "the ticket has a newer night than this run";
        return true;
    }
    if (!put_nightly(work, changes[work->count - 1], err))
        return false;
    for (size_t i = 0; i < work->count; i++)
        if ((changes[i] != NIGHT_SAME && !put_change(work, &work->list[i].night, changes[i], err))
            || !put_fixed(work, &work->list[i].night, state, err))
            return false;
    return true;
}

/* What a tracker without comments is told. A webhook hears of what happened, a command of every night. */
static bool send_all(struct work *work, struct error *err)
{
    struct tracker *tracker = work->tracker;
    bool every = tracker->ops == &tracker_command;
    const char *format = tracker->settings->format;

    work->outcome->result = PUBLISH_SILENT;
    for (size_t i = 0; i < work->count; i++, work->outcome->done++) {
        const struct publication *one = &work->list[i];
        struct nights nights = {0};
        struct notice notice = {.suite = one->suite,
                                .environment = one->environment,
                                .ticket = work->ticket,
                                .title = one->ticket->title,
                                .run = one->night.run,
                                .report_url = one->report_url,
                                .night = one->night,
                                .report = format && strcmp(format, "html") == 0 ? one->html : one->markdown};
        bool is_first = !one->before;

        if (one->before)
            nights_add(&nights, one->before, &tracker->arena);
        nights_add(&nights, &one->night, &tracker->arena);
        notice.change = nights_change(&nights, &one->night);
        if (!every && notice.change == NIGHT_SAME && !(is_first && one->night.failing))
            continue;
        if (!tracker->ops->send(tracker, &notice, err))
            return false;
        work->outcome->result = PUBLISH_SENT;
    }
    return true;
}

bool publish_ticket(struct tracker *tracker, const struct publication *publications, size_t count,
                    struct publish_outcome *outcome, struct error *err)
{
    const struct publication *last = &publications[count - 1];
    struct work work = {.tracker = tracker, .list = publications, .count = count, .last = last, .outcome = outcome};
    bool ok;

    *outcome = (struct publish_outcome){0};
    tracker->trouble = TROUBLE_NONE;
    tracker->silent = false;
    work.ticket = ticket_id(last->ticket);
    work.ours = (struct ours){.tracker = tracker, .ticket = work.ticket};
    work.ours.key = marker_key(last->suite, last->environment, work.ticket, &tracker->arena);
    ok = tracker->ops->send ? send_all(&work, err) : put_all(&work, err);
    if (ok) {
        outcome->done = count;
        return true;
    }
    switch (tracker->trouble) {
    case TROUBLE_LATER:
    case TROUBLE_UNSURE:
    case TROUBLE_CONFLICT:
    case TROUBLE_DENIED:  /* until somebody renews the token, or unlocks the ticket */
    case TROUBLE_STRANGE: /* until it is the tracker that answers */
        outcome->result = PUBLISH_LATER;
        break;
    default:
        outcome->result = PUBLISH_REFUSED;
        break;
    }
    return false;
}

bool publish_wants_report(const struct tracker *tracker, bool newest)
{
    return tracker->ops == &tracker_command || (newest && tracker->ops != &tracker_webhook);
}

bool publish_is_shut(const struct tracker *tracker)
{
    return tracker->ops->who && !tracker->me;
}

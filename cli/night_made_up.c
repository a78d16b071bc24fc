/* SPDX-License-Identifier: MIT */
#include "base/log.h"
#include "cli/night.h"
#include "cli/night_past.h"

/* The complete runs that nights recorded and did not come to report. */
struct missed {
    struct arena *arena;
    struct uuid *list;
    size_t count, capacity;
};

static bool take_missed(void *self, const struct run *run)
{
    struct missed *missed = self;

    if (run->state != RUN_COMPLETE || !run->whole || !night_is(run->labels))
        return true;
    missed->list = arena_grow(missed->arena, missed->list, missed->count, &missed->capacity, sizeof *missed->list);
    missed->list[missed->count++] = run->id;
    return true;
}

static void make_up_for(struct tonight *night, const struct uuid *id)
{
    struct recorded recorded = {0};
    struct night_news news = {.arena = &night->arena};
    struct error err = {0};

    if (recorded_load(&recorded, night->session.store, id, false, &err)) {
        log_line(LOG_NOTE, "the night of run %s was cut off: its reports are made now", recorded.short_id);
        night_report(night, &recorded, &news);
        if (night_has_tickets(night) && !publication_enqueue(&night->session, id, night_publish_deadline(night), &err))
            night_trouble(night, &err);
        if (news.count && !night->arguments.json && !night->arguments.quiet
            && !night_print(night, &recorded, &news, &err))
            night_trouble(night, &err);
        night->folder = NULL;
    } else {
        night_trouble(night, &err);
    }
    recorded_free(&recorded);
}

void night_make_up(struct tonight *night)
{
    const struct selection selection = session_selection(&night->session, &night->arguments, NULL);
    struct run_filter filter = selection.filter;
    struct missed missed = {.arena = &night->arena};
    struct error err = {0};

    if (!night->cut_off.us)
        return;
    filter.since = night->cut_off;
    filter.until = night->began;
    if (!store_each_run(night->session.store, &filter, take_missed, &missed, &err))
        night_trouble(night, &err);
    for (size_t i = missed.count; i-- > 0;)
        make_up_for(night, &missed.list[i]);
}

/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "cli/night.h"
#include "cli/night_files.h"
#include "cli/night_past.h"
#include "cli/nights.h"
#include "cli/past.h"
#include "diagnosis/model_latency.h"
#include "store/select.h"

enum { REMIND_NIGHTS = 400 };

/* The run that this one is compared with: the night before, or the last one in which all was well. False: there is none. */
static bool load_earlier(struct tonight *night, const struct recorded *recorded, bool good, struct recorded *earlier,
                         struct uuid *id)
{
    const struct selection selection = session_selection(&night->session, &night->arguments, &recorded->run.id);
    struct store *store = night->session.store;
    struct error err = {0};
    bool found = good ? select_run(store, "last-good", &selection, id, &err)
                      : night_before(store, &recorded->run, &selection, id, &err);

    if (found && recorded_load(earlier, store, id, false, &err))
        return true;
    if (found || err.code != ERR_NOT_FOUND)
        night_trouble(night, &err);
    return false;
}

/* The comparison with `earlier`, in `arena`; latency is told by the nights before. */
static const struct model *compare(const struct recorded *recorded, const struct recorded *earlier,
                                   const struct nights *nights, bool nightly, struct arena *arena)
{
    struct along along = along_nothing;
    struct model_side sides[2] = {recorded_side(earlier), recorded_side(recorded)};

    along.nights = &nights->series;
    along.nightly = nightly && nights->series.count >= NIGHTS_FEWEST;
    return model_of_comparison_along(&sides[0], &sides[1], &along, arena);
}

/* What a night's reports are made of. */
struct sides {
    struct arena arena;
    struct recorded previous, good;
    bool has_previous, has_good; /* a good one that is not the previous one */
    struct nights nights;
    struct past past;
};

static bool read_sides(struct tonight *night, const struct recorded *recorded, struct sides *sides, struct error *err)
{
    const struct nights_wanted wanted = {.filter = nights_like(&recorded->run),
                                         .before = &recorded->run,
                                         .config_digest = recorded->run.config_digest,
                                         .most = REMIND_NIGHTS,
                                         .medians = true};
    struct uuid previous, good;
    bool ok = nights_load(&sides->nights, night->session.store, &recorded->suite, &wanted, err)
              && past_load(&sides->past, night->session.store, recorded, err);

    sides->has_previous = load_earlier(night, recorded, false, &sides->previous, &previous);
    sides->has_good = load_earlier(night, recorded, true, &sides->good, &good)
                      && !(sides->has_previous && memcmp(&good, &previous, sizeof good) == 0);
    return ok;
}

static void free_sides(struct sides *sides)
{
    nights_free(&sides->nights);
    past_free(&sides->past);
    recorded_free(&sides->previous);
    recorded_free(&sides->good);
    arena_free(&sides->arena);
}

/* `latest` keeps leading to the last night of which every file is there. */
static bool write_files(struct tonight *night, const struct recorded *recorded, struct sides *sides,
                        const struct model *model, const struct model *since, struct error *err)
{
    struct night_files files;
    bool ok = night_files_open(&files, night->reports, recorded, night->templates, err);

    if (ok)
        night->folder = arena_text(&night->arena, files.here);
    ok = ok && night_files_write(&files, "report", model, err)
         && (!since || night_files_write(&files, "since-previous", since, err));
    if (ok && sides->has_good)
        ok = night_files_write(&files, "since-last-good",
                               compare(recorded, &sides->good, &sides->nights, false, &sides->arena), err);
    ok = ok && night_files_latest(&files, err);
    night_files_close(&files);
    return ok;
}

void night_report(struct tonight *night, const struct recorded *recorded, struct night_news *news)
{
    struct sides sides = {.arena = ARENA_INIT};
    struct error err = {0};
    const struct model *model, *since = NULL;
    struct series nights;

    if (!read_sides(night, recorded, &sides, &err))
        night_trouble(night, &err);
    model = model_of_run_since(&recorded->run, recorded->short_id, &recorded->records, &recorded->findings,
                               sides.past.earlier, &sides.arena);
    if (sides.has_previous)
        since = compare(recorded, &sides.previous, &sides.nights, true, &sides.arena);
    night_news_changes(news, model, since);
    night_series(&sides.nights.series, &nights, &sides.arena);
    night_news_reminder(news, model, &nights, night->session.suite.remind_us, recorded->run.started,
                        recorded->run.offset_s);
    if (!write_files(night, recorded, &sides, model, since, &err))
        night_trouble(night, &err);
    free_sides(&sides);
}

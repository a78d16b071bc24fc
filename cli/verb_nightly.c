/* SPDX-License-Identifier: MIT */
/* verb_nightly.c - the whole night in one line of a crontab: run, report, compare, publish, prune, under a lock. */
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/log.h"
#include "base/memory.h"
#include "cli/conduct.h"
#include "cli/heartbeat.h"
#include "cli/lock.h"
#include "cli/night_files.h"
#include "cli/night_journal.h"
#include "cli/night_news.h"
#include "cli/nights.h"
#include "cli/past.h"
#include "cli/present.h"
#include "cli/publication.h"
#include "cli/signals.h"
#include "cli/site.h"
#include "cli/verbs.h"
#include "diagnosis/model_latency.h"
#include "store/prune.h"

enum { REMIND_NIGHTS = 400 };

static const int64_t publish_us = 600 * INT64_C(1000000), heartbeat_us = 30 * INT64_C(1000000);

struct night {
    const struct arguments *arguments;
    struct session session;
    struct templates *templates;
    struct arena arena;
    const char *journal, *reports;
    struct wall began;    /* this night */
    struct wall cut_off;  /* one before it, that did not come to its end; 0: none */
    struct mono deadline; /* 0: none */
    struct recorded recorded;
    enum conducted how;
    struct night_news news;
    const char *folder; /* of tonight's reports; NULL: none were written */
    struct publication_report published;
    struct pruned pruned;
    unsigned troubles; /* of our own: each has its line in the log */
};

/* What goes wrong in one step takes nothing from the next ones. */
static void trouble(struct night *night, const struct error *err)
{
    log_line(LOG_ERROR, "%s", err->text);
    night->troubles++;
}

/* The class of those that get the disk when nobody else wants it (ioprio_set(2)). */
static void be_nice(void)
{
    enum { WHO_PROCESS = 1, CLASS_IDLE = 3, CLASS_SHIFT = 13 };

    if (setpriority(PRIO_PROCESS, 0, 19) != 0
        || syscall(SYS_ioprio_set, WHO_PROCESS, 0, CLASS_IDLE << CLASS_SHIFT) != 0)
        log_line(LOG_WARNING, "cannot lower our own priority: %s", strerror(errno));
}

static const char *reports_folder(struct night *night)
{
    const char *given = night->arguments->reports;
    const char *config = night->session.config;
    const char *slash = config ? strrchr(config, '/') : NULL;

    if (given)
        return given;
    return slash ? arena_printf(&night->arena, "%.*s/reports", (int)(slash - config), config) : "reports";
}

static bool open_night(struct night *night, struct error *err)
{
    const struct arguments *arguments = night->arguments;
    struct session *session = &night->session;

    night->templates = present_templates(arguments->templates, err);
    if (!night->templates || !session_load(session, arguments, VARIABLES_ALL, err)
        || !session_open_store(session, arguments, STORE_CREATE, err))
        return false;
    conduct_apply(arguments, &session->suite);
    if (session->suite.max_time_us)
        night->deadline.us = mono_now().us + session->suite.max_time_us;
    night->reports = reports_folder(night);
    night->journal = arena_printf(&night->arena, "%s.night", session->store_path);
    return true;
}

/* The run before, of the same suite, environment and vantage: by `word`. False: there is none. */
static bool load_earlier(struct night *night, const struct recorded *recorded, const char *word,
                         struct recorded *earlier, struct uuid *id)
{
    const struct selection selection = session_selection(&night->session, night->arguments, &recorded->run.id);
    struct error err = {0};

    if (!select_run(night->session.store, word, &selection, id, &err)) {
        if (err.code != ERR_NOT_FOUND)
            trouble(night, &err);
        return false;
    }
    if (recorded_load(earlier, night->session.store, id, false, &err))
        return true;
    trouble(night, &err);
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

static void write_files(struct night *night, struct night_files *files, const char *name, const struct model *model)
{
    struct error err = {0};

    if (model && !night_files_write(files, name, model, &err))
        trouble(night, &err);
}

/* The report, the comparisons with the run before and with the last good one, as files; and what of it is news. */
static void report_run(struct night *night, const struct recorded *recorded, struct night_news *news)
{
    struct arena arena = ARENA_INIT;
    struct recorded previous = {0}, good = {0};
    struct nights nights = {.series = {.suite = NULL}};
    struct past past = {.list = NULL};
    const struct nights_wanted wanted = {
        .filter = nights_like(&recorded->run), .before = &recorded->run, .most = REMIND_NIGHTS, .medians = true};
    struct night_files files;
    struct error err = {0};
    struct uuid previous_id, good_id;
    bool opened = night_files_open(&files, night->reports, recorded, night->templates, &err);
    bool read = nights_load(&nights, night->session.store, &recorded->suite, &wanted, &err);
    bool looked = past_load(&past, night->session.store, recorded, opened && read ? &err : NULL);
    bool has_previous = load_earlier(night, recorded, "previous", &previous, &previous_id);
    bool has_good = load_earlier(night, recorded, "last-good", &good, &good_id);
    const struct model *model = model_of_run_since(&recorded->run, recorded->short_id, &recorded->records,
                                                   &recorded->findings, past.list, past.count, &arena);
    const struct model *since = has_previous ? compare(recorded, &previous, &nights, true, &arena) : NULL;

    if (!opened || !read || !looked)
        trouble(night, &err);
    night_news_changes(news, model, since);
    night_news_reminder(news, model, &nights.series, night->session.suite.remind_us, recorded->run.started,
                        recorded->run.offset_s);
    if (opened) {
        write_files(night, &files, "report", model);
        write_files(night, &files, "since-previous", since);
        if (has_good && !(has_previous && memcmp(&good_id, &previous_id, sizeof good_id) == 0))
            write_files(night, &files, "since-last-good", compare(recorded, &good, &nights, false, &arena));
        if (!night_files_latest(&files, &err))
            trouble(night, &err);
        night->folder = arena_text(&night->arena, files.here);
    }
    night_files_close(&files);
    nights_free(&nights);
    past_free(&past);
    recorded_free(&previous);
    recorded_free(&good);
    arena_free(&arena);
}

static bool has_trackers(const struct suite *suite)
{
    for (size_t i = 0; i < suite->ticket_count; i++)
        if (suite->tickets[i].tracker)
            return true;
    return false;
}

static struct mono publish_deadline(const struct night *night)
{
    struct mono deadline = {mono_now().us + publish_us};

    return night->deadline.us && night->deadline.us < deadline.us ? night->deadline : deadline;
}

static void publish(struct night *night, const struct uuid *run, struct publication_report *report)
{
    const struct publication_order order = {
        .run = *run, .templates = night->arguments->templates, .deadline = publish_deadline(night)};
    struct error err = {0};

    if (!has_trackers(&night->session.suite))
        return;
    if (!publication_make(&night->session, &order, report, &err))
        trouble(night, &err);
    publication_log(report);
    night->troubles += report->troubled;
}

static void tell_found(void *self, const char *what)
{
    (void)self;
    log_line(LOG_WARNING, "%s", what);
}

static void prune(struct night *night)
{
    const struct maintain_sink sink = {.found = tell_found}; /* and no terminal to show progress on */
    const struct selection selection = session_selection(&night->session, night->arguments, NULL);
    const struct prune asked = {
        .filter = &selection.filter, .keep_us = night->session.suite.keep_us, .now = wall_now()};
    struct error err = {0};

    if (asked.keep_us > 0 && !store_prune(night->session.store, &asked, &sink, &night->pruned, &err))
        trouble(night, &err);
}

/* Complete runs over the whole suite that a night recorded and did not come to report. */
struct missed {
    struct arena *arena;
    struct uuid *list;
    size_t count, capacity;
};

static bool take_missed(void *self, const struct run *run)
{
    struct missed *missed = self;

    if (run->state != RUN_COMPLETE || !run->whole)
        return true;
    missed->list = arena_grow(missed->arena, missed->list, missed->count, &missed->capacity, sizeof *missed->list);
    missed->list[missed->count++] = run->id;
    return true;
}

/* The news, and under them the report: what cron mails. */
static bool print_news(struct night *night, const struct recorded *recorded, const struct night_news *news,
                       struct error *err)
{
    struct arena arena = ARENA_INIT;
    struct buf out = BUF_INIT;
    const struct model *model =
        model_of_run(&recorded->run, recorded->short_id, &recorded->records, &recorded->findings, &arena);
    bool ok;

    for (size_t i = 0; i < news->count; i++)
        buf_printf(&out, "* %s\n", news->lines[i]);
    if (news->count)
        buf_putc(&out, '\n');
    ok = present_model(model, FORMAT_TEXT, night->templates, recorded->run.offset_s, &out, err);
    if (night->folder)
        buf_printf(&out, "\nThe reports: %s\n", night->folder);
    ok = ok && output_write(NULL, buf_slice(&out), false, err);
    buf_free(&out);
    arena_free(&arena);
    return ok;
}

/* It gets what it would have got: files, its place in the queue before tonight's run, and words about what happened. Asking
 * a tracker can wait for tonight's, so that one that is down does not hold up the probing. */
static void make_up_for(struct night *night, const struct uuid *id)
{
    struct recorded recorded = {0};
    struct night_news news = {.arena = &night->arena};
    struct error err = {0};

    if (recorded_load(&recorded, night->session.store, id, false, &err)) {
        log_line(LOG_NOTE, "the night of run %s was cut off: its reports are made now", recorded.short_id);
        report_run(night, &recorded, &news);
        if (has_trackers(&night->session.suite)
            && !publication_enqueue(&night->session, id, publish_deadline(night), &err))
            trouble(night, &err);
        if (news.count && !night->arguments->json && !night->arguments->quiet
            && !print_news(night, &recorded, &news, &err))
            trouble(night, &err);
        night->folder = NULL;
    } else {
        trouble(night, &err);
    }
    recorded_free(&recorded);
}

static void make_up(struct night *night)
{
    const struct selection selection = session_selection(&night->session, night->arguments, NULL);
    struct run_filter filter = selection.filter;
    struct missed missed = {.arena = &night->arena};
    struct error err = {0};

    if (!night->cut_off.us)
        return;
    filter.since = night->cut_off;
    filter.until = night->began;
    if (!store_each_run(night->session.store, &filter, take_missed, &missed, &err))
        trouble(night, &err);
    for (size_t i = missed.count; i-- > 0;)
        make_up_for(night, &missed.list[i]);
}

static bool print_json(const struct night *night, bool fails, enum exit_status status, struct error *err)
{
    json_t *news = json_array(), *tickets = json_array();
    json_t *root;
    char *text;

    for (size_t i = 0; i < night->news.count; i++)
        json_array_append_new(news, json_string(night->news.lines[i]));
    for (size_t i = 0; i < night->published.count; i++) {
        const struct publication_line *line = &night->published.list[i];

        json_array_append_new(tickets, json_pack("{s:s, s:s, s:s, s:i, s:s?}", "ticket", line->ticket, "tracker",
                                                 line->tracker, "result", line->result, "comments",
                                                 (int)line->comments, "trouble", line->trouble));
    }
    root = json_pack("{s:s, s:s, s:b, s:b, s:o, s:s?, s:o, s:I, s:I, s:i, s:i}", "schema", "endoscope-nightly/1",
                     "run", night->recorded.short_id, "whole", night->how == CONDUCTED_WHOLE, "fails", fails, "news",
                     news, "reports", night->folder, "tickets", tickets, "runs_folded",
                     (json_int_t)night->pruned.folded, "runs_dropped", (json_int_t)night->pruned.dropped, "troubles",
                     (int)night->troubles, "status", (int)status);
    text = root ? json_dumps(root, JSON_INDENT(2)) : NULL;
    json_decref(root);
    if (!text)
        return fail(err, ERR_SYSTEM, "no memory for the summary");
    printf("%s\n", text);
    free(text);
    return true;
}

static bool conclude(struct night *night, enum exit_status *status, struct error *err)
{
    bool fails = night->news.fails;

    if (fails)
        *status = EXIT_FAILS;
    if (night->troubles)
        *status = EXIT_UNFINISHED;
    if (night->how != CONDUCTED_WHOLE)
        conduct_admit(night->how, status);
    if (night->arguments->json)
        return print_json(night, fails, *status, err);
    return night->arguments->quiet || (!night->news.count && *status != EXIT_UNFINISHED)
           || print_news(night, &night->recorded, &night->news, err);
}

/* The archive of pages, where one is kept. */
static void update_site(struct night *night)
{
    struct error err = {0};

    if (night->arguments->site
        && !site_update(&night->session, night->arguments, night->arguments->site, night->templates, &err))
        trouble(night, &err);
}

/* All steps behind the run. What was cut off is no night's verdict: it is neither reported nor put on tickets. */
static void follow_up(struct night *night)
{
    if (night->how == CONDUCTED_WHOLE) {
        report_run(night, &night->recorded, &night->news);
        publish(night, &night->recorded.run.id, &night->published);
        update_site(night);
    }
    if (!signal_caught)
        prune(night);
}

static bool conduct_night(struct night *night, enum exit_status *status, struct error *err)
{
    struct error late = {0};

    night->cut_off = night_journal_read(night->journal);
    night->began = wall_now();
    if (!night_journal_begin(night->journal, night->cut_off.us ? night->cut_off : night->began, err))
        return false;
    make_up(night);
    if (!conduct_run(&night->session, night->arguments, &night->recorded, &night->how, err))
        return false;
    follow_up(night);
    if (!conclude(night, status, err))
        return false;
    /* Behind the words: a night that could not tell them is one to be made up for. */
    if (!signal_caught && !night_journal_end(night->journal, &late)) {
        trouble(night, &late);
        *status = EXIT_UNFINISHED;
    }
    if (*status != EXIT_UNFINISHED) {
        struct mono deadline = {mono_now().us + heartbeat_us};

        if (!heartbeat_send(&night->session, deadline, &late))
            log_line(LOG_WARNING, "%s", late.text);
    }
    return true;
}

static bool find_level(const char *name, enum log_level *level)
{
    for (unsigned i = 0; log_level_words[i]; i++)
        if (strcmp(name, log_level_words[i]) == 0) {
            *level = (enum log_level)i;
            return true;
        }
    return false;
}

static bool set_log(const struct arguments *arguments, struct error *err)
{
    bool syslog = arguments->log && strcmp(arguments->log, "syslog") == 0;
    /* What goes to stderr goes into cron's mail. */
    enum log_level level = syslog ? LOG_NOTE : LOG_WARNING;

    if (arguments->log && !syslog && strcmp(arguments->log, "stderr") != 0)
        return fail(err, ERR_USAGE, "--log is stderr or syslog, not `%s`", arguments->log);
    if (arguments->log_level && !find_level(arguments->log_level, &level))
        return fail(err, ERR_USAGE, "--log-level is error, warning, note or debug, not `%s`", arguments->log_level);
    log_open(syslog ? LOG_TO_SYSLOG : LOG_TO_STDERR);
    log_limit(level);
    return true;
}

bool verb_nightly(const struct arguments *arguments, enum exit_status *status, struct error *err)
{
    struct night night = {.arguments = arguments, .arena = ARENA_INIT};
    int lock = -1;
    bool ok;

    if (!set_log(arguments, err))
        return false;
    if (arguments->nice)
        be_nice();
    night.news.arena = &night.arena;
    ok = open_night(&night, err);
    if (ok)
        lock = lock_take(arena_printf(&night.arena, "%s.nightly.lock", night.session.store_path), "nightly", err);
    ok = ok && lock >= 0 && conduct_night(&night, status, err);
    publication_report_free(&night.published);
    recorded_free(&night.recorded);
    templates_free(night.templates);
    session_close(&night.session);
    arena_free(&night.arena);
    lock_free(lock);
    return ok;
}

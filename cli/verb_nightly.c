/* SPDX-License-Identifier: MIT */
/* verb_nightly.c - the whole night in one line of a crontab: run, report, compare, publish, prune, under a lock. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/log.h"
#include "base/memory.h"
#include "cli/heartbeat.h"
#include "cli/lock.h"
#include "cli/night.h"
#include "cli/night_folders.h"
#include "cli/night_journal.h"
#include "cli/night_past.h"
#include "cli/present.h"
#include "cli/signals.h"
#include "cli/site.h"
#include "cli/verbs.h"

static const int64_t heartbeat_us = 30 * INT64_C(1000000);

void night_trouble(struct tonight *night, const struct error *err)
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

static const char *reports_folder(struct tonight *night)
{
    const char *given = night->arguments.reports;
    const char *config = night->session.config;
    const char *slash = config ? strrchr(config, '/') : NULL;

    if (given)
        return given;
    return slash ? arena_printf(&night->arena, "%.*s/reports", (int)(slash - config), config) : "reports";
}

/* The mistakes of a config are told on standard error, which cron mails; a log that is read elsewhere gets a line, too. */
static bool load_config(struct tonight *night, struct error *err)
{
    const char *log = night->arguments.log;

    if (session_load(&night->session, &night->arguments, VARIABLES_ALL, err))
        return true;
    if (log && strcmp(log, "syslog") == 0 && err->text[0] == '\0')
        fail(err, ERR_CONFIG, "there was no night: %s cannot be used; what is wrong with it stands on standard error",
             night->session.config);
    return false;
}

static bool open_night(struct tonight *night, struct error *err)
{
    const struct arguments *arguments = &night->arguments;
    struct session *session = &night->session;

    night->templates = present_templates(arguments->templates, err);
    if (!night->templates || !load_config(night, err) || !session_open_store(session, arguments, STORE_CREATE, err))
        return false;
    conduct_apply(arguments, &session->suite);
    if (session->suite.max_time_us)
        night->deadline.us = mono_now().us + session->suite.max_time_us;
    night->reports = reports_folder(night);
    night->journal = arena_printf(&night->arena, "%s.night", session->store_path);
    return true;
}

static void tell_found(void *self, const char *what)
{
    (void)self;
    log_line(LOG_WARNING, "%s", what);
}

static void tell_gone(void *self, const char *path)
{
    (void)self;
    log_line(LOG_NOTE, "%s is older than what is kept, and was removed", path);
}

/* Each night again: for those who read notes. */
static void tell_stays(void *self, const char *path, const char *why)
{
    (void)self;
    log_line(LOG_NOTE, "%s is older than what is kept, and stays: %s", path, why);
}

/* Runs, and the folders of their reports. */
static void prune(struct tonight *night)
{
    const struct maintain_sink sink = {.found = tell_found}; /* and no terminal to show progress on */
    const struct selection selection = session_selection(&night->session, &night->arguments, NULL);
    const struct prune asked = {
        .filter = &selection.filter, .keep_us = night->session.suite.keep_us, .now = wall_now()};
    const struct night_folders folders = {.folder = night->reports,
                                          .suite = selection.filter.suite,
                                          .environment = selection.filter.environment,
                                          .vantage = selection.filter.vantage,
                                          .keep_us = asked.keep_us,
                                          .now = asked.now,
                                          .gone = tell_gone,
                                          .stays = tell_stays};
    struct error err = {0};

    if (asked.keep_us <= 0)
        return;
    if (!store_prune(night->session.store, &asked, &sink, &night->pruned, &err))
        night_trouble(night, &err);
    if (!night_folders_prune(&folders, &night->folders_gone, &err))
        night_trouble(night, &err);
}

static bool conclude(struct tonight *night, enum exit_status *status, struct error *err)
{
    bool fails = night->news.fails;

    if (fails)
        *status = EXIT_FAILS;
    if (night->troubles)
        *status = EXIT_UNFINISHED;
    if (night->how != CONDUCTED_WHOLE)
        conduct_admit(night->how, status);
    if (night->arguments.json)
        return night_print_json(night, *status, err);
    return night->arguments.quiet || (!night->news.count && *status != EXIT_UNFINISHED)
           || night_print(night, &night->recorded, &night->news, err);
}

/* The archive of pages, where one is kept. */
static void update_site(struct tonight *night)
{
    struct error err = {0};

    if (night->arguments.site
        && !site_update(&night->session, &night->arguments, night->arguments.site, night->templates, &err))
        night_trouble(night, &err);
}

/* All steps behind the run. What was cut off is no night's verdict: it is neither reported nor put on tickets. */
static void follow_up(struct tonight *night)
{
    if (night->how == CONDUCTED_WHOLE) {
        night_report(night, &night->recorded, &night->news);
        night_publish(night);
        update_site(night);
    }
    if (!signal_caught)
        prune(night);
}

static bool conduct_night(struct tonight *night, enum exit_status *status, struct error *err)
{
    struct error late = {0};

    night->cut_off = night_journal_read(night->journal);
    night->began = wall_now();
    if (!night_journal_begin(night->journal, night->cut_off.us ? night->cut_off : night->began, err))
        return false;
    night_make_up(night);
    if (!conduct_run(&night->session, &night->arguments, &night->recorded, &night->how, err))
        return false;
    follow_up(night);
    if (!conclude(night, status, err))
        return false;
    /* Behind the words: a night that could not tell them is one to be made up for. */
    if (!signal_caught && !night_journal_end(night->journal, &late)) {
        night_trouble(night, &late);
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

/* The label that nights are known by, over one of that name. */
static void add_label(struct tonight *night)
{
    struct texts *labels = &night->arguments.labels;
    const char **list = arena_new(&night->arena, labels->count + 1, sizeof *list);

    for (size_t i = 0; i < labels->count; i++)
        list[i] = labels->list[i];
    list[labels->count] = night_label;
    *labels = (struct texts){list, labels->count + 1, labels->count + 1};
}

bool verb_nightly(const struct arguments *arguments, enum exit_status *status, struct error *err)
{
    struct tonight night = {.arguments = *arguments, .arena = ARENA_INIT};
    int lock = -1;
    bool ok;

    if (!set_log(arguments, err))
        return false;
    if (arguments->nice)
        be_nice();
    night.news.arena = &night.arena;
    add_label(&night);
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

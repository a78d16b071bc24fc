/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "cli/conduct.h"
#include "cli/lock.h"
#include "cli/night.h"
#include "cli/night_news.h"
#include "cli/present.h"
#include "cli/priority.h"
#include "cli/publication.h"
#include "cli/signals.h"
#include "cli/verbs.h"
#include "publish/heartbeat.h"
#include "store/prune.h"

static const int64_t publish_us = 600 * INT64_C(1000000);  /* where nothing limits the night */
static const int64_t heartbeat_us = 30 * INT64_C(1000000); /* at most for it, beyond the deadline too */

struct nightly {
    const struct arguments *arguments;
    struct session session;
    struct templates *templates;
    struct lock lock;
    struct night_state state;
    struct arena arena;
    const char *reports;
    struct mono started;
    json_t *summary;
    unsigned troubles; /* that were logged: the status is then 3 */
    bool fails;        /* something required does */
};

static void trouble(struct nightly *nightly, const char *words)
{
    log_line(LOG_ERROR, "%s", words);
    nightly->troubles++;
}

static bool find_level(const char *name, enum log_level *level)
{
    for (int i = 0; log_level_words[i]; i++)
        if (strcmp(name, log_level_words[i]) == 0) {
            *level = (enum log_level)i;
            return true;
        }
    return false;
}

/* On stderr, which cron mails, only what is wrong; the system's log may have the rest as well. */
static bool open_log(const struct arguments *arguments, struct error *err)
{
    bool syslog = arguments->log && strcmp(arguments->log, "syslog") == 0;
    enum log_level level = syslog ? LOG_NOTE : LOG_WARNING;

    if (arguments->log && !syslog && strcmp(arguments->log, "stderr") != 0)
        return fail(err, ERR_USAGE, "there is no log `%s`; there are stderr and syslog", arguments->log);
    if (arguments->log_level && !find_level(arguments->log_level, &level))
        return fail(err, ERR_USAGE, "there is no level `%s`; there are error, warning, note and debug",
                    arguments->log_level);
    log_limit(level);
    log_to_syslog(syslog);
    return true;
}

static bool open_state(struct nightly *nightly, struct error *err)
{
    const char *store = nightly->session.store_path;
    struct error unread = {0};

    if (!lock_take(&nightly->lock, arena_printf(&nightly->arena, "%s.nightly.lock", store), "nightly", err))
        return false;
    if (!night_state_load(&nightly->state, arena_printf(&nightly->arena, "%s.nightly", store), &nightly->session.suite,
                          &unread))
        trouble(nightly, unread.text);
    return true;
}

static void save_state(struct nightly *nightly)
{
    struct error err = {0};

    if (!night_state_save(&nightly->state, &err))
        trouble(nightly, err.text);
}

/* "reports" beside the config. */
static const char *reports_folder(struct nightly *nightly)
{
    const char *config = nightly->session.config;
    const char *slash = config ? strrchr(config, '/') : NULL;

    if (nightly->arguments->reports)
        return nightly->arguments->reports;
    return slash ? arena_printf(&nightly->arena, "%.*s/reports", (int)(slash - config), config) : "reports";
}

/* What the night has to say for itself, on stdout, which cron mails. */
static void tell(struct nightly *nightly, const struct night_made *night, const char *reason)
{
    if (nightly->arguments->json)
        return;
    if (reason)
        printf("%s\n", reason);
    printf("%s", night->news.data);
    if (night->files.folder)
        printf("The report: %s/report.html\n", night->files.folder);
    printf("\n%s", night->text.data);
}

static json_t *summary_of(const struct night_made *night, const struct recorded *recorded, bool told)
{
    char id[UUID_TEXT], started[WALL_TEXT];
    json_t *summary = json_pack("{s:s, s:s, s:s, s:b, s:b, s:i, s:s?}", "run", uuid_text(&recorded->run.id, id),
                                "started", wall_iso(recorded->run.started, recorded->run.offset_s, started), "state",
                                run_state_words[recorded->run.state], "fails", night->fails, "told", told, "news",
                                (int)night->happened, "folder", night->files.folder);

    json_object_set(summary, "since_last_night", night->comparison ? night->comparison : json_null());
    return summary;
}

static bool has_tickets(const struct suite *suite)
{
    for (size_t i = 0; i < suite->ticket_count; i++)
        if (suite->tickets[i].tracker)
            return true;
    return false;
}

/* How long publishing may take, and what else comes behind the run. */
static struct mono deadline_of(const struct nightly *nightly)
{
    int64_t limit = nightly->session.suite.max_time_us;

    return (struct mono){limit ? nightly->started.us + limit : mono_now().us + publish_us};
}

static void publish(struct nightly *nightly, const struct uuid *run)
{
    const struct publication_order order = {
        .run = *run, .templates = nightly->arguments->templates, .deadline = deadline_of(nightly)};
    struct publication_report report = {0};
    struct error err = {0};

    if (!has_tickets(&nightly->session.suite))
        return;
    if (!publication_make(&nightly->session, &order, &report, &err))
        trouble(nightly, err.text);
    nightly->troubles += publication_log(&report, LOG_NOTE);
    json_object_set_new(nightly->summary, "tickets", publication_list(&report));
    publication_report_free(&report);
}

static void send_heartbeat(struct nightly *nightly)
{
    const struct suite *suite = &nightly->session.suite;
    const struct heartbeat heartbeat = {.url = &suite->heartbeat,
                                        .proxy = suite->proxy.value,
                                        .deadline = {mono_now().us + heartbeat_us},
                                        .secrets = nightly->session.secrets,
                                        .stop = &signal_caught};
    struct error err = {0};

    if (suite->heartbeat.value && !heartbeat_send(&heartbeat, &err))
        log_line(LOG_WARNING, "the heartbeat was not heard: %s", err.text);
}

static void ignore_damage(void *self, const char *what)
{
    (void)self;
    log_line(LOG_WARNING, "%s", what);
}

static void ignore_progress(void *self, uint64_t done, uint64_t planned)
{
    (void)self;
    (void)done;
    (void)planned;
}

static void prune(struct nightly *nightly)
{
    const struct suite *suite = &nightly->session.suite;
    const struct run_filter filter = {
        .suite = suite->name, .environment = suite->environment, .vantage = suite->vantage};
    const struct prune order = {.filter = &filter, .keep_us = suite->keep_us, .now = wall_now()};
    const struct maintain_sink sink = {.found = ignore_damage, .advance = ignore_progress};
    struct pruned pruned;
    struct error err = {0};

    if (!suite->keep_us || signals_caught())
        return;
    if (store_prune(nightly->session.store, &order, &sink, &pruned, &err))
        log_line(LOG_NOTE, "pruned: %llu runs folded, %llu dropped", (unsigned long long)pruned.folded,
                 (unsigned long long)pruned.dropped);
    else
        trouble(nightly, err.text);
}

/* Files, news and the summary of a recorded run; true when there is something to tell. */
static bool make_night(struct nightly *nightly, const struct recorded *recorded, bool whole, struct night_made *night)
{
    const struct night_order order = {&nightly->session, &nightly->state, nightly->templates, nightly->reports, whole};

    night_make(night, &order, recorded);
    nightly->troubles += night->troubles;
    return night->happened > 0 || (!night->compared && night->fails);
}

/* The run that the last nightly did not live to finish. Whole, it gets all that it would have got, and its place in the
 * queue; half, it stays what it is. */
static void finish_last(struct nightly *nightly)
{
    struct night_state *state = &nightly->state;
    struct recorded recorded = {0};
    struct night_made night;
    struct error err = {0};
    bool known;

    if (!state->begun)
        return;
    known = recorded_load(&recorded, nightly->session.store, &state->pending, false, &err);
    if (!known && err.code != ERR_NOT_FOUND)
        trouble(nightly, err.text);
    if (known && recorded.run.state != RUN_COMPLETE)
        log_line(LOG_WARNING, "the last nightly was cut off while it probed: what it came to is run %s",
                 recorded.short_id);
    if (known && recorded.run.state == RUN_COMPLETE) {
        if (make_night(nightly, &recorded, true, &night))
            tell(nightly, &night, "The last nightly was cut off before it could tell this:");
        if (has_tickets(&nightly->session.suite)
            && !publication_enqueue(&nightly->session, &state->pending, deadline_of(nightly), &err))
            trouble(nightly, err.text);
        json_object_set_new(nightly->summary, "recovered", summary_of(&night, &recorded, night.happened > 0));
        state->last = state->pending;
        state->finished = true;
        night_free(&night);
    }
    state->begun = false;
    save_state(nightly);
    recorded_free(&recorded);
}

/* Why the night is told though nothing happened; NULL: no reason. */
static const char *reason_to_tell(const struct nightly *nightly, const struct night_made *night,
                                  const struct recorded *recorded)
{
    if (nightly->troubles)
        return "This nightly had a trouble of its own (see the messages).";
    if (night->fails && night_reminds(nightly->state.told, recorded->run.started, nightly->session.suite.remind_us))
        return "Still failing.";
    return NULL;
}

static void conclude(struct nightly *nightly, const struct recorded *recorded, bool whole)
{
    struct night_state *state = &nightly->state;
    struct night_made night;
    bool happened = make_night(nightly, recorded, whole, &night);
    const char *reason;

    if (whole)
        publish(nightly, &recorded->run.id);
    reason = happened ? NULL : reason_to_tell(nightly, &night, recorded);
    if (happened || reason)
        tell(nightly, &night, reason);
    json_object_set_new(nightly->summary, "night", summary_of(&night, recorded, happened || reason));
    nightly->fails = night.fails;
    if (whole) {
        state->last = recorded->run.id;
        state->finished = true;
        state->told.us = !night.fails ? 0 : happened || reason ? recorded->run.started.us : state->told.us;
    }
    night_free(&night);
}

/* Why a run is not whole, which is a trouble of the night's own. */
static void admit(struct nightly *nightly, enum conducted how)
{
    switch (how) {
    case CONDUCTED_WHOLE:
        break;
    case CONDUCTED_STOPPED:
        log_line(LOG_WARNING, "the night was stopped; what was probed is kept, and reads as interrupted");
        break;
    case CONDUCTED_DEADLINE:
        trouble(nightly, "the night reached its deadline while it probed; what was probed is kept, reads as "
                         "interrupted, and is not published");
        break;
    case CONDUCTED_OFFLINE:
        trouble(nightly, "no server was reached anywhere: this looks like our own network, not like theirs "
                         "(collector-offline); nothing is published");
        break;
    }
}

static bool make_run(struct nightly *nightly, struct error *err)
{
    struct night_state *state = &nightly->state;
    struct suite *suite = &nightly->session.suite;
    const int64_t limit = suite->max_time_us;
    struct arguments quiet = *nightly->arguments;
    struct recorded recorded = {0};
    enum conducted how = CONDUCTED_WHOLE;
    bool ok = uuid_new(wall_now(), &state->pending, err);

    quiet.json = true; /* no line for each attempt that fails */
    state->begun = ok;
    if (limit) {
        int64_t left = limit - mono_between(nightly->started, mono_now());

        suite->max_time_us = left > 1 ? left : 1;
    }
    if (ok) {
        save_state(nightly);
        ok = conduct_run_as(&state->pending, &nightly->session, &quiet, &recorded, &how, err);
    }
    suite->max_time_us = limit;
    if (ok) {
        admit(nightly, how);
        if (how != CONDUCTED_STOPPED)
            conclude(nightly, &recorded, how == CONDUCTED_WHOLE);
        state->begun = false;
        save_state(nightly);
        if (how == CONDUCTED_WHOLE) {
            prune(nightly);
            send_heartbeat(nightly);
        }
    }
    recorded_free(&recorded);
    return ok;
}

static void print_summary(struct nightly *nightly, enum exit_status status)
{
    char *text;

    json_object_set_new(nightly->summary, "status", json_integer(status));
    text = json_dumps(nightly->summary, JSON_INDENT(2));
    if (text)
        printf("%s\n", text);
    free(text);
}

/* What the command line says goes before what the config says. */
static void apply(const struct arguments *arguments, struct suite *suite)
{
    if (arguments->vantage)
        suite->vantage = arguments->vantage;
    if (arguments->max_time_us)
        suite->max_time_us = arguments->max_time_us;
    if (arguments->no_experiments)
        suite->experiments = false;
}

static bool open_nightly(struct nightly *nightly, struct error *err)
{
    const struct arguments *arguments = nightly->arguments;
    struct error refused = {0};

    if (!open_log(arguments, err))
        return false;
    if (arguments->nice && !priority_lower(&refused))
        log_line(LOG_WARNING, "%s", refused.text);
    nightly->templates = present_templates(arguments->templates, err);
    if (!nightly->templates || !session_load(&nightly->session, arguments, VARIABLES_ALL, err)
        || !session_open_store(&nightly->session, arguments, STORE_CREATE, err))
        return false;
    apply(arguments, &nightly->session.suite);
    nightly->reports = reports_folder(nightly);
    return open_state(nightly, err);
}

bool verb_nightly(const struct arguments *arguments, enum exit_status *status, struct error *err)
{
    struct nightly nightly = {.arguments = arguments,
                              .lock = {-1},
                              .state = {.arena = ARENA_INIT},
                              .arena = ARENA_INIT,
                              .started = mono_now(),
                              .summary = json_pack("{s:s}", "schema", "endoscope-nightly/1")};
    bool ok = open_nightly(&nightly, err);

    if (ok) {
        finish_last(&nightly);
        ok = make_run(&nightly, err);
    }
    if (ok) {
        *status = nightly.troubles ? EXIT_UNFINISHED : nightly.fails ? EXIT_FAILS : EXIT_WELL;
        if (arguments->json)
            print_summary(&nightly, *status);
    }
    json_decref(nightly.summary);
    night_state_free(&nightly.state);
    lock_release(&nightly.lock);
    templates_free(nightly.templates);
    session_close(&nightly.session);
    arena_free(&nightly.arena);
    return ok;
}

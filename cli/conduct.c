/* SPDX-License-Identifier: MIT */
#include "cli/conduct.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/memory.h"
#include "cli/recorded.h"
#include "cli/recorder.h"
#include "cli/signals.h"
#include "cli/source_scan.h"
#include "collector/collector.h"
#include "collector/plan.h"
#include "collector/suite_json.h"
#include "diagnosis/diagnose.h"

/* An A-B-A takes three rounds; one more is for what the third reveals. */
enum { ROUNDS_MAX = 5 };

struct conduct {
    struct session *session;
    const struct arguments *arguments;
    struct buf config;
    char *labels;
    struct run run;
    struct recorded *recorded;
    struct recorder recorder;
    struct collector *collector;
    enum performed performed;
};

/* The suite's labels, and over them those of the command line, as a JSON object. */
static char *labels_json(const struct suite *suite, const struct texts *given)
{
    json_t *object = json_object();
    char *text;

    for (size_t i = 0; i < suite->label_count; i++)
        json_object_set_new(object, suite->labels[i].name, json_string(suite->labels[i].value));
    for (size_t i = 0; i < given->count; i++) {
        const char *sign = strchr(given->list[i], '=');
        char *name = mem_copy(given->list[i], (size_t)(sign - given->list[i]));

        json_object_set_new(object, name, json_string(sign + 1));
        mem_free(name);
    }
    text = json_dumps(object, JSON_COMPACT | JSON_SORT_KEYS);
    json_decref(object);
    return text;
}

static bool begin(struct conduct *conduct, size_t planned, struct error *err)
{
    const struct suite *suite = &conduct->session->suite;
    struct run *run = &conduct->run;
    bool ok;

    run->started = wall_now();
    if (!uuid_new(run->started, &run->id, err))
        return false;
    suite_to_json(suite, &conduct->config);
    conduct->labels = labels_json(suite, &conduct->arguments->labels);
    if (!conduct->labels)
        return fail(err, ERR_CONFIG, "a label is not valid UTF-8");
    run->suite = suite->name;
    run->environment = suite->environment;
    run->vantage = suite->vantage;
    run->labels = conduct->labels;
    run->config = conduct->config.data;
    run->zone = suite->timezone;
    zone_offset(suite->timezone, run->started, &run->offset_s);
    run->whole = conduct->arguments->only.count == 0 && conduct->arguments->words.count == 0;
    run->planned = (uint32_t)planned;
    run->tool = ENDOSCOPE_VERSION;
    run->rules = RULES_VERSION;
    ok = store_begin_run(conduct->session->store, run, err);
    /* With secrets, or bytes that are no UTF-8 and stand there as "\\x..", the suite that is recorded is another one. */
    if (ok && suite_is_shown(suite) && !strstr(conduct->config.data, "\\\\x"))
        recorded_adopt(conduct->recorded, run, suite);
    run->config = NULL; /* the store has it now, and it may be large */
    buf_free(&conduct->config);
    return ok;
}

static bool perform(struct conduct *conduct, const struct plan *plan, const char *doing, struct error *err)
{
    progress_start(&conduct->recorder.progress, conduct->arguments->quiet, doing);
    conduct->performed = collector_perform(conduct->collector, plan, err);
    progress_clear(&conduct->recorder.progress);
    return conduct->performed != PERFORMED_FAILED && recorder_flush(&conduct->recorder, err);
}

/* Asks until nothing is left to ask. Diagnosis sees what a report will see: what was recorded, redacted. */
static bool ask_further(struct conduct *conduct, struct error *err)
{
    struct recorded *recorded = conduct->recorded;

    for (int round = 0; recorded_load_probes(recorded, conduct->session->store, &conduct->run.id, err); round++) {
        struct plan plan = PLAN_INIT;
        bool asked, ok;

        if (round == ROUNDS_MAX || conduct->performed != PERFORMED_ALL)
            return true;
        /* The suite at hand has the values that the recorded one has names for; experiments are off by its word. */
        if (conduct->session->suite.experiments && !diagnose_offline(&recorded->records))
            experiments_next(&recorded->records, &plan);
        asked = plan.count > 0;
        ok = !asked || perform(conduct, &plan, "asking further", err);
        plan_free(&plan);
        if (!ok || !asked)
            return ok;
    }
    return false;
}

static enum conducted how_ended(const struct conduct *conduct, const struct records *records)
{
    switch (conduct->performed) {
    case PERFORMED_STOPPED:
        return CONDUCTED_STOPPED;
    case PERFORMED_DEADLINE:
        return CONDUCTED_DEADLINE;
    default:
        return diagnose_offline(records) ? CONDUCTED_OFFLINE : CONDUCTED_WHOLE;
    }
}

/* The findings of what was recorded, with the places in the source. A source that cannot be read takes nothing from a
 * diagnosis, so it is only said. */
static void find_causes(const struct conduct *conduct, struct recorded *recorded)
{
    struct error unread = {0};

    recorded_diagnose(recorded, conduct->session->store);
    if (!source_scan_findings(&conduct->session->suite, conduct->session->secrets, &recorded->findings,
                              &recorded->arena, &unread))
        log_line(LOG_WARNING, "%s", unread.text);
}

/* Records what was found; `recorded` is then what a report on this run would read. */
static bool close_run(struct conduct *conduct, enum conducted *how, struct error *err)
{
    struct recorded *recorded = conduct->recorded;
    struct run *run = &conduct->run;
    struct buf json = BUF_INIT;
    bool ok;

    find_causes(conduct, recorded);
    findings_to_json(&recorded->findings, &json);
    *how = how_ended(conduct, &recorded->records);
    run->ended = wall_now();
    /* A night on which nothing was reached says nothing of the servers: it is no `latest` and no `previous`. */
    run->state = *how == CONDUCTED_WHOLE ? RUN_COMPLETE : RUN_INTERRUPTED;
    run->findings = json.data;
    ok = store_end_run(conduct->session->store, run, err)
         && store_short_id(conduct->session->store, &run->id, recorded->short_id, err);
    recorded->run.ended = run->ended;
    recorded->run.state = run->state;
    recorded->run.findings = arena_text(&recorded->arena, json.data);
    run->findings = NULL;
    buf_free(&json);
    return ok;
}

static bool open_collector(struct conduct *conduct, struct error *err)
{
    const struct suite *suite = &conduct->session->suite;
    struct collector_options options = {
        .secrets = conduct->session->secrets,
        .sink = recorder_sink(&conduct->recorder),
        .stop = &signal_caught,
        .worker = "/proc/self/exe",
        .nameserver = conduct->arguments->nameserver,
    };

    if (suite->max_time_us)
        options.deadline.us = mono_now().us + suite->max_time_us;
    conduct->collector = collector_open(suite, &options, err);
    return conduct->collector != NULL;
}

/* The attempts over the suite, and `more`. */
static bool plan_session(const struct conduct *conduct, const struct plan *more, struct plan *plan, struct error *err)
{
    const struct suite *suite = &conduct->session->suite;
    const struct texts *only = &conduct->arguments->only;

    for (size_t i = 0; i < only->count; i++) {
        size_t at = 0;

        while (at < suite->endpoint_count && strcmp(suite->endpoints[at].name, only->list[i]) != 0)
            at++;
        if (at == suite->endpoint_count)
            return fail(err, ERR_USAGE, "there is no endpoint `%s`; `endoscope check` lists them", only->list[i]);
    }
    plan_attempts(plan, suite, only->list, only->count);
    if (plan->count == 0)
        return fail(err, ERR_CONFIG, "there is nothing to probe: the suite has no endpoints");
    for (size_t i = 0; more && i < more->count; i++)
        plan_add(plan, more->items[i]);
    return true;
}

static void warn_of_proxies(const struct suite *suite)
{
    static const char *const names[] = {"http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *value = getenv(names[i]);

        if (value && *value) {
            log_line(LOG_NOTE, "%s is set and not used: probes go %s", names[i],
                     suite->proxy.value ? "through the proxy that the config names"
                                        : "straight to their servers; the config's proxy: would be used");
            return;
        }
    }
}

bool conduct_more(struct session *session, const struct arguments *arguments, const struct plan *more,
                  struct recorded *recorded, enum conducted *how, struct error *err)
{
    struct conduct conduct = {.session = session, .arguments = arguments, .config = BUF_INIT, .recorded = recorded};
    struct plan plan = PLAN_INIT;
    size_t planned;
    uint8_t key[SECRET_KEY];
    bool ok = plan_session(&conduct, more, &plan, err) && store_redaction_key(session->store, key, err);

    /* Made again below: until the run's config is written, and packed, there is no room for both. */
    planned = plan.count;
    plan_free(&plan);
    if (ok) {
        secrets_key(session->secrets, key);
        warn_of_proxies(&session->suite);
        /* Before the run is recorded: what cannot be probed at all leaves no interrupted run behind. */
        ok =
            open_collector(&conduct, err) && begin(&conduct, planned, err) && plan_session(&conduct, more, &plan, err);
    }
    if (ok) {
        conduct.recorder.store = session->store;
        conduct.recorder.suite = &session->suite;
        conduct.recorder.run = conduct.run.id;
        conduct.recorder.recorded = recorded;
        conduct.recorder.show_failures = !arguments->quiet && !arguments->json;
        ok = perform(&conduct, &plan, "probing", err);
        plan_free(&plan);
        ok = ok && ask_further(&conduct, err) && close_run(&conduct, how, err);
    }
    collector_close(conduct.collector);
    recorder_drop(&conduct.recorder);
    plan_free(&plan);
    buf_free(&conduct.config);
    free(conduct.labels);
    return ok;
}

bool conduct_run(struct session *session, const struct arguments *arguments, struct recorded *recorded,
                 enum conducted *how, struct error *err)
{
    return conduct_more(session, arguments, NULL, recorded, how, err);
}

void conduct_apply(const struct arguments *arguments, struct suite *suite)
{
    if (arguments->vantage)
        suite->vantage = arguments->vantage;
    if (arguments->concurrency)
        suite->concurrency = (unsigned)arguments->concurrency;
    if (arguments->max_time_us)
        suite->max_time_us = arguments->max_time_us;
    if (arguments->no_experiments)
        suite->experiments = false;
    if (arguments->attempts) {
        struct endpoint *endpoints = arena_new(&suite->arena, suite->endpoint_count, sizeof *endpoints);

        memcpy(endpoints, suite->endpoints, suite->endpoint_count * sizeof *endpoints);
        for (size_t i = 0; i < suite->endpoint_count; i++)
            endpoints[i].attempts = (unsigned)arguments->attempts;
        suite->endpoints = endpoints;
    }
}

void conduct_admit(enum conducted how, enum exit_status *status)
{
    switch (how) {
    case CONDUCTED_WHOLE:
        return;
    case CONDUCTED_STOPPED:
        log_line(LOG_WARNING, "the run was stopped; what was probed is kept, and it reads as interrupted");
        break;
    case CONDUCTED_DEADLINE:
        log_line(LOG_ERROR, "the run reached its deadline; what was probed is kept, and it reads as interrupted");
        break;
    case CONDUCTED_OFFLINE:
        log_line(LOG_ERROR, "no server was reached anywhere: this looks like our own network, not like theirs "
                            "(collector-offline)");
        break;
    }
    *status = EXIT_UNFINISHED;
}

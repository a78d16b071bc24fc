/* SPDX-License-Identifier: MIT */
/* Asks a ticket's endpoints again, and the controls and candidates that its findings need, as a run of its own. */
#include <string.h>

#include "base/log.h"
#include "cli/charts.h"
#include "cli/conduct.h"
#include "cli/nights.h"
#include "cli/output.h"
#include "cli/present.h"
#include "cli/recorded.h"
#include "cli/session.h"
#include "cli/verbs.h"
#include "collector/plan.h"
#include "collector/suite_json.h"
#include "diagnosis/address.h"
#include "diagnosis/survey.h"
#include "diagnosis/verify.h"
#include "render/flavor.h"
#include "render/html.h"
#include "render/json.h"
#include "render/markdown.h"
#include "render/wrap.h"

enum { NIGHTS_LOOKED_AT = 30 };

/* The label by which its runs are known, and passed over when the diagnosis is looked for. */
static const char label_name[] = "verify";

struct verifying {
    const struct arguments *given;
    struct arguments arguments; /* for the run: only these endpoints */
    struct session session;
    const struct ticket *ticket;
    struct recorded before, after;
    struct nights nights;
    bool among; /* `before` is one of the nights */
    struct plan more;
};

static bool find_ticket(struct verifying *verifying, struct error *err)
{
    const struct suite *suite = &verifying->session.suite;
    const char *id = verifying->given->words.list[0];
    struct buf list = BUF_INIT;

    for (size_t i = 0; i < suite->ticket_count; i++) {
        if (strcmp(suite->tickets[i].id, id) == 0)
            verifying->ticket = &suite->tickets[i];
        buf_printf(&list, "%s%s", i ? ", " : "", suite->tickets[i].id);
    }
    if (!verifying->ticket && suite->ticket_count > 0)
        fail(err, ERR_USAGE, "there is no ticket `%s` in %s; there %s %s", id, verifying->session.config,
             suite->ticket_count == 1 ? "is" : "are", list.data);
    else if (!verifying->ticket)
        fail(err, ERR_USAGE, "there is no ticket `%s`: %s has no tickets", id, verifying->session.config);
    buf_free(&list);
    return verifying->ticket != NULL;
}

/* The search for the run that the ticket was diagnosed on. */
struct search {
    const struct ticket *ticket;
    bool found, failed;
    struct uuid id;
    struct error err;
};

static bool concerns(struct search *search, const struct run *run)
{
    struct arena arena = ARENA_INIT;
    struct suite suite = {.arena = ARENA_INIT};
    struct findings findings = {.count = 0};
    bool found = false;

    if (!findings_from_json(run->findings, &arena, &findings, &search->err)
        || (findings.count > 0 && !suite_from_json(run->config, &suite, &search->err)))
        search->failed = true;
    for (size_t i = 0; !search->failed && i < findings.count; i++)
        found = found || verify_finding_concerns(search->ticket, &suite, &findings.list[i]);
    suite_free(&suite);
    arena_free(&arena);
    return found;
}

static bool look_at(void *self, const struct run *run)
{
    struct search *search = self;

    /* Labels are a JSON object without spaces. */
    if (!run->findings || !run->config || (run->labels && strstr(run->labels, "\"verify\":")))
        return true;
    search->found = concerns(search, run);
    search->id = run->id;
    return !search->found && !search->failed;
}

static bool find_diagnosis(struct verifying *verifying, struct uuid *id, struct error *err)
{
    const struct selection selection = session_selection(&verifying->session, verifying->given, NULL);
    struct search search = {.ticket = verifying->ticket};
    struct store *store = verifying->session.store;

    if (verifying->given->since)
        return select_run(store, verifying->given->since, &selection, id, err);
    if (!store_each_run(store, &selection.filter, look_at, &search, err))
        return false;
    if (search.failed)
        return fail(err, search.err.code, "%s", search.err.text);
    *id = search.id;
    return search.found
           || fail(err, ERR_NOT_FOUND,
                   "no recorded run has a finding on the endpoints of ticket %s, so there is nothing to compare with; "
                   "name a run with --since",
                   verifying->ticket->id);
}

static bool load_before(struct verifying *verifying, struct error *err)
{
    struct store *store = verifying->session.store;
    struct nights_wanted wanted = {.most = NIGHTS_LOOKED_AT};
    const struct series *series = &verifying->nights.series;
    struct uuid id;

    if (!find_diagnosis(verifying, &id, err) || !recorded_load(&verifying->before, store, &id, false, err))
        return false;
    wanted.filter = nights_like(&verifying->before.run);
    if (!nights_load(&verifying->nights, store, &verifying->session.suite, &wanted, err))
        return false;
    for (size_t i = 0; i < series->count; i++)
        verifying->among = verifying->among || memcmp(&series->nights[i].id, &id, sizeof id) == 0;
    return true;
}

/* The row of the endpoint in the run of the diagnosis, by name; UINT32_MAX: it was not there. */
static uint32_t row_before(const struct verifying *verifying, const char *name)
{
    const struct suite *suite = &verifying->before.suite;

    for (uint32_t i = 0; i < suite->endpoint_count; i++)
        if (strcmp(suite->endpoints[i].name, name) == 0)
            return i;
    return UINT32_MAX;
}

/* How often the endpoint at `row` is asked: as the config says, or as often as it takes to tell luck from a fix. */
static unsigned attempts_on(const struct verifying *verifying, uint32_t row)
{
    const struct endpoint *endpoint = &verifying->session.suite.endpoints[row];
    uint32_t old = row_before(verifying, endpoint->name);
    struct answer before = {.verdict = VERDICT_NOT_PROBED};
    struct arena arena = ARENA_INIT;
    struct verify_record record;
    uint64_t most = verifying->given->attempts ? verifying->given->attempts : VERIFY_MOST;
    uint64_t count = verifying->given->attempts ? verifying->given->attempts : endpoint->attempts;

    if (old != UINT32_MAX)
        before = answer_of_endpoint(&verifying->before.records, old, &arena);
    record = verify_record_of(&before, verifying->among, &verifying->nights.series, row);
    arena_free(&arena);
    if (record.needed > count)
        count = record.needed < most ? record.needed : most;
    if (record.flapping && !verifying->given->quiet)
        log_line(LOG_NOTE, "%s flaps: %llu of %llu attempts failed; %llu passes in a row rule chance out, and %llu %s",
                 endpoint->name, (unsigned long long)record.failed, (unsigned long long)record.total,
                 (unsigned long long)record.needed, (unsigned long long)count,
                 record.needed > count ? "are made: that is the limit, so it cannot be shown" : "are made");
    return (unsigned)count;
}

static void apply(struct verifying *verifying)
{
    struct suite *suite = &verifying->session.suite;
    struct endpoint *endpoints = arena_new(&suite->arena, suite->endpoint_count + 1, sizeof *endpoints);

    memcpy(endpoints, suite->endpoints, suite->endpoint_count * sizeof *endpoints);
    for (uint32_t i = 0; i < suite->endpoint_count; i++)
        if (verify_concerns(verifying->ticket, &endpoints[i]))
            endpoints[i].attempts = attempts_on(verifying, i);
    suite->endpoints = endpoints;
    if (verifying->given->max_time_us)
        suite->max_time_us = verifying->given->max_time_us;
}

/* Whether the control shares an origin with one of the ticket's endpoints: what tells their layers apart. */
static bool is_needed(const struct verifying *verifying, const struct endpoint *control, struct arena *arena)
{
    const struct suite *suite = &verifying->session.suite;
    const char *origin = address_origin(control->url.shown, arena);

    for (size_t i = 0; i < suite->endpoint_count; i++)
        if (verify_concerns(verifying->ticket, &suite->endpoints[i])
            && strcmp(address_origin(suite->endpoints[i].url.shown, arena), origin) == 0)
            return true;
    return false;
}

static bool is_cited(struct cites cites, uint32_t ordinal)
{
    for (size_t i = 0; i < cites.count; i++)
        if (cites.ordinals[i] == ordinal)
            return true;
    return false;
}

static bool finding_cites(const struct finding *finding, uint32_t ordinal)
{
    for (size_t i = 0; i < finding->excluded_count; i++)
        if (is_cited(finding->excluded[i].cites, ordinal))
            return true;
    return is_cited(finding->probes, ordinal) || is_cited(finding->experiments, ordinal);
}

/* Whether a finding on the ticket stands on the control, wherever that is. */
static bool stands_on(const struct verifying *verifying, const struct endpoint *control)
{
    const struct recorded *before = &verifying->before;
    uint32_t row = row_before(verifying, control->name);

    for (size_t i = 0; row != UINT32_MAX && i < before->findings.count; i++) {
        const struct finding *finding = &before->findings.list[i];

        if (!verify_finding_concerns(verifying->ticket, &before->suite, finding))
            continue;
        for (size_t k = 0; k < before->count; k++)
            if (before->probes[k]->endpoint == row && finding_cites(finding, before->probes[k]->ordinal))
                return true;
    }
    return false;
}

static void choose_endpoints(struct verifying *verifying)
{
    const struct suite *suite = &verifying->session.suite;
    struct arena *arena = &verifying->session.arena;
    struct texts *only = &verifying->arguments.only;

    *only = (struct texts){arena_new(arena, suite->endpoint_count + 1, sizeof(char *)), 0, 0};
    for (size_t i = 0; i < suite->endpoint_count; i++) {
        const struct endpoint *endpoint = &suite->endpoints[i];

        if (verify_concerns(verifying->ticket, endpoint)
            || (endpoint->role == ROLE_CONTROL
                && (is_needed(verifying, endpoint, arena) || stands_on(verifying, endpoint))))
            only->list[only->count++] = endpoint->name;
    }
}

static bool may_repeat(const struct endpoint *endpoint)
{
    return endpoint->kind == KIND_WEBSOCKET || endpoint->repeatable || method_is_safe(endpoint->method);
}

/* The replacement that a finding named is asked again, and what it warned of. */
static void plan_more(struct verifying *verifying)
{
    const struct suite *suite = &verifying->session.suite;
    const struct recorded *before = &verifying->before;

    for (size_t i = 0; i < before->findings.count; i++) {
        const struct finding *finding = &before->findings.list[i];
        uint32_t endpoint, candidate;

        if (!verify_finding_concerns(verifying->ticket, &before->suite, finding)
            || !verify_replacement(&before->suite, finding, suite, &endpoint, &candidate)
            || !may_repeat(&suite->endpoints[endpoint]))
            continue;
        if (candidate)
            plan_add(&verifying->more,
                     (struct plan_item){
                         .endpoint = endpoint, .candidate = candidate, .question = QUESTION_CANDIDATE, .attempt = 1});
        if (finding->caution_count > 0 && endpoint_authorizes(&suite->endpoints[endpoint]))
            plan_add(&verifying->more, (struct plan_item){.endpoint = endpoint,
                                                          .candidate = candidate,
                                                          .question = QUESTION_WITHOUT_AUTHORIZATION,
                                                          .attempt = 1,
                                                          .authorization = AUTHORIZATION_NONE});
        return;
    }
}

static void prepare(struct verifying *verifying)
{
    struct arena *arena = &verifying->session.arena;
    const char **label = arena_new(arena, 1, sizeof *label);

    verifying->arguments = *verifying->given;
    verifying->arguments.words = (struct texts){NULL, 0, 0};
    *label = arena_printf(arena, "%s=%s", label_name, verifying->ticket->id);
    verifying->arguments.labels = (struct texts){label, 1, 1};
    /* Attempts that fail are what is asked about, and are told with the result. */
    verifying->arguments.quiet = true;
    apply(verifying);
    choose_endpoints(verifying);
    plan_more(verifying);
}

static bool page(const struct verification *made, int32_t offset_s, struct templates *templates, struct buf *out,
                 struct error *err)
{
    struct buf markdown = BUF_INIT, title = BUF_INIT;
    struct arena arena = ARENA_INIT;
    struct page_flavor flavor;
    bool ok;

    buf_printf(&title, "Ticket %.*s · verification", (int)made->ticket.len, made->ticket.data);
    ok = page_flavor_init(&flavor, offset_s, err)
         && report_markdown(templates, "verify.md", &verification_shape, made, &flavor.flavor, &markdown, err)
         && html_page(templates, &flavor, buf_slice(&title), buf_slice(&markdown),
                      charts_of_verification(made, &arena), buf_sink(out), err);
    arena_free(&arena);
    buf_free(&markdown);
    buf_free(&title);
    return ok;
}

static bool present(const struct verification *made, enum format format, int32_t offset_s, struct templates *templates,
                    struct buf *out, struct error *err)
{
    struct flavor flavor = format == FORMAT_TEXT ? flavor_plain : flavor_github;
    struct buf text = BUF_INIT;
    bool ok = true;

    flavor.offset_s = offset_s;
    switch (format) {
    case FORMAT_MARKDOWN:
        return report_markdown(templates, "verify.md", &verification_shape, made, &flavor, out, err);
    case FORMAT_TEXT:
        ok = report_markdown(templates, "verify.txt", &verification_shape, made, &flavor, &text, err);
        wrap_text(buf_slice(&text), WRAP_COLUMNS, out);
        buf_free(&text);
        return ok;
    case FORMAT_HTML:
        return page(made, offset_s, templates, out, err);
    case FORMAT_JSON:
        return json_write(&verification_shape, made, templates, offset_s, out, err) && buf_putc(out, '\n');
    case FORMAT_JUNIT:
    case FORMAT_CSV:
    case FORMAT_PROMETHEUS:
        break;
    }
    return ok;
}

static bool conclude(struct verifying *verifying, enum format format, struct templates *templates,
                     enum exit_status *status, struct error *err)
{
    const struct recorded *before = &verifying->before, *after = &verifying->after;
    const struct verify_ask ask = {
        .ticket = verifying->ticket,
        .before_run = &before->run,
        .after_run = &after->run,
        .before_id = before->short_id,
        .after_id = after->short_id,
        .before = &before->records,
        .after = &after->records,
        .before_findings = &before->findings,
        .after_findings = &after->findings,
        .nights = &verifying->nights.series,
        .among = verifying->among,
        .threshold = {0.10, 5000},
    };
    struct arena arena = ARENA_INIT;
    struct buf out = BUF_INIT;
    struct verification made = *verify_make(&ask, &arena);
    bool ok;

    made.options = session_options(&verifying->session, verifying->given);
    ok = present(&made, format, after->run.offset_s, templates, &out, err)
         && ((verifying->given->quiet && !verifying->given->output)
             || output_write(verifying->given->output, buf_slice(&out), false, err));
    *status = made.verdict == VERIFIED_FIXED || made.verdict == VERIFIED_PASSES ? EXIT_WELL : EXIT_FAILS;
    buf_free(&out);
    arena_free(&arena);
    return ok;
}

static void admit(enum conducted how, enum exit_status *status)
{
    static const char *const words[] = {
        [CONDUCTED_STOPPED] = "the verification was stopped, so it shows nothing",
        [CONDUCTED_DEADLINE] = "the verification reached its deadline, so it shows less than it should",
        [CONDUCTED_OFFLINE] = "no server was reached anywhere: this looks like our own network, not like theirs",
    };

    if (how == CONDUCTED_WHOLE)
        return;
    log_line(LOG_ERROR, "%s", words[how]);
    *status = EXIT_UNFINISHED;
}

static bool open_all(struct verifying *verifying, struct error *err)
{
    struct session *session = &verifying->session;

    return session_load(session, verifying->given, VARIABLES_REQUIRED, err) && find_ticket(verifying, err)
           && session_find_store(session, verifying->given, err)
           && (session->store = store_open(session->store_path, STORE_CREATE, err)) != NULL
           && output_spares(verifying->given->output, session->store_path, err) && load_before(verifying, err);
}

bool verb_verify(const struct arguments *arguments, enum exit_status *status, struct error *err)
{
    struct verifying verifying = {.given = arguments, .more = PLAN_INIT};
    struct templates *templates = present_templates(arguments->templates, err);
    const char *format_word = arguments->json                          ? "json"
                              : arguments->format || arguments->output ? arguments->format
                                                                       : "text";
    enum conducted how = CONDUCTED_WHOLE;
    enum format format;
    bool ok = templates && output_format(format_word, arguments->output, &format, err)
              && (format <= FORMAT_TEXT || fail(err, ERR_USAGE, "`verify` writes md, html, json and text"))
              && open_all(&verifying, err);

    if (ok) {
        prepare(&verifying);
        ok = conduct_more(&verifying.session, &verifying.arguments, &verifying.more, &verifying.after, &how, err)
             && conclude(&verifying, format, templates, status, err);
    }
    if (ok)
        admit(how, status);
    plan_free(&verifying.more);
    nights_free(&verifying.nights);
    recorded_free(&verifying.before);
    recorded_free(&verifying.after);
    templates_free(templates);
    session_close(&verifying.session);
    return ok;
}

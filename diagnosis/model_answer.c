/* SPDX-License-Identifier: MIT */
/* What one address answered, as a row of the report. */
#include <math.h>

#include "diagnosis/address.h"
#include "diagnosis/model_maker.h"
#include "diagnosis/shape.h"

void *grown_add(struct grown *grown, size_t size, struct arena *arena)
{
    char *item;

    grown->items = arena_grow(arena, grown->items, grown->count, &grown->capacity, size);
    item = (char *)grown->items + grown->count++ * size;
    memset(item, 0, size);
    return item;
}

struct list grown_list(const struct grown *grown)
{
    return (struct list){.items = grown->items, .count = grown->count};
}

void grown_name(struct grown *grown, struct slice name, struct arena *arena)
{
    *(struct model_name *)grown_add(grown, sizeof(struct model_name), arena) = (struct model_name){name};
}

void grown_once(struct grown *grown, struct slice name, struct arena *arena)
{
    const struct model_name *names = grown->items;

    for (size_t i = 0; i < grown->count; i++)
        if (slice_equals(names[i].name, name))
            return;
    grown_name(grown, name, arena);
}

/* A damaged store may name endpoints that its suite has not: such rows are left out, here and nowhere else. */
static const struct records *fitting_records(const struct records *records, struct arena *arena)
{
    struct records *fit = arena_new(arena, 1, sizeof *fit);
    struct probe **probes = arena_new(arena, records->count + 1, sizeof(struct probe *));

    for (size_t i = 0; i < records->count; i++) {
        const struct probe *probe = records->probes[i];

        if (probe->endpoint < records->suite->endpoint_count
            && probe->candidate <= records->suite->endpoints[probe->endpoint].candidate_count)
            probes[fit->count++] = records->probes[i];
    }
    fit->suite = records->suite;
    fit->probes = probes;
    fit->briefs = records->briefs;
    return fit;
}

static const struct findings *fitting_findings(const struct findings *findings, const struct suite *suite,
                                               struct arena *arena)
{
    struct findings *fit = arena_new(arena, 1, sizeof *fit);
    struct finding *list = arena_new(arena, findings->count + 1, sizeof *list);

    for (size_t i = 0; i < findings->count; i++) {
        const struct finding *finding = &findings->list[i];
        bool fits = true;

        for (size_t k = 0; k < finding->endpoint_count; k++)
            fits = fits && finding->endpoints[k] < suite->endpoint_count;
        if (finding->candidate)
            fits = fits && finding->endpoint_count > 0
                   && finding->candidate <= suite->endpoints[finding->endpoints[0]].candidate_count;
        if (fits)
            list[fit->count++] = *finding;
    }
    fit->list = list;
    fit->rules = findings->rules;
    return fit;
}

struct maker maker_make(const struct records *records, const struct findings *findings, const char *cite_run,
                        struct wall started, struct arena *arena)
{
    struct maker maker = {.arena = arena,
                          .records = fitting_records(records, arena),
                          .findings = fitting_findings(findings, records->suite, arena),
                          .cite_run = cite_run,
                          .started = started};

    maker.answers = answers_make(maker.records, arena);
    return maker;
}

struct cites maker_cites(const struct maker *maker, struct cites cites)
{
    cites.run = maker->cite_run;
    return cites;
}

struct cites maker_cite(const struct maker *maker, const struct probe *probe)
{
    uint32_t *ordinal = arena_new(maker->arena, 1, sizeof *ordinal);

    *ordinal = probe->ordinal;
    return maker_cites(maker, (struct cites){.ordinals = ordinal, .count = 1});
}

const struct endpoint *maker_endpoint(const struct maker *maker, uint32_t index)
{
    return &maker->records->suite->endpoints[index];
}

struct answer maker_asked(const struct maker *maker, uint32_t endpoint, uint32_t candidate, enum question question)
{
    return answers_asked(maker->answers, endpoint, candidate, question, maker->arena);
}

struct answer maker_join(struct answer a, struct answer b, struct arena *arena)
{
    size_t count = a.count + b.count;
    const struct probe **probes = arena_new(arena, count + 1, sizeof(struct probe *));
    uint32_t *ordinals = arena_new(arena, count + 1, sizeof *ordinals);

    if (a.count == 0 || b.count == 0)
        return a.count ? a : b;
    for (size_t i = 0; i < count; i++) {
        probes[i] = i < a.count ? a.probes[i] : b.probes[i - a.count];
        ordinals[i] = probes[i]->ordinal;
    }
    a.same = a.same && b.same && shape_alike(a.typical, b.typical);
    a.probes = probes;
    a.count = count;
    a.passed += b.passed;
    a.failed += b.failed;
    a.cites = (struct cites){.ordinals = ordinals, .count = count};
    return a;
}

struct answer maker_absent(const struct maker *maker, uint32_t endpoint)
{
    return maker_join(maker_asked(maker, endpoint, 0, QUESTION_NO_SUCH_SIBLING),
                      maker_asked(maker, endpoint, 0, QUESTION_NO_SUCH_ROOT), maker->arena);
}

/* Only where both paths that cannot exist got the same answer is it known how the server says "no such path". */
bool maker_like_absent(const struct maker *maker, uint32_t endpoint, const struct answer *answer)
{
    struct answer sibling = maker_asked(maker, endpoint, 0, QUESTION_NO_SUCH_SIBLING);
    struct answer root = maker_asked(maker, endpoint, 0, QUESTION_NO_SUCH_ROOT);

    return answer->typical && sibling.typical && root.typical && sibling.same && root.same && answer->same
           && answer->typical->status != 0 && shape_alike(sibling.typical, root.typical)
           && shape_alike(sibling.typical, answer->typical);
}

static enum result result_of(const struct maker *maker, uint32_t endpoint, const struct answer *answer)
{
    int status = answer->typical ? answer->typical->status : 0;

    switch (answer->verdict) {
    case VERDICT_PASSES:
        return RESULT_WORKS;
    case VERDICT_UNSTEADY:
        return RESULT_UNSTEADY;
    case VERDICT_NOT_JUDGED:
        return RESULT_NOT_JUDGED;
    case VERDICT_NOT_PROBED:
        return RESULT_NOT_PROBED;
    case VERDICT_FAILS:
        break;
    }
    if (maker_like_absent(maker, endpoint, answer) && shape_means_absent(answer->typical))
        return RESULT_NO_SUCH_PATH;
    return status >= 400 && status < 500 && status != 404 && status != 410 ? RESULT_REFUSED : RESULT_FAILS;
}

/* A lookup that another probe had paid for was not timed, but it was made. */
static bool knows_address(const struct maker *maker, const struct probe *probe)
{
    return probe->address.len > 0 && !probe->from_hosts && !address_is_literal(address_host(probe->url, maker->arena));
}

/* Whether `layer` held while `probe` was made. What a probe did not come to, or did not measure, is unknown. */
static enum state state_of(const struct maker *maker, const struct probe *probe, enum layer layer)
{
    if (probe->layer == layer)
        return STATE_FAILS;
    switch (layer) {
    case LAYER_DNS:
        return knows_address(maker, probe) ? STATE_HOLDS : STATE_UNKNOWN;
    case LAYER_TCP:
        return probe->timings.connect_us >= 0 || probe->status != 0 ? STATE_HOLDS : STATE_UNKNOWN;
    case LAYER_TLS:
        return probe->tls_version.len > 0 && probe->tls_verify == 0 ? STATE_HOLDS : STATE_UNKNOWN;
    case LAYER_HTTP:
        return probe->status != 0 ? STATE_HOLDS : STATE_UNKNOWN;
    case LAYER_WEBSOCKET:
        return probe->upgrade && probe->status == 101 ? STATE_HOLDS : STATE_UNKNOWN;
    default:
        return STATE_UNKNOWN;
    }
}

static int state_over(const struct maker *maker, const struct answer *answer, enum layer layer)
{
    enum state over = answer->count > 0 ? STATE_HOLDS : STATE_UNKNOWN;

    for (size_t i = 0; i < answer->count; i++) {
        enum state state = state_of(maker, answer->probes[i], layer);

        if (state == STATE_FAILS)
            return STATE_FAILS;
        if (state == STATE_UNKNOWN)
            over = STATE_UNKNOWN;
    }
    return (int)over;
}

static bool refuses(const struct answer *answer)
{
    return answer->typical && answer->same && (answer->typical->status == 401 || answer->typical->status == 403);
}

/* That nobody was refused shows nothing: authentication holds where the same request passes with the token, and is
 * refused without and with a broken one. */
static int auth_of(const struct maker *maker, uint32_t endpoint, uint32_t candidate, const struct answer *answer)
{
    struct answer without, broken;

    if (answer->typical && (answer->typical->status == 401 || answer->typical->status == 407))
        return STATE_FAILS;
    if (answer->verdict != VERDICT_PASSES)
        return state_over(maker, answer, LAYER_AUTH) == STATE_FAILS ? STATE_FAILS : STATE_UNKNOWN;
    without = maker_asked(maker, endpoint, candidate, QUESTION_WITHOUT_AUTHORIZATION);
    broken = maker_asked(maker, endpoint, candidate, QUESTION_BROKEN_AUTHORIZATION);
    return refuses(&without) && refuses(&broken) ? STATE_HOLDS : STATE_UNKNOWN;
}

static void put_typical(struct model_answer *row, const struct maker *maker, const struct probe *probe)
{
    row->url = slice_of(probe->url);
    row->path = address_target(probe->url);
    row->upgrade = probe->upgrade;
    row->status = (uint64_t)probe->status;
    row->reason = probe->reason;
    row->size = probe->body_size;
    row->said = said_by(probe, maker->arena);
    row->code = probe->code;
    row->layer = (int)probe->layer;
    row->first_message = probe->timings.first_message_us;
    row->ping = probe->timings.ping_us;
    row->address = probe->address;
    row->port = probe->port;
    row->timings = maker_timings(maker, probe);
    row->typical = maker_cite(maker, probe);
}

const struct model_answer *maker_answer(const struct maker *maker, uint32_t endpoint, uint32_t candidate,
                                        const struct answer *answer)
{
    const struct endpoint *asked = maker_endpoint(maker, endpoint);
    const struct candidate *other = candidate ? &asked->candidates[candidate - 1] : NULL;
    struct model_answer *row = arena_new(maker->arena, 1, sizeof *row);
    bool steady = answer->count > 0 && answer->passed == answer->count;

    *row = (struct model_answer){
        .name = slice_of(other ? other->name : asked->name),
        .url = slice_of(other ? other->url.shown : asked->url.shown),
        .candidate = other != NULL,
        .upgrade = asked->kind == KIND_WEBSOCKET,
        .verdict = (int)answer->verdict,
        .result = (int)result_of(maker, endpoint, answer),
        .passed = answer->passed,
        .total = answer->count,
        .bound = steady ? answer_bound(answer->count) : (double)NAN,
        .time = answer->median_us,
        .first_message = NOT_MEASURED,
        .ping = NOT_MEASURED,
        .dns = state_over(maker, answer, LAYER_DNS),
        .tcp = state_over(maker, answer, LAYER_TCP),
        .tls = state_over(maker, answer, LAYER_TLS),
        .http = state_over(maker, answer, LAYER_HTTP),
        .websocket = state_over(maker, answer, LAYER_WEBSOCKET),
        .auth = auth_of(maker, endpoint, candidate, answer),
        .cites = maker_cites(maker, answer->cites),
    };
    row->path = address_target(row->url.data);
    if (answer->typical)
        put_typical(row, maker, answer->typical);
    if (row->result == RESULT_NO_SUCH_PATH)
        row->compared = maker_cites(maker, maker_absent(maker, endpoint).cites);
    return row;
}

const struct model_answer *maker_own(const struct maker *maker, uint32_t endpoint)
{
    return maker_answer(maker, endpoint, 0, answers_of(maker->answers, endpoint));
}

/* SPDX-License-Identifier: MIT */
/* A finding with the answers that it stands on side by side: broken, working, and what the experiments got. */
#include "diagnosis/address.h"
#include "diagnosis/locate.h"
#include "diagnosis/model_maker.h"
#include "diagnosis/rule.h"

static const struct model_answer *asked(const struct maker *maker, uint32_t endpoint, uint32_t candidate,
                                        enum question question)
{
    struct answer answer = maker_asked(maker, endpoint, candidate, question);

    return answer.count ? maker_answer(maker, endpoint, candidate, &answer) : NULL;
}

static const struct model_answer *absent_of(const struct maker *maker, uint32_t endpoint)
{
    struct answer answer = maker_absent(maker, endpoint);
    struct model_answer *row = arena_new(maker->arena, 1, sizeof *row);

    if (answer.count == 0)
        return NULL;
    *row = *maker_answer(maker, endpoint, 0, &answer);
    row->name = slice_of("paths that cannot exist");
    row->result = RESULT_NO_SUCH_PATH;
    /* Two that are answered differently have no one status. */
    row->status = answer.same ? row->status : 0;
    return row;
}

static struct list names_of(const struct maker *maker, const struct finding *finding)
{
    struct grown names = {0};

    for (size_t i = 0; i < finding->endpoint_count; i++)
        grown_name(&names, slice_of(maker_endpoint(maker, finding->endpoints[i])->name), maker->arena);
    return grown_list(&names);
}

static struct list excluded_of(const struct maker *maker, const struct finding *finding)
{
    struct grown rows = {0};

    for (size_t i = 0; i < finding->excluded_count; i++)
        *(struct model_exclusion *)grown_add(&rows, sizeof(struct model_exclusion), maker->arena) =
            (struct model_exclusion){finding->excluded[i].what, maker_cites(maker, finding->excluded[i].cites)};
    return grown_list(&rows);
}

struct list maker_cautions(const struct maker *maker, const struct finding *finding, enum cautions which)
{
    struct grown rows = {0};

    for (size_t i = 0; i < finding->caution_count; i++) {
        const struct caution *caution = &finding->cautions[i];

        if (which != CAUTIONS_ALL && which != (caution->words ? CAUTIONS_WARN : CAUTIONS_SAY))
            continue;
        *(struct model_caution *)grown_add(&rows, sizeof(struct model_caution), maker->arena) =
            (struct model_caution){caution->key, caution->value, caution->words, maker_cites(maker, caution->cites)};
    }
    return grown_list(&rows);
}

/* Those that are to be changed, or the others. */
static struct list locations_of(const struct maker *maker, const struct finding *finding, bool mendable)
{
    struct grown rows = {0};

    for (size_t i = 0; i < finding->location_count; i++) {
        const struct location *location = &finding->locations[i];

        if (locate_mendable(location) != mendable)
            continue;
        *(struct model_location *)grown_add(&rows, sizeof(struct model_location), maker->arena) =
            (struct model_location){.file = slice_of(location->file),
                                    .literal = location->literal,
                                    .replacement = location->replacement,
                                    .key = location->key,
                                    .line = location->line,
                                    .kind = (int)location->kind,
                                    .aside = location->aside};
    }
    return grown_list(&rows);
}

static const struct model_change *change_of(const struct maker *maker, const struct finding *finding)
{
    const struct endpoint *endpoint = maker_endpoint(maker, finding->endpoints[0]);
    const struct suite *suite = maker->records->suite;
    const char *to = endpoint->candidates[finding->candidate - 1].url.shown;
    struct model_change *change = arena_new(maker->arena, 1, sizeof *change);

    *change = (struct model_change){
        .endpoint = slice_of(endpoint->name),
        .from = slice_of(endpoint->url.shown),
        .to = slice_of(to),
        .from_path = address_target(endpoint->url.shown),
        .to_path = address_target(to),
        .owner = slice_of(suite->source.owner ? suite->source.owner : endpoint->used_by),
        .searched = finding->searched,
        .search_cut = finding->search_cut,
        .locations = locations_of(maker, finding, true),
        .also = locations_of(maker, finding, false),
        .diff = finding->diff,
    };
    return change;
}

/* By whatever name the server, or what stands before it, numbers its requests. */
static struct slice request_id_of(const struct probe *probe)
{
    static const char *const names[] = {"x-request-id",    "request-id",  "x-correlation-id",
                                        "x-trace-id",      "traceparent", "x-amzn-requestid",
                                        "x-amzn-trace-id", "cf-ray",      NULL};

    for (size_t i = 0; names[i]; i++) {
        struct slice value = probe_header(probe, names[i]);

        if (value.len)
            return value;
    }
    return (struct slice){NULL, 0};
}

static void put_first(struct model_finding *row, const struct maker *maker, const struct finding *finding)
{
    uint32_t first = finding->endpoints[0];
    const struct endpoint *endpoint = maker_endpoint(maker, first);
    const struct probe *typical = answers_of(maker->answers, first)->typical;

    row->host = slice_of(strstr(address_origin(endpoint->url.shown, maker->arena), "://") + 3);
    row->broken = maker_own(maker, first);
    row->absent = absent_of(maker, first);
    row->without = asked(maker, first, 0, QUESTION_WITHOUT_AUTHORIZATION);
    row->spoiled = asked(maker, first, 0, QUESTION_BROKEN_AUTHORIZATION);
    row->plain = asked(maker, first, 0, QUESTION_PLAIN_GET);
    row->certificate = maker_guilty_certificate(maker, typical);
    if (!row->certificate)
        row->certificate = maker_certificate(maker, maker_asked(maker, first, 0, QUESTION_UNVERIFIED).typical);
    if (finding->candidate > 0) {
        row->working = asked(maker, first, finding->candidate, QUESTION_CANDIDATE);
        row->change = change_of(maker, finding);
    }
    if (typical) {
        row->request_id = request_id_of(typical);
        row->at = typical->started;
        row->detail = typical->detail;
    }
}

static void fill(struct model_finding *row, const struct maker *maker, const struct finding *finding, size_t number)
{
    const struct rule *rule = finding->rule;

    *row = (struct model_finding){
        .anchor = arena_printf(maker->arena, "finding-%zu", number),
        .code = rule->code,
        .layer = (int)rule->layer,
        .certainty = (int)finding->certainty,
        .title = rule->title,
        .explanation = arena_printf(maker->arena, "cause/%s", rule->code),
        .remedy = arena_printf(maker->arena, "remedy/%s", rule->code),
        .told_apart = rule->told_apart,
        .cure = rule->remedy,
        .standard = rule->standard,
        .undecided = finding->undecided,
        .endpoints = names_of(maker, finding),
        .others = finding->endpoint_count ? finding->endpoint_count - 1 : 0,
        .probes = maker_cites(maker, finding->probes),
        .experiments = maker_cites(maker, finding->experiments),
        .excluded = excluded_of(maker, finding),
        .cautions = maker_cautions(maker, finding, CAUTIONS_ALL),
        .says = maker_cautions(maker, finding, CAUTIONS_SAY),
        .warns = maker_cautions(maker, finding, CAUTIONS_WARN),
        .field = finding->field,
        .varied = slice_of(finding->varied),
    };
    if (finding->endpoint_count > 0)
        put_first(row, maker, finding);
}

struct list maker_findings(const struct maker *maker)
{
    struct model_finding *rows = arena_new(maker->arena, maker->findings->count + 1, sizeof *rows);

    for (size_t i = 0; i < maker->findings->count; i++)
        fill(&rows[i], maker, &maker->findings->list[i], i + 1);
    return (struct list){.items = rows, .count = maker->findings->count};
}

struct list maker_changes(const struct maker *maker, const struct list *findings)
{
    const struct model_finding *list = findings->items;
    struct grown rows = {0};

    for (size_t i = 0; i < findings->count; i++)
        if (list[i].change)
            *(struct model_change *)grown_add(&rows, sizeof *list[i].change, maker->arena) = *list[i].change;
    return grown_list(&rows);
}

struct list maker_shown(const struct maker *maker)
{
    struct grown rows = {0};

    for (size_t i = 0; i < maker->findings->count; i++) {
        const struct finding *finding = &maker->findings->list[i];
        const struct candidate *candidate;
        struct answer answer;
        struct model_shown *row;

        if (finding->candidate == 0)
            continue;
        answer = maker_asked(maker, finding->endpoints[0], finding->candidate, QUESTION_CANDIDATE);
        if (answer.verdict != VERDICT_PASSES || said_whole(answer.typical).len == 0)
            continue;
        candidate = &maker_endpoint(maker, finding->endpoints[0])->candidates[finding->candidate - 1];
        row = grown_add(&rows, sizeof *row, maker->arena);
        *row = (struct model_shown){
            .name = slice_of(candidate->name),
            .url = slice_of(candidate->url.shown),
            .content = said_whole(answer.typical),
            .varying = said_varying(&answer, maker->arena),
            .cites = maker_cites(maker, answer.cites),
        };
    }
    return grown_list(&rows);
}

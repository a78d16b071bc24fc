/* SPDX-License-Identifier: MIT */
/* Probes as evidence: what was sent, what came back, and the command that repeats it. */
#include <string.h>

#include "base/buf.h"
#include "diagnosis/address.h"
#include "diagnosis/command.h"
#include "diagnosis/model_maker.h"
#include "diagnosis/rule.h"

enum { LAG_LEAST_US = 20000, LAG_SHARE = 10 };

/* What stands over a probe that was made to answer a question. */
static const char *const question_texts[QUESTION_COUNT] = {
    [QUESTION_REPEAT] = "asked again",
    [QUESTION_CANDIDATE] = "another address",
    [QUESTION_NO_SUCH_SIBLING] = "a path that cannot exist, beside it",
    [QUESTION_NO_SUCH_ROOT] = "a path that cannot exist, at the root",
    [QUESTION_WITHOUT_AUTHORIZATION] = "without Authorization",
    [QUESTION_BROKEN_AUTHORIZATION] = "with a broken Authorization",
    [QUESTION_PLAIN_GET] = "a plain GET, without upgrade",
    [QUESTION_UNVERIFIED] = "with verification off, without credentials",
    [QUESTION_WITHOUT_HEADER] = "without one header",
    [QUESTION_ORIGIN] = "another Origin",
    [QUESTION_SUBPROTOCOLS] = "other subprotocols",
    [QUESTION_DEFLATE] = "compression offered or not",
    [QUESTION_HTTP_VERSION] = "another HTTP version",
    [QUESTION_WITHOUT_QUERY] = "without the query string",
    [QUESTION_ADDRESS] = "one address alone",
    [QUESTION_FAMILY] = "one address family alone",
    [QUESTION_PORT] = "another port",
    [QUESTION_SCHEME] = "the other scheme",
    [QUESTION_TLS_LEAST] = "another lowest TLS version",
    [QUESTION_PARENT] = "the path's parent",
    [QUESTION_UPGRADE] = "an upgrade",
    [QUESTION_PREFLIGHT] = "a CORS preflight",
    [QUESTION_DISCOVER] = "a common address",
    [QUESTION_TARGET] = "where the redirect leads",
    [QUESTION_WIRE] = "asked again by the wire",
};

static void add_timing(struct grown *rows, enum layer layer, int64_t time, const struct maker *maker)
{
    struct model_timing *row;

    if (time < 0)
        return;
    row = grown_add(rows, sizeof *row, maker->arena);
    row->layer = layer_words[layer];
    row->time = time;
}

/* The part in which it broke is the last that took any time. */
struct list maker_timings(const struct maker *maker, const struct probe *probe)
{
    const struct timings *timings = &probe->timings;
    struct grown rows = {0};

    add_timing(&rows, LAYER_DNS, timings->dns_us, maker);
    add_timing(&rows, LAYER_TCP, timings->connect_us, maker);
    add_timing(&rows, LAYER_TLS, timings->tls_us, maker);
    add_timing(&rows, LAYER_HTTP, probe->upgrade ? timings->upgrade_us : timings->first_byte_us, maker);
    add_timing(&rows, LAYER_WEBSOCKET, timings->first_message_us, maker);
    add_timing(&rows, LAYER_CONTENT, probe->upgrade ? NOT_MEASURED : timings->transfer_us, maker);
    if (probe->outcome == OUTCOME_FAILED && rows.count > 0)
        ((struct model_timing *)rows.items)[rows.count - 1].failed = true;
    return grown_list(&rows);
}

struct slice maker_tls(const struct maker *maker, const struct probe *probe)
{
    if (probe->tls_version.len == 0)
        return (struct slice){NULL, 0};
    return slice_of(arena_printf(maker->arena, "%.*s%s%.*s", (int)probe->tls_version.len, probe->tls_version.data,
                                 probe->tls_cipher.len ? ", " : "", (int)probe->tls_cipher.len,
                                 probe->tls_cipher.len ? probe->tls_cipher.data : ""));
}

static struct model_certificate certificate_of(const struct maker *maker, const struct probe *probe,
                                               const struct certificate *certificate)
{
    int64_t left = certificate->not_after.us - maker->started.us;

    return (struct model_certificate){
        .subject = certificate->subject,
        .issuer = certificate->issuer,
        .names = certificate->names,
        .serial = certificate->serial,
        .key = certificate->key,
        .sha256 = certificate->sha256,
        .not_before = certificate->not_before,
        .not_after = certificate->not_after,
        .remaining = left > 0 ? left : NOT_MEASURED,
        .verified = probe->tls_verify == 0 && probe->question != QUESTION_UNVERIFIED,
        .tls = maker_tls(maker, probe),
        .cites = maker_cite(maker, probe),
    };
}

const struct model_certificate *maker_certificate(const struct maker *maker, const struct probe *probe)
{
    struct model_certificate *made;

    if (!probe || probe->certificate_count == 0)
        return NULL;
    made = arena_new(maker->arena, 1, sizeof *made);
    *made = certificate_of(maker, probe, &probe->certificates[0]);
    return made;
}

/* Not always the leaf: an intermediate that expired fails under a leaf that has years to go. */
static const struct certificate *guilty(const struct probe *probe)
{
    bool expired = probe->code && strcmp(probe->code, "tls-expired") == 0;
    bool early = probe->code && strcmp(probe->code, "tls-not-yet-valid") == 0;

    for (size_t i = 0; i < probe->certificate_count; i++) {
        const struct certificate *certificate = &probe->certificates[i];

        if ((expired && certificate->not_after.us && certificate->not_after.us < probe->started.us)
            || (early && certificate->not_before.us > probe->started.us))
            return certificate;
    }
    return &probe->certificates[0];
}

const struct model_certificate *maker_guilty_certificate(const struct maker *maker, const struct probe *probe)
{
    struct model_certificate *made;

    if (!probe || probe->certificate_count == 0)
        return NULL;
    made = arena_new(maker->arena, 1, sizeof *made);
    *made = certificate_of(maker, probe, guilty(probe));
    return made;
}

/* Each leaf once, with the endpoints that showed it to us: forty of them mostly have one. */
struct list maker_certificates(const struct maker *maker)
{
    enum { CERTIFICATES_MAX = 16 };
    struct grown rows = {0}, names[CERTIFICATES_MAX] = {{0}};

    for (size_t i = 0; i < maker->records->suite->endpoint_count; i++) {
        struct probe room;
        const struct probe *probe = answers_typical(maker->answers, i, &room);
        struct model_certificate *list = rows.items;
        size_t at = 0;

        if (!probe || probe->certificate_count == 0)
            continue;
        while (at < rows.count && !slice_equals(list[at].sha256, probe->certificates[0].sha256))
            at++;
        if (at == CERTIFICATES_MAX)
            continue;
        if (at == rows.count)
            *(struct model_certificate *)grown_add(&rows, sizeof *list, maker->arena) =
                certificate_of(maker, probe, &probe->certificates[0]);
        grown_name(&names[at], slice_of(maker_endpoint(maker, (uint32_t)i)->name), maker->arena);
        list = rows.items;
        list[at].endpoints = grown_list(&names[at]);
    }
    return grown_list(&rows);
}

static struct slice keep(const struct maker *maker, struct buf *text)
{
    struct slice kept = arena_slice(maker->arena, buf_slice(text));

    buf_free(text);
    return kept;
}

static void put_headers(const struct header *headers, size_t count, struct buf *out)
{
    for (size_t i = 0; i < count; i++) {
        buf_put_slice(out, headers[i].name);
        buf_puts(out, ": ");
        buf_put_slice(out, headers[i].value);
        buf_putc(out, '\n');
    }
}

static struct slice request_head(const struct maker *maker, const struct probe *probe)
{
    struct buf text = BUF_INIT;
    struct slice target = address_target(probe->url);

    if (probe->request_count == 0)
        return (struct slice){NULL, 0};
    buf_printf(&text, "%s %.*s HTTP/%s\n", probe->method, (int)target.len, target.data,
               probe->http_version ? probe->http_version : "1.1");
    put_headers(probe->request, probe->request_count, &text);
    return keep(maker, &text);
}

static struct slice response_head(const struct maker *maker, const struct probe *probe)
{
    struct buf text = BUF_INIT;

    if (probe->status == 0)
        return (struct slice){NULL, 0};
    buf_printf(&text, "HTTP/%s %d", probe->http_version ? probe->http_version : "1.1", probe->status);
    if (probe->reason.len) {
        buf_putc(&text, ' ');
        buf_put_slice(&text, probe->reason);
    }
    buf_putc(&text, '\n');
    put_headers(probe->headers, probe->header_count, &text);
    return keep(maker, &text);
}

static struct slice command_text(const struct maker *maker, const struct probe *probe)
{
    struct buf text = BUF_INIT;

    command_of_probe(maker->records->suite, probe, &text);
    return keep(maker, &text);
}

static struct list messages_of(const struct maker *maker, const struct probe *probe)
{
    struct grown rows = {0};

    for (size_t i = 0; i < probe->message_count; i++) {
        const struct message *message = &probe->messages[i];

        *(struct model_message *)grown_add(&rows, sizeof(struct model_message), maker->arena) =
            (struct model_message){message->at_us, message->sent, (int)message->type, message->size, message->data};
    }
    return grown_list(&rows);
}

static struct list checks_of(const struct maker *maker, const struct probe *probe)
{
    struct answer alone = {.probes = &probe, .count = 1};

    return maker_checks(maker, (struct slice){NULL, 0}, &alone);
}

static struct list hops_of(const struct maker *maker, const struct probe *probe)
{
    struct grown rows = {0};

    for (size_t i = 0; i < probe->hop_count; i++) {
        const struct hop *hop = &probe->hops[i];

        *(struct model_hop *)grown_add(&rows, sizeof(struct model_hop), maker->arena) =
            (struct model_hop){(uint64_t)hop->status, slice_of(hop->url), hop->location, hop->address, hop->total_us};
    }
    return grown_list(&rows);
}

static struct wall wall_of(int64_t seconds)
{
    const int64_t second_us = (int64_t)1000 * 1000, most = INT64_MAX / second_us;

    return (struct wall){seconds > -most && seconds < most ? seconds * second_us : 0};
}

static struct list tokens_of(const struct maker *maker, const struct probe *probe)
{
    struct grown rows = {0};

    for (size_t i = 0; i < probe->token_count; i++) {
        const struct token *token = &probe->tokens[i];
        struct wall expires = wall_of(token->expires_s);

        *(struct model_token *)grown_add(&rows, sizeof(struct model_token), maker->arena) =
            (struct model_token){.header = slice_of(token->header),
                                 .algorithm = token->algorithm,
                                 .issuer = token->issuer,
                                 .audience = token->audience,
                                 .scope = token->scope,
                                 .issued = wall_of(token->issued_s),
                                 .not_before = wall_of(token->not_before_s),
                                 .expires = expires,
                                 .expired = expires.us && expires.us < probe->started.us};
    }
    return grown_list(&rows);
}

static bool cites(struct cites cites, uint32_t ordinal)
{
    for (size_t i = 0; i < cites.count; i++)
        if (cites.ordinals[i] == ordinal)
            return true;
    return false;
}

static struct list causes_of(const struct findings *findings, const struct probe *probe, struct arena *arena)
{
    struct grown rows = {0};

    for (size_t i = 0; i < findings->count; i++) {
        const struct finding *finding = &findings->list[i];

        if (cites(finding->probes, probe->ordinal))
            *(struct model_cause *)grown_add(&rows, sizeof(struct model_cause), arena) =
                (struct model_cause){finding->rule->code, finding->rule->title, (int)finding->certainty};
    }
    return grown_list(&rows);
}

/* A lag that is small beside the time it is part of distorts nothing. */
static int64_t distorting_lag(const struct probe *probe)
{
    int64_t total = probe->timings.total_us;

    return probe->loop_lag_us >= LAG_LEAST_US && (total < 0 || probe->loop_lag_us > total / LAG_SHARE)
               ? probe->loop_lag_us
               : NOT_MEASURED;
}

static void fill_evidence(struct model_evidence *row, const struct maker *maker, const struct probe *probe)
{
    *row = (struct model_evidence){
        .ordinal = probe->ordinal,
        .full = true,
        .cite = maker_cite(maker, probe),
        .endpoint = slice_of(maker_endpoint(maker, probe->endpoint)->name),
        .question = probe->question < QUESTION_COUNT ? question_texts[probe->question] : NULL,
        .varied = slice_of(probe->varied),
        .method = probe->method,
        .url = slice_of(probe->url),
        .started = probe->started,
        .outcome = (int)probe->outcome,
        .layer = (int)probe->layer,
        .code = probe->code,
        .status = (uint64_t)probe->status,
        .reason = probe->reason,
        .detail = probe->detail,
        .time = probe->timings.total_us,
        .timings = maker_timings(maker, probe),
        .address = probe->address,
        .port = probe->port,
        .tls = maker_tls(maker, probe),
        .certificate = maker_certificate(maker, probe),
        .client = client_words[probe->client],
        .withheld = probe->withheld,
        .proxy = slice_of(probe->proxy),
        .reused = probe->reused,
        .from_hosts = probe->from_hosts,
        .system_address = probe->system_address,
        .hops = hops_of(maker, probe),
        .final_url = slice_of(probe->final_url),
        .tokens = tokens_of(maker, probe),
        .request = request_head(maker, probe),
        .response = response_head(maker, probe),
        .body = probe->body,
        .body_size = probe->body_size,
        .body_cut = probe->body_cut,
        .body_capped = probe->body_capped,
        .body_sha256 = probe->body_sha256,
        .messages = messages_of(maker, probe),
        .close_code = (uint64_t)probe->close_code,
        .close_reason = probe->close_reason,
        .open = probe->timings.open_us,
        .checks = checks_of(maker, probe),
        .command = command_text(maker, probe),
        .loop_lag = distorting_lag(probe),
    };
}

const struct model_evidence *model_of_probe(const struct records *records, const struct findings *findings,
                                            const struct probe *probe, struct arena *arena)
{
    struct maker maker = {.arena = arena, .records = records, .started = probe->started};
    struct model_evidence *row = arena_new(arena, 1, sizeof *row);

    fill_evidence(row, &maker, probe);
    row->causes = causes_of(findings, probe, arena);
    return row;
}

struct list maker_evidence(const struct maker *maker, const struct list *experiments, uint64_t *left)
{
    size_t count;
    const struct cited_probe *cited = cited_probes(maker, experiments, &count);
    struct model_evidence *rows = arena_new(maker->arena, count + 1, sizeof *rows);

    *left = answers_probe_count(maker->records) - count;
    for (size_t i = 0; i < count; i++) {
        fill_evidence(&rows[i], maker, cited[i].probe);
        rows[i].full = cited[i].how == CITED_FULL;
    }
    return (struct list){.items = rows, .count = count};
}

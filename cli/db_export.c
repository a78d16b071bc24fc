/* SPDX-License-Identifier: MIT */
#include "cli/db_export.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "cli/output.h"
#include "store/store.h"

struct export
{
    struct store *store;
    struct output *output;
    struct uuid *ids;
    size_t count, capacity;
    char run[UUID_TEXT];
};

static void put(json_t *object, const char *key, json_t *value)
{
    if (value)
        json_object_set_new(object, key, value);
}

static void put_text(json_t *object, const char *key, const char *text)
{
    if (text)
        put(object, key, json_string(text));
}

static json_t *hex_of(struct slice bytes)
{
    struct buf hex = BUF_INIT;
    json_t *value;

    for (size_t i = 0; i < bytes.len; i++)
        buf_printf(&hex, "%02x", (unsigned)(unsigned char)bytes.data[i]);
    value = json_pack("{s:s}", "hex", hex.len ? hex.data : "");
    buf_free(&hex);
    return value;
}

/* What a server said: text where it is, else its bytes. */
static void put_slice(json_t *object, const char *key, struct slice slice)
{
    if (slice.data)
        put(object, key, utf8_valid(slice) ? json_stringn(slice.data, slice.len) : hex_of(slice));
}

static void put_number(json_t *object, const char *key, int64_t number)
{
    put(object, key, json_integer((json_int_t)number));
}

static void put_duration(json_t *object, const char *key, int64_t us)
{
    if (us != NOT_MEASURED)
        put_number(object, key, us);
}

static void put_time(json_t *object, const char *key, struct wall when)
{
    char text[WALL_TEXT];

    if (when.us)
        put_text(object, key, wall_iso(when, 0, text));
}

static void put_flag(json_t *object, const char *key, bool set)
{
    if (set)
        put(object, key, json_true());
}

/* Lists are left out when they are empty. */
static void put_list(json_t *object, const char *key, json_t *list)
{
    if (json_array_size(list))
        put(object, key, list);
    else
        json_decref(list);
}

static json_t *headers_of(const struct header *headers, size_t count)
{
    json_t *list = json_array();

    for (size_t i = 0; i < count; i++) {
        json_t *item = json_object();

        put_slice(item, "name", headers[i].name);
        put_slice(item, "value", headers[i].value);
        json_array_append_new(list, item);
    }
    return list;
}

static json_t *hops_of(const struct probe *probe)
{
    json_t *list = json_array();

    for (size_t i = 0; i < probe->hop_count; i++) {
        json_t *item = json_object();

        put_number(item, "status", probe->hops[i].status);
        put_text(item, "url", probe->hops[i].url);
        put_slice(item, "location", probe->hops[i].location);
        put_slice(item, "address", probe->hops[i].address);
        put_duration(item, "total_us", probe->hops[i].total_us);
        json_array_append_new(list, item);
    }
    return list;
}

static void put_second(json_t *object, const char *key, int64_t seconds)
{
    if (seconds)
        put_number(object, key, seconds);
}

static json_t *tokens_of(const struct probe *probe)
{
    json_t *list = json_array();

    for (size_t i = 0; i < probe->token_count; i++) {
        const struct token *token = &probe->tokens[i];
        json_t *item = json_object();

        put_text(item, "header", token->header);
        put_slice(item, "algorithm", token->algorithm);
        put_slice(item, "issuer", token->issuer);
        put_slice(item, "audience", token->audience);
        put_slice(item, "scope", token->scope);
        put_second(item, "issued_s", token->issued_s);
        put_second(item, "not_before_s", token->not_before_s);
        put_second(item, "expires_s", token->expires_s);
        json_array_append_new(list, item);
    }
    return list;
}

static json_t *certificates_of(const struct probe *probe)
{
    json_t *list = json_array();

    for (size_t i = 0; i < probe->certificate_count; i++) {
        const struct certificate *certificate = &probe->certificates[i];
        json_t *item = json_object();

        put_slice(item, "subject", certificate->subject);
        put_slice(item, "issuer", certificate->issuer);
        put_slice(item, "names", certificate->names);
        put_slice(item, "serial", certificate->serial);
        put_slice(item, "key", certificate->key);
        put_slice(item, "sha256", certificate->sha256);
        put_time(item, "not_before", certificate->not_before);
        put_time(item, "not_after", certificate->not_after);
        json_array_append_new(list, item);
    }
    return list;
}

static json_t *messages_of(const struct probe *probe)
{
    json_t *list = json_array();

    for (size_t i = 0; i < probe->message_count; i++) {
        const struct message *message = &probe->messages[i];
        json_t *item = json_object();

        put_text(item, "type", message_words[message->type]);
        put_flag(item, "sent", message->sent);
        put_duration(item, "at_us", message->at_us);
        put_slice(item, "data", message->data);
        put_number(item, "size", (int64_t)message->size);
        json_array_append_new(list, item);
    }
    return list;
}

static json_t *judgements_of(const struct probe *probe)
{
    json_t *list = json_array();

    for (size_t i = 0; i < probe->judgement_count; i++) {
        const struct judgement *judgement = &probe->judgements[i];
        json_t *item = json_object();

        put_text(item, "expected", judgement->expected);
        put_slice(item, "actual", judgement->actual);
        put_text(item, "verdict", judgement_words[judgement->verdict]);
        put_text(item, "reason", judgement->reason);
        put_text(item, "layer", layer_words[judgement->layer]);
        json_array_append_new(list, item);
    }
    return list;
}

static json_t *timings_of(const struct probe *probe)
{
    const struct timings *timings = &probe->timings;
    json_t *object = json_object();

    put_duration(object, "redirects_us", timings->redirects_us);
    put_duration(object, "dns_us", timings->dns_us);
    put_duration(object, "connect_us", timings->connect_us);
    put_duration(object, "tls_us", timings->tls_us);
    put_duration(object, "first_byte_us", timings->first_byte_us);
    put_duration(object, "transfer_us", timings->transfer_us);
    put_duration(object, "upgrade_us", timings->upgrade_us);
    put_duration(object, "first_message_us", timings->first_message_us);
    put_duration(object, "ping_us", timings->ping_us);
    put_duration(object, "open_us", timings->open_us);
    put_duration(object, "total_us", timings->total_us);
    return object;
}

static void put_asked(json_t *object, const struct probe *probe)
{
    put_number(object, "ordinal", probe->ordinal);
    put_number(object, "endpoint", probe->endpoint);
    if (probe->candidate)
        put_number(object, "candidate", probe->candidate);
    if (probe->question)
        put_number(object, "question", probe->question);
    put_number(object, "attempt", probe->attempt);
    put_flag(object, "upgrade", probe->upgrade);
    put_text(object, "client", client_words[probe->client]);
    put_text(object, "method", probe->method);
    put_text(object, "url", probe->url);
    put_text(object, "varied", probe->varied);
    put_text(object, "proxy", probe->proxy);
    put_text(object, "withheld", probe->withheld);
    put_list(object, "request", headers_of(probe->request, probe->request_count));
    put_list(object, "tokens", tokens_of(probe));
}

static void put_connection(json_t *object, const struct probe *probe)
{
    put_slice(object, "address", probe->address);
    if (probe->port)
        put_number(object, "port", probe->port);
    put_flag(object, "reused", probe->reused);
    put_flag(object, "from_hosts", probe->from_hosts);
    put_slice(object, "system_address", probe->system_address);
    put_text(object, "all_addresses", probe->all_addresses);
    put_list(object, "redirects", hops_of(probe));
    put_text(object, "final_url", probe->final_url);
    put_slice(object, "tls_version", probe->tls_version);
    put_slice(object, "tls_cipher", probe->tls_cipher);
    if (probe->tls_verify)
        put_number(object, "tls_verify", probe->tls_verify);
    put_list(object, "certificates", certificates_of(probe));
}

static void put_answer(json_t *object, const struct probe *probe)
{
    if (probe->status)
        put_number(object, "status", probe->status);
    put_slice(object, "reason", probe->reason);
    put_text(object, "http_version", probe->http_version);
    put_list(object, "headers", headers_of(probe->headers, probe->header_count));
    put_flag(object, "head_cut", probe->head_cut);
    put_slice(object, "location", probe->location);
    put_slice(object, "body", probe->body);
    put_number(object, "body_size", (int64_t)probe->body_size);
    put_flag(object, "body_capped", probe->body_capped);
    put_flag(object, "body_cut", probe->body_cut);
    put_slice(object, "body_sha256", probe->body_sha256);
    put_slice(object, "subprotocol", probe->subprotocol);
    put_slice(object, "extensions", probe->extensions);
    put_list(object, "messages", messages_of(probe));
    put_flag(object, "messages_cut", probe->messages_cut);
    if (probe->close_code)
        put_number(object, "close_code", probe->close_code);
    put_slice(object, "close_reason", probe->close_reason);
}

static json_t *probe_json(const struct export *export, const struct probe *probe)
{
    json_t *object = json_object();

    put_text(object, "record", "probe");
    put_text(object, "run", export->run);
    put_asked(object, probe);
    put_time(object, "started", probe->started);
    put(object, "timings", timings_of(probe));
    put_text(object, "outcome", outcome_words[probe->outcome]);
    if (probe->layer)
        put_text(object, "layer", layer_words[probe->layer]);
    put_text(object, "code", probe->code);
    put_slice(object, "detail", probe->detail);
    if (probe->loop_lag_us)
        put_number(object, "loop_lag_us", probe->loop_lag_us);
    put_connection(object, probe);
    put_answer(object, probe);
    put_list(object, "expectations", judgements_of(probe));
    return object;
}

/* A document that the store has as JSON stays one. */
static void put_document(json_t *object, const char *key, const char *text)
{
    if (text)
        put(object, key, json_loads(text, JSON_DECODE_ANY, NULL));
}

static json_t *run_json(const struct export *export, const struct run *run)
{
    json_t *object = json_object();

    put_text(object, "record", "run");
    put_text(object, "run", export->run);
    put_text(object, "suite", run->suite);
    put_text(object, "environment", run->environment);
    put_text(object, "vantage", run->vantage);
    put_document(object, "labels", run->labels);
    put_time(object, "started", run->started);
    put_time(object, "ended", run->ended);
    put_number(object, "offset_s", run->offset_s);
    put_text(object, "zone", run->zone);
    put_text(object, "state", run_state_words[run->state]);
    put(object, "whole", json_boolean(run->whole));
    put_number(object, "planned", run->planned);
    put_text(object, "tool", run->tool);
    put_number(object, "rules", run->rules);
    put_document(object, "config", run->config);
    put_document(object, "findings", run->findings);
    return object;
}

static bool write_line(struct export *export, json_t *object, struct error *err)
{
    char *text = json_dumps(object, JSON_COMPACT);
    bool ok = text && output_put(export->output, slice_of(text), err)
              && output_put(export->output, (struct slice){"\n", 1}, err);

    if (!text)
        fail(err, ERR_SYSTEM, "no memory for a line of the export");
    free(text);
    json_decref(object);
    return ok;
}

static bool export_probe(void *self, struct probe *probe, struct error *err)
{
    bool ok = write_line(self, probe_json(self, probe), err);

    probe_free(probe);
    return ok;
}

static bool export_run(struct export *export, const struct uuid *id, struct error *err)
{
    struct arena arena = ARENA_INIT;
    struct run run;
    bool ok = store_get_run(export->store, id, &arena, &run, err);

    uuid_text(id, export->run);
    ok = ok && write_line(export, run_json(export, &run), err)
         && store_each_probe(export->store, id, true, export_probe, export, err);
    arena_free(&arena);
    return ok;
}

static bool keep_id(void *self, const struct run *run)
{
    struct export *export = self;

    export->ids = mem_grow(export->ids, export->count, &export->capacity, sizeof *export->ids);
    export->ids[export->count++] = run->id;
    return true;
}

bool db_export(struct store *store, const struct run_filter *filter, const struct uuid *id, const char *path,
               struct error *err)
{
    struct export export = {.store = store, .output = output_open(path, true, err)};
    bool ok = export.output != NULL;

    if (!ok)
        return false;
    if (id)
        ok = export_run(&export, id, err);
    else
        ok = store_each_run(store, filter, keep_id, &export, err);
    /* They come newest first. */
    for (size_t i = export.count; ok && i-- > 0;)
        ok = export_run(&export, &export.ids[i], err);
    mem_free(export.ids);
    return output_close(export.output, ok, err);
}

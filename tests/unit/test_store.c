/* SPDX-License-Identifier: MIT */
#include "tests/unit/stored.h"

#include "base/buf.h"
#include "base/intern.h"
#include "collector/probe_share.h"
#include "tests/unit/support/same_probe.h"

#define BYTES(literal)                                                                                                \
    {                                                                                                                 \
        literal, sizeof(literal) - 1                                                                                  \
    }

/* Every member set, with what is odd about bytes: NULs, broken UTF-8, empty and absent ones. */
static struct probe *full_probe(void)
{
    static const struct header request[] = {
        {BYTES("Sec-WebSocket-Key"), BYTES("x3JJHMbDL1EzLkh9GBhXDw==")},
        {BYTES("Authorization"), BYTES("Bearer [redacted:JWT#3f9a]")},
        {BYTES("X-Empty"), BYTES("")},
        {BYTES("X-Absent"), {NULL, 0}},
    };
    static const struct header headers[] = {
        {BYTES("Date"), BYTES("Thu, 11 Sep 2025 12:00:01 GMT")},
        {BYTES("date"), BYTES("Thu, 31 Sep 2025 12:00:01 GMT")},
        {BYTES("DATE"), BYTES("yesterday")},
        {BYTES("Date"), BYTES("")},
        {BYTES("Date"), {NULL, 0}},
        {BYTES("Expires"), BYTES("Thu, 01 Jan 1970 00:00:00 GMT")},
        {BYTES("Expires"), BYTES("Fri, 31 Dec 9999 23:59:59 GMT")},
        {BYTES("Last-Modified"), BYTES("Tue, 01 Jul 1969 02:00:00 GMT")},
        {BYTES("Set-Cookie"), BYTES("a=[redacted:cookie#12ab]; Path=/\0\xff")},
        {BYTES(""), BYTES("no name")},
        {{NULL, 0}, BYTES("none at all")},
        {BYTES("X-Binary"), BYTES("\0\x01\xfe\0")},
    };
    static const struct certificate chain[] = {
        {BYTES("CN=a.example"),
         BYTES("CN=Test CA"),
         BYTES("DNS:a.example, IP:127.0.0.1"),
         BYTES("0A"),
         BYTES("EC P-256"),
         BYTES("ab"),
         {-5000000},
         {NOON}},
        {BYTES("CN=Test CA\0.example"),
         BYTES(""),
         {NULL, 0},
         BYTES("00"),
         BYTES("RSA 2048"),
         BYTES("cd"),
         {0},
         {INT64_C(253402300799000000)}},
    };
    static const struct message messages[] = {
        {MESSAGE_TEXT, false, 1500, BYTES("{\"type\":\"connect\"}"), 18},
        {MESSAGE_BINARY, true, NOT_MEASURED, BYTES("\0\0"), UINT64_MAX},
        {MESSAGE_PING, true, 0, BYTES(""), 0},
        {MESSAGE_PONG, false, 2500, {NULL, 0}, 4},
        {MESSAGE_CLOSE, false, INT64_MAX, BYTES("bye"), 3},
    };
    static const struct judgement judgements[] = {
        {"status is 101", BYTES("500"), JUDGED_DOES_NOT, NULL, LAYER_WEBSOCKET},
        {"takes at most 500 ms", BYTES("812 ms"), JUDGED_DOES_NOT, NULL, LAYER_PERFORMANCE},
        {"valid for 14 days", BYTES("89 days\0"), JUDGED_HOLDS, NULL, LAYER_TLS},
        {"body is a hash", {NULL, 0}, JUDGED_NOT, "the body is larger than max_body", LAYER_CONTENT},
        {"message", BYTES(""), JUDGED_HOLDS, "", LAYER_AUTH},
        {NULL, {NULL, 0}, JUDGED_NOT, NULL, LAYER_PERFORMANCE},
        {"odd", BYTES("00.1 0 10 1.05\x01 7"), JUDGED_NOT, NULL, LAYER_PERFORMANCE},
        {"odder",
         BYTES("00.1 0 10 1.05 0000123456789012345678901234567890 \xff\0"
               "1"),
         JUDGED_HOLDS, NULL, LAYER_TLS},
        {"none", BYTES(""), JUDGED_HOLDS, NULL, LAYER_TLS},
    };
    static const struct hop hops[] = {
        {302, "http://a.example/ws", BYTES("/ws\0?to=\xff"), BYTES("192.0.2.8"), 1200},
        {-1, NULL, {NULL, 0}, BYTES(""), NOT_MEASURED},
    };
    static const struct token tokens[] = {
        {"Authorization", BYTES("HS256"), BYTES("issuer"), BYTES("[\"a\",\"b\"]"), BYTES("read\0write"),
         NOON / 1000000 - 60, NOON / 1000000 - 70, NOON / 1000000 + 3600},
        {NULL, {NULL, 0}, BYTES(""), {NULL, 0}, {NULL, 0}, INT64_MIN, 0, INT64_MAX},
    };
    struct probe *probe = probe_new();

    probe->ordinal = UINT32_MAX;
    probe->endpoint = 70000;
    probe->candidate = 5;
    probe->question = QUESTION_DISCOVER;
    probe->attempt = 12;
    probe->upgrade = true;
    probe->client = CLIENT_LIBWEBSOCKETS;
    probe->method = "GET";
    probe->url = "wss://api.staging.example.com/ws?token=[redacted:JWT#3f9a]";
    probe->request = request;
    probe->request_count = sizeof request / sizeof *request;
    probe->withheld = "Authorization: not sent to another origin";
    probe->varied = "https://app.example.com";
    probe->proxy = "http://proxy.example.com:3128";
    probe->tokens = tokens;
    probe->token_count = sizeof tokens / sizeof *tokens;
    probe->started.us = NOON - 123456;
    probe->timings = (struct timings){1, 0, 3000000, 40, INT64_MAX, 60, 7, 128, 16384, 90, INT64_MAX};
    probe->outcome = OUTCOME_FAILED;
    probe->layer = LAYER_WEBSOCKET;
    probe->code = "websocket-refused";
    probe->detail = (struct slice)BYTES("refused\0 \xff");
    probe->loop_lag_us = 77;
    probe->address = slice_of("2001:db8::7");
    probe->port = 65535;
    probe->reused = true;
    probe->system_address = (struct slice)BYTES("127.0.0.1");
    probe->all_addresses = "127.0.0.1 2001:db8::7";
    probe->hops = hops;
    probe->hop_count = sizeof hops / sizeof *hops;
    probe->final_url = "https://a.example/there";
    probe->from_hosts = true;
    probe->status = 500;
    probe->reason = (struct slice)BYTES("Internal\0Server Error");
    probe->http_version = "1.1";
    probe->headers = headers;
    probe->header_count = sizeof headers / sizeof *headers;
    probe->head_cut = true;
    probe->body = (struct slice)BYTES("<h1>\0500</h1>\xff");
    probe->body_size = UINT64_C(1) << 40;
    probe->body_capped = true;
    probe->body_cut = true;
    probe->body_sha256 = slice_of("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    probe->location = slice_of("/elsewhere");
    probe->tls_version = slice_of("TLSv1.3");
    probe->tls_cipher = slice_of("TLS_AES_256_GCM_SHA384");
    probe->tls_verify = 10;
    probe->certificates = chain;
    probe->certificate_count = sizeof chain / sizeof *chain;
    probe->subprotocol = slice_of("chat.v2");
    probe->extensions = slice_of("");
    probe->messages = messages;
    probe->message_count = sizeof messages / sizeof *messages;
    probe->messages_cut = true;
    probe->close_code = 1006;
    probe->close_reason = (struct slice)BYTES("gone\0");
    probe->judgements = judgements;
    probe->judgement_count = sizeof judgements / sizeof *judgements;
    return probe;
}

/* A record whose parts are shared with others says what it said, and what was said before takes no room again. */
static void assert_shared_is_same(const struct probe *probe, struct probe *shared)
{
    struct intern intern = {0};
    size_t count;

    probe_share(shared, &intern);
    count = intern.count;
    assert_null(shared->arena.last);
    assert_same_asked(probe, shared);
    assert_same_outcome(probe, shared);
    assert_same_answer(probe, shared);
    assert_same_evidence(probe, shared);
    probe_share(shared, &intern);
    assert_int_equal(intern.count, count);
    intern_free(&intern);
}

static void assert_round_trip(struct store *store, const struct run *run, struct probe *probe)
{
    struct error err = {0};
    struct probe *again;

    if (!store_put_probes(store, &run->id, &probe, 1, &err))
        print_error("%s\n", err.text);
    assert_int_equal(err.code, ERR_NONE);
    again = store_get_probe(store, &run->id, probe->ordinal, &err);
    if (!again) {
        print_error("%s\n", err.text);
        assert_non_null(again);
        return;
    }
    assert_same_asked(probe, again);
    assert_same_outcome(probe, again);
    assert_same_answer(probe, again);
    assert_same_evidence(probe, again);
    assert_shared_is_same(probe, again);
    probe_free(probe);
    probe_free(again);
}

static void every_member_of_a_probe_comes_back_as_it_was(void **state)
{
    struct place *place = *state;
    struct store *store = opened(place->path, STORE_CREATE);
    struct run run = run_at(NOON);
    struct probe *odd_hash = full_probe();
    struct probe *same_hash = plain_probe(3, 0);
    struct probe *empty_body = plain_probe(4, 0);

    assert_true(store_begin_run(store, &run, NULL));
    assert_round_trip(store, &run, full_probe());
    assert_round_trip(store, &run, plain_probe(1, 0));
    odd_hash->ordinal = 2;
    odd_hash->body_sha256 = slice_of("E3B0");
    odd_hash->code = NULL;
    assert_round_trip(store, &run, odd_hash);
    same_hash->body = slice_of("abc");
    same_hash->body_size = 3;
    same_hash->body_sha256 = slice_of("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_round_trip(store, &run, same_hash);
    empty_body->body = slice_of("");
    empty_body->body_size = 0;
    assert_round_trip(store, &run, empty_body);
    store_close(store);
}

static void a_probe_of_which_nothing_is_known_comes_back_so(void **state)
{
    struct place *place = *state;
    struct store *store = opened(place->path, STORE_CREATE);
    struct run run = run_at(NOON);
    struct probe *probe = probe_new();

    probe->ordinal = 1;
    assert_true(store_begin_run(store, &run, NULL));
    assert_round_trip(store, &run, probe);
    store_close(store);
}

static bool count_bodies(void *self, struct probe *probe, struct error *err)
{
    size_t *counts = self;

    (void)err;
    counts[0]++;
    counts[1] += probe->body.data != NULL || probe->header_count || probe->message_count || probe->certificate_count
                 || probe->judgement_count;
    counts[2] = counts[2] && counts[0] == probe->ordinal && probe->body_size == 15 && probe->url
                && probe->timings.total_us == 9000 + (int64_t)probe->ordinal;
    probe_free(probe);
    return true;
}

static bool stop_at_second(void *self, struct probe *probe, struct error *err)
{
    size_t *count = self;

    probe_free(probe);
    return ++*count < 2 || fail(err, ERR_USAGE, "enough");
}

static void probes_are_read_in_order_of_ordinals_with_and_without_evidence(void **state)
{
    static const uint32_t order[] = {3, 1, 2, 6, 5, 4};
    struct place *place = *state;
    struct store *store = opened(place->path, STORE_CREATE);
    struct run run = run_at(NOON);
    struct error err = {0};
    size_t with[3] = {0, 0, 1}, without[3] = {0, 0, 1}, taken = 0;

    assert_true(store_begin_run(store, &run, NULL));
    for (size_t i = 0; i < sizeof order / sizeof *order; i++)
        put_one(store, &run, plain_probe(order[i], 9 - order[i]));
    assert_true(store_each_probe(store, &run.id, true, count_bodies, with, &err));
    assert_true(store_each_probe(store, &run.id, false, count_bodies, without, &err));
    assert_int_equal(with[0], 6);
    assert_int_equal(with[1], 6);
    assert_true(with[2]);
    assert_int_equal(without[0], 6);
    assert_int_equal(without[1], 0);
    assert_true(without[2]);
    assert_false(store_each_probe(store, &run.id, true, stop_at_second, &taken, &err));
    assert_int_equal(taken, 2);
    assert_string_equal(err.text, "enough");
    store_close(store);
}

static void a_second_night_stores_no_evidence_again(void **state)
{
    struct place *place = *state;
    struct store *store = opened(place->path, STORE_CREATE);
    int64_t first;

    for (int night = 0; night < 2; night++) {
        struct run run = run_at(NOON + night * INT64_C(86400000000));

        assert_true(store_begin_run(store, &run, NULL));
        for (uint32_t i = 1; i <= 20; i++) {
            struct probe *probe = i == 20 ? full_probe() : plain_probe(i, i % 5);
            struct header *headers = arena_new(&probe->arena, probe->header_count, sizeof *headers);

            /* What differs every night: times, and the headers that say them. */
            memcpy(headers, probe->headers, probe->header_count * sizeof *headers);
            for (size_t h = 0; h < probe->header_count; h++)
                if (headers[h].name.len == 4 && headers[h].value.len == 29)
                    headers[h].value =
                        slice_of(night ? "Fri, 12 Sep 2025 12:00:02 GMT" : "Thu, 11 Sep 2025 12:00:01 GMT");
            probe->headers = headers;
            probe->started.us += night * INT64_C(86400000000);
            probe->timings.total_us += night;
            put_one(store, &run, probe);
        }
        run.ended.us = run.started.us + 1;
        assert_true(store_end_run(store, &run, NULL));
        if (night == 0)
            first = asked(place->path, "SELECT count(*) FROM evidence");
    }
    assert_true(first > 0);
    assert_int_equal(asked(place->path, "SELECT count(*) FROM evidence"), first);
    assert_int_equal(asked(place->path, "SELECT count(*) FROM probe"), 40);
    store_close(store);
}

static void a_batch_is_stored_whole_or_not_at_all(void **state)
{
    struct place *place = *state;
    struct store *store = opened(place->path, STORE_CREATE);
    struct run run = run_at(NOON);
    struct error err = {0};
    struct probe *batch[] = {plain_probe(1, 0), plain_probe(2, 0), plain_probe(1, 1), plain_probe(0, 0)};

    assert_true(store_begin_run(store, &run, NULL));
    assert_false(store_put_probes(store, &run.id, batch, 3, &err));
    assert_non_null(strstr(err.text, "already has a probe 1"));
    assert_int_equal(asked(place->path, "SELECT count(*) FROM probe"), 0);
    assert_int_equal(asked(place->path, "SELECT count(*) FROM evidence"), 1);
    assert_true(store_put_probes(store, &run.id, batch, 2, &err));
    assert_false(store_put_probes(store, &run.id, batch + 2, 1, &err));
    assert_false(store_put_probes(store, &run.id, batch + 3, 1, &err));
    assert_true(store_put_probes(store, &run.id, batch, 0, &err));
    assert_int_equal(asked(place->path, "SELECT count(*) FROM probe"), 2);
    for (size_t i = 0; i < 4; i++)
        probe_free(batch[i]);
    store_close(store);
}

static void a_run_comes_back_with_its_end(void **state)
{
    struct place *place = *state;
    struct store *store = opened(place->path, STORE_CREATE);
    struct run run = run_at(NOON);
    struct run again;
    struct arena arena = ARENA_INIT;

    run.zone = "Europe/Berlin";
    run.offset_s = 7200;
    run.whole = false;
    run.planned = UINT32_MAX;
    run.rules = 3;
    run.environment = NULL;
    assert_true(store_begin_run(store, &run, NULL));
    run.ended.us = NOON + 5;
    run.findings = "[]";
    assert_true(store_end_run(store, &run, NULL));
    store_close(store);
    store = opened(place->path, STORE_READ);
    assert_true(store_get_run(store, &run.id, &arena, &again, NULL));
    assert_memory_equal(&again.id, &run.id, sizeof run.id);
    assert_string_equal(again.suite, "chat");
    assert_null(again.environment);
    assert_string_equal(again.vantage, "local");
    assert_string_equal(again.labels, "{}");
    assert_string_equal(again.config, run.config);
    assert_int_equal(again.started.us, NOON);
    assert_int_equal(again.ended.us, NOON + 5);
    assert_int_equal(again.offset_s, 7200);
    assert_string_equal(again.zone, "Europe/Berlin");
    assert_int_equal(again.state, RUN_COMPLETE);
    assert_false(again.whole);
    assert_int_equal(again.planned, UINT32_MAX);
    assert_string_equal(again.tool, "0.1.0");
    assert_int_equal(again.rules, 3);
    assert_string_equal(again.findings, "[]");
    arena_free(&arena);
    store_close(store);
}

static void a_run_without_end_reads_as_interrupted_at_its_last_probe(void **state)
{
    struct place *place = *state;
    struct store *store = opened(place->path, STORE_CREATE);
    struct run run = run_at(NOON);
    struct run again;
    struct arena arena = ARENA_INIT;

    assert_true(store_begin_run(store, &run, NULL));
    assert_true(store_get_run(store, &run.id, &arena, &again, NULL));
    assert_int_equal(again.state, RUN_INTERRUPTED);
    assert_int_equal(again.ended.us, 0);
    put_one(store, &run, plain_probe(1, 0));
    assert_true(store_get_run(store, &run.id, &arena, &again, NULL));
    assert_int_equal(again.state, RUN_INTERRUPTED);
    assert_int_equal(again.ended.us, NOON + 1000 + 9001);
    assert_null(again.findings);
    arena_free(&arena);
    store_close(store);
}

static void a_closed_run_takes_no_more_probes(void **state)
{
    struct place *place = *state;
    struct store *store = opened(place->path, STORE_CREATE);
    struct run run = run_at(NOON);
    struct probe *probe = plain_probe(1, 0);
    struct error err = {0};

    assert_true(store_begin_run(store, &run, NULL));
    assert_false(store_begin_run(store, &run, &err));
    assert_true(store_end_run(store, &run, NULL));
    assert_false(store_put_probes(store, &run.id, &probe, 1, &err));
    assert_non_null(strstr(err.text, "closed"));
    probe_free(probe);
    store_close(store);
}

static void what_is_not_there_is_not_found(void **state)
{
    struct place *place = *state;
    struct store *store = opened(place->path, STORE_CREATE);
    struct run run = run_at(NOON);
    struct run other = run_at(NOON);
    struct arena arena = ARENA_INIT;
    struct error err = {0};

    assert_true(store_begin_run(store, &run, NULL));
    put_one(store, &run, plain_probe(1, 0));
    assert_false(store_get_run(store, &other.id, &arena, &other, &err));
    assert_int_equal(err.code, ERR_NOT_FOUND);
    err.code = ERR_NONE;
    assert_null(store_get_probe(store, &run.id, 2, &err));
    assert_int_equal(err.code, ERR_NOT_FOUND);
    assert_null(store_get_probe(store, &run.id, 0, &err));
    assert_false(store_end_run(store, &other, &err));
    assert_int_equal(err.code, ERR_NOT_FOUND);
    arena_free(&arena);
    store_close(store);
}

static bool list_starts(void *self, const struct run *run)
{
    struct buf *list = self;

    buf_printf(list, "%lld%s ", (long long)(run->started.us - NOON), run->config ? run->config : "-");
    return list->len < 40;
}

static void runs_are_handed_over_newest_first(void **state)
{
    struct place *place = *state;
    struct store *store = opened(place->path, STORE_CREATE);
    struct run_filter filter = {.environment = "live"};
    struct buf list = BUF_INIT;

    for (int i = 0; i < 4; i++) {
        struct run run = run_at(NOON + (i == 3 ? -1 : i));

        run.config = i == 1 ? NULL : i == 2 ? "C" : "D";
        run.environment = i == 1 ? "live" : "staging";
        assert_true(store_begin_run(store, &run, NULL));
    }
    assert_true(store_each_run(store, NULL, list_starts, &list, NULL));
    assert_string_equal(list.data, "2C 1- 0D -1D ");
    buf_clear(&list);
    assert_true(store_each_run(store, &filter, list_starts, &list, NULL));
    assert_string_equal(list.data, "1- ");
    buf_free(&list);
    store_close(store);
}

static void a_short_id_is_as_long_as_it_must_be(void **state)
{
    struct place *place = *state;
    struct store *store = opened(place->path, STORE_CREATE);
    struct run runs[3] = {run_at(NOON), run_at(NOON), run_at(NOON)};
    char text[UUID_TEXT];

    assert_true(uuid_parse("0192f3ab-0000-7000-8000-000000000000", &runs[0].id));
    assert_true(uuid_parse("0192f3ab-0010-7000-8000-000000000000", &runs[1].id));
    assert_true(uuid_parse("55555555-0000-7000-8000-000000000000", &runs[2].id));
    assert_true(store_begin_run(store, &runs[0], NULL));
    assert_true(store_short_id(store, &runs[0].id, text, NULL));
    assert_string_equal(text, "0192f3");
    assert_true(store_begin_run(store, &runs[1], NULL));
    assert_true(store_begin_run(store, &runs[2], NULL));
    assert_true(store_short_id(store, &runs[0].id, text, NULL));
    assert_string_equal(text, "0192f3ab-000");
    assert_true(store_short_id(store, &runs[1].id, text, NULL));
    assert_string_equal(text, "0192f3ab-001");
    assert_true(store_short_id(store, &runs[2].id, text, NULL));
    assert_string_equal(text, "555555");
    store_close(store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLACED(every_member_of_a_probe_comes_back_as_it_was),
        PLACED(a_probe_of_which_nothing_is_known_comes_back_so),
        PLACED(probes_are_read_in_order_of_ordinals_with_and_without_evidence),
        PLACED(a_second_night_stores_no_evidence_again),
        PLACED(a_batch_is_stored_whole_or_not_at_all),
        PLACED(a_run_comes_back_with_its_end),
        PLACED(a_run_without_end_reads_as_interrupted_at_its_last_probe),
        PLACED(a_closed_run_takes_no_more_probes),
        PLACED(what_is_not_there_is_not_found),
        PLACED(runs_are_handed_over_newest_first),
        PLACED(a_short_id_is_as_long_as_it_must_be),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

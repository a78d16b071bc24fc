/* SPDX-License-Identifier: MIT */
/* same_probe.h - that two probes are the same in every member; tests/structure/record.sh sees that none is forgotten. */
#ifndef TESTS_UNIT_SUPPORT_SAME_PROBE_H
#define TESTS_UNIT_SUPPORT_SAME_PROBE_H

#include "collector/probe.h"
#include "tests/unit/unit.h"

static inline void assert_same_slice(struct slice a, struct slice b)
{
    assert_int_equal(a.data != NULL, b.data != NULL);
    assert_int_equal(a.len, b.len);
    if (a.data && b.data)
        assert_memory_equal(a.data, b.data, a.len);
}

static inline void assert_same_text(const char *a, const char *b)
{
    assert_int_equal(a != NULL, b != NULL);
    if (a)
        assert_string_equal(a, b);
}

static inline void assert_same_headers(const struct header *a, size_t a_count, const struct header *b, size_t b_count)
{
    assert_int_equal(a_count, b_count);
    for (size_t i = 0; i < a_count; i++) {
        assert_same_slice(a[i].name, b[i].name);
        assert_same_slice(a[i].value, b[i].value);
    }
}

static inline void assert_same_asked(const struct probe *a, const struct probe *b)
{
    assert_int_equal(a->ordinal, b->ordinal);
    assert_int_equal(a->endpoint, b->endpoint);
    assert_int_equal(a->candidate, b->candidate);
    assert_int_equal(a->question, b->question);
    assert_int_equal(a->attempt, b->attempt);
    assert_int_equal(a->upgrade, b->upgrade);
    assert_int_equal(a->client, b->client);
    assert_same_text(a->method, b->method);
    assert_same_text(a->url, b->url);
    assert_same_text(a->withheld, b->withheld);
    assert_same_text(a->varied, b->varied);
    assert_same_text(a->proxy, b->proxy);
}

static inline void assert_same_outcome(const struct probe *a, const struct probe *b)
{
    assert_int_equal(a->started.us, b->started.us);
    assert_memory_equal(&a->timings, &b->timings, sizeof a->timings);
    assert_int_equal(a->outcome, b->outcome);
    assert_int_equal(a->layer, b->layer);
    assert_same_text(a->code, b->code);
    assert_same_slice(a->detail, b->detail);
    assert_int_equal(a->loop_lag_us, b->loop_lag_us);
}

static inline void assert_same_answer(const struct probe *a, const struct probe *b)
{
    assert_same_slice(a->address, b->address);
    assert_int_equal(a->port, b->port);
    assert_int_equal(a->reused, b->reused);
    assert_same_slice(a->system_address, b->system_address);
    assert_same_text(a->all_addresses, b->all_addresses);
    assert_same_text(a->final_url, b->final_url);
    assert_int_equal(a->from_hosts, b->from_hosts);
    assert_int_equal(a->status, b->status);
    assert_same_slice(a->reason, b->reason);
    assert_same_text(a->http_version, b->http_version);
    assert_int_equal(a->head_cut, b->head_cut);
    assert_int_equal(a->body_size, b->body_size);
    assert_int_equal(a->body_capped, b->body_capped);
    assert_int_equal(a->body_cut, b->body_cut);
    assert_same_slice(a->body_sha256, b->body_sha256);
    assert_same_slice(a->location, b->location);
    assert_same_slice(a->tls_version, b->tls_version);
    assert_same_slice(a->tls_cipher, b->tls_cipher);
    assert_int_equal(a->tls_verify, b->tls_verify);
    assert_same_slice(a->subprotocol, b->subprotocol);
    assert_same_slice(a->extensions, b->extensions);
    assert_int_equal(a->messages_cut, b->messages_cut);
    assert_int_equal(a->close_code, b->close_code);
    assert_same_slice(a->close_reason, b->close_reason);
}

static inline void assert_same_chain(const struct probe *a, const struct probe *b)
{
    assert_int_equal(a->certificate_count, b->certificate_count);
    for (size_t i = 0; i < a->certificate_count; i++) {
        assert_same_slice(a->certificates[i].subject, b->certificates[i].subject);
        assert_same_slice(a->certificates[i].issuer, b->certificates[i].issuer);
        assert_same_slice(a->certificates[i].names, b->certificates[i].names);
        assert_same_slice(a->certificates[i].serial, b->certificates[i].serial);
        assert_same_slice(a->certificates[i].key, b->certificates[i].key);
        assert_same_slice(a->certificates[i].sha256, b->certificates[i].sha256);
        assert_int_equal(a->certificates[i].not_before.us, b->certificates[i].not_before.us);
        assert_int_equal(a->certificates[i].not_after.us, b->certificates[i].not_after.us);
    }
}

static inline void assert_same_hops(const struct probe *a, const struct probe *b)
{
    assert_int_equal(a->hop_count, b->hop_count);
    for (size_t i = 0; i < a->hop_count; i++) {
        assert_int_equal(a->hops[i].status, b->hops[i].status);
        assert_same_text(a->hops[i].url, b->hops[i].url);
        assert_same_slice(a->hops[i].location, b->hops[i].location);
        assert_same_slice(a->hops[i].address, b->hops[i].address);
        assert_int_equal(a->hops[i].total_us, b->hops[i].total_us);
    }
}

static inline void assert_same_tokens(const struct probe *a, const struct probe *b)
{
    assert_int_equal(a->token_count, b->token_count);
    for (size_t i = 0; i < a->token_count; i++) {
        assert_same_text(a->tokens[i].header, b->tokens[i].header);
        assert_same_slice(a->tokens[i].algorithm, b->tokens[i].algorithm);
        assert_same_slice(a->tokens[i].issuer, b->tokens[i].issuer);
        assert_same_slice(a->tokens[i].audience, b->tokens[i].audience);
        assert_same_slice(a->tokens[i].scope, b->tokens[i].scope);
        assert_int_equal(a->tokens[i].issued_s, b->tokens[i].issued_s);
        assert_int_equal(a->tokens[i].not_before_s, b->tokens[i].not_before_s);
        assert_int_equal(a->tokens[i].expires_s, b->tokens[i].expires_s);
    }
}

static inline void assert_same_evidence(const struct probe *a, const struct probe *b)
{
    assert_same_headers(a->request, a->request_count, b->request, b->request_count);
    assert_same_headers(a->headers, a->header_count, b->headers, b->header_count);
    assert_same_slice(a->body, b->body);
    assert_same_chain(a, b);
    assert_same_hops(a, b);
    assert_same_tokens(a, b);
    assert_int_equal(a->message_count, b->message_count);
    for (size_t i = 0; i < a->message_count; i++) {
        assert_int_equal(a->messages[i].type, b->messages[i].type);
        assert_int_equal(a->messages[i].sent, b->messages[i].sent);
        assert_int_equal(a->messages[i].at_us, b->messages[i].at_us);
        assert_same_slice(a->messages[i].data, b->messages[i].data);
        assert_int_equal(a->messages[i].size, b->messages[i].size);
    }
    assert_int_equal(a->judgement_count, b->judgement_count);
    for (size_t i = 0; i < a->judgement_count; i++) {
        assert_same_text(a->judgements[i].expected, b->judgements[i].expected);
        assert_same_slice(a->judgements[i].actual, b->judgements[i].actual);
        assert_int_equal(a->judgements[i].verdict, b->judgements[i].verdict);
        assert_same_text(a->judgements[i].reason, b->judgements[i].reason);
        assert_int_equal(a->judgements[i].layer, b->judgements[i].layer);
    }
}
#endif

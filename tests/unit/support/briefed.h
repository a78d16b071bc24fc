/* SPDX-License-Identifier: MIT */
/* briefed.h - the same records with passing attempts in brief: nothing that is made of them may differ. */
#ifndef TESTS_UNIT_SUPPORT_BRIEFED_H
#define TESTS_UNIT_SUPPORT_BRIEFED_H

#include "base/buf.h"
#include "base/intern.h"
#include "base/memory.h"
#include "cli/briefing.h"
#include "collector/probe_share.h"
#include "diagnosis/diagnose.h"
#include "tests/unit/unit.h"

struct briefed {
    struct intern intern;
    struct briefing briefing;
    struct probe **probes;
    size_t count, capacity;
    struct records records;
};

static inline void briefed_put(void *self, struct probe *probe)
{
    struct briefed *briefed = self;
    size_t at = briefed->count++;

    briefed->probes = mem_grow(briefed->probes, at, &briefed->capacity, sizeof *briefed->probes);
    for (; at > 0 && briefed->probes[at - 1]->ordinal > probe->ordinal; at--)
        briefed->probes[at] = briefed->probes[at - 1];
    briefed->probes[at] = probe;
}

/* Of `records`, which stay as they are and must outlive it. */
static inline void briefed_open(struct briefed *briefed, const struct records *records)
{
    size_t endpoints = records->suite->endpoint_count;
    bool *in_full = mem_new(endpoints, sizeof *in_full);

    *briefed = (struct briefed){.records = *records};
    for (size_t i = 0; i < records->count; i++) {
        struct probe *copy = probe_new();

        *copy = *records->probes[i];
        copy->arena = (struct arena)ARENA_INIT;
        probe_share(copy, &briefed->intern);
        if (briefing_add(&briefed->briefing, copy, &briefed->intern)) {
            probe_free(copy);
        } else {
            in_full[copy->endpoint] = true;
            briefed_put(briefed, copy);
        }
    }
    briefing_settle(&briefed->briefing, in_full, endpoints, briefed_put, briefed);
    mem_free(in_full);
    briefed->records.probes = briefed->probes;
    briefed->records.count = briefed->count;
    briefed->records.briefs = &briefed->briefing.briefs;
}

static inline void briefed_close(struct briefed *briefed)
{
    for (size_t i = 0; i < briefed->count; i++)
        probe_free(briefed->probes[i]);
    mem_free(briefed->probes);
    briefing_free(&briefed->briefing);
    intern_free(&briefed->intern);
}

static inline void assert_briefed_finds(const struct records *records, const struct findings *findings)
{
    struct arena arena = ARENA_INIT;
    struct buf expected = BUF_INIT, found = BUF_INIT;
    struct briefed briefed;
    struct findings own;

    briefed_open(&briefed, records);
    own = diagnose(&briefed.records, &arena);
    findings_to_json(findings, &expected);
    findings_to_json(&own, &found);
    assert_string_equal(found.data, expected.data);
    assert_int_equal(diagnose_offline(&briefed.records), diagnose_offline(records));
    buf_free(&expected);
    buf_free(&found);
    arena_free(&arena);
    briefed_close(&briefed);
}

static inline void assert_briefed_asks(const struct records *records, const struct plan *plan)
{
    struct plan own = PLAN_INIT;
    struct briefed briefed;

    briefed_open(&briefed, records);
    experiments_next(&briefed.records, &own);
    assert_int_equal(own.count, plan->count);
    for (size_t i = 0; i < own.count; i++) {
        const struct plan_item *item = &own.items[i], *wanted = &plan->items[i];

        assert_int_equal(item->endpoint, wanted->endpoint);
        assert_int_equal(item->candidate, wanted->candidate);
        assert_int_equal(item->question, wanted->question);
        assert_string_equal(item->path ? item->path : "", wanted->path ? wanted->path : "");
    }
    plan_free(&own);
    briefed_close(&briefed);
}
#endif

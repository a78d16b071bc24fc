/* SPDX-License-Identifier: MIT */
#include "cli/recorded.h"

#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/memory.h"
#include "collector/probe_share.h"
#include "collector/suite_json.h"
#include "diagnosis/diagnose.h"
#include "store/select.h"
#include "store/store.h"

/* All of the run but its config, of which the digest is enough: the suite says the rest. */
static void take_run(struct recorded *recorded, const struct run *run)
{
    struct arena *arena = &recorded->arena;
    struct digest digest = digest_of(slice_of(run->config));
    char hex[DIGEST_TEXT];

    recorded->run = *run;
    recorded->run.suite = arena_text(arena, run->suite);
    recorded->run.environment = arena_text(arena, run->environment);
    recorded->run.vantage = arena_text(arena, run->vantage);
    recorded->run.labels = arena_text(arena, run->labels);
    recorded->run.zone = arena_text(arena, run->zone);
    recorded->run.tool = arena_text(arena, run->tool);
    recorded->run.findings = arena_text(arena, run->findings);
    recorded->run.config = NULL;
    recorded->run.config_digest = run->config ? arena_text(arena, digest_text(&digest, hex)) : NULL;
    recorded->loaded = true;
}

void recorded_adopt(struct recorded *recorded, const struct run *run, const struct suite *suite)
{
    take_run(recorded, run);
    recorded->suite = *suite;
    recorded->suite.arena = (struct arena)ARENA_INIT;
}

static void put(void *self, struct probe *probe)
{
    struct recorded *recorded = self;

    recorded->probes = mem_grow(recorded->probes, recorded->count, &recorded->capacity, sizeof *recorded->probes);
    recorded->probes[recorded->count++] = probe;
}

/* Each by itself would take a kilobyte and more, and most say what the others say. */
static void add(struct recorded *recorded, struct probe *probe)
{
    const struct suite *suite = &recorded->suite;
    const char *shown = probe->endpoint < suite->endpoint_count ? suite->endpoints[probe->endpoint].url.shown : NULL;
    bool own = shown && probe->url && strcmp(probe->url, shown) == 0;

    if (own)
        probe->url = NULL;
    probe_share(probe, &recorded->shared);
    if (own)
        probe->url = shown;
    if (recorded->brief && briefing_add(&recorded->briefing, probe, &recorded->shared))
        probe_free(probe);
    else
        put(recorded, probe);
}

void recorded_keep(struct recorded *recorded, struct probe *probe)
{
    add(recorded, probe);
    recorded->kept = true;
}

static int by_ordinal(const void *a, const void *b)
{
    const struct probe *one = *(struct probe *const *)a, *other = *(struct probe *const *)b;

    return (one->ordinal > other->ordinal) - (one->ordinal < other->ordinal);
}

static bool keep(void *self, struct probe *probe, struct error *err)
{
    struct recorded *recorded = self;

    /* Diagnosis takes these as indexes; a store that was tampered with must not lead it astray. */
    if (probe->endpoint >= recorded->suite.endpoint_count
        || probe->candidate > recorded->suite.endpoints[probe->endpoint].candidate_count) {
        fail(err, ERR_STORE, "probe %u belongs to no endpoint of its run: the store is damaged", probe->ordinal);
        probe_free(probe);
        return false;
    }
    add(recorded, probe);
    return true;
}

static void forget_probes(struct recorded *recorded)
{
    for (size_t i = 0; i < recorded->count; i++)
        probe_free(recorded->probes[i]);
    recorded->count = 0;
    briefing_clear(&recorded->briefing);
}

/* Once all are there: what else is known of an endpoint decides whether its passing attempts stay in brief. */
static void settle(struct recorded *recorded)
{
    size_t endpoints = recorded->suite.endpoint_count, before = recorded->count;
    bool *in_full = mem_new(endpoints, sizeof *in_full);

    for (size_t i = 0; i < recorded->count; i++)
        if (recorded->probes[i]->endpoint < endpoints)
            in_full[recorded->probes[i]->endpoint] = true;
    if (recorded->brief)
        briefing_settle(&recorded->briefing, in_full, endpoints, put, recorded);
    mem_free(in_full);
    if (recorded->count > 1 && (recorded->kept || recorded->count > before))
        qsort(recorded->probes, recorded->count, sizeof(struct probe *), by_ordinal);
    recorded->records = (struct records){.suite = &recorded->suite,
                                         .probes = recorded->probes,
                                         .count = recorded->count,
                                         .briefs = recorded->brief ? &recorded->briefing.briefs : NULL};
}

/* From one night to the next the config is mostly the same, and of ten thousand endpoints it takes long to read. */
static bool read_suite(struct recorded *recorded, const char *config, struct error *err)
{
    const struct recorded *like = recorded->like;

    if (!like || !like->run.config_digest || !recorded->run.config_digest
        || strcmp(like->run.config_digest, recorded->run.config_digest) != 0)
        return suite_from_json(config, &recorded->suite, err);
    recorded->suite = like->suite;
    recorded->suite.arena = (struct arena)ARENA_INIT;
    return true;
}

static bool load_run(struct recorded *recorded, struct store *store, const struct uuid *id, struct error *err)
{
    struct arena arena = ARENA_INIT;
    struct run run;
    bool ok = store_get_run(store, id, &arena, &run, err);

    if (ok)
        take_run(recorded, &run);
    ok = ok && read_suite(recorded, run.config, err);
    arena_free(&arena);
    return ok;
}

bool recorded_load_probes(struct recorded *recorded, struct store *store, const struct uuid *id, struct error *err)
{
    if (!recorded->loaded && !load_run(recorded, store, id, err))
        return false;
    if (!recorded->kept) {
        forget_probes(recorded);
        if (!store_each_probe(store, id, true, keep, recorded, err))
            return false;
    }
    settle(recorded);
    return true;
}

/* A report takes what findings say as indexes, too. */
static bool findings_fit(const struct recorded *recorded, struct error *err)
{
    for (size_t i = 0; i < recorded->findings.count; i++) {
        const struct finding *finding = &recorded->findings.list[i];

        for (size_t k = 0; k < finding->endpoint_count; k++)
            if (finding->endpoints[k] >= recorded->suite.endpoint_count)
                return fail(err, ERR_STORE, "a finding names no endpoint of its run: the store is damaged");
        if (finding->candidate > recorded->suite.endpoints[finding->endpoints[0]].candidate_count)
            return fail(err, ERR_STORE, "a finding names no candidate of its run: the store is damaged");
    }
    return true;
}

/* Whether what an endpoint says is not what was expected, so that what it said before is worth reading. */
static bool asks_for_good(const struct recorded *recorded)
{
    for (size_t i = 0; i < recorded->count; i++)
        if (recorded->probes[i]->outcome == OUTCOME_FAILED && recorded->probes[i]->layer == LAYER_CONTENT)
            return true;
    return false;
}

static bool load_good(struct recorded *good, const struct recorded *recorded, struct store *store)
{
    struct selection before = {.before = &recorded->run.id};
    struct error none = {0};
    struct uuid id;

    return (select_run(store, "last-good", &before, &id, &none) || select_run(store, "previous", &before, &id, &none))
           && recorded_load_probes(good, store, &id, &none);
}

void recorded_diagnose(struct recorded *recorded, struct store *store)
{
    struct recorded good = {0};

    if (asks_for_good(recorded) && load_good(&good, recorded, store))
        recorded->records.good = &good.records;
    recorded->findings = diagnose(&recorded->records, &recorded->arena);
    recorded->records.good = NULL;
    recorded_free(&good);
}

bool recorded_load(struct recorded *recorded, struct store *store, const struct uuid *id, bool anew, struct error *err)
{
    if (!recorded_load_probes(recorded, store, id, err) || !store_short_id(store, id, recorded->short_id, err))
        return false;
    if (anew || !recorded->run.findings) {
        recorded_diagnose(recorded, store);
        return true;
    }
    return findings_from_json(recorded->run.findings, &recorded->arena, &recorded->findings, err)
           && findings_fit(recorded, err);
}

bool recorded_load_probe(struct recorded *recorded, struct store *store, const struct uuid *id, uint32_t ordinal,
                         struct error *err)
{
    struct probe *probe;

    if (!load_run(recorded, store, id, err))
        return false;
    probe = store_get_probe(store, id, ordinal, err);
    if (!probe || !keep(recorded, probe, err))
        return false;
    recorded->records =
        (struct records){.suite = &recorded->suite, .probes = recorded->probes, .count = recorded->count};
    return !recorded->run.findings
           || (findings_from_json(recorded->run.findings, &recorded->arena, &recorded->findings, err)
               && findings_fit(recorded, err));
}

struct model_side recorded_side(const struct recorded *recorded)
{
    return (struct model_side){&recorded->run, recorded->short_id, &recorded->records, &recorded->findings};
}

void recorded_free(struct recorded *recorded)
{
    forget_probes(recorded);
    mem_free(recorded->probes);
    briefing_free(&recorded->briefing);
    intern_free(&recorded->shared);
    suite_free(&recorded->suite);
    arena_free(&recorded->arena);
    *recorded = (struct recorded){0};
}

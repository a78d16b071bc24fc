/* SPDX-License-Identifier: MIT */
#include "cli/present.h"
#include "cli/recorded.h"
#include "cli/session.h"
#include "cli/verbs.h"
#include "render/flavor.h"
#include "render/json.h"
#include "render/markdown.h"

static const struct probe *probe_of(const struct recorded *recorded, uint32_t ordinal)
{
    for (size_t i = 0; i < recorded->count; i++)
        if (recorded->probes[i]->ordinal == ordinal)
            return recorded->probes[i];
    return NULL;
}

static bool write_evidence(const struct arguments *arguments, const struct recorded *recorded,
                           const struct probe *probe, struct error *err)
{
    struct arena arena = ARENA_INIT;
    struct buf out = BUF_INIT;
    struct templates *templates = present_templates(arguments->templates, err);
    const struct model_evidence *evidence = model_of_probe(&recorded->records, probe, &arena);
    struct flavor flavor = flavor_plain;
    bool ok;

    flavor.offset_s = recorded->run.offset_s;
    if (!templates)
        ok = false;
    else if (arguments->json)
        ok =
            json_write(&model_evidence_shape, evidence, templates, flavor.offset_s, &out, err) && buf_putc(&out, '\n');
    else
        ok = report_markdown(templates, "show.txt", &model_evidence_shape, evidence, &flavor, &out, err);
    ok = ok && output_write(NULL, buf_slice(&out), false, err);
    templates_free(templates);
    buf_free(&out);
    arena_free(&arena);
    return ok;
}

bool verb_show(const struct arguments *arguments, enum exit_status *status, struct error *err)
{
    struct session session = {0};
    struct recorded recorded = {0};
    struct uuid run;
    uint32_t ordinal = 0;
    bool ok = session_open_store(&session, arguments, STORE_READ, err);

    (void)status;
    if (ok) {
        const struct selection selection = session_selection(&session, arguments, NULL);

        ok = select_probe(session.store, arguments->words.list[0], &selection, &run, &ordinal, err)
             && recorded_load_probes(&recorded, session.store, &run, err);
    }
    if (ok && !probe_of(&recorded, ordinal))
        ok = fail(err, ERR_NOT_FOUND, "run %s has no probe %u; it has %zu", arguments->words.list[0], ordinal,
                  recorded.count);
    ok = ok && write_evidence(arguments, &recorded, probe_of(&recorded, ordinal), err);
    recorded_free(&recorded);
    session_close(&session);
    return ok;
}

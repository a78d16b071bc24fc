/* SPDX-License-Identifier: MIT */
#include "cli/present.h"
#include "cli/recorded.h"
#include "cli/session.h"
#include "cli/verbs.h"
#include "render/flavor.h"
#include "render/json.h"
#include "render/markdown.h"

static bool write_evidence(const struct arguments *arguments, const struct recorded *recorded, struct error *err)
{
    struct arena arena = ARENA_INIT;
    struct buf out = BUF_INIT;
    struct templates *templates = present_templates(arguments->templates, err);
    const struct model_evidence *evidence =
        model_of_probe(&recorded->records, &recorded->findings, recorded->probes[0], &arena);
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
             && recorded_load_probe(&recorded, session.store, &run, ordinal, err)
             && write_evidence(arguments, &recorded, err);
    }
    recorded_free(&recorded);
    session_close(&session);
    return ok;
}

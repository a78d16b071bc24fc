/* SPDX-License-Identifier: MIT */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "cli/db_export.h"
#include "cli/night_folders.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "cli/session.h"
#include "cli/verbs.h"
#include "collector/quantity.h"
#include "store/maintain.h"
#include "store/prune.h"

/* What one of the verbs behind `db` works with. */
struct upkeep {
    const struct arguments *arguments;
    const char *word; /* the file or run that it was given; NULL: none */
    struct session session;
    struct progress_line progress;
    json_t *damages; /* with --json */
};

/* A result: the words on a line, or with --json the document, which is taken. */
static bool print(const struct upkeep *upkeep, const char *words, json_t *document, struct error *err)
{
    char *text = upkeep->arguments->json && document ? json_dumps(document, JSON_INDENT(2)) : NULL;
    bool ok = true;

    if (upkeep->arguments->json && !text)
        ok = fail(err, ERR_SYSTEM, "no memory for the result");
    else if (text)
        printf("%s\n", text);
    else if (!upkeep->arguments->quiet)
        printf("%s\n", words);
    free(text);
    json_decref(document);
    return ok;
}

static void found(void *self, const char *what)
{
    struct upkeep *upkeep = self;

    progress_clear(&upkeep->progress);
    if (upkeep->arguments->json)
        json_array_append_new(upkeep->damages, json_string(what));
    else
        printf("damaged: %s\n", what);
}

static void advance(void *self, uint64_t done, uint64_t planned)
{
    struct upkeep *upkeep = self;

    progress_part(&upkeep->progress, done, planned);
}

static struct maintain_sink sink_of(struct upkeep *upkeep, const char *doing)
{
    progress_start(&upkeep->progress, upkeep->arguments->quiet, doing);
    return (struct maintain_sink){found, advance, upkeep};
}

static bool tell_check(const struct upkeep *upkeep, uint64_t damages, enum exit_status *status, struct error *err)
{
    char words[256];
    json_t *document = json_pack("{s:s, s:b, s:I, s:O}", "store", upkeep->session.store_path, "whole", damages == 0,
                                 "damages", (json_int_t)damages, "found", upkeep->damages);

    if (damages)
        *status = EXIT_FAILS;
    if (damages)
        snprintf(words, sizeof words,
                 "%llu damage%s; keep the file, and restore a backup (what `endoscope db export` can still read, it "
                 "saves)",
                 (unsigned long long)damages, damages == 1 ? "" : "s");
    else
        snprintf(words, sizeof words, "the store is whole");
    return print(upkeep, words, document, err);
}

static bool check(struct upkeep *upkeep, enum exit_status *status, struct error *err)
{
    struct maintain_sink sink = sink_of(upkeep, "checking");
    uint64_t damages = 0;
    bool ok = session_open_store(&upkeep->session, upkeep->arguments, STORE_READ, err)
              && store_check(upkeep->session.store, &sink, &damages, err);

    progress_clear(&upkeep->progress);
    /* Too damaged to be opened or looked at is an answer, too. */
    if (!ok && err && store_is_damage(err)) {
        found(upkeep, err->text);
        *err = (struct error){ERR_NONE, ""};
        damages++;
        ok = true;
    }
    return ok && tell_check(upkeep, damages, status, err);
}

static bool backup(struct upkeep *upkeep, enum exit_status *status, struct error *err)
{
    char words[512];

    (void)status;
    if (!session_open_store(&upkeep->session, upkeep->arguments, STORE_READ, err)
        || !store_backup(upkeep->session.store, upkeep->word, upkeep->arguments->force, err))
        return false;
    snprintf(words, sizeof words, "%s is a backup of %s", upkeep->word, upkeep->session.store_path);
    return print(upkeep, words, json_pack("{s:s, s:s}", "store", upkeep->session.store_path, "backup", upkeep->word),
                 err);
}

static bool export(struct upkeep *upkeep, enum exit_status *status, struct error *err)
{
    const char *output = upkeep->arguments->output;
    struct selection selection;
    struct uuid id;

    (void)status;
    if (!session_open_store(&upkeep->session, upkeep->arguments, STORE_READ, err)
        || !output_spares(output, upkeep->session.store_path, err))
        return false;
    selection = session_selection(&upkeep->session, upkeep->arguments, NULL);
    if (upkeep->word && !select_run(upkeep->session.store, upkeep->word, &selection, &id, err))
        return false;
    return db_export(upkeep->session.store, &selection.filter, upkeep->word ? &id : NULL, output, err);
}

static bool merge(struct upkeep *upkeep, enum exit_status *status, struct error *err)
{
    struct maintain_sink sink = sink_of(upkeep, "merging");
    struct merged merged;
    char words[512];
    struct session *session = &upkeep->session;
    bool ok = session_find_store(session, upkeep->arguments, err)
              && (session->store = store_open(session->store_path, STORE_CREATE, err))
              && store_merge(upkeep->session.store, upkeep->word, &sink, &merged, err);

    (void)status;
    progress_clear(&upkeep->progress);
    if (!ok)
        return false;
    snprintf(words, sizeof words, "%llu run%s with %llu probe%s taken over, %llu known already",
             (unsigned long long)merged.runs, merged.runs == 1 ? "" : "s", (unsigned long long)merged.probes,
             merged.probes == 1 ? "" : "s", (unsigned long long)merged.known);
    return print(upkeep, words,
                 json_pack("{s:I, s:I, s:I}", "runs", (json_int_t)merged.runs, "probes", (json_int_t)merged.probes,
                           "known", (json_int_t)merged.known),
                 err);
}

static bool migrate(struct upkeep *upkeep, enum exit_status *status, struct error *err)
{
    const struct arguments *arguments = upkeep->arguments;
    int64_t from, to;
    char words[256];

    (void)status;
    if (!session_find_store(&upkeep->session, arguments, err)
        || !store_migrate(upkeep->session.store_path, arguments->dry_run, &from, &to, err))
        return false;
    if (from == to)
        snprintf(words, sizeof words, "the store is up to date: its schema is %lld", (long long)to);
    else
        snprintf(words, sizeof words, "%s the store from schema %lld to %lld",
                 arguments->dry_run ? "would bring" : "brought", (long long)from, (long long)to);
    return print(upkeep, words,
                 json_pack("{s:I, s:I, s:b}", "from", (json_int_t)from, "to", (json_int_t)to, "done",
                           from == to || !arguments->dry_run),
                 err);
}

/* How long runs are kept whole: as asked for, else as the config says. */
static bool find_keep(const struct upkeep *upkeep, int64_t *keep_us, struct error *err)
{
    *keep_us = upkeep->arguments->keep_us;
    if (*keep_us == 0 && upkeep->session.configured)
        *keep_us = upkeep->session.suite.keep_us;
    return *keep_us > 0
           || fail(err, ERR_USAGE,
                   "how long are runs kept whole? Give --keep 90d, or write `keep: 90d` into the config");
}

/* Of the folders that nights left: those that went, or would. */
struct folders_told {
    struct upkeep *upkeep;
    json_t *gone; /* paths */
};

static void tell_gone(void *self, const char *path)
{
    struct folders_told *told = self;

    json_array_append_new(told->gone, json_string(path));
    if (!told->upkeep->arguments->json && !told->upkeep->arguments->quiet)
        printf("%s %s\n", told->upkeep->arguments->dry_run ? "would remove" : "removed", path);
}

static void tell_stays(void *self, const char *path, const char *why)
{
    (void)self;
    log_line(LOG_WARNING, "%s stays: %s", path, why);
}

static bool prune_folders(struct upkeep *upkeep, const struct prune *asked, struct folders_told *told,
                          struct error *err)
{
    const struct night_folders folders = {.folder = upkeep->arguments->reports,
                                          .suite = asked->filter->suite,
                                          .environment = asked->filter->environment,
                                          .vantage = asked->filter->vantage,
                                          .keep_us = asked->keep_us,
                                          .now = asked->now,
                                          .dry = asked->dry,
                                          .gone = tell_gone,
                                          .stays = tell_stays,
                                          .self = told};
    size_t count;

    return !folders.folder || night_folders_prune(&folders, &count, err);
}

static json_t *pruned_json(const struct pruned *pruned, const struct prune *prune, json_t *folders)
{
    json_t *document = json_pack("{s:b, s:O, s:I, s:I, s:I, s:I}", "done", !prune->dry, "reports", folders, "folded",
                                 (json_int_t)pruned->folded, "dropped", (json_int_t)pruned->dropped, "probes",
                                 (json_int_t)pruned->probes, "stayed", (json_int_t)pruned->stayed);
    char text[WALL_TEXT];

    if (pruned->first.us) {
        json_object_set_new(document, "first", json_string(wall_iso(pruned->first, 0, text)));
        json_object_set_new(document, "last", json_string(wall_iso(pruned->last, 0, text)));
    }
    if (!prune->dry) {
        json_object_set_new(document, "evidence", json_integer((json_int_t)pruned->evidence));
        json_object_set_new(document, "bytes", json_integer((json_int_t)pruned->bytes));
    }
    return document;
}

static bool tell_pruned(const struct upkeep *upkeep, const struct pruned *pruned, const struct prune *prune,
                        json_t *folders, struct error *err)
{
    struct arena arena = ARENA_INIT;
    struct buf words = BUF_INIT;
    bool ok;

    buf_printf(&words,
               "%s %llu run%s into daily rollups and %s %llu partial or cut off; %llu probe%s; %llu older run%s %s",
               prune->dry ? "would fold" : "folded", (unsigned long long)pruned->folded,
               pruned->folded == 1 ? "" : "s", prune->dry ? "drop" : "dropped", (unsigned long long)pruned->dropped,
               (unsigned long long)pruned->probes, pruned->probes == 1 ? "" : "s", (unsigned long long)pruned->stayed,
               pruned->stayed == 1 ? "" : "s", pruned->stayed == 1 ? "stays whole" : "stay whole");
    if (!prune->dry)
        buf_printf(&words, "; %llu piece%s of evidence dropped, %s given back", (unsigned long long)pruned->evidence,
                   pruned->evidence == 1 ? "" : "s", quantity_size_words(pruned->bytes, &arena));
    ok = print(upkeep, words.data, pruned_json(pruned, prune, folders), err);
    buf_free(&words);
    arena_free(&arena);
    return ok;
}

static bool prune(struct upkeep *upkeep, enum exit_status *status, struct error *err)
{
    struct maintain_sink sink = sink_of(upkeep, "pruning");
    struct session *session = &upkeep->session;
    struct prune asked = {.now = wall_now(), .dry = upkeep->arguments->dry_run};
    struct selection selection;
    struct folders_told told = {upkeep, json_array()};
    struct pruned pruned;
    bool ok;

    (void)status;
    if (!session_find_store(session, upkeep->arguments, err) || !find_keep(upkeep, &asked.keep_us, err)
        || !(session->store = store_open(session->store_path, asked.dry ? STORE_READ : STORE_CREATE, err))) {
        json_decref(told.gone);
        return false;
    }
    selection = session_selection(session, upkeep->arguments, NULL);
    asked.filter = &selection.filter;
    ok = store_prune(session->store, &asked, &sink, &pruned, err);
    progress_clear(&upkeep->progress);
    ok = ok && prune_folders(upkeep, &asked, &told, err) && tell_pruned(upkeep, &pruned, &asked, told.gone, err);
    json_decref(told.gone);
    return ok;
}

/* The verbs behind `db`, and what they are given. */
struct db_verb {
    const char *name;
    bool wants, may; /* a word */
    const char *wanted;
    bool (*run)(struct upkeep *upkeep, enum exit_status *status, struct error *err);
};

static const struct db_verb db_verbs[] = {
    {"check", false, false, "", check},     {"backup", true, true, "the file to write", backup},
    {"export", false, true, "", export},    {"merge", true, true, "the other store's file", merge},
    {"migrate", false, false, "", migrate}, {"prune", false, false, "", prune},
};

static const struct db_verb *find_verb(const struct texts *words, struct error *err)
{
    const char *name = words->list[0];

    for (size_t i = 0; i < sizeof db_verbs / sizeof *db_verbs; i++) {
        if (strcmp(name, db_verbs[i].name) != 0)
            continue;
        if (db_verbs[i].wants && words->count < 2)
            return fail(err, ERR_USAGE, "`db %s` wants %s", name, db_verbs[i].wanted), NULL;
        if (!db_verbs[i].may && words->count > 1)
            return fail(err, ERR_USAGE, "`db %s` takes no more words, not `%s`", name, words->list[1]), NULL;
        return &db_verbs[i];
    }
    fail(err, ERR_USAGE, "there is no `db %s`; there are check, backup, export, merge, migrate and prune", name);
    return NULL;
}

bool verb_db(const struct arguments *arguments, enum exit_status *status, struct error *err)
{
    const struct db_verb *verb = find_verb(&arguments->words, err);
    struct upkeep upkeep = {.arguments = arguments};
    bool ok;

    if (!verb)
        return false;
    upkeep.word = arguments->words.count > 1 ? arguments->words.list[1] : NULL;
    upkeep.damages = json_array();
    ok = verb->run(&upkeep, status, err);
    json_decref(upkeep.damages);
    session_close(&upkeep.session);
    return ok;
}

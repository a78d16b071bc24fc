/* SPDX-License-Identifier: MIT */
#include "cli/night_state.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/output.h"

static const char schema[] = "endoscope-nightly-state/1";

static bool read_id(const json_t *part, const char *name, struct uuid *id)
{
    const char *text = json_string_value(json_object_get(part, name));

    return text && uuid_parse(text, id);
}

static void read_part(struct night_state *state)
{
    const json_t *part = json_object_get(json_object_get(state->root, "suites"), state->key);

    state->begun = read_id(part, "pending", &state->pending);
    state->finished = read_id(part, "last", &state->last);
    state->told.us = json_integer_value(json_object_get(part, "told"));
}

bool night_state_load(struct night_state *state, const char *path, const struct suite *suite, struct error *err)
{
    const char *found;
    json_error_t at;

    *state = (struct night_state){.arena = ARENA_INIT};
    state->path = arena_text(&state->arena, path);
    state->key = arena_printf(&state->arena, "%s\n%s\n%s", suite->name, suite->environment ? suite->environment : "",
                              suite->vantage ? suite->vantage : "");
    if (access(path, F_OK) != 0 && errno == ENOENT)
        return true;
    state->root = json_load_file(path, JSON_REJECT_DUPLICATES, &at);
    found = json_string_value(json_object_get(state->root, "schema"));
    if (found && strcmp(found, schema) == 0) {
        read_part(state);
        return true;
    }
    json_decref(state->root);
    state->root = NULL;
    return fail(err, ERR_IO, "%s cannot be read as what the last nightly left: it is written anew", path);
}

static void put_id(json_t *part, const char *name, bool set, const struct uuid *id)
{
    char text[UUID_TEXT];

    if (set)
        json_object_set_new(part, name, json_string(uuid_text(id, text)));
}

bool night_state_save(struct night_state *state, struct error *err)
{
    json_t *part = json_object();
    json_t *suites;
    char *text;
    bool ok;

    put_id(part, "pending", state->begun, &state->pending);
    put_id(part, "last", state->finished, &state->last);
    json_object_set_new(part, "told", json_integer(state->told.us));
    if (!state->root)
        state->root = json_pack("{s:s, s:{}}", "schema", schema, "suites");
    suites = json_object_get(state->root, "suites");
    if (!json_is_object(suites)) {
        json_object_set_new(state->root, "suites", json_object());
        suites = json_object_get(state->root, "suites");
    }
    json_object_set_new(suites, state->key, part);
    text = json_dumps(state->root, JSON_INDENT(1) | JSON_SORT_KEYS);
    ok = text ? output_write(state->path, slice_of(text), true, err)
              : fail(err, ERR_IO, "cannot write %s: the suite's name is no UTF-8", state->path);
    free(text);
    return ok;
}

void night_state_free(struct night_state *state)
{
    json_decref(state->root);
    arena_free(&state->arena);
    *state = (struct night_state){.arena = ARENA_INIT};
}

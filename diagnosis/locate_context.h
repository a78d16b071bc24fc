/* SPDX-License-Identifier: MIT */
/* locate_context.h - what stands around an address on its line of source: enough of the languages' habits to tell a
 * literal from a word in passing, and no parser of any. */
#ifndef DIAGNOSIS_LOCATE_CONTEXT_H
#define DIAGNOSIS_LOCATE_CONTEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/slice.h"

enum context {
    CONTEXT_NONE,     /* part of a longer word, or prose */
    CONTEXT_LITERAL,  /* a literal's beginning: "/ws", PATH=/ws, path: /ws */
    CONTEXT_VARIABLE, /* behind what stands for the rest: ${API}/ws, {base}/ws, $API/ws, %s/ws, API + "/ws" */
    CONTEXT_ROUTE,    /* a server's own route: @app.get("/ws"), location /ws {, mux.HandleFunc("/ws" */
    CONTEXT_HOST,     /* behind a host: ws://localhost:8000/ws */
};

/* What stands before byte `at` of `line`, where an address begins. */
enum context context_before(struct slice line, size_t at);

/* Whether an address that ends before byte `at` ends there as a whole. */
bool context_ends(struct slice line, size_t at);

/* Whether a host begins at `at`: not within a longer name, nor behind a user and password. */
bool context_starts_host(struct slice line, size_t at);

/* The literal around bytes [at, end), from its opening delimiter on. Part of `line`. */
struct slice context_literal(struct slice line, size_t at, size_t end);

/* The name that the literal at `start` is given to; absent when there is none. Part of `line`. */
struct slice context_key(struct slice line, size_t start);

/* Whether a key speaks of an address: "WS_PATH", "socketUrl", "route". */
bool context_names_address(struct slice key);

/* Whether the whole line is a comment. */
bool context_comment(struct slice line);

/* Whether `file` is a test, an example or documentation: what it holds does not run where the failure was. */
bool context_aside(const char *file);
#endif

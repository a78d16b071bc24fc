/* SPDX-License-Identifier: MIT */
/* token.h - what a JSON Web Token (RFC 7519) says of itself, read before it is redacted: facts, not the credential. */
#ifndef COLLECTOR_TOKEN_H
#define COLLECTOR_TOKEN_H

#include <stdbool.h>

#include "base/arena.h"

struct probe;
struct request;
struct token;

/* Finds the first JWT in `value`, the value of `header`, and reads its head and claims into `token`, in `arena`. False
 * when there is none. Its signature is not looked at. */
bool token_read(const char *header, const char *value, struct arena *arena, struct token *token);

/* Puts the facts of every JWT among the headers of `request` into `probe`. */
void token_record(const struct request *request, struct probe *probe);
#endif

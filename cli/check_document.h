/* SPDX-License-Identifier: MIT */
/* check_document.h - what a config means, as one document: `endoscope check --json` prints it, `endoscope check` says it
 * in words. Nothing in it is a secret. */
#ifndef CLI_CHECK_DOCUMENT_H
#define CLI_CHECK_DOCUMENT_H

#include <jansson.h>

struct session;

/* The document of the session's config; the caller's. What is not set is left out. */
json_t *check_document(struct session *session);
#endif

/* SPDX-License-Identifier: MIT */
/* verbs.h - what each verb does; see struct verb. */
#ifndef CLI_VERBS_H
#define CLI_VERBS_H

#include <stdbool.h>

#include "base/error.h"
#include "cli/options.h"

bool verb_run(const struct arguments *arguments, enum exit_status *status, struct error *err);
bool verb_report(const struct arguments *arguments, enum exit_status *status, struct error *err);
bool verb_compare(const struct arguments *arguments, enum exit_status *status, struct error *err);
bool verb_history(const struct arguments *arguments, enum exit_status *status, struct error *err);
bool verb_show(const struct arguments *arguments, enum exit_status *status, struct error *err);
bool verb_publish(const struct arguments *arguments, enum exit_status *status, struct error *err);
bool verb_nightly(const struct arguments *arguments, enum exit_status *status, struct error *err);
bool verb_check(const struct arguments *arguments, enum exit_status *status, struct error *err);
bool verb_init(const struct arguments *arguments, enum exit_status *status, struct error *err);
bool verb_explain(const struct arguments *arguments, enum exit_status *status, struct error *err);
bool verb_verify(const struct arguments *arguments, enum exit_status *status, struct error *err);
bool verb_db(const struct arguments *arguments, enum exit_status *status, struct error *err);
bool verb_templates(const struct arguments *arguments, enum exit_status *status, struct error *err);
bool verb_help(const struct arguments *arguments, enum exit_status *status, struct error *err);
#endif

/* SPDX-License-Identifier: MIT */
/* diagnose.h - from records to findings: pure functions, no I/O. */
#ifndef DIAGNOSIS_DIAGNOSE_H
#define DIAGNOSIS_DIAGNOSE_H

#include "diagnosis/finding.h"
#include "diagnosis/records.h"

/* Grows with every change of a rule's meaning. */
enum { RULES_VERSION = 1 };

/* Appends to `plan` what should be asked next; nothing when the facts suffice or the bounds are reached. Called again
 * after each round with the new records in: an A-B-A needs three rounds, one with a single attempt four. A suite with
 * nothing wrong asks nothing. What follows depends on the records alone, so a caller whose round brought none stops. */
void experiments_next(const struct records *records, struct plan *plan);

/* Every failing or unsteady endpoint is explained by at least one finding, if only by "cause not found". */
struct findings diagnose(const struct records *records, struct arena *arena);

/* Whether no endpoint on any origin got past dns or tcp, and nothing out there so much as refused: our own side, exit
 * status 3, nothing is published. A refused connection and an NXDOMAIN are answers, so they speak of the endpoint; and one
 * origin alone that is silent may be its own fault. */
bool diagnose_offline(const struct records *records);
#endif

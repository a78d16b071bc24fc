/* SPDX-License-Identifier: MIT */
/* junit.h - a report as test results, which CI systems show: the XML that JUnit's tools write and Jenkins, GitLab and others
 * read (tests/report/junit.xsd). */
#ifndef RENDER_JUNIT_H
#define RENDER_JUNIT_H

#include "base/buf.h"

struct model;

/* Appends `model`. On one run: a suite for each endpoint, with a case for its answers over all attempts and one for each
 * expectation; what could not be judged is skipped, never passed. On two runs: one suite, a case for each endpoint, which
 * fails where it regressed, still fails or is flapping. Foreign bytes that a reader could not see are escapes. */
void junit_write(const struct model *model, struct buf *out);
#endif

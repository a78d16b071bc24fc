/* SPDX-License-Identifier: MIT */
/* prometheus.h - a run as metrics in Prometheus' text exposition format 0.0.4, for node_exporter's textfile collector. */
#ifndef RENDER_PROMETHEUS_H
#define RENDER_PROMETHEUS_H

#include "base/buf.h"

struct model;

/* Appends the report on one run. What was not measured has no sample; seconds and timestamps are in seconds. */
void prometheus_write(const struct model *model, struct buf *out);
#endif

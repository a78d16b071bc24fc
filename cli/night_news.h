/* SPDX-License-Identifier: MIT */
/* night_news.h - whether a night has anything to tell: what happened since the last one, in a line each. */
#ifndef CLI_NIGHT_NEWS_H
#define CLI_NIGHT_NEWS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/clock.h"
#include "diagnosis/model.h"

struct suite;

/* Appends a line for each transition and each new finding of `model`, a comparison with the last night: regressed, fixed,
 * failing for another cause, another verdict, gone, or new and not passing. What an endpoint does every night, and one
 * that only answers differently, is no news; candidates never are. Returns how many there are. */
unsigned night_news(const struct model *model, const struct suite *suite, struct buf *out);

/* The same of the first night of all: its findings. */
unsigned night_news_of_first(const struct model *model, struct buf *out);

/* Whether it is time to tell again of what still fails: `remind_us` (0: never) after `told`, with some grace, so that the
 * seventh night is it also where it begins a little earlier than the first did. */
bool night_reminds(struct wall told, struct wall now, int64_t remind_us);
#endif

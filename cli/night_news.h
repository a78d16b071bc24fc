/* SPDX-License-Identifier: MIT */
/* night_news.h - whether a night has something to tell, and what: a transition, a new finding, or a reminder of what
 * still fails. Cron mails what is printed, and nobody reads mails that say that nothing happened. Pure. */
#ifndef CLI_NIGHT_NEWS_H
#define CLI_NIGHT_NEWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "diagnosis/model.h"
#include "diagnosis/series.h"

struct night_news {
    struct arena *arena; /* the words live there */
    const char **lines;  /* one a piece of news, without newline; endpoints' names are the config's */
    size_t count, capacity;
    bool fails; /* something required does, by the night's own verdict */
};

/* What differs from the run before: `comparison` of the two, NULL where there is none, for which a night that fails is news.
 * `night` is this night's report. */
void night_news_changes(struct night_news *news, const struct model *night, const struct model *comparison);

/* A line when something still fails and has for another whole `remind_us` (0: never): counted in days of the calendar from
 * the first of the nights that ended as this one does. `before` are the nights before, `now` when this one started. */
void night_news_reminder(struct night_news *news, const struct model *night, const struct series *before,
                         int64_t remind_us, struct wall now, int32_t offset_s);
#endif

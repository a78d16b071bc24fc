/* SPDX-License-Identifier: MIT */
/* night.h - private to the night_*.c of `nightly`: what its steps share. What goes wrong in one of them takes nothing from
 * the next ones. */
#ifndef CLI_NIGHT_H
#define CLI_NIGHT_H

#include "base/arena.h"
#include "base/clock.h"
#include "cli/conduct.h"
#include "cli/night_news.h"
#include "cli/publication.h"
#include "store/prune.h"

struct tonight {
    struct arguments arguments; /* with the label that nights are known by */
    struct session session;
    struct templates *templates;
    struct arena arena;
    const char *journal, *reports;
    struct wall began;    /* this night */
    struct wall cut_off;  /* one before it, that did not come to its end; 0: none */
    struct mono deadline; /* 0: none */
    struct recorded recorded;
    enum conducted how;
    struct night_news news;
    const char *folder; /* of the reports on the run that was reported last; NULL: none were written */
    struct publication_report published;
    struct pruned pruned;
    size_t folders_gone; /* of old reports */
    unsigned troubles;   /* of our own: each has its line in the log */
};

/* A line in the log, and one trouble more. */
void night_trouble(struct tonight *night, const struct error *err);

/* The report on the run, the comparisons with the night before and with the last good run, as files, whose folder is then
 * night->folder; and what of it is news. */
void night_report(struct tonight *night, const struct recorded *recorded, struct night_news *news);

/* Whether any ticket of the config has a tracker. */
bool night_has_tickets(const struct tonight *night);

/* Puts the run on the tickets, with what is queued before it. */
void night_publish(struct tonight *night);

/* When publishing is to be over. */
struct mono night_publish_deadline(const struct tonight *night);

/* The runs of a night that was cut off get what they would have got: files, their place in the queue before tonight's run,
 * and words. Asking a tracker waits for tonight's, so that one that is down does not hold up the probing. */
void night_make_up(struct tonight *night);

/* The news of a run, and under them its report: what cron mails. */
bool night_print(struct tonight *night, const struct recorded *recorded, const struct night_news *news,
                 struct error *err);

/* The summary for programs. */
bool night_print_json(const struct tonight *night, enum exit_status status, struct error *err);
#endif

/* SPDX-License-Identifier: MIT */
#include "store/listing.h"

bool listing_add(struct store *store, const struct run *run, struct buf *out, struct error *err)
{
    char id[UUID_TEXT];
    char time[WALL_TEXT];

    if (!store_short_id(store, &run->id, id, err))
        return false;
    buf_printf(out, "%s%s (%s", out->len ? "; " : "", id, wall_words(run->started, run->offset_s, time));
    if (run->suite && run->suite[0])
        buf_printf(out, ", %s", run->suite);
    if (run->environment && run->environment[0])
        buf_printf(out, ", %s", run->environment);
    if (run->vantage && run->vantage[0])
        buf_printf(out, ", %s", run->vantage);
    buf_printf(out, "%s%s)", run->whole ? "" : ", part of the suite",
               run->state == RUN_COMPLETE ? "" : ", interrupted");
    return true;
}

struct listing {
    struct store *store;
    struct buf words;
    size_t count;
    struct error err;
};

static bool list_run(void *self, const struct run *run)
{
    struct listing *listing = self;

    return listing->count++ < LISTED && listing_add(listing->store, run, &listing->words, &listing->err);
}

bool listing_instead(struct store *store, const char *what, struct error *err)
{
    struct listing listing = {.store = store, .words = BUF_INIT};

    if (!store_each_run(store, NULL, list_run, &listing, err)) {
        buf_free(&listing.words);
        return false;
    }
    if (listing.err.code != ERR_NONE)
        *err = listing.err;
    else if (listing.count == 0)
        fail(err, ERR_NOT_FOUND, "there is no run yet: `endoscope run` records one");
    else
        fail(err, ERR_NOT_FOUND, "%s; there %s %s%s", what, listing.count == 1 ? "is" : "are", listing.words.data,
             listing.count > LISTED ? "; and older ones" : "");
    buf_free(&listing.words);
    return false;
}

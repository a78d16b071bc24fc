/* SPDX-License-Identifier: MIT */
#include "collector/worker.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/memory.h"
#include "collector/loop.h"
#include "collector/transport.h"
#include "collector/worker_profile.h"
#include "collector/worker_spawn.h"

enum {
    PIECE = 64 * 1024,
    PIECES_A_TURN = 16,
    SILENCE_US = 5 * 1000 * 1000, /* it beats ten times a second: so long, and it hangs */
    START_US = 20 * 1000 * 1000,  /* to be ready */
    HELD_MOST = 500,              /* further ones wait for their turn here */
    FAILED_STARTS_MOST = 3,
};

struct worker {
    struct loop *loop;
    const char *program;
    struct worker_profiles *profiles;
    size_t profiles_told;   /* to the present one */
    struct spawned process; /* pid 0: none runs */
    bool ready;
    struct buf in, out;
    struct loop_timer watch, later;
    struct mono heard;
    uint32_t last_id;
    unsigned failed_starts;      /* in a row */
    struct worker_guest *guests; /* all that are not away, in the order in which they came */
    size_t held;
};

static void give_turns(struct worker *worker);
static void lose(struct worker *worker, bool hung);

bool worker_usable(const struct worker *worker)
{
    return worker && worker->program && worker->failed_starts < FAILED_STARTS_MOST;
}

static void write_out(struct worker *worker)
{
    while (worker->process.pid && worker->out.len) {
        ssize_t sent = send(worker->process.fd, worker->out.data, worker->out.len, MSG_NOSIGNAL | MSG_DONTWAIT);

        if (sent > 0)
            buf_drop(&worker->out, (size_t)sent);
        else if (sent < 0 && errno == EINTR)
            continue;
        else
            return; /* full: when it is writable again; broken: reading will tell */
    }
}

static void on_ready(void *self, int fd, uint32_t events);

static void watch_channel(struct worker *worker)
{
    write_out(worker);
    if (worker->process.pid)
        loop_watch(worker->loop, worker->process.fd, EPOLLIN | (worker->out.len ? EPOLLOUT : 0U), on_ready, worker);
}

static void begin_watch(struct worker *worker)
{
    int64_t patience = worker->ready ? SILENCE_US : START_US;

    if (worker->held || !worker->ready)
        loop_set(worker->loop, &worker->watch, (struct mono){worker->heard.us + patience});
    else
        loop_unset(worker->loop, &worker->watch);
}

static struct worker_guest *guest_of(const struct worker *worker, uint32_t id)
{
    for (struct worker_guest *guest = worker->guests; guest; guest = guest->next)
        if (guest->id == id && guest->state == GUEST_HELD)
            return guest;
    return NULL;
}

/* A worker that says what nobody can say has been taken over: it is as dead as one that crashed. */
static bool hear(struct worker *worker, const struct worker_frame *frame)
{
    struct worker_reader reader = {frame->payload, false};
    struct mono at = {(int64_t)worker_get_upto(&reader, INT64_MAX)}, now = mono_now();
    struct worker_guest *guest = guest_of(worker, frame->id);

    if (reader.spoilt || frame->kind < WORKER_READY || frame->kind > WORKER_ENDED)
        return false;
    if (frame->kind == WORKER_READY) {
        worker->ready = true;
        worker->failed_starts = 0;
        loop_set(worker->loop, &worker->later, now);
    } else if (frame->kind == WORKER_BEAT) {
        int64_t lag = (int64_t)worker_get_upto(&reader, INT64_MAX);

        for (guest = worker->guests; guest; guest = guest->next)
            if (guest->state == GUEST_HELD && lag > guest->lag_us)
                guest->lag_us = lag;
    } else if (guest) {
        if (at.us < guest->given.us)
            at = guest->given;
        if (at.us > now.us)
            at = now;
        guest->hear(guest->self, frame->kind, at, &reader);
    }
    return !reader.spoilt;
}

/* False when the worker is to be given up. */
static bool hear_all(struct worker *worker)
{
    struct slice left = buf_slice(&worker->in);
    struct worker_frame frame;
    enum worker_step step;
    bool sane = true;

    while (sane && (step = worker_frame_next(&left, &frame)) == WORKER_STEP_FRAME)
        sane = hear(worker, &frame);
    buf_drop(&worker->in, worker->in.len - left.len);
    return sane && step != WORKER_STEP_BROKEN;
}

static bool read_in(struct worker *worker)
{
    char piece[PIECE];

    for (int i = 0; i < PIECES_A_TURN; i++) {
        ssize_t got = recv(worker->process.fd, piece, sizeof piece, MSG_DONTWAIT);

        if (got < 0 && (errno == EAGAIN || errno == EINTR))
            return true;
        if (got <= 0)
            return false;
        worker->heard = mono_now();
        buf_put(&worker->in, piece, (size_t)got);
        if (!hear_all(worker))
            return false;
    }
    return true;
}

static void on_ready(void *self, int fd, uint32_t events)
{
    struct worker *worker = self;

    (void)fd;
    if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) && !read_in(worker)) {
        lose(worker, false);
        return;
    }
    watch_channel(worker);
    begin_watch(worker);
}

/* What it said just now counts: it may have been us who did not listen. */
static void on_silence(void *self)
{
    struct worker *worker = self;
    struct mono heard = worker->heard;

    if (!read_in(worker)) {
        lose(worker, false);
    } else if (worker->heard.us > heard.us) {
        begin_watch(worker);
    } else {
        lose(worker, true);
    }
}

static void on_later(void *self)
{
    give_turns(self);
}

static void stop_process(struct worker *worker)
{
    if (worker->process.pid)
        loop_forget(worker->loop, worker->process.fd);
    loop_unset(worker->loop, &worker->watch);
    loop_unset(worker->loop, &worker->later);
    buf_clear(&worker->in);
    buf_clear(&worker->out);
    worker->ready = false;
    worker->held = 0;
    worker->profiles_told = 0;
}

/* Takes `guest` off the list. */
static void put_away(struct worker *worker, struct worker_guest *guest)
{
    struct worker_guest **place = &worker->guests;

    while (*place && *place != guest)
        place = &(*place)->next;
    if (*place)
        *place = guest->next;
    if (guest->state == GUEST_HELD)
        worker->held--;
    guest->state = GUEST_AWAY;
    buf_free(&guest->start);
}

static void dismiss_all(struct worker *worker)
{
    struct worker_guest *guest;

    while ((guest = worker->guests)) {
        put_away(worker, guest);
        guest->unserved(guest->self);
    }
}

/* All that it held waits again; one that it held alone, after an earlier death, is what it dies of. */
static void lose(struct worker *worker, bool hung)
{
    struct worker_guest *guilty = NULL;
    bool was_ready = worker->ready, alone = worker->held == 1;
    char words[128];

    if (hung)
        snprintf(words, sizeof words, "libwebsockets did not come back within %d s", SILENCE_US / 1000000);
    stop_process(worker);
    spawned_end(&worker->process, hung ? NULL : words, sizeof words);
    if (!was_ready)
        worker->failed_starts++;
    for (struct worker_guest *guest = worker->guests; guest; guest = guest->next) {
        if (guest->state != GUEST_HELD)
            continue;
        if (guest->suspect && alone)
            guilty = guest;
        guest->state = GUEST_WAITING;
        guest->suspect = true;
        guest->lag_us = 0;
        guest->restart(guest->self);
    }
    if (guilty) {
        put_away(worker, guilty);
        guilty->lost(guilty->self, hung ? "websocket-client-hung" : "websocket-client-crashed", words);
    }
    if (!worker_usable(worker))
        dismiss_all(worker);
    else if (worker->guests)
        loop_set(worker->loop, &worker->later, mono_now());
}

static void start_process(struct worker *worker)
{
    if (!spawned_start(&worker->process, worker->program)) {
        if (++worker->failed_starts >= FAILED_STARTS_MOST)
            dismiss_all(worker);
        else
            loop_set(worker->loop, &worker->later, mono_now());
        return;
    }
    worker->heard = mono_now();
    watch_channel(worker);
    begin_watch(worker);
}

static void give(struct worker *worker, struct worker_guest *guest)
{
    worker->profiles_told = worker_profiles_put(worker->profiles, worker->profiles_told, &worker->out);
    buf_put_slice(&worker->out, buf_slice(&guest->start));
    guest->state = GUEST_HELD;
    guest->given = mono_now();
    if (worker->held++ == 0)
        worker->heard = guest->given; /* while it held nothing it owed no sign */
}

static struct worker_guest *next_suspect(const struct worker *worker)
{
    for (struct worker_guest *guest = worker->guests; guest; guest = guest->next)
        if (guest->suspect)
            return guest;
    return NULL;
}

/* While there are suspects, one at a time has the worker for itself. */
static void give_turns(struct worker *worker)
{
    struct worker_guest *suspect = next_suspect(worker);

    if (worker->guests && !worker->process.pid) {
        start_process(worker);
        return;
    }
    if (!worker->ready)
        return;
    if (suspect) {
        if (worker->held == 0)
            give(worker, suspect);
    } else {
        for (struct worker_guest *guest = worker->guests; guest && worker->held < HELD_MOST; guest = guest->next)
            if (guest->state == GUEST_WAITING)
                give(worker, guest);
    }
    watch_channel(worker);
    begin_watch(worker);
}

uint32_t worker_next_id(struct worker *worker)
{
    return ++worker->last_id;
}

void worker_take(struct worker *worker, struct worker_guest *guest)
{
    struct worker_guest **last = &worker->guests;

    while (*last)
        last = &(*last)->next;
    *last = guest;
    guest->next = NULL;
    guest->state = GUEST_WAITING;
    guest->suspect = false;
    loop_set(worker->loop, &worker->later, mono_now());
}

static void put_order(struct worker *worker, const struct worker_guest *guest, enum worker_kind kind, uint64_t number,
                      struct slice bytes)
{
    size_t begin;

    if (guest->state != GUEST_HELD)
        return;
    begin = worker_frame_begin(&worker->out, kind, guest->id);
    if (kind != WORKER_DROP)
        worker_put_number(&worker->out, number);
    if (kind == WORKER_SAY)
        worker_put_bytes(&worker->out, bytes);
    worker_frame_end(&worker->out, begin);
    watch_channel(worker);
}

void worker_say(struct worker *worker, const struct worker_guest *guest, uint64_t type, struct slice bytes)
{
    put_order(worker, guest, WORKER_SAY, type, bytes);
}

void worker_shut(struct worker *worker, const struct worker_guest *guest, uint64_t code)
{
    put_order(worker, guest, WORKER_CLOSE, code, (struct slice){NULL, 0});
}

void worker_leave(struct worker *worker, struct worker_guest *guest)
{
    if (guest->state == GUEST_AWAY)
        return;
    put_order(worker, guest, WORKER_DROP, 0, (struct slice){NULL, 0});
    put_away(worker, guest);
    begin_watch(worker);
    if (worker->guests)
        loop_set(worker->loop, &worker->later, mono_now());
}

uint32_t worker_profile(struct worker *worker, const struct exchange *exchange)
{
    return worker_profiles_find(worker->profiles, exchange);
}

struct worker *worker_open(struct loop *loop, struct transport *transport, const char *program)
{
    struct worker *worker = mem_new(1, sizeof *worker);

    worker->loop = loop;
    worker->program = program;
    worker->profiles = worker_profiles_new(transport_trust(transport));
    worker->in = (struct buf)BUF_INIT;
    worker->out = (struct buf)BUF_INIT;
    worker->watch = (struct loop_timer){.due = on_silence, .self = worker};
    worker->later = (struct loop_timer){.due = on_later, .self = worker};
    return worker;
}

void worker_close(struct worker *worker)
{
    if (!worker)
        return;
    while (worker->guests)
        put_away(worker, worker->guests);
    stop_process(worker);
    spawned_end(&worker->process, NULL, 0);
    worker_profiles_free(worker->profiles);
    buf_free(&worker->in);
    buf_free(&worker->out);
    mem_free(worker);
}

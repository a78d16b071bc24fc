/* SPDX-License-Identifier: MIT */
#include "collector/loop.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/memory.h"

enum {
    EVENTS_A_TURN = 128,
    LAG_STEP_US = 10, /* finer differences tell nothing and would make the list of lags long */
};

/* `age` tells an event for a closed descriptor from one for its successor with the same number. */
struct watch {
    loop_ready *ready; /* NULL: not watched */
    void *self;
    uint32_t events;
    uint32_t age;
};

struct lag {
    struct mono at;
    int64_t us;
};

struct loop {
    int epoll;
    struct watch *watches; /* by descriptor */
    size_t watch_count;
    struct loop_timer **heap;
    size_t timer_count, timer_room;
    struct mono woken; /* end of the last wait; 0: there was none yet */
    int64_t busy_us;   /* between the last two waits */
    struct lag *lags;  /* by time, ever smaller: the first one since a moment is the worst since then */
    size_t lag_count, lag_room;
};

struct loop *loop_open(struct error *err)
{
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    struct loop *loop;

    if (epoll < 0) {
        fail(err, ERR_SYSTEM, "no epoll: %s", strerror(errno));
        return NULL;
    }
    loop = mem_new(1, sizeof *loop);
    loop->epoll = epoll;
    return loop;
}

void loop_close(struct loop *loop)
{
    if (!loop)
        return;
    close(loop->epoll);
    mem_free(loop->watches);
    mem_free(loop->heap);
    mem_free(loop->lags);
    mem_free(loop);
}

static struct watch *watch_of(struct loop *loop, int fd)
{
    size_t wanted = (size_t)fd + 1;

    if (wanted > loop->watch_count) {
        size_t room = loop->watch_count ? loop->watch_count : 64;

        while (room < wanted)
            room *= 2;
        loop->watches = mem_resize(loop->watches, room, sizeof *loop->watches);
        memset(loop->watches + loop->watch_count, 0, (room - loop->watch_count) * sizeof *loop->watches);
        loop->watch_count = room;
    }
    return &loop->watches[fd];
}

bool loop_watch(struct loop *loop, int fd, uint32_t events, loop_ready *ready, void *self)
{
    struct watch *watch;
    struct epoll_event event = {.events = events};
    bool known;

    if (fd < 0)
        return false;
    watch = watch_of(loop, fd);
    known = watch->ready != NULL;
    watch->ready = ready;
    watch->self = self;
    if (known && watch->events == events)
        return true;
    if (!known)
        watch->age++;
    watch->events = events;
    event.data.u64 = (uint64_t)watch->age << 32 | (uint32_t)fd;
    if (epoll_ctl(loop->epoll, known ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, fd, &event) == 0)
        return true;
    /* A descriptor closed and opened again behind our back is known to us but not to epoll, or the reverse.
     */
    if (errno == ENOENT && epoll_ctl(loop->epoll, EPOLL_CTL_ADD, fd, &event) == 0)
        return true;
    if (errno == EEXIST && epoll_ctl(loop->epoll, EPOLL_CTL_MOD, fd, &event) == 0)
        return true;
    watch->ready = NULL;
    return false;
}

void loop_forget(struct loop *loop, int fd)
{
    struct watch *watch;

    if (fd < 0 || (size_t)fd >= loop->watch_count)
        return;
    watch = &loop->watches[fd];
    if (!watch->ready)
        return;
    watch->ready = NULL;
    watch->age++;
    epoll_ctl(loop->epoll, EPOLL_CTL_DEL, fd, NULL);
}

static void place(struct loop *loop, size_t at, struct loop_timer *timer)
{
    loop->heap[at] = timer;
    timer->place = at + 1;
}

static void rise(struct loop *loop, size_t at, struct loop_timer *timer)
{
    while (at > 0 && loop->heap[(at - 1) / 2]->at.us > timer->at.us) {
        place(loop, at, loop->heap[(at - 1) / 2]);
        at = (at - 1) / 2;
    }
    place(loop, at, timer);
}

static void sink(struct loop *loop, size_t at, struct loop_timer *timer)
{
    for (size_t child; (child = 2 * at + 1) < loop->timer_count; at = child) {
        if (child + 1 < loop->timer_count && loop->heap[child + 1]->at.us < loop->heap[child]->at.us)
            child++;
        if (loop->heap[child]->at.us >= timer->at.us)
            break;
        place(loop, at, loop->heap[child]);
    }
    place(loop, at, timer);
}

void loop_set(struct loop *loop, struct loop_timer *timer, struct mono at)
{
    loop_unset(loop, timer);
    timer->at = at;
    loop->heap = mem_grow(loop->heap, loop->timer_count, &loop->timer_room, sizeof(struct loop_timer *));
    rise(loop, loop->timer_count++, timer);
}

void loop_unset(struct loop *loop, struct loop_timer *timer)
{
    struct loop_timer *last;
    size_t at = timer->place;

    if (at == 0)
        return;
    timer->place = 0;
    last = loop->heap[--loop->timer_count];
    if (last == timer)
        return;
    at--;
    if (at > 0 && loop->heap[(at - 1) / 2]->at.us > last->at.us)
        rise(loop, at, last);
    else
        sink(loop, at, last);
}

static void note_lag(struct loop *loop, struct mono at, int64_t us)
{
    us = us / LAG_STEP_US * LAG_STEP_US;
    if (us <= 0)
        return;
    while (loop->lag_count && loop->lags[loop->lag_count - 1].us <= us)
        loop->lag_count--;
    loop->lags = mem_grow(loop->lags, loop->lag_count, &loop->lag_room, sizeof *loop->lags);
    loop->lags[loop->lag_count++] = (struct lag){at, us};
}

int64_t loop_lag(const struct loop *loop, struct mono start)
{
    int64_t worst = loop->woken.us ? mono_between(loop->woken, mono_now()) : 0;
    size_t low = 0, high = loop->lag_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (loop->lags[middle].at.us < start.us)
            low = middle + 1;
        else
            high = middle;
    }
    if (low < loop->lag_count && loop->lags[low].us > worst)
        worst = loop->lags[low].us;
    return worst;
}

int64_t loop_busy(const struct loop *loop)
{
    return loop->busy_us;
}

static void call_due(struct loop *loop, struct mono now)
{
    /* A timer that is set again for now waits for the next turn, or descriptors would never be looked at. */
    for (size_t most = loop->timer_count; most && loop->timer_count && loop->heap[0]->at.us <= now.us; most--) {
        struct loop_timer *timer = loop->heap[0];

        loop_unset(loop, timer);
        timer->due(timer->self);
    }
}

/* Milliseconds to wait, rounded up so that a timer is due when it is over. */
static int patience_ms(const struct loop *loop, struct mono now, int64_t most_us)
{
    if (loop->timer_count && mono_between(now, loop->heap[0]->at) < most_us)
        most_us = mono_between(now, loop->heap[0]->at);
    if (most_us <= 0)
        return 0;
    return most_us > 1000000 ? 1000 : (int)((most_us + 999) / 1000);
}

bool loop_turn(struct loop *loop, int64_t most_us, struct error *err)
{
    struct epoll_event events[EVENTS_A_TURN];
    struct mono now = mono_now();
    int patience = patience_ms(loop, now, most_us);
    int count;

    if (loop->woken.us) {
        loop->busy_us = mono_between(loop->woken, now);
        note_lag(loop, now, loop->busy_us);
    }
    count = epoll_wait(loop->epoll, events, EVENTS_A_TURN, patience);
    if (count < 0 && errno != EINTR)
        return fail(err, ERR_SYSTEM, "cannot wait for the network: %s", strerror(errno));
    loop->woken = mono_now();
    if (count == 0)
        note_lag(loop, loop->woken, mono_between(now, loop->woken) - (int64_t)patience * 1000 - 1000);
    for (int i = 0; i < count; i++) {
        int fd = (int)(uint32_t)(events[i].data.u64 & UINT32_MAX);
        const struct watch *watch = &loop->watches[fd];

        if (watch->ready && watch->age == (uint32_t)(events[i].data.u64 >> 32))
            watch->ready(watch->self, fd, events[i].events);
    }
    call_due(loop, mono_now());
    return true;
}

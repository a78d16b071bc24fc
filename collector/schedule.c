/* SPDX-License-Identifier: MIT */
#include "collector/schedule.h"

#include "base/arena.h"
#include "base/memory.h"
#include "collector/names.h"
#include "collector/plan.h"
#include "collector/suite.h"
#include "collector/url.h"

static const uint32_t none = UINT32_MAX;

struct task {
    uint32_t next;   /* in the queue that it stands in */
    uint32_t sister; /* the next item of its endpoint */
    uint32_t before; /* the attempt that must have ended, with the interval after it */
    uint32_t needs;  /* items of its endpoint that must have ended */
    uint32_t host;
    bool released, ended;
    struct mono at; /* its end; while an interval runs, when that is over */
};

struct queue {
    uint32_t first, last;
};

struct host {
    unsigned in_flight;
    struct queue parked;
};

struct branch {
    uint32_t first, last; /* its items, linked as sisters */
    uint32_t count, ended;
    uint32_t barrier; /* items up to its last repeat */
};

struct schedule {
    const struct suite *suite;
    const struct plan *plan;
    unsigned max_per_host;
    struct task *tasks;
    struct branch *branches; /* by endpoint */
    struct host *hosts;
    struct queue ready;
    uint32_t *waiting; /* heap of items whose interval runs */
    size_t waiting_count;
    size_t left;
};

static void append(struct schedule *schedule, struct queue *queue, uint32_t number)
{
    schedule->tasks[number].next = none;
    if (queue->first == none)
        queue->first = number;
    else
        schedule->tasks[queue->last].next = number;
    queue->last = number;
}

static uint32_t shift(struct schedule *schedule, struct queue *queue)
{
    uint32_t number = queue->first;

    if (number != none)
        queue->first = schedule->tasks[number].next;
    return number;
}

static bool is_sooner(const struct schedule *schedule, size_t a, size_t b)
{
    return schedule->tasks[schedule->waiting[a]].at.us < schedule->tasks[schedule->waiting[b]].at.us;
}

static void swap(struct schedule *schedule, size_t a, size_t b)
{
    uint32_t kept = schedule->waiting[a];

    schedule->waiting[a] = schedule->waiting[b];
    schedule->waiting[b] = kept;
}

static void wait_until(struct schedule *schedule, uint32_t number, struct mono at)
{
    size_t place = schedule->waiting_count++;

    schedule->tasks[number].at = at;
    schedule->waiting[place] = number;
    for (; place > 0 && is_sooner(schedule, place, (place - 1) / 2); place = (place - 1) / 2)
        swap(schedule, place, (place - 1) / 2);
}

static uint32_t take_waiting(struct schedule *schedule)
{
    uint32_t number = schedule->waiting[0];

    schedule->waiting[0] = schedule->waiting[--schedule->waiting_count];
    for (size_t place = 0, child; (child = 2 * place + 1) < schedule->waiting_count; place = child) {
        if (child + 1 < schedule->waiting_count && is_sooner(schedule, child + 1, child))
            child++;
        if (!is_sooner(schedule, child, place))
            break;
        swap(schedule, place, child);
    }
    return number;
}

static int64_t interval_of(const struct schedule *schedule, uint32_t number)
{
    return schedule->suite->endpoints[schedule->plan->items[number].endpoint].interval_us;
}

/* Lets go what of the endpoint's items nothing holds back any more. */
static void release(struct schedule *schedule, const struct branch *branch, struct mono now)
{
    for (uint32_t i = branch->first; i != none; i = schedule->tasks[i].sister) {
        struct task *task = &schedule->tasks[i];
        int64_t interval = task->before == none ? 0 : interval_of(schedule, i);

        if (task->released || branch->ended < task->needs
            || (task->before != none && !schedule->tasks[task->before].ended))
            continue;
        task->released = true;
        if (interval > 0 && schedule->tasks[task->before].at.us + interval > now.us)
            wait_until(schedule, i, (struct mono){schedule->tasks[task->before].at.us + interval});
        else
            append(schedule, &schedule->ready, i);
    }
}

static bool same_question(const struct plan_item *a, const struct plan_item *b)
{
    return a->candidate == b->candidate && a->question == b->question;
}

static void add_task(struct schedule *schedule, uint32_t number)
{
    const struct plan_item *item = &schedule->plan->items[number];
    struct branch *branch = &schedule->branches[item->endpoint];
    struct task *task = &schedule->tasks[number];

    task->next = task->sister = task->before = none;
    for (uint32_t i = branch->first; i != none; i = schedule->tasks[i].sister)
        if (same_question(&schedule->plan->items[i], item))
            task->before = i;
    if (item->question == QUESTION_REPEAT) {
        task->needs = branch->count;
        branch->barrier = branch->count + 1;
    } else {
        task->needs = branch->barrier;
    }
    if (branch->first == none)
        branch->first = number;
    else
        schedule->tasks[branch->last].sister = number;
    branch->last = number;
    branch->count++;
}

static const char *host_of(const struct suite *suite, const struct plan_item *item, struct arena *arena)
{
    const struct endpoint *endpoint = &suite->endpoints[item->endpoint];
    const char *url = item->candidate && item->candidate <= endpoint->candidate_count
                          ? endpoint->candidates[item->candidate - 1].url.value
                          : endpoint->url.value;
    const char *origin = url_origin(url, arena);

    return origin ? origin : "";
}

static void number_hosts(struct schedule *schedule)
{
    struct names names = NAMES_INIT;

    for (size_t i = 0; i < schedule->plan->count; i++) {
        const struct plan_item *item = &schedule->plan->items[i];
        const struct task *sister = &schedule->tasks[schedule->branches[item->endpoint].first];
        struct arena arena = ARENA_INIT;

        /* Most items go where the first of their endpoint went. */
        if (sister < &schedule->tasks[i] && same_question(&schedule->plan->items[sister - schedule->tasks], item))
            schedule->tasks[i].host = sister->host;
        else
            schedule->tasks[i].host = (uint32_t)names_put(&names, host_of(schedule->suite, item, &arena));
        arena_free(&arena);
    }
    schedule->hosts = mem_new(names.count + 1, sizeof *schedule->hosts);
    for (size_t i = 0; i < names.count; i++)
        schedule->hosts[i].parked.first = none;
    names_free(&names);
}

struct schedule *schedule_new(const struct suite *suite, const struct plan *plan)
{
    struct schedule *schedule = mem_new(1, sizeof *schedule);

    schedule->suite = suite;
    schedule->plan = plan;
    schedule->max_per_host = suite->max_per_host ? suite->max_per_host : 1;
    schedule->left = plan->count;
    schedule->tasks = mem_new(plan->count + 1, sizeof *schedule->tasks);
    schedule->waiting = mem_new(plan->count + 1, sizeof *schedule->waiting);
    schedule->branches = mem_new(suite->endpoint_count + 1, sizeof *schedule->branches);
    schedule->ready.first = none;
    for (size_t i = 0; i < suite->endpoint_count; i++)
        schedule->branches[i].first = none;
    for (size_t i = 0; i < plan->count; i++)
        add_task(schedule, (uint32_t)i);
    number_hosts(schedule);
    /* What nothing holds back stands in the queue in the order of the plan, not of the endpoints. */
    for (size_t i = 0; i < plan->count; i++) {
        struct task *task = &schedule->tasks[i];

        task->released = task->before == none && task->needs == 0;
        if (task->released)
            append(schedule, &schedule->ready, (uint32_t)i);
    }
    return schedule;
}

void schedule_free(struct schedule *schedule)
{
    if (!schedule)
        return;
    mem_free(schedule->tasks);
    mem_free(schedule->waiting);
    mem_free(schedule->branches);
    mem_free(schedule->hosts);
    mem_free(schedule);
}

bool schedule_next(struct schedule *schedule, struct mono now, size_t *number)
{
    uint32_t next;

    while (schedule->waiting_count && schedule_due(schedule).us <= now.us)
        append(schedule, &schedule->ready, take_waiting(schedule));
    while ((next = shift(schedule, &schedule->ready)) != none) {
        struct host *host = &schedule->hosts[schedule->tasks[next].host];

        if (host->in_flight >= schedule->max_per_host) {
            append(schedule, &host->parked, next);
            continue;
        }
        host->in_flight++;
        *number = next;
        return true;
    }
    return false;
}

void schedule_ended(struct schedule *schedule, size_t number, struct mono now)
{
    struct task *task = &schedule->tasks[number];
    struct branch *branch = &schedule->branches[schedule->plan->items[number].endpoint];
    struct host *host = &schedule->hosts[task->host];
    uint32_t parked = shift(schedule, &host->parked);

    host->in_flight--;
    schedule->left--;
    task->ended = true;
    task->at = now;
    branch->ended++;
    if (parked != none) {
        /* To the front: it stood there before all that are in the queue now. */
        schedule->tasks[parked].next = schedule->ready.first;
        if (schedule->ready.first == none)
            schedule->ready.last = parked;
        schedule->ready.first = parked;
    }
    release(schedule, branch, now);
}

size_t schedule_left(const struct schedule *schedule)
{
    return schedule->left;
}

struct mono schedule_due(const struct schedule *schedule)
{
    if (schedule->waiting_count == 0)
        return (struct mono){0};
    return schedule->tasks[schedule->waiting[0]].at;
}

/* SPDX-License-Identifier: MIT */
#include "diagnosis/series.h"

#include "base/memory.h"

const char *const measure_words[] = {"total", "dns", "tcp", "tls", "http", "websocket", "ping", NULL};

struct attempt attempt_of(const struct probe *probe)
{
    return (struct attempt){.outcome = probe->outcome,
                            .layer = probe->layer,
                            .code = probe->code,
                            .status = probe->status,
                            .again = probe->question != QUESTION_NONE,
                            .timings = probe->timings};
}

static int64_t time_of(const struct timings *timings, enum measure measure)
{
    switch (measure) {
    case MEASURE_DNS:
        return timings->dns_us;
    case MEASURE_TCP:
        return timings->connect_us;
    case MEASURE_TLS:
        return timings->tls_us;
    case MEASURE_HTTP:
        return timings->upgrade_us >= 0 ? timings->upgrade_us : timings->first_byte_us;
    case MEASURE_WEBSOCKET:
        return timings->first_message_us;
    case MEASURE_PING:
        return timings->ping_us;
    default:
        return timings->total_us;
    }
}

int64_t attempt_time(const struct attempt *attempt, enum measure measure)
{
    if (attempt->again)
        return NOT_MEASURED;
    if (attempt->outcome == OUTCOME_FAILED && attempt->layer != LAYER_PERFORMANCE)
        return NOT_MEASURED;
    return time_of(&attempt->timings, measure);
}

/* 0: none has such a time. A time of 0 µs is one of less than one. */
static double median_of(const struct attempt *attempts, size_t count, enum measure measure, double *room)
{
    size_t known = 0;

    for (size_t i = 0; i < count; i++) {
        int64_t us = attempt_time(&attempts[i], measure);

        if (us >= 0)
            room[known++] = us ? (double)us : 0.5;
    }
    if (known <= 1)
        return known ? room[0] : 0;
    return sample_median((struct sample){room, known});
}

static enum verdict verdict_of(const struct turn *turn)
{
    if (turn->count == 0)
        return VERDICT_NOT_PROBED;
    if (turn->failed > 0)
        return turn->passed > 0 ? VERDICT_UNSTEADY : VERDICT_FAILS;
    return turn->passed == turn->count ? VERDICT_PASSES : VERDICT_NOT_JUDGED;
}

struct turn turn_of(const struct attempt *attempts, size_t count, double medians[MEASURE_COUNT])
{
    struct turn turn = {.count = (uint32_t)count};
    const struct attempt *typical = NULL;
    double *room = mem_new(count + 1, sizeof *room);
    double total = median_of(attempts, count, MEASURE_TOTAL, room);

    for (size_t i = 0; i < count; i++) {
        turn.passed += attempts[i].outcome == OUTCOME_PASSED;
        turn.failed += attempts[i].outcome == OUTCOME_FAILED;
        if (!typical || attempts[i].outcome == OUTCOME_FAILED || typical->outcome != OUTCOME_FAILED)
            typical = &attempts[i];
    }
    turn.verdict = (uint8_t)verdict_of(&turn);
    turn.median_us = total > 0 ? (int64_t)total : NOT_MEASURED;
    if (typical) {
        turn.status = typical->status;
        turn.code = typical->code;
        turn.layer = (uint8_t)typical->layer;
    }
    for (int i = 0; medians && i < MEASURE_COUNT; i++)
        medians[i] = median_of(attempts, count, (enum measure)i, room);
    mem_free(room);
    return turn;
}

static bool is_judged(enum verdict verdict)
{
    return verdict != VERDICT_NOT_PROBED && verdict != VERDICT_NOT_JUDGED;
}

size_t series_changes(const struct series *series, size_t endpoint, enum verdict last, size_t runs)
{
    enum verdict later = last;
    size_t seen = is_judged(last), changes = 0;

    for (size_t i = series->count; i > 0 && seen < runs; i--) {
        enum verdict verdict = (enum verdict)series->nights[i - 1].turns[endpoint].verdict;

        if (!is_judged(verdict))
            continue;
        changes += seen > 0 && verdict != later;
        later = verdict;
        seen++;
    }
    return changes;
}

size_t series_medians(const struct series *series, size_t endpoint, enum measure measure, double *values)
{
    size_t count = 0;

    for (size_t i = 0; i < series->count; i++) {
        const double *medians = series->nights[i].medians;

        if (medians && medians[endpoint * MEASURE_COUNT + measure] > 0)
            values[count++] = medians[endpoint * MEASURE_COUNT + measure];
    }
    return count;
}

struct sample series_times(const struct series *series, size_t endpoint, size_t *nights, struct arena *arena)
{
    const struct folded *folded = series->folded ? &series->folded[endpoint] : NULL;
    size_t more = folded ? folded->median_count : 0;
    double *values = arena_new(arena, series->count + more + 1, sizeof *values);

    *nights = 0;
    for (size_t i = 0; i < series->count; i++)
        if (series->nights[i].turns[endpoint].median_us > 0)
            values[(*nights)++] = (double)series->nights[i].turns[endpoint].median_us;
    for (size_t i = 0; i < more; i++)
        values[*nights + i] = folded->medians[i];
    return (struct sample){values, *nights + more};
}

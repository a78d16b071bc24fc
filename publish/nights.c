/* SPDX-License-Identifier: MIT */
#include "publish/nights.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

const char *const night_verdict_words[] = {"works", "fails", "unsteady", "not judged", NULL};
const char *const night_change_words[] = {"same", "fixed", "regressed", "other-cause", NULL};

static const char time_form[] = "dddd-dd-dd dd:dd UTC";

void night_time(struct night *night, struct wall when)
{
    const time_t seconds = when.us / 1000000;
    struct tm tm;

    /* UTC: two nights must sort, also when the clocks go back between them. */
    if (!gmtime_r(&seconds, &tm) || strftime(night->when, sizeof night->when, "%Y-%m-%d %H:%M UTC", &tm) == 0)
        snprintf(night->when, sizeof night->when, "1970-01-01 00:00 UTC");
}

void night_write(const struct night *night, struct buf *out)
{
    buf_printf(out, "* %s, run %s: %s, %u of %u endpoint%s", night->when, night->run,
               night_verdict_words[night->verdict],
               night->verdict == NIGHT_WORKS ? night->total - night->failing : night->failing, night->total,
               night->total == 1 ? "" : "s");
    if (*night->causes)
        buf_printf(out, " (%s)", night->causes);
}

static bool is_time(const char *text, size_t len)
{
    if (len < sizeof time_form - 1)
        return false;
    for (size_t i = 0; i < sizeof time_form - 1; i++)
        if (time_form[i] == 'd' ? text[i] < '0' || text[i] > '9' : text[i] != time_form[i])
            return false;
    return true;
}

/* Takes `word` off the front of `*at`. */
static bool take(const char **at, const char *word)
{
    if (strncmp(*at, word, strlen(word)) != 0)
        return false;
    *at += strlen(word);
    return true;
}

static bool take_number(const char **at, unsigned *number)
{
    size_t digits = strspn(*at, "0123456789");

    *number = 0;
    if (!digits || digits > 6)
        return false;
    for (; digits; digits--)
        *number = *number * 10 + (unsigned)(*(*at)++ - '0');
    return true;
}

static bool take_verdict(const char **at, enum night_verdict *verdict)
{
    for (size_t i = 0; night_verdict_words[i]; i++)
        if (take(at, night_verdict_words[i])) {
            *verdict = (enum night_verdict)i;
            return true;
        }
    return false;
}

static bool take_causes(const char **at, struct arena *arena, const char **causes)
{
    size_t len;

    *causes = "";
    if (!**at)
        return true;
    if (!take(at, " ("))
        return false;
    len = strspn(*at, "abcdefghijklmnopqrstuvwxyz0123456789-, ");
    *causes = arena_text_of(arena, *at, len);
    *at += len;
    return len && take(at, ")") && !**at;
}

bool night_read(struct slice line, struct arena *arena, struct night *night)
{
    const char *at = arena_text_of(arena, line.data, line.len);
    size_t digits;
    unsigned shown;

    *night = (struct night){.causes = ""};
    if (!take(&at, "* ") || !is_time(at, strlen(at)))
        return false;
    memcpy(night->when, at, sizeof time_form - 1);
    at += sizeof time_form - 1;
    if (!take(&at, ", run ") || (digits = strspn(at, "0123456789abcdef-")) == 0)
        return false;
    night->run = arena_text_of(arena, at, digits);
    at += digits;
    if (!take(&at, ": ") || !take_verdict(&at, &night->verdict) || !take(&at, ", ") || !take_number(&at, &shown)
        || !take(&at, " of ") || !take_number(&at, &night->total) || shown > night->total
        || !(take(&at, " endpoints") || take(&at, " endpoint")))
        return false;
    night->failing = night->verdict == NIGHT_WORKS ? night->total - shown : shown;
    return take_causes(&at, arena, &night->causes);
}

void nights_read(const char *body, struct arena *arena, struct nights *nights)
{
    for (const char *at = body; *at;) {
        size_t len = strcspn(at, "\r\n");
        struct night night;

        if (night_read((struct slice){at, len}, arena, &night))
            nights_add(nights, &night, arena);
        at += len;
        at += strspn(at, "\r\n");
    }
}

/* Of two in one minute the run's id tells: it sorts by time. */
static bool is_after(const struct night *a, const struct night *b)
{
    int order = strcmp(a->when, b->when);

    return order > 0 || (order == 0 && strcmp(a->run, b->run) > 0);
}

void nights_add(struct nights *nights, const struct night *night, struct arena *arena)
{
    size_t at = 0;

    for (size_t i = 0; i < nights->count; i++)
        if (strcmp(nights->list[i].run, night->run) == 0) {
            memmove(&nights->list[i], &nights->list[i + 1], (nights->count - i - 1) * sizeof *night);
            nights->count--;
            break;
        }
    while (at < nights->count && is_after(&nights->list[at], night))
        at++;
    nights->list = arena_grow(arena, nights->list, nights->count, &nights->capacity, sizeof *nights->list);
    memmove(&nights->list[at + 1], &nights->list[at], (nights->count - at) * sizeof *night);
    nights->list[at] = *night;
    nights->count++;
}

static size_t index_of(const struct nights *nights, const char *run)
{
    size_t i = 0;

    while (i < nights->count && strcmp(nights->list[i].run, run) != 0)
        i++;
    return i;
}

static bool is_bad(enum night_verdict verdict)
{
    return verdict == NIGHT_FAILS || verdict == NIGHT_UNSTEADY;
}

enum transition_kind nights_change(const struct nights *nights, const struct night *night)
{
    size_t before = index_of(nights, night->run) + 1;

    while (before < nights->count && nights->list[before].verdict == NIGHT_NOT_JUDGED)
        before++;
    if (before >= nights->count || night->verdict == NIGHT_NOT_JUDGED)
        return NIGHT_SAME;
    if (is_bad(nights->list[before].verdict) != is_bad(night->verdict))
        return is_bad(night->verdict) ? NIGHT_REGRESSED : NIGHT_FIXED;
    /* Where no cause was found on one of them, nobody knows whether it is another. */
    return is_bad(night->verdict) && *night->causes && *nights->list[before].causes
                   && strcmp(night->causes, nights->list[before].causes) != 0
               ? NIGHT_OTHER_CAUSE
               : NIGHT_SAME;
}

unsigned nights_fixed(const struct nights *nights, const char *run)
{
    size_t at = index_of(nights, run);
    unsigned count = 0;

    while (at < nights->count && nights->list[at].verdict == NIGHT_WORKS) {
        at++;
        count++;
    }
    return at < nights->count && is_bad(nights->list[at].verdict) ? count : 0;
}

/* SPDX-License-Identifier: MIT */
#include "collector/quantity.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>

struct unit {
    const char *name;
    uint64_t factor;
};

static const struct unit durations[] = {{"us", 1},         {"ms", 1000},       {"s", 1000000}, {"m", 60000000},
                                        {"h", 3600000000}, {"d", 86400000000}, {NULL, 0}};
static const struct unit sizes[] = {{"", 1},          {"B", 1},         {"KiB", 1 << 10},
                                    {"MiB", 1 << 20}, {"GiB", 1 << 30}, {NULL, 0}};

const char quantity_durations[] = "a duration like 500ms, 10s, 5m, 2h or 14d";
const char quantity_sizes[] = "a size like 1000, 64KiB or 8MiB";

/* Digits, an optional fraction of at most nine digits, a unit. */
static bool parse(const char *text, const struct unit *unit, uint64_t *amount)
{
    uint64_t whole = 0, fraction = 0, scale = 1, part;

    if (!isdigit((unsigned char)*text))
        return false;
    for (; isdigit((unsigned char)*text); text++)
        if (__builtin_mul_overflow(whole, 10, &whole)
            || __builtin_add_overflow(whole, (uint64_t)(*text - '0'), &whole))
            return false;
    if (*text == '.') {
        text++;
        if (!isdigit((unsigned char)*text))
            return false;
        for (; isdigit((unsigned char)*text) && scale < 1000000000; text++, scale *= 10)
            fraction = fraction * 10 + (uint64_t)(*text - '0');
    }
    while (unit->name && strcmp(unit->name, text) != 0)
        unit++;
    if (!unit->name || __builtin_mul_overflow(whole, unit->factor, &whole)
        || __builtin_mul_overflow(fraction, unit->factor, &part)
        || __builtin_add_overflow(whole, part / scale, amount))
        return false;
    return *amount <= INT64_MAX;
}

bool quantity_duration(const char *text, int64_t *us)
{
    uint64_t amount;

    if (!parse(text, durations, &amount))
        return false;
    *us = (int64_t)amount;
    return true;
}

bool quantity_size(const char *text, uint64_t *bytes)
{
    return parse(text, sizes, bytes);
}

const char *quantity_duration_words(int64_t us, struct arena *arena)
{
    const struct unit *unit = durations;
    uint64_t amount = us < 0 ? 0 : (uint64_t)us;

    if (amount >= 1000000 && amount % 1000000 != 0)
        return arena_printf(arena, "%.3g s", (double)amount / 1e6);
    if (amount >= 1000 && amount % 1000 != 0)
        return arena_printf(arena, "%.3g ms", (double)amount / 1e3);
    while (unit[1].name && amount && amount % unit[1].factor == 0)
        unit++;
    return arena_printf(arena, "%" PRIu64 " %s", amount / unit->factor, unit->name);
}

const char *quantity_size_words(uint64_t bytes, struct arena *arena)
{
    const struct unit *unit = sizes + 1;

    while (unit[1].name && bytes && bytes % unit[1].factor == 0)
        unit++;
    return arena_printf(arena, "%" PRIu64 " %s", bytes / unit->factor, unit->factor == 1 ? "bytes" : unit->name);
}

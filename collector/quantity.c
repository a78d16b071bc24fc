/* SPDX-License-Identifier: MIT */
#include "collector/quantity.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
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
    if (!unit->name || __builtin_mul_overflow(whole, unit->factor, &whole))
        return false;
    /* Zeros that both have say nothing, and nine digits of a day would be too many to count. */
    for (part = unit->factor; scale > 1 && part % 10 == 0; scale /= 10)
        part /= 10;
    if (__builtin_mul_overflow(fraction, part, &part) || __builtin_add_overflow(whole, part / scale, amount))
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

/* Three digits, without zeros at the end: "1.5", "61", "999". */
static void put_digits(double ratio, char text[32])
{
    int places = ratio < 9.995 ? 2 : ratio < 99.95 ? 1 : 0;
    char *end;

    snprintf(text, 32, "%.*f", places, ratio);
    if (!places)
        return;
    for (end = text + strlen(text); end[-1] == '0'; end--)
        end[-1] = '\0';
    if (end[-1] == '.')
        end[-1] = '\0';
}

/* At most one digit behind the point, and three in all, say the whole of it. */
static bool is_exact(uint64_t amount, uint64_t factor)
{
    uint64_t whole = amount / factor;

    return whole < 1000 && amount % (whole < 100 && factor >= 10 ? factor / 10 : factor) == 0;
}

/* The largest unit that says it exactly; else the largest that there are enough of: "65.1 s" reads better than
 * "1.09 m". */
const char *quantity_duration_words(int64_t us, struct arena *arena)
{
    uint64_t amount = us < 0 ? 0 : (uint64_t)us;
    const struct unit *unit = durations, *rough = durations;
    char text[32];

    while (unit[1].name)
        unit++;
    for (; unit > durations; unit--) {
        double ratio = (double)amount / (double)unit->factor;

        if (amount >= unit->factor && is_exact(amount, unit->factor))
            break;
        if (rough == durations && ratio >= (unit->factor > 1000000 ? 2 : 0.9995))
            rough = unit;
    }
    if (unit == durations && !is_exact(amount, 1))
        unit = rough;
    put_digits((double)amount / (double)unit->factor, text);
    return arena_printf(arena, "%s %s", text, unit->name);
}

const char *quantity_size_words(uint64_t bytes, struct arena *arena)
{
    const struct unit *unit = sizes + 1;

    while (unit[1].name && bytes && bytes % unit[1].factor == 0)
        unit++;
    return arena_printf(arena, "%" PRIu64 " %s", bytes / unit->factor, unit->factor == 1 ? "bytes" : unit->name);
}

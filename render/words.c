/* SPDX-License-Identifier: MIT */
/* Quantities in words: as many digits as one reads, the unit that fits, singular and plural right. */
#include "render/flavor.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* `number` (not negative) with three significant digits, none of them behind the point when it is 100 or
 * more. */
static void put_digits(double number, struct buf *out)
{
    int digits = number >= 99.95 ? 0 : number >= 9.995 ? 1 : 2;
    char text[64];
    size_t len;

    snprintf(text, sizeof text, "%.*f", digits, number);
    len = strlen(text);
    while (digits > 0 && len && (text[len - 1] == '0' || text[len - 1] == '.'))
        if (text[--len] == '.')
            break;
    buf_put(out, text, len);
}

static bool is_one(const struct buf *out, size_t start)
{
    return out->len - start == 1 && out->data[start] == '1';
}

void words_duration(int64_t us, struct buf *out)
{
    /* Limits stand where rounding to three digits would reach the next unit. */
    static const struct {
        double below, unit;
        const char *name;
    } units[] = {{999.5, 1, "µs"}, {999.5e3, 1e3, "ms"}, {59.95e6, 1e6, "s"}};
    const int64_t minute = 60 * INT64_C(1000000), hour = 60 * minute, day = 24 * hour;
    size_t start = out->len;
    int64_t seconds, minutes;

    if (us < 0)
        return;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if ((double)us >= units[i].below)
            continue;
        put_digits((double)us / units[i].unit, out);
        buf_printf(out, " %s", units[i].name);
        return;
    }
    if (us >= day) {
        put_digits((double)us / (double)day, out);
        buf_puts(out, is_one(out, start) ? " day" : " days");
        return;
    }
    seconds = (us + 500000) / 1000000;
    minutes = us >= hour ? (seconds + 30) / 60 : seconds / 60;
    if (minutes < 60) {
        buf_printf(out, "%" PRId64 " min", minutes);
        if (seconds % 60)
            buf_printf(out, " %" PRId64 " s", seconds % 60);
        return;
    }
    buf_printf(out, "%" PRId64 " h", minutes / 60);
    if (minutes % 60)
        buf_printf(out, " %" PRId64 " min", minutes % 60);
}

void words_bytes(uint64_t bytes, struct buf *out)
{
    static const char *const units[] = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    double number = (double)bytes;
    size_t unit = 0;

    if (bytes < 1024) {
        buf_printf(out, "%" PRIu64 " byte%s", bytes, bytes == 1 ? "" : "s");
        return;
    }
    for (number /= 1024; number >= 1023.5 && unit < 5; unit++)
        number /= 1024;
    put_digits(number, out);
    buf_printf(out, " %s", units[unit]);
}

void words_number(double number, struct buf *out)
{
    char text[400];

    if (!isfinite(number))
        return;
    if (fabs(number) >= 1000)
        snprintf(text, sizeof text, "%.0f", number);
    else
        snprintf(text, sizeof text, "%.3g", number);
    /* %.3g goes over to exponents below 0.0001, which nobody reads. */
    if (strchr(text, 'e'))
        snprintf(text, sizeof text, "%.9f", number);
    buf_puts(out, text);
}

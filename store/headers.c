/* SPDX-License-Identifier: MIT */
#include "store/headers.h"

#include <string.h>
#include <strings.h>
#include <time.h>

/* How a value is kept. Stored as numbers: append only. */
enum keeping {
    KEPT_HERE,    /* behind its name */
    KEPT_APART,   /* among what varies */
    KEPT_AS_DATE, /* among what varies, as seconds since the probe started */
    KEPT_COUNT
};

enum { DATE_LEN = 29 }; /* "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110, 5.6.7) */

/* Headers whose values differ from answer to answer. One that is missing here is kept no less exactly, only less
 * cheaply; so is one that is here and never changes. */
static bool differs_each_time(struct slice name)
{
#define NAME(text)                                                                                                    \
    {                                                                                                                 \
        text, sizeof(text) - 1                                                                                        \
    }
    static const struct slice names[] = {
        NAME("age"),
        NAME("cf-ray"),
        NAME("date"),
        NAME("expires"),
        NAME("last-modified"),
        NAME("sec-websocket-accept"),
        NAME("set-cookie"),
        NAME("sec-websocket-key"),
        NAME("server-timing"),
        NAME("traceparent"),
        NAME("x-runtime"),
        NAME("x-response-time"),
        NAME("x-timer"),
        NAME("x-envoy-upstream-service-time"),
        NAME("ratelimit-remaining"),
        NAME("ratelimit-reset"),
        NAME("x-ratelimit-remaining"),
        NAME("x-ratelimit-reset"),
    };
#undef NAME

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (name.len == names[i].len && strncasecmp(name.data, names[i].data, name.len) == 0)
            return true;
    /* X-Request-Id, X-Amzn-Trace-Id and their many kin. */
    return name.len > 3 && strncasecmp(name.data + name.len - 3, "-id", 3) == 0;
}

static void put_digits(char *at, int number, int count)
{
    for (; count--; number /= 10)
        at[count] = (char)('0' + number % 10);
}

static void write_date(int64_t seconds, char text[DATE_LEN + 1])
{
    static const char days[][4] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static const char months[][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    /* Up to the year 9999; others are never written as dates, and only a damaged row asks for one. */
    time_t when = seconds >= 0 && seconds < INT64_C(253402300800) ? (time_t)seconds : 0;
    struct tm tm = {0};

    gmtime_r(&when, &tm);
    memcpy(text, "Day, 00 Mon 0000 00:00:00 GMT", DATE_LEN + 1);
    memcpy(text, days[tm.tm_wday % 7], 3);
    put_digits(text + 5, tm.tm_mday, 2);
    memcpy(text + 8, months[tm.tm_mon % 12], 3);
    put_digits(text + 12, tm.tm_year + 1900, 4);
    put_digits(text + 17, tm.tm_hour, 2);
    put_digits(text + 20, tm.tm_min, 2);
    put_digits(text + 23, tm.tm_sec, 2);
}

/* The number of `len` digits at `at`; -1: they are none. */
static int number_at(struct slice value, size_t at, size_t len)
{
    int number = 0;

    for (; len; at++, len--) {
        if (value.data[at] < '0' || value.data[at] > '9')
            return -1;
        number = number * 10 + (value.data[at] - '0');
    }
    return number;
}

/* Whether `value` is a date that write_date() gives back byte for byte. */
static bool read_date(struct slice value, int64_t *seconds)
{
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    char text[DATE_LEN + 1];
    struct tm tm = {0};

    if (value.len != DATE_LEN)
        return false;
    while (tm.tm_mon < 12 && memcmp(months + (size_t)3 * (size_t)tm.tm_mon, value.data + 8, 3) != 0)
        tm.tm_mon++;
    tm.tm_mday = number_at(value, 5, 2);
    tm.tm_year = number_at(value, 12, 4) - 1900;
    tm.tm_hour = number_at(value, 17, 2);
    tm.tm_min = number_at(value, 20, 2);
    tm.tm_sec = number_at(value, 23, 2);
    /* Whatever else is wrong with it shows when it is written again. */
    *seconds = (int64_t)timegm(&tm);
    write_date(*seconds, text);
    return memcmp(text, value.data, DATE_LEN) == 0;
}

void headers_write(struct buf *out, struct buf *varying, const struct header *headers, size_t count,
                   struct wall started)
{
    pack_number(out, count);
    for (size_t i = 0; i < count; i++) {
        struct slice value = headers[i].value;
        int64_t seconds;

        pack_slice(out, headers[i].name);
        if (!headers[i].name.data || !value.data || !differs_each_time(headers[i].name)) {
            pack_number(out, KEPT_HERE);
            pack_slice(out, value);
        } else if (read_date(value, &seconds)) {
            pack_number(out, KEPT_AS_DATE);
            pack_signed(varying, seconds - started.us / 1000000);
        } else {
            pack_number(out, KEPT_APART);
            pack_slice(varying, value);
        }
    }
}

static struct slice date_from(struct unpack *varying, struct wall started, struct arena *arena)
{
    char *text = arena_new(arena, DATE_LEN + 1, 1);

    write_date((int64_t)((uint64_t)unpack_signed(varying) + (uint64_t)(started.us / 1000000)), text);
    return (struct slice){text, DATE_LEN};
}

const struct header *headers_read(struct unpack *in, struct unpack *varying, struct wall started, struct arena *arena,
                                  size_t *count)
{
    struct header *headers = NULL;

    *count = unpack_count(in);
    if (*count)
        headers = arena_new(arena, *count, sizeof *headers);
    for (size_t i = 0; i < *count; i++) {
        headers[i].name = unpack_slice(in);
        switch ((enum keeping)unpack_below(in, KEPT_COUNT)) {
        case KEPT_HERE:
            headers[i].value = unpack_slice(in);
            break;
        case KEPT_APART:
            headers[i].value = unpack_slice(varying);
            break;
        case KEPT_AS_DATE:
            headers[i].value = date_from(varying, started, arena);
            break;
        case KEPT_COUNT:
            break;
        }
    }
    return headers;
}

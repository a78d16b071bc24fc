/* SPDX-License-Identifier: MIT */
#include "store/moment.h"

#include <ctype.h>
#include <string.h>

#define SECOND INT64_C(1000000)
#define MINUTE (60 * SECOND)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)

enum { YEAR_LEAST = 1970, YEAR_MOST = 9999, DAYS_AGO_MOST = 100000 };

/* Days since 1970-01-01 in the Gregorian calendar, for years from 1970 on. */
static int64_t day_number(int year, int month, int day)
{
    /* Years that begin in March have their odd day at the end. */
    int64_t y = month > 2 ? year : year - 1;
    int64_t m = month > 2 ? month - 3 : month + 9;

    return 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1 - 719468;
}

static int days_in(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    return days[month - 1] + (month == 2 && (year % 4 == 0 && (year % 100 || year % 400 == 0)));
}

/* Reads exactly `digits` digits at `*at`, and goes behind them. */
static bool read_digits(const char **at, int digits, int *number)
{
    *number = 0;
    for (int i = 0; i < digits; i++) {
        if (!isdigit((unsigned char)**at))
            return false;
        *number = *number * 10 + (*(*at)++ - '0');
    }
    return true;
}

static bool skip(const char **at, char c)
{
    if (**at != c)
        return false;
    ++*at;
    return true;
}

static bool skip_word(const char **at, const char *word)
{
    size_t len = strlen(word);

    if (strncmp(*at, word, len) != 0 || isalnum((unsigned char)(*at)[len]))
        return false;
    *at += len;
    return true;
}

/* "3 days ago", "1 day ago". */
static bool skip_ago(const char **at, int64_t *days)
{
    const char *from = *at;

    *days = 0;
    while (isdigit((unsigned char)*from) && *days <= DAYS_AGO_MOST)
        *days = *days * 10 + (*from++ - '0');
    if (from == *at || !skip(&from, ' ') || !(skip_word(&from, "days") || skip_word(&from, "day")) || !skip(&from, ' ')
        || !skip_word(&from, "ago"))
        return false;
    *at = from;
    return *days <= DAYS_AGO_MOST;
}

static bool skip_day_word(const char **at, int64_t *days)
{
    *days = 0;
    if (skip_word(at, "today"))
        return true;
    *days = 1;
    return skip_word(at, "yesterday") || skip_ago(at, days);
}

bool moment_is_meant(const char *text)
{
    const char *at = text;
    int64_t days;
    int year;

    return skip_day_word(&at, &days) || (read_digits(&at, 4, &year) && *at == '-');
}

static bool no_date(const char *text, struct error *err)
{
    return fail(err, ERR_USAGE,
                "\"%s\" is no date: write 2025-09-11, '2025-09-11 02:00', today, yesterday or '3 days ago'", text);
}

/* A calendar's day or month. */
static bool read_date(const char **at, struct moment *moment, bool *whole_month)
{
    int year, month;
    int day = 1;
    int days;

    if (!read_digits(at, 4, &year) || !skip(at, '-') || !read_digits(at, 2, &month) || year < YEAR_LEAST
        || year > YEAR_MOST || month < 1 || month > 12)
        return false;
    days = days_in(year, month);
    *whole_month = **at != '-';
    if (!*whole_month && (!skip(at, '-') || !read_digits(at, 2, &day) || day < 1 || day > days))
        return false;
    moment->from_us = day_number(year, month, day) * DAY;
    moment->to_us = moment->from_us + (*whole_month ? days : 1) * DAY;
    return true;
}

/* Narrows a day to a minute or second of it. */
static bool read_time(const char **at, struct moment *moment)
{
    int hour, minute, second;

    if (!read_digits(at, 2, &hour) || !skip(at, ':') || !read_digits(at, 2, &minute) || hour > 23 || minute > 59)
        return false;
    moment->from_us += hour * HOUR + minute * MINUTE;
    moment->to_us = moment->from_us + MINUTE;
    if (!skip(at, ':'))
        return true;
    if (!read_digits(at, 2, &second) || second > 59)
        return false;
    moment->from_us += second * SECOND;
    moment->to_us = moment->from_us + SECOND;
    return true;
}

bool moment_parse(const char *text, int64_t now_us, struct moment *moment, struct error *err)
{
    const char *at = text;
    bool whole_month = false;
    int64_t days;

    if (skip_day_word(&at, &days)) {
        int64_t today = now_us / DAY - (now_us % DAY < 0);

        *moment = (struct moment){(today - days) * DAY, (today - days + 1) * DAY};
    } else if (at = text, !read_date(&at, moment, &whole_month)) {
        return no_date(text, err);
    }
    if (*at && (whole_month || (*at != ' ' && *at != 'T') || (at++, !read_time(&at, moment)) || *at))
        return no_date(text, err);
    return true;
}

bool moment_holds(const struct moment *moment, struct wall when, int32_t offset_s)
{
    int64_t local = when.us + offset_s * SECOND;

    return local >= moment->from_us && local < moment->to_us;
}

/* SPDX-License-Identifier: MIT */
#include "base/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/memory.h"

static int64_t read_clock(clockid_t id)
{
    struct timespec now;

    /* Both clocks exist on every Linux; without one there is nothing to measure with. */
    if (clock_gettime(id, &now) != 0)
        abort();
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

struct wall wall_now(void)
{
    return (struct wall){read_clock(CLOCK_REALTIME)};
}

struct mono mono_now(void)
{
    return (struct mono){read_clock(CLOCK_MONOTONIC)};
}

static int64_t floor_seconds(struct wall when)
{
    int64_t seconds = when.us / 1000000;

    return when.us % 1000000 < 0 ? seconds - 1 : seconds;
}

/* libc reads an unknown zone as UTC without a word, so the file is looked for first. */
static bool zone_exists(const char *name)
{
    char path[256];
    struct stat info;

    if (strcmp(name, "UTC") == 0)
        return true;
    if (strstr(name, "..") || name[0] == '/')
        return false;
    snprintf(path, sizeof path, "/usr/share/zoneinfo/%s", name);
    return stat(path, &info) == 0 && S_ISREG(info.st_mode);
}

static int32_t local_offset(struct wall when)
{
    time_t seconds = (time_t)floor_seconds(when);
    struct tm local;

    return localtime_r(&seconds, &local) ? (int32_t)local.tm_gmtoff : 0;
}

bool zone_offset(const char *name, struct wall when, int32_t *offset_s)
{
    const char *was;
    char *before;

    *offset_s = 0;
    if (!name) {
        tzset();
        *offset_s = local_offset(when);
        return true;
    }
    if (!zone_exists(name))
        return false;
    was = getenv("TZ");
    before = was ? mem_copy(was, strlen(was)) : NULL;
    setenv("TZ", name, 1);
    tzset();
    *offset_s = local_offset(when);
    if (before)
        setenv("TZ", before, 1);
    else
        unsetenv("TZ");
    tzset();
    mem_free(before);
    return true;
}

static struct tm shifted(struct wall when, int32_t offset_s)
{
    time_t seconds = (time_t)(floor_seconds(when) + offset_s);
    struct tm parts = {0};

    gmtime_r(&seconds, &parts);
    return parts;
}

static const char *offset_words(int32_t offset_s, char text[16])
{
    int32_t minutes = (offset_s < 0 ? -offset_s : offset_s) / 60;

    snprintf(text, 16, "%c%02d:%02d", offset_s < 0 ? '-' : '+', (int)(minutes / 60 % 100), (int)(minutes % 60));
    return text;
}

const char *wall_iso(struct wall when, int32_t offset_s, char text[WALL_TEXT])
{
    struct tm parts = shifted(when, offset_s);
    int micro = (int)(when.us - floor_seconds(when) * 1000000);
    char offset[16];

    snprintf(text, WALL_TEXT, "%04d-%02d-%02dT%02d:%02d:%02d.%06d%s", parts.tm_year + 1900, parts.tm_mon + 1,
             parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec, micro, offset_words(offset_s, offset));
    return text;
}

const char *wall_words(struct wall when, int32_t offset_s, char text[WALL_TEXT])
{
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    struct tm parts = shifted(when, offset_s);
    char offset[16];

    snprintf(text, WALL_TEXT, "%d %s %d %02d:%02d:%02d %s", parts.tm_mday, months[parts.tm_mon % 12],
             parts.tm_year + 1900, parts.tm_hour, parts.tm_min, parts.tm_sec, offset_words(offset_s, offset));
    return text;
}

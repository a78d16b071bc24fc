/* SPDX-License-Identifier: MIT */
/* probing.h - the collector against the test servers: a suite made by hand, performed, and its probes.
 *
 * A test program includes it once, and names its servers in `servers`. */
#ifndef TESTS_UNIT_SUPPORT_PROBING_H
#define TESTS_UNIT_SUPPORT_PROBING_H

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/memory.h"
#include "collector/collector.h"
#include "collector/plan.h"
#include "collector/probe.h"
#include "collector/secret.h"
#include "collector/suite.h"
#include "tests/unit/unit.h"

enum { MOST = 400 };

/* To be started; NULL at the end. */
static const char *const servers[4];

static char home[] = "/tmp/endoscope-test-XXXXXX";
static struct buf variables = BUF_INIT; /* of the servers: "NAME=VALUE" lines */
static struct suite suite;
static struct plan plan;
static struct probe *taken[MOST];
static size_t taken_count, ticks, take_most;
static volatile sig_atomic_t stop;
static struct secrets *secrets; /* that must not be in a record; NULL: none */

/* `what`: start or stop. */
static int run(const char *server, const char *what)
{
    char command[512];

    snprintf(command, sizeof command, "%s/tests/servers/%s/%s %s/%s", SOURCE_DIR, server, what, home, server);
    return system(command); /* NOLINT: a test starts its servers by their scripts */
}

static int start_servers(void **state)
{
    char path[256], line[1024];

    (void)state;
    if (!mkdtemp(home))
        return -1;
    for (int i = 0; servers[i]; i++) {
        FILE *file;

        if (run(servers[i], "start") != 0)
            return -1;
        snprintf(path, sizeof path, "%s/%s/env", home, servers[i]);
        file = fopen(path, "r");
        while (file && fgets(line, sizeof line, file))
            buf_printf(&variables, "\n%s", line);
        if (file)
            fclose(file);
    }
    return 0;
}

static int stop_servers(void **state)
{
    char command[64];

    (void)state;
    for (int i = 0; servers[i]; i++)
        run(servers[i], "stop");
    snprintf(command, sizeof command, "rm -rf %s", home);
    buf_free(&variables);
    return system(command); /* NOLINT */
}

/* The value of a server's variable; a fresh copy in the suite's arena. */
static const char *value_of(const char *name)
{
    char *key = arena_printf(&suite.arena, "\n%s=", name);
    const char *found = strstr(variables.data, key);

    assert_non_null(found);
    found += strlen(key);
    return arena_text_of(&suite.arena, found, strcspn(found, "\n"));
}

static int prepare(void **state)
{
    (void)state;
    suite = (struct suite){0};
    suite_defaults(&suite);
    suite.max_per_host = 64;
    plan = (struct plan)PLAN_INIT;
    taken_count = ticks = 0;
    take_most = MOST;
    stop = 0;
    return 0;
}

static int clear(void **state)
{
    (void)state;
    for (size_t i = 0; i < taken_count; i++)
        probe_free(taken[i]);
    plan_free(&plan);
    suite_free(&suite);
    secrets_free(secrets);
    secrets = NULL;
    return 0;
}

static struct endpoint *add(const char *url)
{
    struct endpoint *endpoint;

    assert_true(suite_add_url(&suite, url, NULL));
    endpoint = (struct endpoint *)(uintptr_t)&suite.endpoints[suite.endpoint_count - 1];
    endpoint->attempts = 1;
    endpoint->timeout_us = 1500000;
    endpoint->interval_us = 0;
    return endpoint;
}

static inline struct endpoint *add_raw(const char *scheme, const char *path)
{
    return add(arena_printf(&suite.arena, "%s://127.0.0.1:%s%s", scheme, value_of("RAW_PORT"), path));
}

static bool take(void *self, struct probe *probe, struct error *err)
{
    (void)self;
    assert_true(taken_count < MOST);
    taken[taken_count++] = probe;
    return taken_count < take_most || fail(err, ERR_STORE, "full");
}

static bool tick(void *self, const struct progress *progress, struct error *err)
{
    (void)self;
    (void)err;
    assert_true(progress->done <= progress->planned);
    ticks++;
    return true;
}

static enum performed perform(struct mono deadline, struct error *err)
{
    bool named = strstr(variables.data, "\nDNS_PORT=") != NULL;
    struct collector_options options = {
        .sink = {NULL, take, tick},
        .secrets = secrets,
        .stop = &stop,
        .deadline = deadline,
        .nameserver = named ? arena_printf(&suite.arena, "127.0.0.1:%s", value_of("DNS_PORT")) : NULL};
    struct collector *collector = collector_open(&suite, &options, err);
    enum performed performed;

    assert_non_null(collector);
    if (plan.count == 0)
        plan_attempts(&plan, &suite, NULL, 0);
    performed = collector_perform(collector, &plan, err);
    collector_close(collector);
    return performed;
}

static const struct probe *of(size_t endpoint)
{
    for (size_t i = 0; i < taken_count; i++)
        if (taken[i]->endpoint == endpoint)
            return taken[i];
    print_error("no probe of endpoint %zu\n", endpoint);
    assert_true(false);
    return NULL;
}

#endif

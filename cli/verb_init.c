/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/buf.h"
#include "cli/output.h"
#include "cli/schedule.h"
#include "cli/session.h"
#include "cli/verbs.h"
#include "collector/url.h"

static const char head[] =
    "# What endoscope probes. `endoscope check` validates it, `endoscope run` probes it; `man endoscope.yaml` has\n"
    "# every key.\n"
    "suite: %s\n"
    "environment: staging          # where it runs, for the report\n"
    "\n"
    "defaults:\n"
    "  timeout: 10s                # of one attempt, all layers together\n"
    "  attempts: 3                 # all are judged: k of n\n"
    "  # headers: { Authorization: \"Bearer ${STAGING_JWT}\" }   # a secret: never stored, never shown\n"
    "\n"
    "endpoints:\n";

static const char tail[] = "\n"
                           "# tickets:                    # the report is about these\n"
                           "#   - { id: \"488\", title: chat is broken, impact: nobody can chat, endpoints: [%s] }\n";

/* YAML's double quotes take JSON's escapes. */
static void put_quoted(struct buf *out, const char *text)
{
    buf_putc(out, '"');
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            buf_putc(out, '\\');
        /* A dollar before a brace would be a variable. */
        if (text[0] == '$' && text[1] == '{')
            buf_putc(out, '$');
        buf_putc(out, *text);
    }
    buf_putc(out, '"');
}

/* Whether its address is one that servers answer to say that they are well. */
static bool tells_health(const struct endpoint *endpoint)
{
    static const char *const words[] = {"health", "healthz", "healthcheck", "health-check", "status", "ready",
                                        "readyz", "live",    "livez",       "alive",        "ping"};
    const char *path = endpoint->url.value + url_authority_end(endpoint->url.value);
    size_t len = strcspn(path, "?#");
    const char *last;

    if (endpoint->kind != KIND_HTTP)
        return false;
    while (len && path[len - 1] == '/')
        len--;
    last = memrchr(path, '/', len);
    for (size_t i = 0; last && i < sizeof words / sizeof *words; i++)
        if (strlen(words[i]) == len - (size_t)(last + 1 - path)
            && strncasecmp(words[i], last + 1, strlen(words[i])) == 0)
            return true;
    return false;
}

/* Controls tell the layers of others apart; where there are no others, they are what it is all about. */
static bool has_others(const struct suite *suite)
{
    for (size_t i = 0; i < suite->endpoint_count; i++)
        if (!tells_health(&suite->endpoints[i]))
            return true;
    return false;
}

static void put_role(struct buf *out, bool control, bool first)
{
    buf_printf(out, "\n    role: %s", control ? "control" : "required");
    if (first)
        buf_printf(out, "%s# required, control (known good) or candidate", control ? "             " : "            ");
    else if (control)
        buf_puts(out, "             # known good: what fails here too is not the others' fault");
    buf_putc(out, '\n');
}

static void put_endpoint(struct buf *out, const struct endpoint *endpoint, bool control, bool first)
{
    buf_puts(out, "  - name: ");
    put_quoted(out, endpoint->name);
    buf_puts(out, first ? "                 # its identity over all nights\n    url: " : "\n    url: ");
    put_quoted(out, endpoint->url.value);
    if (first || control)
        put_role(out, control, first);
    else
        buf_putc(out, '\n');
    if (endpoint->kind == KIND_WEBSOCKET)
        buf_puts(out, "    # candidates: [/websocket, /api/ws]   # asked when it fails: may be the right address\n"
                      "    # expect: { message: { json: { /type: connect } } }\n");
    else
        buf_puts(out, "    expect: { status: 2xx }\n"
                      "    # expect: { status: 200, time: 500ms, certificate: 14d, json: { /status: ok } }\n");
}

static void write_config(const struct suite *suite, struct buf *out)
{
    struct buf name = BUF_INIT;
    bool others = has_others(suite);
    const struct endpoint *about = &suite->endpoints[0];

    buf_printf(out, head, suite->name);
    for (size_t i = 0; i < suite->endpoint_count; i++)
        put_endpoint(out, &suite->endpoints[i], others && tells_health(&suite->endpoints[i]), i == 0);
    while (others && tells_health(about))
        about++;
    put_quoted(&name, about->name);
    buf_printf(out, tail, name.data);
    buf_free(&name);
}

/* A file that everybody reads is no place for one. */
static bool spares_passwords(const char *url, struct error *err)
{
    size_t start, end;

    if (!url_password(url, &start, &end))
        return true;
    return fail(err, ERR_USAGE,
                "%.*s... holds a password, which does not belong in a file: leave it out, and write "
                "user:${A_VARIABLE}@ there",
                (int)start, url);
}

/* Prints what makes `nightly` run each night with the config at `path`, which need not be there yet. */
static bool print_schedule(const struct arguments *arguments, const char *path, struct error *err)
{
    char program[PATH_MAX], folder[PATH_MAX] = "";
    ssize_t len = readlink("/proc/self/exe", program, sizeof program - 1);
    struct buf config = BUF_INIT, out = BUF_INIT;
    struct schedule schedule = {.program = program};
    bool ok = false;

    if (len <= 0 || (path[0] != '/' && !getcwd(folder, sizeof folder)))
        return fail(err, ERR_SYSTEM, "cannot find out where this program and folder are: %s", strerror(errno));
    program[len] = '\0';
    buf_printf(&config, "%s%s%s", folder, path[0] == '/' ? "" : "/", path);
    schedule.config = config.data;
    if (strpbrk(program, "\r\n") || strpbrk(config.data, "\r\n")) {
        fail(err, ERR_USAGE, "a path with a line break in it stands in no crontab and no unit: move the config");
    } else {
        if (arguments->cron)
            schedule_cron(&schedule, &out);
        if (arguments->systemd)
            schedule_systemd(&schedule, &out);
        ok = output_write(arguments->output, buf_slice(&out), false, err);
    }
    buf_free(&config);
    buf_free(&out);
    return ok;
}

bool verb_init(const struct arguments *arguments, enum exit_status *status, struct error *err)
{
    const char *path = arguments->output   ? arguments->output
                       : arguments->config ? arguments->config
                                           : "endoscope.yaml";
    bool to_stdout = strcmp(path, "-") == 0;
    struct suite suite = {0};
    struct buf out = BUF_INIT;
    bool ok = true;

    (void)status;
    if (arguments->cron || arguments->systemd)
        return print_schedule(arguments, arguments->config ? arguments->config : "endoscope.yaml", err);
    if (!arguments->force && !to_stdout && access(path, F_OK) == 0)
        return fail(err, ERR_USAGE, "%s is there already; --force overwrites it", path);
    suite_defaults(&suite);
    suite.name = "staging";
    for (size_t i = 0; i < arguments->words.count && ok; i++)
        ok = spares_passwords(arguments->words.list[i], err) && suite_add_url(&suite, arguments->words.list[i], err);
    if (ok && suite.endpoint_count == 0)
        ok = suite_add_url(&suite, "https://example.com/health", err);
    if (ok) {
        write_config(&suite, &out);
        ok = output_write(path, buf_slice(&out), false, err);
    }
    if (ok && !to_stdout)
        printf("wrote %s; `endoscope check` shows what it means\n", path);
    buf_free(&out);
    suite_free(&suite);
    return ok;
}

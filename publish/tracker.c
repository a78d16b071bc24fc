/* SPDX-License-Identifier: MIT */
#include "publish/tracker.h"

#include <openssl/evp.h>
#include <stdarg.h>
#include <string.h>

#include "base/memory.h"
#include "collector/secret.h"
#include "collector/suite.h"
#include "publish/token.h"

enum { PAGES_MOST = 1000, WRITE_GAP_US = 1000000 };

static const struct tracker_ops *const kinds[] = {&tracker_github, &tracker_gitlab,  &tracker_gitea,  &tracker_redmine,
                                                  &tracker_jira,   &tracker_command, &tracker_webhook};

static const char *basic(struct arena *arena, const char *user, const char *token)
{
    const char *pair = arena_printf(arena, "%s:%s", user, token);
    size_t len = strlen(pair);
    unsigned char *coded = arena_new(arena, len / 3 * 4 + 5, 1);

    EVP_EncodeBlock(coded, (const unsigned char *)pair, (int)len);
    return arena_printf(arena, "Authorization: Basic %s", (const char *)coded);
}

/* The header line that holds the token, and how it is shown. */
static void make_auth(struct tracker *tracker, const char *token, const char *shown, struct client_settings *client)
{
    const struct tracker_settings *settings = tracker->settings;
    const char *const form = tracker->ops->auth;
    const char *at = form ? strstr(form, "%s") : NULL;

    if (!token || !at)
        return;
    if (tracker->ops == &tracker_jira && settings->user) {
        client->auth = basic(&tracker->arena, settings->user, token);
        client->auth_shown = arena_printf(&tracker->arena, "Authorization: Basic %s:%s", settings->user, shown);
        return;
    }
    client->auth = arena_printf(&tracker->arena, "%.*s%s", (int)(at - form), form, token);
    client->auth_shown = arena_printf(&tracker->arena, "%.*s%s", (int)(at - form), form, shown);
}

static bool ends_with(const char *text, const char *end)
{
    return strlen(text) >= strlen(end) && strcmp(text + strlen(text) - strlen(end), end) == 0;
}

/* The interface's address: that of the tracker, and behind it what its kind has there. */
static const char *base_of(const struct tracker *tracker, const char *url, struct arena *arena)
{
    const struct tracker_ops *ops = tracker->ops;
    size_t len;

    if (!url)
        return ops->base;
    for (len = strlen(url); len && url[len - 1] == '/'; len--)
        ;
    url = arena_text_of(arena, url, len);
    if (!ops->suffix || ends_with(url, ops->suffix) || (ops->base && strcmp(url, ops->base) == 0))
        return url;
    return arena_printf(arena, "%s%s", url, ops->suffix);
}

/* Redmine does not tell which of its text formats is on. */
static bool choose_dialect(struct tracker *tracker, struct error *err)
{
    const char *format = tracker->settings->format;

    tracker->dialect = tracker->ops->dialect;
    tracker->marker = tracker->ops->marker;
    tracker->flavor = tracker->ops->flavor;
    if (tracker->ops != &tracker_redmine || !format || strcmp(format, "textile") == 0)
        return true;
    if (strcmp(format, "markdown") != 0 && strcmp(format, "common_mark") != 0)
        return fail(err, ERR_CONFIG, "`format` of a Redmine is textile, markdown or common_mark, not `%s`", format);
    tracker->dialect = DIALECT_MARKDOWN;
    tracker->flavor = format[0] == 'm' ? "redmine-markdown" : "redmine";
    tracker->marker = format[0] == 'm' ? MARKER_LINK : MARKER_HTML;
    return true;
}

bool tracker_open(struct tracker *tracker, const struct tracker_settings *settings, const struct tracker_frame *frame,
                  struct error *err)
{
    struct client_settings client = {.ca = settings->ca,
                                     .proxy = frame->proxy,
                                     .deadline = frame->deadline,
                                     .timeout_us = frame->timeout_us,
                                     .stop = frame->stop,
                                     .secrets = frame->secrets,
                                     .dry = frame->dry};
    const char *token, *shown;

    *tracker =
        (struct tracker){.arena = ARENA_INIT, .settings = settings, .deadline = frame->deadline, .dry = frame->dry};
    tracker->trouble = TROUBLE_REFUSED;
    for (size_t i = 0; settings->kind && i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(settings->kind, kinds[i]->kind) == 0)
            tracker->ops = kinds[i];
    if (!tracker->ops)
        return fail(err, ERR_CONFIG, "it is of no kind that is known");
    if (!choose_dialect(tracker, err)
        || !token_obtain(settings, frame->deadline, frame->secrets, &tracker->arena, &token, &shown, err))
        return false;
    if (tracker->ops == &tracker_command) {
        tracker->token = token;
        tracker->token_shown = shown;
        return true;
    }
    if (!token && tracker->ops->auth)
        return fail(err, ERR_CONFIG, "it has no `token`");
    make_auth(tracker, token, shown, &client);
    client.base = base_of(tracker, settings->url.value, &tracker->arena);
    client.base_shown = base_of(tracker, settings->url.shown, &tracker->arena);
    client.headers = tracker->ops->headers;
    client.write_gap_us = tracker->ops == &tracker_github ? WRITE_GAP_US : 0;
    if (!client.base)
        return fail(err, ERR_CONFIG, "it has no `url`");
    tracker->project = tracker_escape(tracker, settings->project ? settings->project : "",
                                      tracker->ops == &tracker_gitlab ? "" : "/");
    tracker->client = client_new(&client, err);
    return tracker->client != NULL;
}

void tracker_close(struct tracker *tracker)
{
    client_free(tracker->client);
    arena_free(&tracker->arena);
    *tracker = (struct tracker){0};
}

static bool call(struct tracker *tracker, const struct call *asked, struct answer *answer, struct error *err)
{
    bool ok = client_call(tracker->client, asked, answer, err);

    if (!ok) {
        tracker->trouble = answer->trouble;
        tracker->silent = answer->status == 0;
    }
    return ok;
}

bool tracker_ask(struct tracker *tracker, const char *method, const char *path, json_t *json, struct answer *answer,
                 struct error *err)
{
    const struct call asked = {.method = method, .path = path, .json = json};
    bool ok = call(tracker, &asked, answer, err);

    json_decref(json);
    return ok;
}

bool tracker_tell(struct tracker *tracker, const char *method, const char *path, json_t *json, struct error *err)
{
    struct answer answer;
    bool ok = tracker_ask(tracker, method, path, json, &answer, err);

    answer_free(&answer);
    return ok;
}

bool tracker_upload(struct tracker *tracker, const char *path, const struct upload *file, const char *const *headers,
                    struct answer *answer, struct error *err)
{
    const struct call asked = {.method = "POST", .path = path, .upload = file, .headers = headers};

    return call(tracker, &asked, answer, err);
}

bool tracker_nonsense(struct tracker *tracker, const char *what, struct error *err)
{
    tracker->trouble = TROUBLE_STRANGE;
    return fail(err, ERR_SYSTEM, "the answer is not what this kind of tracker says for %s: is `url` right?", what);
}

bool tracker_pages(struct tracker *tracker, const char *path,
                   bool (*page)(struct tracker *tracker, const json_t *array, void *self, struct error *err),
                   void *self, struct error *err)
{
    char *at = mem_copy(path, strlen(path));
    bool ok = true;

    for (unsigned pages = 0; ok && at; pages++) {
        struct answer answer;

        ok = tracker_ask(tracker, "GET", at, NULL, &answer, err);
        mem_free(at);
        at = NULL;
        if (ok && pages == PAGES_MOST)
            ok = tracker_nonsense(tracker, "a listing, which has no end", err);
        else if (ok && !json_is_array(answer.json))
            ok = tracker_nonsense(tracker, "a listing", err);
        else if (ok && (ok = page(tracker, answer.json, self, err)) && answer.next)
            at = mem_copy(answer.next, strlen(answer.next));
        answer_free(&answer);
    }
    mem_free(at);
    return ok;
}

const char *tracker_path(struct tracker *tracker, const char *format, ...)
{
    struct buf text = BUF_INIT;
    char piece[2048];
    va_list args;
    int len;

    va_start(args, format);
    len = vsnprintf(piece, sizeof piece, format, args);
    va_end(args);
    buf_puts(&text, len < 0 || (size_t)len >= sizeof piece ? "/too-long" : piece);
    format = arena_text(&tracker->arena, text.data);
    buf_free(&text);
    return format;
}

const char *tracker_escape(struct tracker *tracker, const char *text, const char *also)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    struct buf out = BUF_INIT;
    const char *escaped;

    for (; *text; text++) {
        if (strchr(plain, *text) || strchr(also, *text))
            buf_putc(&out, *text);
        else
            buf_printf(&out, "%%%02X", (unsigned)(unsigned char)*text);
    }
    escaped = arena_text(&tracker->arena, out.data);
    buf_free(&out);
    return escaped;
}

const char *tracker_text(struct tracker *tracker, const json_t *value)
{
    if (json_is_string(value))
        return arena_text(&tracker->arena, json_string_value(value));
    if (json_is_integer(value))
        return arena_printf(&tracker->arena, "%lld", (long long)json_integer_value(value));
    return NULL;
}

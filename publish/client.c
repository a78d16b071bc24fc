/* SPDX-License-Identifier: MIT */
#include "publish/client.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "base/arena.h"
#include "base/digest.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "collector/secret.h"
#include "publish/transfer.h"

enum { TRIES = 3, REDIRECTS_MOST = 5, QUOTE_MOST = 200, WAIT_STEP_US = 200000 };
static const int64_t wait_most_us = 300 * INT64_C(1000000);

struct api_client {
    struct arena arena; /* the settings' texts */
    struct client_settings settings;
    struct transfer transfer;
    struct mono last_write;
    bool wrote;
};

static const char *const *copy_lines(struct arena *arena, const char *const *lines)
{
    size_t count = 0;
    const char **copy;

    while (lines && lines[count])
        count++;
    copy = arena_new(arena, count + 1, sizeof *copy);
    for (size_t i = 0; i < count; i++)
        copy[i] = arena_text(arena, lines[i]);
    return copy;
}

struct api_client *client_new(const struct client_settings *settings, struct error *err)
{
    struct api_client *client = mem_new(1, sizeof *client);
    struct client_settings *own = &client->settings;
    struct arena *arena = &client->arena;

    *own = *settings;
    own->base = arena_text(arena, settings->base);
    own->base_shown = arena_text(arena, settings->base_shown);
    own->auth = arena_text(arena, settings->auth);
    own->auth_shown = arena_text(arena, settings->auth_shown);
    own->ca = arena_text(arena, settings->ca);
    own->proxy = arena_text(arena, settings->proxy);
    own->headers = copy_lines(arena, settings->headers);
    if (transfer_open(&client->transfer, own, err))
        return client;
    client_free(client);
    return NULL;
}

void client_free(struct api_client *client)
{
    if (!client)
        return;
    transfer_close(&client->transfer);
    if (client->settings.auth)
        explicit_bzero((char *)(uintptr_t)client->settings.auth, strlen(client->settings.auth));
    arena_free(&client->arena);
    mem_free(client);
}

void answer_free(struct answer *answer)
{
    json_decref(answer->json);
    mem_free(answer->next);
    buf_free(&answer->body);
    *answer = (struct answer){.body = BUF_INIT};
}

void client_quote(const struct api_client *client, struct slice said, struct buf *out)
{
    struct buf clean = BUF_INIT;
    struct buf shown = BUF_INIT;

    if (client->settings.secrets)
        secrets_redact(client->settings.secrets, said, false, &clean);
    else
        buf_put_slice(&clean, said);
    utf8_escape(&shown, buf_slice(&clean));
    buf_put(out, shown.data, utf8_cut(buf_slice(&shown), QUOTE_MOST));
    buf_puts(out, shown.len > QUOTE_MOST ? "…" : "");
    buf_free(&clean);
    buf_free(&shown);
}

static int64_t left_us(const struct api_client *client)
{
    return mono_between(mono_now(), client->settings.deadline);
}

static bool is_stopped(const struct api_client *client)
{
    return client->settings.stop && *client->settings.stop;
}

bool client_pause(struct api_client *client, int64_t us)
{
    const struct mono start = mono_now();

    for (;;) {
        int64_t rest = us - mono_between(start, mono_now());
        struct timespec step = {0, 0};

        if (is_stopped(client) || left_us(client) <= 0)
            return false;
        if (rest <= 0)
            return true;
        step.tv_nsec = (rest < WAIT_STEP_US ? rest : WAIT_STEP_US) * 1000;
        nanosleep(&step, NULL); /* a signal ends it early, and is looked at above */
    }
}

/* The address as it may be printed: the base holds a secret where it is a webhook's. */
static const char *shown_url(struct api_client *client, const struct call *call, struct arena *arena)
{
    bool absolute = strncmp(call->path, "http://", 7) == 0 || strncmp(call->path, "https://", 8) == 0;

    return absolute ? call->path : arena_printf(arena, "%s%s", client->settings.base_shown, call->path);
}

static void print_dry(struct api_client *client, const struct call *call)
{
    struct arena arena = ARENA_INIT;
    FILE *out = client->settings.dry;
    char *text = call->json ? json_dumps(call->json, JSON_INDENT(2)) : NULL;
    char digest[DIGEST_TEXT];

    fprintf(out, "%s %s\n", call->method, shown_url(client, call, &arena));
    for (size_t i = 0; client->settings.headers[i]; i++)
        fprintf(out, "%s\n", client->settings.headers[i]);
    for (size_t i = 0; call->headers && call->headers[i]; i++)
        fprintf(out, "%s\n", call->headers[i]);
    if (client->settings.auth_shown)
        fprintf(out, "%s\n", client->settings.auth_shown);
    if (text)
        fprintf(out, "Content-Type: application/json\n\n%s\n\n", text);
    if (call->upload) {
        const struct digest of = digest_of(call->upload->content);

        fprintf(out, "Content-Type: %s\n\n%s: %zu bytes of %s, SHA-256 %s\n\n",
                call->upload->field ? "multipart/form-data" : "application/octet-stream", call->upload->name,
                call->upload->content.len, call->upload->type, digest_text(&of, digest));
    }
    free(text);
    arena_free(&arena);
}

/* What the trackers put their reason into. */
static struct slice reason_of(const struct answer *answer)
{
    static const char *const keys[] = {"message", "error", "errors", "errorMessages", "error_description"};

    for (size_t i = 0; json_is_object(answer->json) && i < sizeof keys / sizeof *keys; i++) {
        const json_t *value = json_object_get(answer->json, keys[i]);
        const char *text = json_string_value(json_is_array(value) ? json_array_get(value, 0) : value);

        if (text && *text)
            return slice_of(text);
    }
    return buf_slice(&answer->body);
}

/* Whether asking twice would do it twice. */
static bool is_once(const struct call *call)
{
    return call->once || strcmp(call->method, "POST") == 0;
}

static bool mentions(struct slice text, const char *word)
{
    for (size_t i = 0, len = strlen(word); text.len >= len && i <= text.len - len; i++)
        if (strncasecmp(text.data + i, word, len) == 0)
            return true;
    return false;
}

static bool is_too_large(const struct answer *answer)
{
    struct slice body = buf_slice(&answer->body);

    return answer->status == 413
           || ((answer->status == 400 || answer->status == 422)
               && (mentions(body, "too long") || mentions(body, "exceeds the allowed limit")
                   || mentions(body, "is too big")));
}

static enum trouble trouble_of(const struct answer *answer, bool once)
{
    if (is_too_large(answer))
        return TROUBLE_TOO_LARGE;
    switch (answer->status) {
    case 401:
    case 403:
    case 423:
        return TROUBLE_DENIED;
    case 404:
    case 410:
        return TROUBLE_GONE;
    case 409:
        return TROUBLE_CONFLICT;
    case 429:
        return TROUBLE_LATER;
    default:
        return answer->status < 500 ? TROUBLE_REFUSED : once ? TROUBLE_UNSURE : TROUBLE_LATER;
    }
}

static const char *advice_of(const struct answer *answer)
{
    switch (answer->trouble) {
    case TROUBLE_DENIED:
        if (answer->status == 423 || mentions(buf_slice(&answer->body), "locked"))
            return ": it is locked; unlock it, or take the ticket out of the config";
        return ": has the token the rights to read and comment on this ticket, and is it still valid?";
    case TROUBLE_GONE:
        return ": it is gone, was moved, or the token may not see it";
    case TROUBLE_TOO_LARGE:
        return ": the text is longer than this tracker takes";
    default:
        return "";
    }
}

/* One sentence on a refusal: what was asked, what was answered, what to do. */
static bool refuse(struct api_client *client, const struct call *call, struct answer *answer, struct error *err)
{
    struct arena arena = ARENA_INIT;
    struct buf words = BUF_INIT;

    client_quote(client, reason_of(answer), &words);
    fail(err, ERR_SYSTEM, "%s %s answered %u%s%s%s%s", call->method, shown_url(client, call, &arena), answer->status,
         words.len ? " (" : "", words.data, words.len ? ")" : "", advice_of(answer));
    buf_free(&words);
    arena_free(&arena);
    return false;
}

static bool unreachable(struct api_client *client, const struct call *call, struct answer *answer, struct error *err)
{
    const struct transfer *transfer = &client->transfer;
    struct arena arena = ARENA_INIT;
    struct buf words = BUF_INIT;
    const char *why = transfer->words[0] ? transfer->words : curl_easy_strerror(transfer->code);

    if (is_stopped(client))
        why = "it was interrupted";
    else if (transfer->body.capped)
        why = "the answer is larger than 64 MiB";
    client_quote(client, slice_of(why), &words);
    answer->trouble = is_once(call) && transfer_was_sent(transfer) ? TROUBLE_UNSURE : TROUBLE_LATER;
    fail(err, ERR_SYSTEM, "%s %s: %s", call->method, shown_url(client, call, &arena), words.data);
    buf_free(&words);
    arena_free(&arena);
    return false;
}

/* Takes the answer over from the transfer. */
static void take_answer(struct api_client *client, struct answer *answer)
{
    struct transfer *transfer = &client->transfer;
    struct slice next = transfer->link ? link_next(slice_of(transfer->link)) : (struct slice){NULL, 0};

    answer_free(answer);
    answer->status = transfer->status;
    answer->body = transfer->body;
    transfer->body = (struct buf)BUF_INIT;
    transfer->body.cap = answer->body.cap;
    answer->json = answer->body.len ? json_loadb(answer->body.data, answer->body.len, JSON_DECODE_ANY, NULL) : NULL;
    answer->next = next.data ? mem_copy(next.data, next.len) : NULL;
}

/* Asks once, redirects on the same origin followed. False: nothing came, or a redirect elsewhere; `err` says so. */
static bool ask(struct api_client *client, const struct call *call, const char *url, struct answer *answer,
                struct error *err)
{
    struct transfer *transfer = &client->transfer;
    char *at = mem_copy(url, strlen(url));
    bool is_get = strcmp(call->method, "GET") == 0;
    bool ok = true;

    for (unsigned hops = 0;; hops++) {
        int64_t timeout = left_us(client);

        if (timeout > client->settings.timeout_us)
            timeout = client->settings.timeout_us;
        transfer_perform(transfer, &client->settings, call, at, timeout);
        if (transfer->code != CURLE_OK || !transfer->redirect || transfer->status / 100 != 3)
            break;
        ok = same_origin(client->settings.base, transfer->redirect);
        if (!ok || hops == REDIRECTS_MOST || !(is_get || transfer->status == 307 || transfer->status == 308)) {
            struct arena arena = ARENA_INIT;
            struct buf words = BUF_INIT;

            client_quote(client, slice_of(transfer->redirect), &words);
            answer->trouble = TROUBLE_STRANGE;
            fail(err, ERR_CONFIG, "%s %s redirects to %s%s; write its right address into the config", call->method,
                 shown_url(client, call, &arena), words.data,
                 ok ? "" : ", another host, which was not asked and got no token");
            arena_free(&arena);
            buf_free(&words);
            ok = false;
            break;
        }
        mem_free(at);
        at = mem_copy(transfer->redirect, strlen(transfer->redirect));
    }
    mem_free(at);
    if (!ok)
        return false;
    if (transfer->code != CURLE_OK || transfer->status == 0)
        return unreachable(client, call, answer, err);
    take_answer(client, answer);
    return true;
}

/* How long to wait before the call is made once more, µs; -1: it is not. */
static int64_t wait_us(struct api_client *client, const struct call *call, const struct answer *answer, bool answered,
                       unsigned tries, unsigned limits)
{
    const struct transfer *transfer = &client->transfer;
    const struct limit limit = {
        .status = answer->status,
        .retry_after_s = transfer->retry_after_s,
        .remaining = transfer->remaining[0] ? transfer->remaining : NULL,
        .reset = transfer->reset[0] ? transfer->reset : NULL,
        .body = buf_slice(&answer->body),
        .now = wall_now(),
        .times = limits,
    };
    bool once = is_once(call);

    if (answered && limit_is(&limit))
        return limit_wait_us(&limit);
    if (tries >= TRIES || is_stopped(client))
        return -1;
    if (!answered)
        return answer->trouble == TROUBLE_LATER || (!once && answer->trouble == TROUBLE_UNSURE)
                   ? INT64_C(1000000) << (tries - 1)
                   : -1;
    return answer->status >= 500 && !once ? INT64_C(1000000) << (tries - 1) : -1;
}

static bool repeat(struct api_client *client, const struct call *call, const char *url, struct answer *answer,
                   struct error *err)
{
    unsigned limits = 0;

    for (unsigned tries = 1;; tries++) {
        bool answered = ask(client, call, url, answer, err);
        int64_t wait;

        if (answered && answer->status / 100 == 2)
            return true;
        if (answered)
            answer->trouble = trouble_of(answer, is_once(call));
        wait = wait_us(client, call, answer, answered, tries, limits);
        if (wait < 0)
            return answered ? refuse(client, call, answer, err) : false;
        if (answered && (answer->status < 500 || answer->status == 503)) {
            limits++;
            answer->trouble = TROUBLE_LATER;
        }
        if (wait > wait_most_us || wait >= left_us(client) || !client_pause(client, wait)) {
            if (answered)
                refuse(client, call, answer, err);
            answer->trouble = answer->trouble == TROUBLE_UNSURE ? TROUBLE_UNSURE : TROUBLE_LATER;
            return fail_context(err, "no time is left to wait %lld s and ask again", (long long)(wait / 1000000));
        }
    }
}

bool client_call(struct api_client *client, const struct call *call, struct answer *answer, struct error *err)
{
    bool is_get = strcmp(call->method, "GET") == 0;
    bool absolute = strncmp(call->path, "http://", 7) == 0 || strncmp(call->path, "https://", 8) == 0;
    struct arena arena = ARENA_INIT;
    const char *url = absolute ? call->path : arena_printf(&arena, "%s%s", client->settings.base, call->path);
    bool ok;

    *answer = (struct answer){.body = BUF_INIT};
    if (absolute && !same_origin(client->settings.base, url)) {
        answer->trouble = TROUBLE_STRANGE;
        ok = fail(err, ERR_SYSTEM, "the tracker names a next page on another host, which was not asked: %s", url);
    } else if (!is_get && client->settings.dry) {
        print_dry(client, call);
        answer->dry = ok = true;
    } else {
        int64_t gap = client->settings.write_gap_us;

        if (!is_get && client->wrote && mono_between(client->last_write, mono_now()) < gap)
            client_pause(client, gap - mono_between(client->last_write, mono_now()));
        ok = repeat(client, call, url, answer, err);
        client->wrote = client->wrote || !is_get;
        client->last_write = is_get ? client->last_write : mono_now();
    }
    arena_free(&arena);
    return ok;
}

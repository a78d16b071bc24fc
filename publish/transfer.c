/* SPDX-License-Identifier: MIT */
#include "publish/transfer.h"

#include <string.h>
#include <strings.h>

#include "base/memory.h"

enum { ANSWER_MOST = 64 * 1024 * 1024, CONNECT_MS = 15000 };

static size_t take_body(char *data, size_t size, size_t count, void *self)
{
    struct transfer *transfer = self;

    /* Fewer than were given ends the transfer: a listing that is not whole must not pass for one. */
    return buf_put(&transfer->body, data, size * count) ? count : 0;
}

static int watch(void *self, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
    const struct transfer *transfer = self;

    (void)a, (void)b, (void)c, (void)d;
    return transfer->stop && *transfer->stop;
}

bool transfer_open(struct transfer *transfer, const struct client_settings *settings, struct error *err)
{
    CURL *curl = curl_easy_init();
    bool ok;

    if (!curl)
        return fail(err, ERR_SYSTEM, "libcurl cannot be set up");
    *transfer = (struct transfer){.curl = curl, .body = BUF_INIT, .stop = settings->stop};
    transfer->body.cap = ANSWER_MOST;
    ok = curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L) == CURLE_OK
         && curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https") == CURLE_OK
         && curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK
         && curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2) == CURLE_OK
         && curl_easy_setopt(curl, CURLOPT_PROXY, settings->proxy ? settings->proxy : "") == CURLE_OK
         && curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_MS) == CURLE_OK
         && curl_easy_setopt(curl, CURLOPT_USERAGENT, "endoscope/" ENDOSCOPE_VERSION) == CURLE_OK
         && curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, transfer->words) == CURLE_OK
         && curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body) == CURLE_OK
         && curl_easy_setopt(curl, CURLOPT_WRITEDATA, transfer) == CURLE_OK
         && curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, watch) == CURLE_OK
         && curl_easy_setopt(curl, CURLOPT_XFERINFODATA, transfer) == CURLE_OK
         && curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L) == CURLE_OK
         && (!settings->ca || curl_easy_setopt(curl, CURLOPT_CAINFO, settings->ca) == CURLE_OK);
    return ok || fail(err, ERR_SYSTEM, "libcurl lacks something that publishing needs");
}

static void forget_answer(struct transfer *transfer)
{
    mem_free(transfer->link);
    mem_free(transfer->redirect);
    transfer->link = transfer->redirect = NULL;
    transfer->status = 0;
    transfer->retry_after_s = 0;
    transfer->remaining[0] = transfer->reset[0] = '\0';
    transfer->words[0] = '\0';
    buf_clear(&transfer->body);
    transfer->body.capped = false;
}

void transfer_close(struct transfer *transfer)
{
    if (transfer->curl)
        curl_easy_cleanup(transfer->curl);
    mem_free(transfer->link);
    mem_free(transfer->redirect);
    buf_free(&transfer->body);
    *transfer = (struct transfer){0};
}

static struct curl_slist *add_lines(struct curl_slist *list, const char *const *lines)
{
    for (size_t i = 0; lines && lines[i]; i++)
        list = curl_slist_append(list, lines[i]);
    return list;
}

static struct curl_slist *headers_of(const struct client_settings *settings, const struct call *call)
{
    struct curl_slist *list = curl_slist_append(NULL, "Expect:");

    list = add_lines(list, settings->headers);
    list = add_lines(list, call->headers);
    if (settings->auth)
        list = curl_slist_append(list, settings->auth);
    if (call->json)
        list = curl_slist_append(list, "Content-Type: application/json");
    else if (call->upload && !call->upload->field)
        list = curl_slist_append(list, "Content-Type: application/octet-stream");
    return list;
}

static curl_mime *form_of(CURL *curl, const struct upload *upload)
{
    curl_mime *form = curl_mime_init(curl);
    curl_mimepart *part = form ? curl_mime_addpart(form) : NULL;

    if (part && curl_mime_name(part, upload->field) == CURLE_OK && curl_mime_filename(part, upload->name) == CURLE_OK
        && curl_mime_type(part, upload->type) == CURLE_OK
        && curl_mime_data(part, upload->content.data, upload->content.len) == CURLE_OK)
        return form;
    curl_mime_free(form);
    return NULL;
}

static void keep_header(CURL *curl, const char *name, const char *other, char *kept, size_t room)
{
    struct curl_header *header;

    if ((curl_easy_header(curl, name, 0, CURLH_HEADER, -1, &header) == CURLHE_OK
         || curl_easy_header(curl, other, 0, CURLH_HEADER, -1, &header) == CURLHE_OK)
        && strlen(header->value) < room)
        memcpy(kept, header->value, strlen(header->value) + 1);
}

static void read_answer(struct transfer *transfer)
{
    CURL *curl = transfer->curl;
    struct curl_header *header;
    curl_off_t after = 0;
    long status = 0;
    char *redirect = NULL;

    if (curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status) == CURLE_OK && status > 0)
        transfer->status = (unsigned)status;
    if (curl_easy_getinfo(curl, CURLINFO_RETRY_AFTER, &after) == CURLE_OK)
        transfer->retry_after_s = after;
    if (curl_easy_getinfo(curl, CURLINFO_REDIRECT_URL, &redirect) == CURLE_OK && redirect)
        transfer->redirect = mem_copy(redirect, strlen(redirect));
    if (curl_easy_header(curl, "Link", 0, CURLH_HEADER, -1, &header) == CURLHE_OK)
        transfer->link = mem_copy(header->value, strlen(header->value));
    keep_header(curl, "X-RateLimit-Remaining", "RateLimit-Remaining", transfer->remaining, sizeof transfer->remaining);
    keep_header(curl, "X-RateLimit-Reset", "RateLimit-Reset", transfer->reset, sizeof transfer->reset);
}

/* What is sent beside the head; `text` and `form` are the caller's to free after the transfer. */
static bool set_body(CURL *curl, const struct call *call, char **text, curl_mime **form)
{
    const char *data = NULL;
    size_t len = 0;

    if (call->upload && call->upload->field) {
        *form = form_of(curl, call->upload);
        return *form && curl_easy_setopt(curl, CURLOPT_MIMEPOST, *form) == CURLE_OK;
    }
    if (call->json) {
        *text = json_dumps(call->json, JSON_COMPACT);
        data = *text;
        len = data ? strlen(data) : 0;
    } else if (call->upload) {
        data = call->upload->content.data;
        len = call->upload->content.len;
    } else if (strcmp(call->method, "GET") == 0) {
        return curl_easy_setopt(curl, CURLOPT_HTTPGET, 1L) == CURLE_OK;
    }
    return (!call->json || data) && curl_easy_setopt(curl, CURLOPT_POST, 1L) == CURLE_OK
           && curl_easy_setopt(curl, CURLOPT_POSTFIELDS, data ? data : "") == CURLE_OK
           && curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)len) == CURLE_OK;
}

void transfer_perform(struct transfer *transfer, const struct client_settings *settings, const struct call *call,
                      const char *url, int64_t timeout_us)
{
    CURL *curl = transfer->curl;
    struct curl_slist *headers = headers_of(settings, call);
    curl_mime *form = NULL;
    char *text = NULL;
    long ms = timeout_us / 1000 > 1 ? (long)(timeout_us / 1000) : 1;
    /* On a kept connection that dies, libcurl sends a request again by itself, though it may have been obeyed. */
    bool fresh = strcmp(call->method, "GET") != 0;

    forget_answer(transfer);
    transfer->code = CURLE_OUT_OF_MEMORY;
    if (headers && curl_easy_setopt(curl, CURLOPT_FRESH_CONNECT, (long)fresh) == CURLE_OK
        && set_body(curl, call, &text, &form) && curl_easy_setopt(curl, CURLOPT_URL, url) == CURLE_OK
        && curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers) == CURLE_OK
        && curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, call->method) == CURLE_OK
        && curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, ms) == CURLE_OK)
        transfer->code = curl_easy_perform(curl);
    read_answer(transfer);
    /* libcurl keeps the pointers: nothing of this call may be reached from the next one. */
    (void)curl_easy_setopt(curl, CURLOPT_MIMEPOST, NULL);
    (void)curl_easy_setopt(curl, CURLOPT_POSTFIELDS, NULL);
    (void)curl_easy_setopt(curl, CURLOPT_HTTPHEADER, NULL);
    curl_mime_free(form);
    curl_slist_free_all(headers);
    free(text);
}

bool transfer_was_sent(const struct transfer *transfer)
{
    switch (transfer->code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_CONNECT:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_OUT_OF_MEMORY:
        return false;
    default:
        return true;
    }
}

static bool part_equals(CURLU *a, CURLU *b, CURLUPart part)
{
    char *left = NULL, *right = NULL;
    bool equal = curl_url_get(a, part, &left, CURLU_DEFAULT_PORT) == CURLUE_OK
                 && curl_url_get(b, part, &right, CURLU_DEFAULT_PORT) == CURLUE_OK && strcasecmp(left, right) == 0;

    curl_free(left);
    curl_free(right);
    return equal;
}

bool same_origin(const char *a, const char *b)
{
    CURLU *left = curl_url();
    CURLU *right = curl_url();
    bool same = left && right && curl_url_set(left, CURLUPART_URL, a, 0) == CURLUE_OK
                && curl_url_set(right, CURLUPART_URL, b, 0) == CURLUE_OK && part_equals(left, right, CURLUPART_SCHEME)
                && part_equals(left, right, CURLUPART_HOST) && part_equals(left, right, CURLUPART_PORT);

    curl_url_cleanup(left);
    curl_url_cleanup(right);
    return same;
}

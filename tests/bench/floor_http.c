/* SPDX-License-Identifier: MIT */
/* floor_http [-r] [-c CONCURRENCY] [-a CA] STORE URLS: what probing the URLs of a file costs at least: libcurl's
 * multi_socket on an epoll, handles used again, and a row a probe. Nothing is paced, kept, judged or redacted.
 * -r lets connections be used again. */
#include <curl/curl.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"
#include "tests/bench/ledger.h"

enum { EVENTS_A_TURN = 128 };

struct floor {
    CURLM *multi;
    int epoll;
    int64_t due_us; /* -1: none */
    char **urls;
    size_t url_count, next, under_way, failed;
    bool reuse;
    const char *ca;
    struct ledger ledger;
};

struct handle {
    CURL *easy;
    size_t url;
    int64_t started_us;
    int64_t size;
};

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *self, void *known)
{
    struct floor *floor = self;
    struct epoll_event event = {.data.fd = fd};

    (void)easy;
    if (what == CURL_POLL_REMOVE)
        return epoll_ctl(floor->epoll, EPOLL_CTL_DEL, fd, NULL) == 0 || errno != EBADF ? 0 : -1;
    event.events = (what & CURL_POLL_IN ? EPOLLIN : 0U) | (what & CURL_POLL_OUT ? EPOLLOUT : 0U);
    if (epoll_ctl(floor->epoll, known ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, fd, &event) != 0)
        return -1;
    if (!known)
        curl_multi_assign(floor->multi, fd, floor);
    return 0;
}

static int on_timer(CURLM *multi, long timeout_ms, void *self)
{
    struct floor *floor = self;

    (void)multi;
    floor->due_us = timeout_ms < 0 ? -1 : mono_now().us + timeout_ms * 1000;
    return 0;
}

static size_t on_body(char *data, size_t size, size_t count, void *self)
{
    struct handle *handle = self;

    (void)data;
    handle->size += (int64_t)(size * count);
    return size * count;
}

static CURL *easy_new(const struct floor *floor, struct handle *handle)
{
    CURL *easy = curl_easy_init();

    if (!easy)
        bench_die("curl", "no handle");
    curl_easy_setopt(easy, CURLOPT_PRIVATE, handle);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, handle);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    if (floor->ca)
        curl_easy_setopt(easy, CURLOPT_CAINFO, floor->ca);
    if (!floor->reuse) {
        curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
        curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
        curl_easy_setopt(easy, CURLOPT_SSL_SESSIONID_CACHE, 0L);
    }
    return easy;
}

static void start(struct floor *floor, struct handle *handle)
{
    handle->url = floor->next++;
    handle->size = 0;
    handle->started_us = wall_now().us;
    curl_easy_setopt(handle->easy, CURLOPT_URL, floor->urls[handle->url]);
    if (curl_multi_add_handle(floor->multi, handle->easy) != CURLM_OK)
        bench_die("curl", "a handle is refused");
    floor->under_way++;
}

static int64_t info_us(const struct handle *handle, CURLINFO info)
{
    curl_off_t us = 0;

    curl_easy_getinfo(handle->easy, info, &us);
    return us;
}

static void record(struct floor *floor, const struct handle *handle)
{
    long status = 0;

    curl_easy_getinfo(handle->easy, CURLINFO_RESPONSE_CODE, &status);
    ledger_put(&floor->ledger, (int64_t[LEDGER_COLUMNS]){(int64_t)handle->url, handle->started_us, status,
                                                         info_us(handle, CURLINFO_CONNECT_TIME_T),
                                                         info_us(handle, CURLINFO_APPCONNECT_TIME_T),
                                                         info_us(handle, CURLINFO_STARTTRANSFER_TIME_T),
                                                         info_us(handle, CURLINFO_TOTAL_TIME_T), handle->size});
}

static void take_ended(struct floor *floor)
{
    CURLMsg *message;
    int left;

    while ((message = curl_multi_info_read(floor->multi, &left))) {
        struct handle *handle = NULL;

        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &handle);
        if (message->data.result != CURLE_OK) {
            fprintf(stderr, "%s: %s\n", floor->urls[handle->url], curl_easy_strerror(message->data.result));
            floor->failed++;
        }
        record(floor, handle);
        curl_multi_remove_handle(floor->multi, handle->easy);
        floor->under_way--;
        if (floor->next < floor->url_count)
            start(floor, handle);
    }
}

static void turn(struct floor *floor)
{
    struct epoll_event events[EVENTS_A_TURN];
    int64_t left_us = floor->due_us < 0 ? 1000000 : floor->due_us - mono_now().us;
    int count = epoll_wait(floor->epoll, events, EVENTS_A_TURN, left_us <= 0 ? 0 : (int)((left_us + 999) / 1000));
    int running;

    for (int i = 0; i < count; i++) {
        int action = (events[i].events & (EPOLLIN | EPOLLHUP) ? CURL_CSELECT_IN : 0)
                     | (events[i].events & EPOLLOUT ? CURL_CSELECT_OUT : 0)
                     | (events[i].events & EPOLLERR ? CURL_CSELECT_ERR : 0);

        curl_multi_socket_action(floor->multi, events[i].data.fd, action, &running);
    }
    if (floor->due_us >= 0 && mono_now().us >= floor->due_us) {
        floor->due_us = -1;
        curl_multi_socket_action(floor->multi, CURL_SOCKET_TIMEOUT, 0, &running);
    }
    take_ended(floor);
}

static void probe_all(struct floor *floor, size_t concurrency)
{
    struct handle *handles = mem_new(concurrency, sizeof *handles);

    for (size_t i = 0; i < concurrency && i < floor->url_count; i++) {
        handles[i].easy = easy_new(floor, &handles[i]);
        start(floor, &handles[i]);
    }
    while (floor->under_way)
        turn(floor);
    for (size_t i = 0; i < concurrency; i++)
        curl_easy_cleanup(handles[i].easy);
    mem_free(handles);
}

int main(int argc, char **argv)
{
    struct floor floor = {.epoll = epoll_create1(EPOLL_CLOEXEC), .due_us = -1};
    size_t concurrency = 64;
    int option;

    while ((option = getopt(argc, argv, "rc:a:")) >= 0) {
        if (option == 'r')
            floor.reuse = true;
        else if (option == 'c')
            concurrency = strtoul(optarg, NULL, 10);
        else if (option == 'a')
            floor.ca = optarg;
        else
            return 2;
    }
    if (argc - optind != 2 || concurrency == 0)
        bench_die("usage", "floor_http [-r] [-c CONCURRENCY] [-a CA] STORE URLS");
    curl_global_init(CURL_GLOBAL_ALL);
    floor.multi = curl_multi_init();
    curl_multi_setopt(floor.multi, CURLMOPT_SOCKETFUNCTION, on_socket);
    curl_multi_setopt(floor.multi, CURLMOPT_SOCKETDATA, &floor);
    curl_multi_setopt(floor.multi, CURLMOPT_TIMERFUNCTION, on_timer);
    curl_multi_setopt(floor.multi, CURLMOPT_TIMERDATA, &floor);
    curl_multi_setopt(floor.multi, CURLMOPT_MAXCONNECTS, (long)concurrency);
    ledger_open(&floor.ledger, argv[optind]);
    floor.urls = lines_read(argv[optind + 1], &floor.url_count);
    probe_all(&floor, concurrency);
    curl_multi_cleanup(floor.multi);
    ledger_close(&floor.ledger);
    for (size_t i = 0; i < floor.url_count; i++)
        mem_free(floor.urls[i]);
    mem_free(floor.urls);
    close(floor.epoll);
    curl_global_cleanup();
    return floor.failed ? 1 : 0;
}

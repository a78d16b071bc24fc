/* SPDX-License-Identifier: MIT */
/* floor_websocket [-c CONCURRENCY] [-a CA] STORE URLS: what probing WebSockets costs at least: libcurl connects
 * (CONNECT_ONLY), then upgrade, greeting, ping, pong and close are written and read by hand, with no more looking than
 * it takes to see where each begins; a row a probe. The URLs are http: and https:, for libcurl. */
#include <curl/curl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"
#include "tests/bench/ledger.h"

enum { EVENTS_A_TURN = 128, INPUT = 4096, DESCRIPTORS = 65536 };

enum phase { PHASE_CONNECT, PHASE_HEAD, PHASE_GREETING, PHASE_PONG, PHASE_CLOSE };

struct talk {
    CURL *easy;
    size_t url;
    enum phase phase;
    curl_socket_t fd; /* -1: libcurl's, while it connects */
    struct mono started, upgraded;
    int64_t at_us, upgrade_us, pong_us;
    long status;
    char input[INPUT];
    size_t len;
};

struct floor {
    CURLM *multi;
    int epoll;
    int64_t due_us; /* -1: none */
    char **urls;
    size_t url_count, next, under_way, failed;
    const char *ca;
    struct ledger ledger;
    struct talk *of[DESCRIPTORS]; /* those whose descriptor is ours */
};

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *self, void *known)
{
    struct floor *floor = self;
    struct epoll_event event = {.data.fd = fd};

    (void)easy;
    if (what == CURL_POLL_REMOVE) {
        epoll_ctl(floor->epoll, EPOLL_CTL_DEL, fd, NULL);
        return 0;
    }
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

static void start(struct floor *floor, struct talk *talk)
{
    *talk = (struct talk){.url = floor->next++, .fd = -1, .at_us = wall_now().us, .started = mono_now()};
    talk->easy = curl_easy_init();
    if (!talk->easy)
        bench_die("curl", "no handle");
    curl_easy_setopt(talk->easy, CURLOPT_PRIVATE, talk);
    curl_easy_setopt(talk->easy, CURLOPT_CONNECT_ONLY, 1L);
    curl_easy_setopt(talk->easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(talk->easy, CURLOPT_PROXY, "");
    curl_easy_setopt(talk->easy, CURLOPT_CAPATH, NULL);
    curl_easy_setopt(talk->easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(talk->easy, CURLOPT_SSL_SESSIONID_CACHE, 0L);
    curl_easy_setopt(talk->easy, CURLOPT_URL, floor->urls[talk->url]);
    if (floor->ca)
        curl_easy_setopt(talk->easy, CURLOPT_CAINFO, floor->ca);
    if (curl_multi_add_handle(floor->multi, talk->easy) != CURLM_OK)
        bench_die("curl", "a handle is refused");
    floor->under_way++;
}

static void end(struct floor *floor, struct talk *talk, const char *trouble)
{
    curl_off_t connect_us = 0, tls_us = 0;

    if (trouble) {
        fprintf(stderr, "%s: %s\n", floor->urls[talk->url], trouble);
        floor->failed++;
    }
    curl_easy_getinfo(talk->easy, CURLINFO_CONNECT_TIME_T, &connect_us);
    curl_easy_getinfo(talk->easy, CURLINFO_APPCONNECT_TIME_T, &tls_us);
    ledger_put(&floor->ledger,
               (int64_t[LEDGER_COLUMNS]){(int64_t)talk->url, talk->at_us, talk->status, connect_us, tls_us,
                                         talk->upgrade_us, mono_between(talk->started, mono_now()), talk->pong_us});
    if (talk->fd >= 0) {
        floor->of[talk->fd] = NULL;
        epoll_ctl(floor->epoll, EPOLL_CTL_DEL, talk->fd, NULL);
    }
    curl_multi_remove_handle(floor->multi, talk->easy);
    curl_easy_cleanup(talk->easy);
    talk->easy = NULL;
    floor->under_way--;
    if (floor->next < floor->url_count)
        start(floor, talk);
}

static void say(struct talk *talk, const char *data, size_t len)
{
    size_t sent = 0;

    /* A few bytes into an empty socket. */
    if (curl_easy_send(talk->easy, data, len, &sent) != CURLE_OK || sent != len)
        bench_die("send", "not all at once");
}

static void drop(struct talk *talk, size_t len)
{
    talk->len -= len;
    memmove(talk->input, talk->input + len, talk->len);
}

static bool take_head(struct talk *talk)
{
    const char *end_of_head;

    talk->input[talk->len] = '\0';
    end_of_head = strstr(talk->input, "\r\n\r\n");
    if (!end_of_head)
        return false;
    talk->status = strtol(talk->input + 9, NULL, 10);
    talk->upgrade_us = mono_between(talk->upgraded, mono_now());
    drop(talk, (size_t)(end_of_head + 4 - talk->input));
    talk->phase = PHASE_GREETING;
    return true;
}

/* The server's frames are short and whole; each leads to what we say next. */
static bool take_frame(struct talk *talk)
{
    static const char ping[] = "\x89\x84\0\0\0\0ping", close_frame[] = "\x88\x82\0\0\0\0\x03\xe8";
    size_t whole = talk->len < 2 ? 2 : 2 + (size_t)(talk->input[1] & 0x7f);

    if (talk->len < whole)
        return false;
    drop(talk, whole);
    if (talk->phase == PHASE_GREETING) {
        talk->upgraded = mono_now();
        say(talk, ping, sizeof ping - 1);
        talk->phase = PHASE_PONG;
    } else if (talk->phase == PHASE_PONG) {
        talk->pong_us = mono_between(talk->upgraded, mono_now());
        say(talk, close_frame, sizeof close_frame - 1);
        talk->phase = PHASE_CLOSE;
    }
    return true;
}

static void hear(struct floor *floor, struct talk *talk)
{
    size_t got = 0;
    CURLcode result = curl_easy_recv(talk->easy, talk->input + talk->len, INPUT - 1 - talk->len, &got);

    if (result == CURLE_AGAIN)
        return;
    if (result != CURLE_OK || got == 0) {
        end(floor, talk, talk->phase == PHASE_CLOSE ? NULL : "closed early");
        return;
    }
    talk->len += got;
    if (talk->phase == PHASE_HEAD && !take_head(talk))
        return;
    while (talk->phase != PHASE_CLOSE && take_frame(talk))
        ;
    if (talk->phase == PHASE_CLOSE && talk->len >= 2)
        end(floor, talk, NULL);
}

static void upgrade(struct floor *floor, struct talk *talk)
{
    struct epoll_event event = {.events = EPOLLIN};
    const char *target = strchr(strstr(floor->urls[talk->url], "://") + 3, '/');
    char text[512];
    int len = snprintf(text, sizeof text,
                       "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                       "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
                       target);

    if (curl_easy_getinfo(talk->easy, CURLINFO_ACTIVESOCKET, &talk->fd) != CURLE_OK || talk->fd >= DESCRIPTORS)
        bench_die("curl", "no socket");
    event.data.fd = talk->fd;
    if (epoll_ctl(floor->epoll, EPOLL_CTL_ADD, talk->fd, &event) != 0)
        bench_die("epoll", "a socket is refused");
    floor->of[talk->fd] = talk;
    talk->phase = PHASE_HEAD;
    talk->upgraded = mono_now();
    say(talk, text, (size_t)len);
}

static void take_connected(struct floor *floor)
{
    CURLMsg *message;
    int left;

    while ((message = curl_multi_info_read(floor->multi, &left))) {
        struct talk *talk = NULL;

        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &talk);
        if (message->data.result == CURLE_OK)
            upgrade(floor, talk);
        else
            end(floor, talk, curl_easy_strerror(message->data.result));
    }
}

static void turn(struct floor *floor)
{
    struct epoll_event events[EVENTS_A_TURN];
    int64_t left_us = floor->due_us < 0 ? 1000000 : floor->due_us - mono_now().us;
    int count = epoll_wait(floor->epoll, events, EVENTS_A_TURN, left_us <= 0 ? 0 : (int)((left_us + 999) / 1000));
    int running;

    for (int i = 0; i < count; i++) {
        int fd = events[i].data.fd;

        if (floor->of[fd]) {
            hear(floor, floor->of[fd]);
            continue;
        }
        curl_multi_socket_action(floor->multi, fd,
                                 (events[i].events & EPOLLIN ? CURL_CSELECT_IN : 0)
                                     | (events[i].events & EPOLLOUT ? CURL_CSELECT_OUT : 0)
                                     | (events[i].events & (EPOLLERR | EPOLLHUP) ? CURL_CSELECT_ERR : 0),
                                 &running);
    }
    if (floor->due_us >= 0 && mono_now().us >= floor->due_us) {
        floor->due_us = -1;
        curl_multi_socket_action(floor->multi, CURL_SOCKET_TIMEOUT, 0, &running);
    }
    take_connected(floor);
}

static void open_multi(struct floor *floor)
{
    curl_global_init(CURL_GLOBAL_ALL);
    floor->epoll = epoll_create1(EPOLL_CLOEXEC);
    floor->due_us = -1;
    floor->multi = curl_multi_init();
    curl_multi_setopt(floor->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
    curl_multi_setopt(floor->multi, CURLMOPT_SOCKETDATA, floor);
    curl_multi_setopt(floor->multi, CURLMOPT_TIMERFUNCTION, on_timer);
    curl_multi_setopt(floor->multi, CURLMOPT_TIMERDATA, floor);
}

int main(int argc, char **argv)
{
    struct floor *floor = mem_new(1, sizeof *floor);
    struct talk *talks;
    size_t concurrency = 64;
    int option;
    bool failed;

    while ((option = getopt(argc, argv, "c:a:")) >= 0) {
        if (option == 'c')
            concurrency = strtoul(optarg, NULL, 10);
        else if (option == 'a')
            floor->ca = optarg;
        else
            return 2;
    }
    if (argc - optind != 2 || concurrency == 0)
        bench_die("usage", "floor_websocket [-c CONCURRENCY] [-a CA] STORE URLS");
    open_multi(floor);
    ledger_open(&floor->ledger, argv[optind]);
    floor->urls = lines_read(argv[optind + 1], &floor->url_count);
    talks = mem_new(concurrency, sizeof *talks);
    for (size_t i = 0; i < concurrency && floor->next < floor->url_count; i++)
        start(floor, &talks[i]);
    while (floor->under_way)
        turn(floor);
    ledger_close(&floor->ledger);
    curl_multi_cleanup(floor->multi);
    failed = floor->failed > 0;
    for (size_t i = 0; i < floor->url_count; i++)
        mem_free(floor->urls[i]);
    mem_free(floor->urls);
    mem_free(talks);
    mem_free(floor);
    curl_global_cleanup();
    return failed;
}

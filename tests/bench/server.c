/* SPDX-License-Identifier: MIT */
/* server LOG: the server of the benches, as cheap as one can be, on a free port of 127.0.0.1 that it prints.
 *
 * `GET /delay/US/...` is answered after that many µs; a request with an `Upgrade` becomes a WebSocket that greets with
 * one message, answers pings and the close. How long each delayed answer took by the server's own clock, from the wake-up
 * that read the request to the send, goes into LOG when SIGTERM comes: "TARGET US" a line. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/evp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"
#include "tests/bench/ledger.h"

enum { INPUT = 4096, BACKLOG = 4096, EVENTS_A_TURN = 256, DESCRIPTORS = 65536 };

struct client {
    int fd;
    bool open, upgraded;
    size_t len;
    char input[INPUT];
    int64_t read_us, due_us;
};

struct served {
    char *target;
    int64_t us;
};

struct server {
    int epoll, listener, timer, signals;
    int64_t woken_us;
    struct client *clients[DESCRIPTORS];
    struct client **waiting; /* heap by due_us */
    size_t waiting_count, waiting_room;
    struct served *log;
    size_t log_count, log_room;
};

static void drop(struct server *server, struct client *client)
{
    close(client->fd);
    client->open = false;
    if (client->due_us == 0) { /* else the heap still holds it */
        server->clients[client->fd] = NULL;
        mem_free(client);
    }
}

static void send_all(const struct client *client, const void *data, size_t len)
{
    /* Answers are small and the peer reads: what does not fit into the socket is no bench. */
    if (send(client->fd, data, len, MSG_NOSIGNAL) < 0 && errno != EPIPE && errno != ECONNRESET)
        bench_die("send", strerror(errno));
}

static void answer(struct server *server, struct client *client)
{
    static const char text[] = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 15\r\n\r\n"
                               "{\"status\":\"ok\"}";
    const char *target = strchr(client->input, ' ');
    struct served *served;

    send_all(client, text, sizeof text - 1);
    if (client->due_us) {
        server->log = mem_grow(server->log, server->log_count, &server->log_room, sizeof *server->log);
        served = &server->log[server->log_count++];
        served->us = mono_now().us - client->read_us;
        served->target = mem_copy(target + 1, strcspn(target + 1, " "));
    }
    client->due_us = 0;
    client->len = 0;
}

static void set_timer(const struct server *server)
{
    struct itimerspec at = {.it_value = {0}};

    if (server->waiting_count) {
        int64_t us = server->waiting[0]->due_us;

        at.it_value.tv_sec = us / 1000000;
        at.it_value.tv_nsec = us % 1000000 * 1000;
    }
    timerfd_settime(server->timer, TFD_TIMER_ABSTIME, &at, NULL);
}

static void put_waiting(struct server *server, struct client *client)
{
    size_t at = server->waiting_count++;

    server->waiting = mem_grow(server->waiting, at, &server->waiting_room, sizeof(struct client *));
    for (; at > 0 && server->waiting[(at - 1) / 2]->due_us > client->due_us; at = (at - 1) / 2)
        server->waiting[at] = server->waiting[(at - 1) / 2];
    server->waiting[at] = client;
}

static struct client *take_waiting(struct server *server)
{
    struct client *first = server->waiting[0], *last = server->waiting[--server->waiting_count];
    size_t at = 0;

    for (size_t child; (child = 2 * at + 1) < server->waiting_count; at = child) {
        if (child + 1 < server->waiting_count && server->waiting[child + 1]->due_us < server->waiting[child]->due_us)
            child++;
        if (server->waiting[child]->due_us >= last->due_us)
            break;
        server->waiting[at] = server->waiting[child];
    }
    server->waiting[at] = last;
    return first;
}

/* RFC 6455, 4.2.2, and one message, as chat servers greet. */
static void upgrade(struct client *client, const char *key)
{
    unsigned char digest[EVP_MAX_MD_SIZE], accept[64];
    char text[256], answer_text[256];
    unsigned size = 0;
    int len;

    snprintf(text, sizeof text, "%.24s258EAFA5-E914-47DA-95CA-C5AB0DC85B11", key);
    EVP_Digest(text, strlen(text), digest, &size, EVP_sha1(), NULL);
    EVP_EncodeBlock(accept, digest, (int)size);
    len = snprintf(answer_text, sizeof answer_text,
                   "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                   "Sec-WebSocket-Accept: %s\r\n\r\n\x81\x12{\"type\":\"connect\"}",
                   (const char *)accept);
    send_all(client, answer_text, (size_t)len);
    client->upgraded = true;
    client->len = 0;
}

static void take_request(struct server *server, struct client *client)
{
    const char *key = strcasestr(client->input, "\r\nSec-WebSocket-Key: ");
    long delay_us;

    if (key) {
        upgrade(client, key + 21);
        return;
    }
    delay_us = strncmp(client->input, "GET /delay/", 11) == 0 ? strtol(client->input + 11, NULL, 10) : 0;
    client->read_us = server->woken_us;
    if (delay_us <= 0) {
        answer(server, client);
        return;
    }
    client->due_us = server->woken_us + delay_us;
    put_waiting(server, client);
    set_timer(server);
}

/* A client's frames are masked and, here, short. A ping comes back as a pong, a close as a close. */
static void take_frames(struct server *server, struct client *client)
{
    while (client->len >= 6) {
        unsigned char *frame = (unsigned char *)client->input;
        size_t payload = frame[1] & 0x7f, whole = 6 + payload;
        int opcode = frame[0] & 0x0f;
        unsigned char reply[2 + 125];

        if (client->len < whole || payload > 125)
            return;
        reply[0] = (unsigned char)(opcode == 9 ? 0x8a : 0x80 | opcode);
        reply[1] = (unsigned char)payload;
        for (size_t i = 0; i < payload; i++)
            reply[2 + i] = frame[6 + i] ^ frame[2 + i % 4];
        if (opcode == 8 || opcode == 9)
            send_all(client, reply, 2 + payload);
        if (opcode == 8) {
            drop(server, client);
            return;
        }
        client->len -= whole;
        memmove(client->input, client->input + whole, client->len);
    }
}

static void read_client(struct server *server, struct client *client)
{
    ssize_t got = recv(client->fd, client->input + client->len, INPUT - 1 - client->len, 0);

    if (got <= 0) {
        if (got == 0 || errno != EAGAIN)
            drop(server, client);
        return;
    }
    client->len += (size_t)got;
    client->input[client->len] = '\0';
    if (client->upgraded)
        take_frames(server, client);
    else if (client->due_us == 0 && strstr(client->input, "\r\n\r\n"))
        take_request(server, client);
}

static void accept_all(struct server *server)
{
    int fd, one = 1;

    while ((fd = accept4(server->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
        struct client *client = mem_new(1, sizeof *client);
        struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};

        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        if (fd >= DESCRIPTORS || epoll_ctl(server->epoll, EPOLL_CTL_ADD, fd, &event) != 0)
            bench_die("accept", "too many clients");
        client->fd = fd;
        client->open = true;
        server->clients[fd] = client;
    }
}

static void answer_due(struct server *server)
{
    uint64_t times;

    if (read(server->timer, &times, sizeof times) < 0 && errno != EAGAIN)
        bench_die("timerfd", strerror(errno));
    while (server->waiting_count && server->waiting[0]->due_us <= mono_now().us) {
        struct client *client = take_waiting(server);

        if (client->open) {
            answer(server, client);
        } else {
            if (server->clients[client->fd] == client)
                server->clients[client->fd] = NULL;
            mem_free(client);
        }
    }
    set_timer(server);
}

static void write_log(const struct server *server, const char *path)
{
    FILE *file = fopen(path, "we");

    if (!file)
        bench_die(path, strerror(errno));
    for (size_t i = 0; i < server->log_count; i++)
        fprintf(file, "%s %lld\n", server->log[i].target, (long long)server->log[i].us);
    if (fclose(file) != 0)
        bench_die(path, strerror(errno));
}

static void watch(const struct server *server, int fd)
{
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};

    if (fd < 0 || epoll_ctl(server->epoll, EPOLL_CTL_ADD, fd, &event) != 0)
        bench_die("epoll", strerror(errno));
}

static void open_all(struct server *server)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigprocmask(SIG_BLOCK, &set, NULL);
    server->epoll = epoll_create1(EPOLL_CLOEXEC);
    server->listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    server->timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    server->signals = signalfd(-1, &set, SFD_CLOEXEC);
    if (bind(server->listener, (struct sockaddr *)&address, size) != 0 || listen(server->listener, BACKLOG) != 0
        || getsockname(server->listener, (struct sockaddr *)&address, &size) != 0)
        bench_die("listen", strerror(errno));
    watch(server, server->listener);
    watch(server, server->timer);
    watch(server, server->signals);
    printf("%u\n", (unsigned)ntohs(address.sin_port));
    fflush(stdout);
}

/* False when SIGTERM came. */
static bool turn(struct server *server)
{
    struct epoll_event events[EVENTS_A_TURN];
    int count = epoll_wait(server->epoll, events, EVENTS_A_TURN, -1);

    server->woken_us = mono_now().us;
    for (int i = 0; i < count; i++) {
        int fd = events[i].data.fd;

        if (fd == server->signals)
            return false;
        if (fd == server->listener)
            accept_all(server);
        else if (fd == server->timer)
            answer_due(server);
        else if (server->clients[fd] && server->clients[fd]->open)
            read_client(server, server->clients[fd]);
    }
    return true;
}

int main(int argc, char **argv)
{
    struct server *server = mem_new(1, sizeof *server);

    if (argc != 2)
        bench_die("usage", "server LOG");
    open_all(server);
    while (turn(server))
        ;
    write_log(server, argv[1]);
    for (size_t i = 0; i < server->log_count; i++)
        mem_free(server->log[i].target);
    mem_free(server->log);
    for (size_t i = 0; i < DESCRIPTORS; i++)
        mem_free(server->clients[i]);
    mem_free(server->waiting);
    mem_free(server);
    return 0;
}

/* SPDX-License-Identifier: MIT */
/* The parent's side of the worker, against programs that only pretend to be one: one that was taken over by a server may say
 * anything, and must neither harm its parent nor speak for probes that it does not hold. */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "collector/loop.h"
#include "collector/transport.h"
#include "collector/worker.h"

enum { GUESTS = 4 };

struct guest {
    struct worker_guest guest;
    struct worker *worker;
    unsigned heard, restarted, ended, lost, unserved;
    char code[40];
    struct mono at;
};

static char home[] = "/tmp/endoscope-worker-XXXXXX";
static struct loop *loop;
static struct transport *transport;
static struct worker *worker;
static struct guest guests[GUESTS];

static const char prelude[] =
    "#!/usr/bin/python3 -ES\n"
    "import os, socket, struct, sys, time\n"
    "channel = socket.socket(fileno=3)\n"
    "def number(n): return struct.pack('<Q', n)\n"
    "def field(b): return struct.pack('<I', len(b)) + b\n"
    "def frame(kind, id, payload): channel.sendall(struct.pack('<IBI', len(payload), kind, id) + payload)\n"
    "def tell(kind, id, payload=b'', at=None):\n"
    "    frame(kind, id, number(time.monotonic_ns() // 1000 if at is None else at) + payload)\n"
    "def exactly(count):\n"
    "    got = b''\n"
    "    while len(got) < count:\n"
    "        got += channel.recv(count - len(got)) or sys.exit(0)\n"
    "    return got\n"
    "def take():\n"
    "    length, kind, id = struct.unpack('<IBI', exactly(9))\n"
    "    exactly(length)\n"
    "    return kind, id\n"
    "READY, BEAT, BEGUN, HEAD, ENDED, START = 32, 33, 34, 39, 46, 2\n"
    "def ended(id): tell(ENDED, id, number(1) + number(0) + field(b'') + field(b''))\n";

static int open_home(void **state)
{
    (void)state;
    return mkdtemp(home) ? 0 : -1;
}

static int remove_home(void **state)
{
    (void)state;
    return rmdir(home);
}

/* A worker that is this script, with `prelude` before it. */
static void pretend(const char *script)
{
    static char path[sizeof home + 16];
    FILE *file;

    snprintf(path, sizeof path, "%s/worker", home);
    file = fopen(path, "w");
    assert_non_null(file);
    fprintf(file, "%s%s", prelude, script);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(path, 0700), 0);
    worker = worker_open(loop, transport, path);
}

static int prepare(void **state)
{
    (void)state;
    memset(guests, 0, sizeof guests);
    loop = loop_open(NULL);
    transport = loop ? transport_open(loop, NULL) : NULL;
    return transport ? 0 : -1;
}

static int clear(void **state)
{
    char path[sizeof home + 16];

    (void)state;
    worker_close(worker);
    transport_close(transport);
    loop_close(loop);
    snprintf(path, sizeof path, "%s/worker", home);
    unlink(path);
    return 0;
}

static void hear(void *self, enum worker_kind kind, struct mono at, struct worker_reader *reader)
{
    struct guest *guest = self;

    (void)reader;
    guest->heard++;
    guest->at = at;
    if (kind != WORKER_ENDED)
        return;
    guest->ended++;
    worker_leave(guest->worker, &guest->guest);
}

static void restart(void *self)
{
    ((struct guest *)self)->restarted++;
}

static void lost(void *self, const char *code, const char *words)
{
    struct guest *guest = self;

    assert_true(strlen(words) > 0);
    guest->lost++;
    snprintf(guest->code, sizeof guest->code, "%s", code);
}

static void unserved(void *self)
{
    ((struct guest *)self)->unserved++;
}

static bool is_over(const struct guest *guest)
{
    return guest->ended || guest->lost || guest->unserved;
}

/* Hands over `count` guests and turns the loop until each is over. */
static void serve(size_t count)
{
    struct worker_start start = {.address = "127.0.0.1", .host = "h", .name = "h", .target = "/", .port = 1};
    bool left = true;

    for (size_t i = 0; i < count; i++) {
        guests[i].worker = worker;
        guests[i].guest = (struct worker_guest){&guests[i], hear, restart, lost, unserved, .start = BUF_INIT};
        guests[i].guest.id = worker_next_id(worker);
        worker_put_start(&guests[i].guest.start, guests[i].guest.id, &start);
        worker_take(worker, &guests[i].guest);
    }
    for (int turns = 0; left && turns < 2000; turns++) {
        assert_true(loop_turn(loop, 100 * 1000, NULL));
        left = false;
        for (size_t i = 0; i < count; i++)
            left |= !is_over(&guests[i]);
    }
    assert_false(left);
}

static void what_it_says_of_each_is_heard(void **state)
{
    (void)state;
    pretend("tell(READY, 0)\n"
            "for i in range(3):\n"
            "    kind, id = take()\n"
            "    tell(BEGUN, id)\n"
            "    ended(id)\n"
            "take()\n");
    serve(3);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(guests[i].heard, 2);
        assert_int_equal(guests[i].ended, 1);
        assert_int_equal(guests[i].restarted, 0);
    }
    assert_true(worker_usable(worker));
}

static void one_that_never_starts_serves_nobody(void **state)
{
    (void)state;
    pretend("sys.exit(1)\n");
    serve(2);
    assert_int_equal(guests[0].unserved, 1);
    assert_int_equal(guests[1].unserved, 1);
    assert_false(worker_usable(worker));
}

static void one_that_does_not_exist_serves_nobody(void **state)
{
    (void)state;
    worker = worker_open(loop, transport, "/nonexistent/worker");
    serve(1);
    assert_int_equal(guests[0].unserved, 1);
    assert_false(worker_usable(worker));
}

/* Dies whenever it is given the second. */
static void a_death_is_the_fault_of_the_one_that_it_happens_with_alone(void **state)
{
    (void)state;
    pretend("tell(READY, 0)\n"
            "while True:\n"
            "    kind, id = take()\n"
            "    if kind != START: continue\n"
            "    tell(BEGUN, id)\n"
            "    if id == 2:\n"
            "        time.sleep(0.2)\n"
            "        os.abort()\n"
            "    time.sleep(0.1)\n"
            "    ended(id)\n");
    serve(3);
    assert_int_equal(guests[0].ended, 1);
    assert_int_equal(guests[0].lost, 0);
    assert_int_equal(guests[1].lost, 1);
    assert_int_equal(guests[1].ended, 0);
    assert_string_equal(guests[1].code, "websocket-client-crashed");
    assert_int_equal(guests[2].ended, 1);
    assert_int_equal(guests[2].lost, 0);
    assert_true(guests[2].restarted >= 1);
    assert_true(worker_usable(worker));
}

/* Each says it, and goes on as if nothing were. */
static void nonsense_is_as_good_as_a_death(void **state)
{
    static const char *const sayings[] = {
        "channel.sendall(b'\\xff' * 64)",
        "channel.sendall(struct.pack('<IBI', 0x7fffffff, BEGUN, id))",
        "frame(BEGUN, id, b'')",
        "tell(200, id)",
        "tell(1, id)",
        "tell(BEGUN, id, at=1 << 63)",
        "frame(BEAT, 0, number(1) + number(1 << 63))",
    };
    char script[512];

    for (size_t i = 0; i < sizeof sayings / sizeof *sayings; i++) {
        if (i) {
            clear(state);
            prepare(state);
        }
        snprintf(script, sizeof script,
                 "tell(READY, 0)\n"
                 "while True:\n"
                 "    kind, id = take()\n"
                 "    if kind == START: %s\n",
                 sayings[i]);
        pretend(script);
        serve(1);
        assert_int_equal(guests[0].restarted, 2);
        assert_int_equal(guests[0].lost, 1);
        assert_string_equal(guests[0].code, "websocket-client-crashed");
    }
}

static void it_cannot_speak_of_what_it_does_not_hold(void **state)
{
    (void)state;
    pretend("tell(READY, 0)\n"
            "kind, id = take()\n"
            "for other in (0, 77, 1 << 31, id + 1): ended(other)\n"
            "ended(id)\n"
            "ended(id)\n"
            "kind, id = take()\n"
            "kind, id = take()\n");
    serve(1);
    assert_int_equal(guests[0].heard, 1);
    assert_int_equal(guests[0].ended, 1);
}

static void times_lie_between_the_start_and_now(void **state)
{
    struct mono before = mono_now();

    (void)state;
    pretend("tell(READY, 0)\n"
            "kind, id = take()\n"
            "tell(BEGUN, id, at=0)\n"
            "time.sleep(0.1)\n"
            "tell(ENDED, id, number(1) + number(0) + field(b'') + field(b''), at=(1 << 63) - 1)\n"
            "take()\n");
    serve(1);
    assert_true(guests[0].at.us > before.us);
    assert_true(guests[0].at.us <= mono_now().us);
}

static void a_worker_that_is_not_read_costs_no_more_than_its_words(void **state)
{
    (void)state;
    pretend("tell(READY, 0)\n"
            "kind, id = take()\n"
            "for i in range(2000): tell(BEGUN, id, b'x' * 1000)\n"
            "ended(id)\n"
            "take()\n");
    serve(1);
    assert_int_equal(guests[0].heard, 2001);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_it_says_of_each_is_heard, prepare, clear),
        cmocka_unit_test_setup_teardown(one_that_never_starts_serves_nobody, prepare, clear),
        cmocka_unit_test_setup_teardown(one_that_does_not_exist_serves_nobody, prepare, clear),
        cmocka_unit_test_setup_teardown(a_death_is_the_fault_of_the_one_that_it_happens_with_alone, prepare, clear),
        cmocka_unit_test_setup_teardown(nonsense_is_as_good_as_a_death, prepare, clear),
        cmocka_unit_test_setup_teardown(it_cannot_speak_of_what_it_does_not_hold, prepare, clear),
        cmocka_unit_test_setup_teardown(times_lie_between_the_start_and_now, prepare, clear),
        cmocka_unit_test_setup_teardown(a_worker_that_is_not_read_costs_no_more_than_its_words, prepare, clear),
    };

    return cmocka_run_group_tests(tests, open_home, remove_home);
}

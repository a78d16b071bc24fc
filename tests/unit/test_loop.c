/* SPDX-License-Identifier: MIT */
#include "tests/unit/unit.h"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "collector/loop.h"

static struct loop *loop;

static int open_loop(void **state)
{
    (void)state;
    loop = loop_open(NULL);
    return loop ? 0 : -1;
}

static int close_loop(void **state)
{
    (void)state;
    loop_close(loop);
    return 0;
}

static int order[200];
static int fired;

static void note(void *self)
{
    order[fired++] = *(int *)self;
}

static void timers_go_off_in_order(void **state)
{
    struct loop_timer timers[100];
    int numbers[100];
    struct mono now = mono_now();

    (void)state;
    fired = 0;
    for (int i = 0; i < 100; i++) {
        numbers[i] = (i * 37) % 100;
        timers[i] = (struct loop_timer){.due = note, .self = &numbers[i]};
        loop_set(loop, &timers[i], (struct mono){now.us + (int64_t)numbers[i] * 20});
    }
    for (int i = 0; i < 100; i++)
        if (numbers[i] % 3 == 0)
            loop_unset(loop, &timers[i]);
    loop_set(loop, &timers[1], (struct mono){now.us + 2000});
    while (fired < 66)
        assert_true(loop_turn(loop, 10000, NULL));
    for (int i = 1; i < 65; i++)
        assert_true(order[i - 1] < order[i]);
    assert_int_equal(order[65], 37);
    loop_turn(loop, 0, NULL);
    assert_int_equal(fired, 66);
}

static struct loop_timer again;

static void set_again(void *self)
{
    (*(int *)self)++;
    loop_set(loop, &again, mono_now());
}

static void a_timer_set_again_waits_for_the_next_turn(void **state)
{
    int count = 0;

    (void)state;
    again = (struct loop_timer){.due = set_again, .self = &count};
    loop_set(loop, &again, mono_now());
    loop_turn(loop, 0, NULL);
    assert_int_equal(count, 1);
    loop_turn(loop, 0, NULL);
    assert_int_equal(count, 2);
    loop_unset(loop, &again);
}

static int ends[2], others[2];
static int heard;

static void hear(void *self, int fd, uint32_t events)
{
    char byte;

    (void)self;
    (void)events;
    heard++;
    assert_int_equal(read(fd, &byte, 1), 1);
    /* The other one is ready too; it goes, and a stranger gets its number. */
    if (fd == ends[0]) {
        loop_forget(loop, others[0]);
        close(others[0]);
        assert_int_equal(dup(ends[0]), others[0]);
    }
}

static void an_event_for_a_closed_descriptor_reaches_nobody(void **state)
{
    (void)state;
    heard = 0;
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, others), 0);
    assert_true(loop_watch(loop, ends[0], EPOLLIN, hear, NULL));
    assert_true(loop_watch(loop, others[0], EPOLLIN, hear, NULL));
    assert_int_equal(write(ends[1], "x", 1), 1);
    assert_int_equal(write(others[1], "x", 1), 1);
    loop_turn(loop, 1000, NULL);
    assert_int_equal(heard, 1);
    loop_turn(loop, 0, NULL);
    assert_int_equal(heard, 1);
    loop_forget(loop, ends[0]);
    for (int i = 0; i < 2; i++) {
        close(ends[i]);
        close(others[i]);
    }
}

static void dawdle(void *self)
{
    struct timespec pause = {0, *(long *)self};

    nanosleep(&pause, NULL);
}

static void the_loop_knows_how_late_it_was(void **state)
{
    long long_pause = 20000000, short_pause = 5000000;
    struct loop_timer timer = {.due = dawdle, .self = &long_pause};
    struct mono start = mono_now(), middle;

    (void)state;
    loop_set(loop, &timer, mono_now());
    loop_turn(loop, 0, NULL);
    loop_turn(loop, 0, NULL);
    middle = mono_now();
    timer.self = &short_pause;
    loop_set(loop, &timer, mono_now());
    loop_turn(loop, 0, NULL);
    loop_turn(loop, 0, NULL);
    assert_true(loop_lag(loop, start) >= 20000);
    assert_true(loop_lag(loop, middle) >= 5000);
    assert_true(loop_lag(loop, middle) < 20000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(timers_go_off_in_order, open_loop, close_loop),
        cmocka_unit_test_setup_teardown(a_timer_set_again_waits_for_the_next_turn, open_loop, close_loop),
        cmocka_unit_test_setup_teardown(an_event_for_a_closed_descriptor_reaches_nobody, open_loop, close_loop),
        cmocka_unit_test_setup_teardown(the_loop_knows_how_late_it_was, open_loop, close_loop),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

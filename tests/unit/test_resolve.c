/* SPDX-License-Identifier: MIT */
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <unistd.h>

#include "collector/hosts.h"
#include "collector/loop.h"
#include "collector/resolve.h"

static char path[] = "/tmp/endoscope-hosts-XXXXXX";

static int write_hosts(void **state)
{
    static const char text[] = "# a comment\n"
                               "127.0.0.1 localhost\n"
                               "10.0.0.7\tStaging.example  alias # the rest\n"
                               "2001:db8::7 staging.example\r\n"
                               "not-an-address other.example\n"
                               "10.0.0.8";
    int fd = mkstemp(path);

    (void)state;
    if (fd < 0 || write(fd, text, sizeof text - 1) != (ssize_t)(sizeof text - 1))
        return -1;
    return close(fd);
}

static int remove_hosts(void **state)
{
    (void)state;
    return unlink(path);
}

static void hosts_are_found_by_any_of_their_names(void **state)
{
    struct hosts *hosts = hosts_read(path);

    (void)state;
    assert_string_equal(hosts_address(hosts, "STAGING.example", 0), "10.0.0.7");
    assert_string_equal(hosts_address(hosts, "staging.example", 1), "2001:db8::7");
    assert_null(hosts_address(hosts, "staging.example", 2));
    assert_string_equal(hosts_address(hosts, "alias", 0), "10.0.0.7");
    assert_null(hosts_address(hosts, "other.example", 0));
    assert_null(hosts_address(hosts, "the", 0));
    hosts_free(hosts);
    hosts = hosts_read("/nonexistent");
    assert_null(hosts_address(hosts, "localhost", 0));
    hosts_free(hosts);
}

static struct resolved answer;
static int answers;

static void take(void *self, const struct resolved *resolved)
{
    (void)self;
    answer = *resolved;
    answers++;
}

static void assert_known(struct resolver *resolver, const char *name, const char *first)
{
    struct resolve_waiter waiter = {.done = take};

    answers = 0;
    resolver_ask(resolver, &(struct resolve_question){.name = name}, &waiter);
    assert_int_equal(answers, 1);
    assert_null(answer.code);
    assert_false(answer.asked_dns);
    assert_string_equal(answer.addresses[0], first);
}

static void what_the_machine_knows_needs_no_dns(void **state)
{
    struct loop *loop = loop_open(NULL);
    struct resolver_options options = {.nameserver = "127.0.0.1:9", .hosts = path};
    struct resolver *resolver = resolver_open(loop, &options, NULL);

    (void)state;
    assert_known(resolver, "192.0.2.1", "192.0.2.1");
    assert_known(resolver, "::1", "::1");
    assert_known(resolver, "staging.example", "10.0.0.7");
    assert_int_equal(answer.count, 2);
    assert_known(resolver, "localhost", "127.0.0.1");
    assert_known(resolver, "app.localhost", "127.0.0.1");
    resolver_close(resolver);
    loop_close(loop);
}

static void whoever_leaves_is_not_called(void **state)
{
    struct loop *loop = loop_open(NULL);
    struct resolver_options options = {.nameserver = "127.0.0.1:9", .hosts = path};
    struct resolver *resolver = resolver_open(loop, &options, NULL);
    struct resolve_waiter one = {.done = take}, two = {.done = take}, three = {.done = take};

    (void)state;
    answers = 0;
    resolver_ask(resolver, &(struct resolve_question){.name = "unknown.example"}, &one);
    resolver_ask(resolver, &(struct resolve_question){.name = "unknown.example"}, &two);
    resolver_ask(resolver, &(struct resolve_question){.name = "unknown.example"}, &three);
    resolver_leave(&two);
    resolver_leave(&two);
    /* Nobody listens on the port of `discard`: the kernel says so, or the tries run out. */
    for (int i = 0; i < 300 && answers < 2; i++)
        loop_turn(loop, 100000, NULL);
    assert_int_equal(answers, 2);
    assert_non_null(answer.code);
    assert_true(answer.asked_dns);
    resolver_close(resolver);
    loop_close(loop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hosts_are_found_by_any_of_their_names),
        cmocka_unit_test(what_the_machine_knows_needs_no_dns),
        cmocka_unit_test(whoever_leaves_is_not_called),
    };

    return cmocka_run_group_tests(tests, write_hosts, remove_hosts);
}

/* SPDX-License-Identifier: MIT */
/* Names to addresses against a name server that can fail in every way, and beside it the system's resolver. */
#include "tests/unit/support/probing.h"

#include <string.h>
#include <sys/stat.h>

#include "collector/loop.h"
#include "collector/resolve.h"

static const char *const servers[4] = {"raw", "dns", NULL};

static struct endpoint *add_name(const char *label)
{
    return add(arena_printf(&suite.arena, "http://%s.example.com:%s/ok", label, value_of("RAW_PORT")));
}

static void perform_all(void)
{
    struct error err = {0};

    assert_int_equal(perform((struct mono){0}, &err), PERFORMED_ALL);
}

static int questions(const char *pattern)
{
    char *command = arena_printf(&suite.arena, "exit $(grep -c '%s' %s)", pattern, value_of("DNS_QUERIES"));

    return WEXITSTATUS(system(command)); /* NOLINT: a fixed command */
}

static void a_family_is_asked_for_alone_and_missed_by_name(void **state)
{
    (void)state;
    add_name("both")->family = FAMILY_IPV4;
    add_name("v6")->family = FAMILY_IPV4;
    add_name("many")->family = FAMILY_IPV6;
    add_raw("http", "/ok")->family = FAMILY_IPV6;
    perform_all();
    assert_int_equal(of(0)->status, 200);
    assert_string_equal(of(0)->address.data, "127.0.0.1");
    assert_string_equal(of(1)->code, "dns-no-ipv4");
    assert_string_equal(of(2)->code, "dns-no-ipv6");
    assert_string_equal(of(3)->code, "dns-no-ipv6");
    assert_int_equal(questions("AAAA both.example.com"), 0);
    assert_int_equal(questions(" A many.example.com"), 0);
}

static void a_fresh_lookup_is_one_for_each_attempt(void **state)
{
    struct endpoint *endpoint = add_name("good.fresh");

    (void)state;
    endpoint->dns_fresh = true;
    endpoint->family = FAMILY_IPV4;
    endpoint->attempts = 3;
    endpoint = add_name("good.shared");
    endpoint->family = FAMILY_IPV4;
    endpoint->attempts = 3;
    perform_all();
    assert_int_equal(questions("good.fresh"), 3);
    assert_int_equal(questions("good.shared"), 1);
    for (size_t i = 0; i < taken_count; i++) {
        assert_int_equal(taken[i]->status, 200);
        if (taken[i]->endpoint == 0)
            assert_true(taken[i]->timings.dns_us > 0);
    }
}

static void what_is_no_answer_has_its_code(void **state)
{
    static const struct {
        const char *label, *code;
    } names[] = {{"garbage", "dns-timeout"},  {"formerr", "dns-malformed"}, {"notimp", "dns-servfail"},
                 {"loop", "dns-no-address"},  {"wrongid", "dns-timeout"},   {"unknown.nxdomain", "dns-nxdomain"},
                 {"nxdomain", "dns-nxdomain"}};

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        add_name(names[i].label)->timeout_us = (int64_t)9 * 1000 * 1000;
    perform_all();
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        assert_int_equal(of(i)->layer, LAYER_DNS);
        assert_string_equal(of(i)->code, names[i].code);
    }
}

static void a_trailing_dot_is_no_other_name(void **state)
{
    (void)state;
    add(arena_printf(&suite.arena, "http://good.dotted.:%s/ok", value_of("RAW_PORT")));
    perform_all();
    assert_int_equal(of(0)->status, 200);
    assert_int_equal(questions(" A good.dotted$"), 1);
}

static struct resolved answer;
static char first_address[ADDRESS_TEXT];
static bool answered;

static void take_answer(void *self, const struct resolved *resolved)
{
    (void)self;
    answer = *resolved;
    if (resolved->count)
        memcpy(first_address, resolved->addresses[0], ADDRESS_TEXT);
    answered = true;
}

/* Asks for `name`, where `script` is what answers for the system. */
static void ask_beside(const char *script, const char *name, enum family_choice family)
{
    const char *path = arena_printf(&suite.arena, "%s/system", home);
    struct loop *loop = loop_open(NULL);
    struct resolver_options options = {.nameserver = arena_printf(&suite.arena, "127.0.0.1:%s", value_of("DNS_PORT")),
                                       .system = path};
    struct resolver *resolver = resolver_open(loop, &options, NULL);
    struct resolve_waiter waiter = {.done = take_answer};
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    fprintf(file, "#!/bin/sh\n%s\n", script);
    assert_int_equal(fchmod(fileno(file), 0700), 0);
    assert_int_equal(fclose(file), 0);
    answered = false;
    resolver_ask(resolver, &(struct resolve_question){.name = name, .family = family}, &waiter);
    while (!answered)
        assert_true(loop_turn(loop, 100000, NULL));
    assert_true(answer.ended.us > 0 || answer.code);
    resolver_close(resolver);
    loop_close(loop);
}

static void the_system_is_asked_where_dns_says_no(void **state)
{
    (void)state;
    ask_beside("[ \"$*\" = 'ahosts nxdomain.example.com' ] && printf '%s\\n' '10.0.0.9  STREAM x' '10.0.0.9  DGRAM' "
               "'fd00::9 RAW'",
               "nxdomain.example.com", FAMILY_ANY);
    assert_null(answer.code);
    assert_string_equal(answer.denied, "dns-nxdomain");
    assert_string_equal(first_address, "10.0.0.9");
    assert_int_equal(answer.count, 2);
    ask_beside("echo fd00::9 STREAM; echo 10.0.0.9 STREAM; echo nonsense", "nodata.example.com", FAMILY_IPV4);
    assert_string_equal(answer.denied, "dns-no-ipv4");
    assert_string_equal(first_address, "10.0.0.9");
    assert_int_equal(answer.count, 1);
    /* Where DNS knows the name, or cannot say, nobody else is asked. */
    ask_beside("echo 10.0.0.9 STREAM", "good.example.com", FAMILY_IPV4);
    assert_null(answer.denied);
    assert_string_equal(first_address, "127.0.0.1");
    ask_beside("echo 10.0.0.9 STREAM", "refused.example.com", FAMILY_ANY);
    assert_string_equal(answer.code, "dns-refused");
}

static void a_system_that_knows_nothing_or_hangs_leaves_dns_its_word(void **state)
{
    (void)state;
    ask_beside("exit 2", "nxdomain.example.com", FAMILY_ANY);
    assert_string_equal(answer.code, "dns-nxdomain");
    assert_null(answer.denied);
    ask_beside("exec sleep 600", "nxdomain.example.com", FAMILY_ANY);
    assert_string_equal(answer.code, "dns-nxdomain");
    ask_beside("yes 10.0.0.9", "nxdomain.example.com", FAMILY_ANY);
    assert_string_equal(first_address, "10.0.0.9");
    ask_beside("env | grep -q SECRET_OF_OURS && echo 10.0.0.9", "nxdomain.example.com", FAMILY_ANY);
    assert_string_equal(answer.code, "dns-nxdomain");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_family_is_asked_for_alone_and_missed_by_name, prepare, clear),
        cmocka_unit_test_setup_teardown(a_fresh_lookup_is_one_for_each_attempt, prepare, clear),
        cmocka_unit_test_setup_teardown(what_is_no_answer_has_its_code, prepare, clear),
        cmocka_unit_test_setup_teardown(a_trailing_dot_is_no_other_name, prepare, clear),
        cmocka_unit_test_setup_teardown(the_system_is_asked_where_dns_says_no, prepare, clear),
        cmocka_unit_test_setup_teardown(a_system_that_knows_nothing_or_hangs_leaves_dns_its_word, prepare, clear),
    };

    if (setenv("SECRET_OF_OURS", "1", 1) != 0)
        return 1;
    return cmocka_run_group_tests(tests, start_servers, stop_servers);
}

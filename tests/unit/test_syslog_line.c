/* SPDX-License-Identifier: MIT */
/* What a logger gets, by a socket that the test listens on. */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/syslog_line.h"

static char folder[] = "/tmp/test_syslog_line.XXXXXX";
static struct sockaddr_un address = {.sun_family = AF_UNIX};
static const struct wall when = {INT64_C(1757556000123456)}; /* 2025-09-11 02:00 UTC */

static int setup(void **state)
{
    (void)state;
    setenv("TZ", "UTC", 1);
    if (!mkdtemp(folder))
        return -1;
    snprintf(address.sun_path, sizeof address.sun_path, "%s/log", folder);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    return rmdir(folder);
}

static int listen_by(int type)
{
    int fd = socket(AF_UNIX, type, 0);

    assert_true(fd >= 0);
    assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof address), 0);
    return fd;
}

static void expect_text(const char *got, ssize_t len)
{
    char wanted[100];

    snprintf(wanted, sizeof wanted, "<28>Sep 11 02:00:00 endoscope[%ld]: 100 %%n words", (long)getpid());
    assert_int_equal(len, strlen(wanted));
    assert_memory_equal(got, wanted, strlen(wanted));
}

static void a_line_comes_with_facility_severity_time_and_process(void **state)
{
    int fd = listen_by(SOCK_DGRAM);
    char got[1000];

    (void)state;
    assert_true(syslog_line(address.sun_path, when, 4, "100 %n words"));
    expect_text(got, recv(fd, got, sizeof got, 0));
    close(fd);
    unlink(address.sun_path);
}

static void a_logger_that_listens_on_a_stream_gets_it_with_its_end(void **state)
{
    int fd = listen_by(SOCK_STREAM), peer;
    char got[1000];
    ssize_t len;

    (void)state;
    assert_int_equal(listen(fd, 1), 0);
    assert_true(syslog_line(address.sun_path, when, 4, "100 %n words"));
    peer = accept(fd, NULL, NULL);
    len = recv(peer, got, sizeof got, MSG_WAITALL);
    assert_true(len > 0 && got[len - 1] == '\0');
    expect_text(got, len - 1);
    close(peer);
    close(fd);
    unlink(address.sun_path);
}

static void that_nobody_takes_it_is_said(void **state)
{
    char too_long[200];
    int fd;
    bool taken = true;

    (void)state;
    assert_false(syslog_line(address.sun_path, when, 4, "nobody is there"));
    memset(too_long, 'x', sizeof too_long - 1);
    too_long[sizeof too_long - 1] = '\0';
    assert_false(syslog_line(too_long, when, 4, "words"));
    /* One that does not read: its queue is full at some time, and it is not waited for. */
    fd = listen_by(SOCK_DGRAM);
    for (int i = 0; i < 100000 && taken; i++)
        taken = syslog_line(address.sun_path, when, 4, "nobody reads");
    assert_false(taken);
    close(fd);
    assert_false(syslog_line(address.sun_path, when, 4, "nobody is there any more"));
    unlink(address.sun_path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_comes_with_facility_severity_time_and_process),
        cmocka_unit_test(a_logger_that_listens_on_a_stream_gets_it_with_its_end),
        cmocka_unit_test(that_nobody_takes_it_is_said),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}

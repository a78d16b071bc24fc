/* SPDX-License-Identifier: MIT */
/* What the locked worker cannot do any more. Each try is made in a child, since the lock cannot be undone. */
#include "tests/unit/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "collector/worker_lock.h"

enum { DENIED = 10, ALLOWED, OTHERWISE, UNLOCKED };

static int judge(long result)
{
    if (result >= 0)
        return ALLOWED;
    return errno == EPERM ? DENIED : OTHERWISE;
}

static int open_file(void)
{
    return judge(open("/etc/hostname", O_RDONLY | O_CLOEXEC));
}

static int open_by_number(void)
{
    return judge(syscall(__NR_openat, AT_FDCWD, "/etc/hostname", O_RDONLY));
}

static int make_file(void)
{
    return judge(open("/tmp/endoscope-locked", O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
}

static int start_program(void)
{
    char name[] = "true", *argv[] = {name, NULL};

    return judge(execv("/bin/true", argv));
}

static int make_process(void)
{
    return judge(syscall(__NR_clone, SIGCHLD, 0, 0, 0, 0));
}

static int reach_a_local_socket(void)
{
    return judge(socket(AF_UNIX, SOCK_STREAM, 0));
}

static int execute_memory(void)
{
    void *place = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    return judge(place == MAP_FAILED ? -1 : 0);
}

static int look_at_its_parent(void)
{
    return judge(syscall(__NR_process_vm_readv, getppid(), NULL, 0, NULL, 0, 0));
}

static int signal_its_parent(void)
{
    return judge(kill(getppid(), 0));
}

static int become_dumpable(void)
{
    return judge(prctl(PR_SET_DUMPABLE, 1, 0, 0, 0));
}

static int speak_tcp(void)
{
    return judge(socket(AF_INET, SOCK_STREAM, 0)) == ALLOWED ? judge(socket(AF_INET6, SOCK_STREAM, 0)) : DENIED;
}

static int allocate(void)
{
    void *block = malloc(64 << 20);
    int judged = judge(block ? 0 : -1);

    free(block);
    return judged;
}

static int outcome_of(int (*try)(void), bool lock)
{
    int status = 0;
    pid_t child = fork();

    assert_true(child >= 0);
    if (child == 0) {
        if (!worker_bind(getppid(), NULL) || (lock && !worker_lock(NULL)))
            _exit(UNLOCKED);
        _exit(try());
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void what_leads_out_is_denied(void **state)
{
    static int (*const tries[])(void) = {open_file,         open_by_number,       make_file,      start_program,
                                         make_process,      reach_a_local_socket, execute_memory, look_at_its_parent,
                                         signal_its_parent, become_dumpable};

    (void)state;
    for (size_t i = 0; i < sizeof tries / sizeof *tries; i++)
        assert_int_equal(outcome_of(tries[i], true), DENIED);
    /* It is the lock that denies them. */
    assert_int_equal(outcome_of(open_file, false), ALLOWED);
    assert_int_equal(outcome_of(reach_a_local_socket, false), ALLOWED);
    assert_int_equal(outcome_of(signal_its_parent, false), ALLOWED);
}

static void what_a_probe_needs_is_allowed(void **state)
{
    (void)state;
    assert_int_equal(outcome_of(speak_tcp, true), ALLOWED);
    assert_int_equal(outcome_of(allocate, true), ALLOWED);
}

static int says_core_and_dump(void)
{
    struct rlimit core = {1, 1};

    return getrlimit(RLIMIT_CORE, &core) == 0 && core.rlim_cur == 0 && core.rlim_max == 0
                   && prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0
               ? DENIED
               : ALLOWED;
}

static void a_bound_process_leaves_no_core(void **state)
{
    (void)state;
    assert_int_equal(outcome_of(says_core_and_dump, false), DENIED);
}

static void a_worker_without_its_parent_does_not_begin(void **state)
{
    struct error err = {0};
    int status = 0;
    pid_t child = fork();

    (void)state;
    assert_true(child >= 0);
    if (child == 0)
        _exit(worker_bind(1 << 30, &err) ? ALLOWED : DENIED);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(WEXITSTATUS(status), DENIED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_leads_out_is_denied),
        cmocka_unit_test(what_a_probe_needs_is_allowed),
        cmocka_unit_test(a_bound_process_leaves_no_core),
        cmocka_unit_test(a_worker_without_its_parent_does_not_begin),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

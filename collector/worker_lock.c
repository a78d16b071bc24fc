/* SPDX-License-Identifier: MIT */
#include "collector/worker_lock.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#else
#error "worker_lock.c knows the system calls of x86-64 and arm64 only"
#endif

enum { FIRST_FOREIGN = 0x40000000 }; /* of x32: other numbers for the same calls */

/* What libwebsockets, OpenSSL, malloc and the sanitizers' runtime go on using. */
static const int allowed[] = {
    __NR_read,          __NR_write,
    __NR_readv,         __NR_writev,
    __NR_close,         __NR_ppoll,
    __NR_fcntl,         __NR_lseek,
    __NR_connect,       __NR_bind,
    __NR_shutdown,      __NR_getsockopt,
    __NR_setsockopt,    __NR_getsockname,
    __NR_getpeername,   __NR_sendto,
    __NR_recvfrom,      __NR_sendmsg,
    __NR_recvmsg,       __NR_brk,
    __NR_munmap,        __NR_mremap,
    __NR_madvise,       __NR_futex,
    __NR_rt_sigaction,  __NR_rt_sigprocmask,
    __NR_rt_sigreturn,  __NR_sigaltstack,
    __NR_tgkill,        __NR_restart_syscall,
    __NR_clock_gettime, __NR_clock_nanosleep,
    __NR_nanosleep,     __NR_gettimeofday,
    __NR_sched_yield,   __NR_getrandom,
    __NR_getpid,        __NR_gettid,
    __NR_getppid,       __NR_getuid,
    __NR_geteuid,       __NR_getgid,
    __NR_getegid,       __NR_exit,
    __NR_exit_group,
#if defined(__x86_64__)
    __NR_poll,          __NR_time,
#endif
};

enum { ALLOWED = sizeof allowed / sizeof *allowed, PROGRAM_MOST = 2 * ALLOWED + 32 };

struct program {
    struct sock_filter steps[PROGRAM_MOST];
    unsigned short len;
};

static void put(struct program *program, struct sock_filter step)
{
    program->steps[program->len++] = step;
}

static void load(struct program *program, size_t offset)
{
    put(program, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (unsigned)offset));
}

static void answer(struct program *program, unsigned what)
{
    put(program, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, what));
}

/* The low half of an argument: both architectures are little-endian. */
static size_t argument(int number)
{
    return offsetof(struct seccomp_data, args) + (size_t)number * sizeof(uint64_t);
}

/* A socket only of the internet, so that no path on this machine leads anywhere. */
static void put_socket(struct program *program)
{
    put(program, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_socket, 0, 5));
    load(program, argument(0));
    put(program, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AF_INET, 1, 0));
    put(program, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AF_INET6, 0, 1));
    answer(program, SECCOMP_RET_ALLOW);
    answer(program, SECCOMP_RET_ERRNO | EPERM);
}

/* Memory, but none that can be executed. */
static void put_memory(struct program *program, unsigned call)
{
    put(program, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, call, 0, 4));
    load(program, argument(2));
    put(program, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, PROT_EXEC, 1, 0));
    answer(program, SECCOMP_RET_ALLOW);
    answer(program, SECCOMP_RET_ERRNO | EPERM);
}

static void write_program(struct program *program)
{
    load(program, offsetof(struct seccomp_data, arch));
    put(program, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0));
    answer(program, SECCOMP_RET_KILL_PROCESS);
    load(program, offsetof(struct seccomp_data, nr));
    put(program, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, FIRST_FOREIGN, 0, 1));
    answer(program, SECCOMP_RET_KILL_PROCESS);
    for (size_t i = 0; i < ALLOWED; i++) {
        put(program, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)allowed[i], 0, 1));
        answer(program, SECCOMP_RET_ALLOW);
    }
    put_socket(program);
    put_memory(program, __NR_mmap);
    put_memory(program, __NR_mprotect);
    answer(program, SECCOMP_RET_ERRNO | EPERM);
}

bool worker_bind(long parent, struct error *err)
{
    const struct rlimit none = {0, 0};

    if (setrlimit(RLIMIT_CORE, &none) != 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
        return fail(err, ERR_SYSTEM, "cannot forbid core files: %s", strerror(errno));
    if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0)
        return fail(err, ERR_SYSTEM, "cannot bind the worker's life to its parent's: %s", strerror(errno));
    if (getppid() != parent)
        return fail(err, ERR_SYSTEM, "the worker's parent is gone already");
    return true;
}

bool worker_lock(struct error *err)
{
    struct program program = {.len = 0};
    struct sock_fprog filter = {.filter = program.steps};

    write_program(&program);
    filter.len = program.len;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter, 0, 0) == 0)
        return true;
    return fail(err, ERR_SYSTEM, "cannot lock the worker in: %s", strerror(errno));
}

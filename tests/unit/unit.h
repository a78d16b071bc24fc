/* SPDX-License-Identifier: MIT */
/* unit.h - cmocka with what it needs before it, and without its macros `fail` and `expect_check`, which are words of
 * base/error.h and collector/expect.h here. */
#ifndef TESTS_UNIT_UNIT_H
#define TESTS_UNIT_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#undef fail
#undef expect_check

/* cmocka makes it of that macro. */
#undef fail_msg
#define fail_msg(...)                                                                                                 \
    do {                                                                                                              \
        print_error(__VA_ARGS__);                                                                                     \
        print_error("\n");                                                                                            \
        _fail(__FILE__, __LINE__);                                                                                    \
    } while (0)
#endif

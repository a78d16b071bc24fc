/* SPDX-License-Identifier: MIT */
/* error.h - why something could not be done, in words for a person.
 *
 * An error is worded where it happens and carried up by the callers, who add where or pass on; only cli/main.c
 * prints it and turns its code into an exit status. A probe that fails is data, never an error. */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include <stdbool.h>

enum error_code {
    ERR_NONE,
    ERR_USAGE,     /* the command line; exit status 2 */
    ERR_CONFIG,    /* the configuration; 2 */
    ERR_TEMPLATE,  /* a template; 2 */
    ERR_NOT_FOUND, /* a run, probe or name that does not exist; 2 */
    ERR_STORE,     /* the database; 3 */
    ERR_IO,        /* a file; 3 */
    ERR_SYSTEM,    /* the machine: descriptors, processes, clocks; 3 */
};

struct error {
    enum error_code code;
    char text[1024];
};

/* Fills `err` (NULL is allowed) and returns false, so that the cause reads `return fail(err, ERR_IO, …);`. */
bool fail(struct error *err, enum error_code code, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Puts "context: " before what `err` already says; returns false. */
bool fail_context(struct error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));
#endif

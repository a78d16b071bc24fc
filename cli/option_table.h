/* SPDX-License-Identifier: MIT */
/* option_table.h - the rows behind options.h. */
#ifndef CLI_OPTION_TABLE_H
#define CLI_OPTION_TABLE_H

#include <stddef.h>
#include <stdint.h>

enum option_kind {
    OPTION_FLAG,     /* bool */
    OPTION_TEXT,     /* const char * */
    OPTION_TEXTS,    /* struct texts */
    OPTION_LABEL,    /* struct texts, each NAME=VALUE */
    OPTION_COUNT,    /* uint64_t, at least 1 */
    OPTION_DURATION, /* int64_t µs */
};

enum { VERBS_ALL = 0xFFFF };

struct option {
    const char *name;
    char letter;          /* 0: none */
    const char *argument; /* NULL: a flag */
    enum option_kind kind;
    size_t offset;  /* in struct arguments */
    unsigned verbs; /* bit i: verbs[i] knows it */
    const char *help;
};

/* Ends with a NULL name. */
extern const struct option options[];
#endif

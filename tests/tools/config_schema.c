/* SPDX-License-Identifier: MIT */
/* Prints docs/endoscope.schema.json. */
#include <stdio.h>

#include "collector/config_schema.h"

int main(void)
{
    struct buf schema = BUF_INIT;
    bool written;

    config_schema(&schema);
    written = fputs(schema.data, stdout) != EOF && fflush(stdout) == 0;
    buf_free(&schema);
    return written ? 0 : 1;
}

/* SPDX-License-Identifier: MIT */
/* Prints docs/report.schema.json. */
#include <stdio.h>

#include "diagnosis/model.h"
#include "diagnosis/model_history.h"
#include "diagnosis/verify.h"
#include "render/json_schema.h"

int main(void)
{
    const struct json_document documents[] = {
        {&model_shape, "endoscope-report/1",
         "of `run --json`, and of `report` and `compare` of two runs with --format json"},
        {&model_history_shape, "endoscope-history/1", "of `history`"},
        {&model_windows_shape, "endoscope-windows/1", "of `compare` of two windows of nights"},
        {&verification_shape, NULL, "of `verify`"},
        {&model_evidence_shape, NULL, "of `show`: one probe"},
        {NULL, NULL, NULL},
    };
    struct buf schema = BUF_INIT;
    bool written;

    json_schema_write(documents, &schema);
    written = fputs(schema.data, stdout) != EOF && fflush(stdout) == 0;
    buf_free(&schema);
    return written ? 0 : 1;
}

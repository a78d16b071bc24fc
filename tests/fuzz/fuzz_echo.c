/* SPDX-License-Identifier: MIT */
/* Any bytes around a secret, in a form that the first byte chooses: what comes out does not hold it. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "collector/secret.h"

static const char secret[] = "s3cr3t/Value+42";

static void put_escaped(struct buf *text, unsigned how)
{
    for (const char *c = secret; *c; c++) {
        unsigned byte = (unsigned char)*c;

        switch (how % 5) {
        case 1:
            buf_printf(text, "%%%02x", byte);
            break;
        case 2:
            buf_printf(text, "\\u%04X", byte);
            break;
        case 3:
            /* Only some of them, as servers do. */
            buf_printf(text, byte == '/' || byte == '+' ? "%%%02X" : "%c", byte);
            break;
        case 4:
            buf_printf(text, "&#%u;", byte);
            break;
        default:
            buf_putc(text, *c);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct secrets *secrets = secrets_new();
    struct buf text = BUF_INIT, out = BUF_INIT;
    size_t half = size / 2;

    if (size == 0 || !secrets_add(secrets, "TOKEN", secret, NULL)) {
        secrets_free(secrets);
        return 0;
    }
    buf_put(&text, data + 1, half ? half - 1 : 0);
    /* Blanks, since a backslash or a percent sign before it would be part of its first escape. */
    buf_putc(&text, ' ');
    put_escaped(&text, data[0]);
    buf_putc(&text, ' ');
    buf_put(&text, data + half, size - half);
    secrets_redact(secrets, buf_slice(&text), data[0] & 0x80, &out);
    if (memmem(out.data, out.len, secret, sizeof secret - 1) || !memmem(out.data, out.len, "[redacted:", 10))
        abort();
    buf_free(&text);
    buf_free(&out);
    secrets_free(secrets);
    return 0;
}

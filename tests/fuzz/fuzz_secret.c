/* SPDX-License-Identifier: MIT */
/* Any bytes around a secret in any form: it must never come out, and redacting what is redacted changes nothing. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "collector/secret.h"

static const char token[] = "k3y/\"geheim\"\\7+%";

/* The first byte chooses a form, and whether the text counts as cut. */
static void put_form(struct buf *out, uint8_t form)
{
    for (const char *at = token; *at; at++) {
        unsigned char c = (unsigned char)*at;

        if (form % 3 == 1)
            buf_printf(out, "%%%02X", c);
        else if (form % 3 == 2)
            buf_printf(out, "\\u%04x", c);
        else
            buf_putc(out, *at);
    }
}

static void must_not_hold(const struct buf *out)
{
    if (memmem(out->data, out->len, token, sizeof token - 1))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct secrets *secrets;
    struct buf text = BUF_INIT, out = BUF_INIT, again = BUF_INIT;
    size_t half = size / 2;

    if (!secrets) {
        secrets = secrets_new();
        secrets_add(secrets, "TOKEN", token, NULL);
        secrets_add(secrets, "OTHER", "geheim\"\\7+%AAAA", NULL);
    }
    if (size) {
        buf_put(&text, data, half);
        /* A sign before it would begin another escape. */
        buf_puts(&text, data[0] % 3 ? " " : "");
        put_form(&text, data[0]);
        buf_put(&text, data + half, size - half);
    }
    secrets_redact(secrets, buf_slice(&text), size % 2 == 1, &out);
    must_not_hold(&out);
    if (size && !memmem(out.data, out.len, "[redacted:", 10))
        abort();
    secrets_redact(secrets, buf_slice(&out), false, &again);
    must_not_hold(&again);
    buf_free(&text);
    buf_free(&out);
    buf_free(&again);
    return 0;
}

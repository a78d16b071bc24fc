/* SPDX-License-Identifier: MIT */
/* Any bytes from a server: whole, cut off, and split over two messages, they show no secret. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "collector/probe.h"
#include "collector/secret.h"

static const char *const values[] = {"s3cr3t/to+ken", "hunter22", "p\xC3\xA9ss \"word\""};
static const char *const encoded[] = {"czNjcjN0L3RvK2tlb",
                                      "aHVudGVyMj"}; /* of the first two, at the first alignment */

static struct secrets *registered(void)
{
    static const uint8_t key[SECRET_KEY] = {7};
    struct secrets *secrets = secrets_new();

    secrets_key(secrets, key);
    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        if (!secrets_add(secrets, "NAME", values[i], NULL))
            abort();
    return secrets;
}

static void expect_clean(struct slice text)
{
    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        if (memmem(text.data, text.len, values[i], strlen(values[i])))
            abort();
    for (size_t i = 0; i < sizeof encoded / sizeof *encoded; i++)
        if (memmem(text.data, text.len, encoded[i], strlen(encoded[i])))
            abort();
}

static void check_text(const struct secrets *secrets, struct slice text, bool cut)
{
    struct buf out = BUF_INIT;

    secrets_redact(secrets, text, cut, &out);
    expect_clean(buf_slice(&out));
    buf_free(&out);
}

static void check_probe(const struct secrets *secrets, struct slice text)
{
    size_t half = text.len / 2;
    struct slice first = {text.data, half}, second = {text.data + half, text.len - half};
    struct message messages[] = {
        {.type = MESSAGE_TEXT, .data = first, .size = first.len},
        {.type = MESSAGE_TEXT, .data = second, .size = second.len},
    };
    struct header headers[] = {{{"Set-Cookie", 10}, text}, {first, second}};
    struct judgement judgement = {.actual = first};
    struct probe *probe = probe_new();

    probe->messages = messages;
    probe->message_count = 2;
    probe->headers = headers;
    probe->header_count = 2;
    probe->judgements = &judgement;
    probe->judgement_count = 1;
    probe->body = text;
    probe->body_cut = true;
    secrets_redact_probe(secrets, probe);
    for (size_t i = 0; i < 2; i++) {
        expect_clean(probe->messages[i].data);
        expect_clean(probe->headers[i].name);
        expect_clean(probe->headers[i].value);
    }
    expect_clean(probe->judgements[0].actual);
    expect_clean(probe->body);
    probe_free(probe);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct secrets *secrets = registered();
    struct slice text = {(const char *)data, size};

    check_text(secrets, text, false);
    check_text(secrets, text, true);
    check_probe(secrets, text);
    secrets_free(secrets);
    return 0;
}

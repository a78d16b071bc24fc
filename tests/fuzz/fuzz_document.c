/* SPDX-License-Identifier: MIT */
/* The documents of a probe as a damaged or hostile store has them. The input is cut into the five of them by its first
 * eight bytes: the lengths of the first four, the rest is `varying`. */
#include <stddef.h>
#include <stdint.h>

#include "store/document.h"

static struct slice cut(const uint8_t **data, size_t *size, size_t len)
{
    struct slice piece = {(const char *)*data, len < *size ? len : *size};

    *data += piece.len;
    *size -= piece.len;
    return len ? piece : (struct slice){NULL, 0};
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum { LENGTHS = 8 };
    struct body_name body = {.present = true, .size = 15};
    size_t lengths[4];

    if (size < LENGTHS)
        return 0;
    for (size_t i = 0; i < 4; i++)
        lengths[i] = (size_t)data[2 * i] | (size_t)data[2 * i + 1] << 8;
    data += LENGTHS;
    size -= LENGTHS;
    for (int evidence = 0; evidence < 2; evidence++) {
        struct probe *probe = probe_new();
        const uint8_t *at = data;
        size_t left = size;
        struct documents documents = {0};

        documents.exchange = cut(&at, &left, lengths[0]);
        documents.judgements = cut(&at, &left, lengths[1]);
        documents.chain = cut(&at, &left, lengths[2]);
        documents.messages = cut(&at, &left, lengths[3]);
        documents.varying = (struct slice){(const char *)at, left};
        probe->started.us = INT64_C(1757592000000000);
        document_read(probe, &documents, &body, evidence != 0);
        probe_free(probe);
    }
    return 0;
}

/* SPDX-License-Identifier: MIT */
#include "collector/resolved.h"

#include <ares.h>
#include <arpa/inet.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

bool resolved_is_literal(const char *text)
{
    unsigned char binary[16];

    return inet_pton(AF_INET, text, binary) == 1 || inet_pton(AF_INET6, text, binary) == 1;
}

static bool is_of(const char *address, enum family_choice family)
{
    return family == FAMILY_ANY || (strchr(address, ':') != NULL) == (family == FAMILY_IPV6);
}

void resolved_add(struct resolved *resolved, enum family_choice family, const char *address)
{
    if (!is_of(address, family) || resolved->count == ADDRESSES_MOST)
        return;
    for (size_t i = 0; i < resolved->count; i++)
        if (strcmp(resolved->addresses[i], address) == 0)
            return;
    if (!resolved->addresses)
        resolved->addresses = mem_new(ADDRESSES_MOST, sizeof *resolved->addresses);
    snprintf(resolved->addresses[resolved->count++], ADDRESS_TEXT, "%s", address);
}

void resolved_take(struct resolved *resolved, enum family_choice family, const struct ares_addrinfo *answer)
{
    char text[ADDRESS_TEXT];

    for (const struct ares_addrinfo_node *node = answer->nodes; node; node = node->ai_next) {
        const void *binary = NULL;

        if (node->ai_family == AF_INET)
            binary = &((const struct sockaddr_in *)(const void *)node->ai_addr)->sin_addr;
        else if (node->ai_family == AF_INET6)
            binary = &((const struct sockaddr_in6 *)(const void *)node->ai_addr)->sin6_addr;
        if (binary && inet_ntop(node->ai_family, binary, text, sizeof text))
            resolved_add(resolved, family, text);
    }
}

/* Each address stands there once for every type of socket. */
void resolved_take_lines(struct resolved *resolved, enum family_choice family, struct slice lines)
{
    const char *at = lines.data, *end = at + lines.len;

    while (at < end) {
        const char *line_end = memchr(at, '\n', (size_t)(end - at));
        char address[ADDRESS_TEXT] = "";
        size_t len = 0;

        while (at + len < end && len + 1 < sizeof address && !strchr(" \t\n", at[len]))
            len++;
        memcpy(address, at, len);
        if (resolved_is_literal(address))
            resolved_add(resolved, family, address);
        at = line_end ? line_end + 1 : end;
    }
}

const char *resolved_code(int status, enum family_choice family)
{
    switch (status) {
    case ARES_SUCCESS:
        return NULL;
    case ARES_ENOTFOUND:
        return "dns-nxdomain";
    case ARES_ENODATA:
        return family == FAMILY_ANY ? "dns-no-address" : family == FAMILY_IPV4 ? "dns-no-ipv4" : "dns-no-ipv6";
    case ARES_ESERVFAIL:
    case ARES_ENOTIMP:
        return "dns-servfail";
    case ARES_EREFUSED:
        return "dns-refused";
    case ARES_ETIMEOUT:
        return "dns-timeout";
    case ARES_ECONNREFUSED:
        return "dns-unreachable";
    case ARES_EBADNAME:
    case ARES_EBADQUERY:
        return "dns-bad-name";
    default:
        return "dns-malformed";
    }
}

static int by_text(const void *a, const void *b)
{
    const char *const *left = a, *const *right = b;

    return strcmp(*left, *right);
}

const char *resolved_words(const struct resolved *resolved, struct arena *arena)
{
    const char *sorted[ADDRESSES_MOST], *words = "";
    size_t count = resolved->count < ADDRESSES_MOST ? resolved->count : ADDRESSES_MOST;

    for (size_t i = 0; i < count; i++)
        sorted[i] = resolved->addresses[i];
    qsort(sorted, count, sizeof *sorted, by_text);
    for (size_t i = 0; i < count; i++)
        words = arena_printf(arena, "%s%s%s", words, i ? " " : "", sorted[i]);
    return words;
}

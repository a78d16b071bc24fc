/* SPDX-License-Identifier: MIT */
/* proxy.h - the proxy that a suite names: it is looked up by us, and it looks the servers up.
 *
 * http://user:password@host:port speaks HTTP in the clear; https, wss and ws go through a tunnel (CONNECT, RFC 9110,
 * 9.3.6), plain http in absolute form. socks5h://host:port is SOCKS 5 (RFC 1928) with the name given to the proxy. The
 * environment's http_proxy and its like are never read. */
#ifndef COLLECTOR_PROXY_H
#define COLLECTOR_PROXY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "collector/suite.h"

struct proxy {
    bool socks;
    const char *host; /* to look up: without brackets */
    uint16_t port;
    const char *user, *password; /* NULL: none */
    const char *shown;           /* without the password */
};

/* Reads `setting` into `proxy`, texts in `arena`; the reason in `err` when it is none. */
bool proxy_read(struct setting setting, struct arena *arena, struct proxy *proxy, struct error *err);
#endif

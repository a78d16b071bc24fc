/* SPDX-License-Identifier: MIT */
/* rules_varied.c - causes that a request with one thing changed brings to light (diagnosis/variation.h). */
#include "diagnosis/rule.h"

#define IN_TURNS                                                                                                      \
    "The same request, asked in turns as it is configured and with the one thing changed, would show whether that "   \
    "makes the difference."

const struct rule rules_varied[] = {
    {
        .code = "http-origin-named",
        .layer = LAYER_HTTP,
        .title = "The server refuses the request, and names its Origin as the reason",
        .needs = {FACT_NAMES_ORIGIN},
        .excludes = {FACT_UNSTEADY, FACT_ORIGIN_WORKS},
        .told_apart =
            "The answer, or the reason of the close frame, speaks of the Origin; and neither the server's own "
            "Origin nor none at all is allowed, so that no request of ours shows it.",
        .remedy = "Add the page's origin to those that the server allows, exactly as the browser sends it: scheme, "
                  "host and port.",
        .standard = "RFC 6455, 4.2.2 and 10.2; RFC 6454, 7",
        .undecided = "The same request with an Origin that the server allows would show whether that makes the "
                     "difference: the server's configuration lists them.",
    },
    {
        .code = "http-origin-refused",
        .layer = LAYER_HTTP,
        .title = "The server refuses the request's Origin",
        .on = LAYER_HTTP,
        .needs = {FACT_ORIGIN_WORKS},
        .excludes = {FACT_UNSTEADY},
        .isolates = FACT_ORIGIN_SHOWN,
        .told_apart = "The same request passes with another Origin header, or without one. A refused token is refused "
                      "whatever the Origin is.",
        .remedy = "Add the page's origin to those that the server allows, exactly as the browser sends it: scheme, "
                  "host and port.",
        .standard = "RFC 6454, 7; Fetch, HTTP-network-or-cache fetch",
        .undecided = IN_TURNS,
    },
    {
        .code = "websocket-origin-refused",
        .layer = LAYER_WEBSOCKET,
        .title = "The server refuses the Origin of the upgrade",
        .on = LAYER_WEBSOCKET,
        .needs = {FACT_ORIGIN_WORKS},
        .excludes = {FACT_UNSTEADY},
        .isolates = FACT_ORIGIN_SHOWN,
        .told_apart = "The same upgrade passes with another Origin header, or without one. A refused token is refused "
                      "whatever the Origin is.",
        .remedy = "Add the page's origin to those that the WebSocket server allows, exactly as the browser sends it: "
                  "scheme, host and port.",
        .standard = "RFC 6455, 4.2.2 and 10.2",
        .undecided = IN_TURNS,
    },
    {
        .code = "auth-origin-refused",
        .layer = LAYER_AUTH,
        .title = "The request is refused for its Origin, not for its credentials",
        .on = LAYER_AUTH,
        .needs = {FACT_ORIGIN_WORKS},
        .excludes = {FACT_UNSTEADY},
        .isolates = FACT_ORIGIN_SHOWN,
        .told_apart = "The answer is 403 (or 401), and the same request with the same credentials passes with another "
                      "Origin header, or without one.",
        .remedy = "Add the page's origin to those that the server allows, exactly as the browser sends it: scheme, "
                  "host and port.",
        .standard = "RFC 6455, 10.2; RFC 9110, 15.5.4",
        .undecided = IN_TURNS,
    },
    {
        .code = "websocket-subprotocol-refused",
        .layer = LAYER_WEBSOCKET,
        .title = "The server refuses the subprotocols that are offered",
        .needs = {FACT_SUBPROTOCOLS_WORKS},
        .excludes = {FACT_UNSTEADY},
        .isolates = FACT_SUBPROTOCOLS_SHOWN,
        .told_apart = "The same upgrade passes when no subprotocol is offered.",
        .remedy =
            "Offer a subprotocol that the server knows, or none; or teach the server the one that the client needs.",
        .standard = "RFC 6455, 4.2.2 and 11.3.4",
        .undecided = IN_TURNS,
    },
    {
        .code = "websocket-deflate-breaks",
        .layer = LAYER_WEBSOCKET,
        .title = "The WebSocket fails when compression is offered",
        .needs = {FACT_DEFLATE_WORKS},
        .excludes = {FACT_UNSTEADY},
        .isolates = FACT_DEFLATE_SHOWN,
        .told_apart = "The same WebSocket passes when permessage-deflate is not offered.",
        .remedy = "Look at what compresses: the WebSocket library of the server, or a proxy that does not pass the "
                  "extension on whole. Until then, switch the extension off in the server.",
        .standard = "RFC 7692, 7",
        .undecided = IN_TURNS,
    },
    {
        .code = "http-version-breaks",
        .layer = LAYER_HTTP,
        .title = "The server fails in one version of HTTP and passes in another",
        .needs = {FACT_HTTP_VERSION_WORKS},
        .excludes = {FACT_UNSTEADY, FACT_IS_WEBSOCKET},
        .isolates = FACT_HTTP_VERSION_SHOWN,
        .told_apart = "The same request passes in the other version of HTTP.",
        .remedy = "Look at the proxy that speaks HTTP/2 or HTTP/1.1 to the outside: its log, its version, its limits "
                  "on streams and headers. Until then, ask in the version that works.",
        .standard = "RFC 9113, 3; RFC 9112",
        .undecided = IN_TURNS,
    },
    {
        .code = "websocket-http2-only",
        .layer = LAYER_WEBSOCKET,
        .title = "The server speaks HTTP/2 alone, and the upgrade to a WebSocket is one of HTTP/1.1",
        .scope = SCOPE_PORT,
        .needs = {FACT_IS_WEBSOCKET, FACT_HTTP_VERSION_WORKS},
        .excludes = {FACT_UNSTEADY, FACT_PLAIN_ANSWERS},
        .isolates = FACT_HTTP_VERSION_SHOWN,
        .told_apart =
            "Neither the upgrade nor a plain GET in HTTP/1.1 gets an answer, and a plain GET in HTTP/2 does.",
        .remedy = "Let the front speak HTTP/1.1 too, or put the WebSocket on a port of its own; few clients know the "
                  "way to a WebSocket that HTTP/2 has.",
        .standard = "RFC 6455, 4.1; RFC 8441",
        .undecided = IN_TURNS,
    },
    {
        .code = "http-wants-websocket",
        .layer = LAYER_HTTP,
        .title = "The address is one of a WebSocket, and is asked by a plain GET",
        .needs = {FACT_UPGRADE_WORKS},
        .excludes = {FACT_UNSTEADY, FACT_REFUSED_OTHERWISE},
        .isolates = FACT_UPGRADE_SHOWN,
        .told_apart = "The plain GET is refused, by asking for an upgrade, and the upgrade of the same address opens.",
        .remedy = "Write ws or wss where the address is configured, or mend the path of what asks for it.",
        .standard = "RFC 9110, 15.5.22; RFC 6455, 4.2.2",
        .undecided = IN_TURNS,
    },
    {
        .code = "http-query-breaks",
        .layer = LAYER_HTTP,
        .title = "The request fails with its query string and passes without it",
        .needs = {FACT_QUERY_WORKS},
        .excludes = {FACT_UNSTEADY},
        .isolates = FACT_QUERY_SHOWN,
        .told_apart = "The same address passes without what stands behind the question mark.",
        .remedy = "Look at which parameter the server does not take: leave them out one by one, and read the "
                  "application's log.",
        .standard = "RFC 9110, 4.2.2; RFC 3986, 3.4",
        .undecided = IN_TURNS,
    },
    {
        .code = "http-header-breaks",
        .layer = LAYER_HTTP,
        .title = "The request fails with one of its headers and passes without it",
        .needs = {FACT_HEADER_WORKS},
        .excludes = {FACT_UNSTEADY},
        .isolates = FACT_HEADER_SHOWN,
        .told_apart = "The same request passes without that one header.",
        .remedy = "Look at what the server, or a firewall before it, makes of the header's value: an expired session "
                  "cookie, a value it cannot read, a rule that blocks it.",
        .standard = "RFC 9110, 5.1",
        .undecided = IN_TURNS,
    },
    {
        .code = "http-wrong-scheme",
        .layer = LAYER_HTTP,
        .title = "The address has the wrong scheme",
        .scope = SCOPE_PORT,
        .needs = {FACT_SCHEME_WORKS},
        .excludes = {FACT_UNSTEADY, FACT_IS_WEBSOCKET},
        .isolates = FACT_SCHEME_SHOWN,
        .told_apart =
            "The same request passes in the other scheme on the same port. Another port may be another service, "
            "and proves nothing.",
        .remedy = "Write the other scheme where the address is configured, or let the server redirect to it.",
        .standard = "RFC 9110, 4.2",
        .undecided = IN_TURNS,
    },
    {
        .code = "websocket-wrong-scheme",
        .layer = LAYER_WEBSOCKET,
        .title = "The WebSocket's address has the wrong scheme",
        .scope = SCOPE_PORT,
        .needs = {FACT_SCHEME_WORKS, FACT_IS_WEBSOCKET},
        .excludes = {FACT_UNSTEADY},
        .isolates = FACT_SCHEME_SHOWN,
        .told_apart = "The same upgrade passes in the other scheme. Browsers follow no redirect of an upgrade.",
        .remedy =
            "Write the other scheme where the address is configured: a page that comes by https may use wss alone.",
        .standard = "RFC 6455, 3 and 4.1",
        .undecided = IN_TURNS,
    },
    {
        .code = "tcp-wrong-port",
        .layer = LAYER_TCP,
        .title = "Nobody listens on the configured port, and another port of the host answers as expected",
        .scope = SCOPE_PORT,
        .needs = {FACT_PORT_WORKS},
        .excludes = {FACT_UNSTEADY, FACT_PORT_IS_ANY},
        .isolates = FACT_PORT_SHOWN,
        .told_apart = "The configured port is refused or silent; the scheme's usual port on the same host passes the "
                      "same request, with what is expected of its content, and answers a path that cannot exist "
                      "otherwise.",
        .remedy = "Mend the port where the address is configured, or let the service listen on it.",
        .standard = "RFC 9110, 4.2.1",
        .undecided = IN_TURNS,
    },
    {
        .code = "tls-old-version",
        .layer = LAYER_TLS,
        .title = "The server speaks only versions of TLS that are no longer accepted",
        .scope = SCOPE_PORT,
        .needs = {FACT_TLS_LEAST_WORKS},
        .excludes = {FACT_UNSTEADY},
        .isolates = FACT_TLS_LEAST_SHOWN,
        .told_apart = "The same request passes when older versions of TLS are accepted.",
        .remedy = "Let the server speak TLS 1.2 and 1.3: versions 1.0 and 1.1 are deprecated.",
        .standard = "RFC 8996",
        .undecided = IN_TURNS,
    },
    {
        .code = "tcp-family-dead",
        .layer = LAYER_TCP,
        .title = "The service does not answer over one of IPv4 and IPv6",
        .scope = SCOPE_PORT,
        .needs = {FACT_FAMILY_WORKS},
        .excludes = {FACT_UNSTEADY},
        .isolates = FACT_FAMILY_SHOWN,
        .told_apart = "The endpoint is asked over one family of addresses, and the other passes the same request.",
        .remedy = "Let the service listen on both families and the firewall pass both, or take the dead family's "
                  "record out of DNS.",
        .standard = "RFC 8305, 1",
        .undecided = IN_TURNS,
    },
    {
        .code = "tcp-address-dead",
        .layer = LAYER_TCP,
        .title = "One of the host's addresses does not serve as it should, and another does",
        .scope = SCOPE_PORT,
        .needs = {FACT_ADDRESS_WORKS},
        .excludes = {FACT_UNSTEADY},
        .isolates = FACT_ADDRESS_SHOWN,
        .told_apart = "The name has several addresses. The same request passes by one of them and fails by another.",
        .remedy = "Take the dead address out of DNS or out of the load balancer, or mend the machine behind it.",
        .standard = "RFC 8305, 4",
        .undecided = IN_TURNS,
    },
    {
        .code = "http-other-path",
        .layer = LAYER_HTTP,
        .title = "Another common address on the same origin answers as expected",
        .needs = {FACT_DISCOVERED},
        .excludes = {FACT_UNSTEADY, FACT_IS_WEBSOCKET},
        .isolates = FACT_DISCOVERED_SHOWN,
        .told_apart =
            "Common addresses were tried on the same origin, and one passes where paths that cannot exist do not.",
        .remedy = "List the address that passes under `candidates`: it is then asked with everything that the "
                  "endpoint is asked with. Whether it is the wanted one is for its owner to say.",
        .standard = "RFC 9110, 15.5.5",
        .undecided = IN_TURNS,
    },
    {
        .code = "websocket-other-path",
        .layer = LAYER_WEBSOCKET,
        .title = "A WebSocket opens at another common address on the same origin",
        .needs = {FACT_DISCOVERED, FACT_IS_WEBSOCKET},
        .excludes = {FACT_UNSTEADY},
        .isolates = FACT_DISCOVERED_SHOWN,
        .told_apart =
            "Common addresses were tried on the same origin, and one opens where paths that cannot exist do not.",
        .remedy = "List the address that opens under `candidates`: it is then asked with everything that the endpoint "
                  "is asked with. Whether it is the wanted one is for its owner to say.",
        .standard = "RFC 6455, 4.2.2",
        .undecided = IN_TURNS,
    },
    {.code = NULL},
};

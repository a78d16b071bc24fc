/* SPDX-License-Identifier: MIT */
/* rules_way.c - causes on the way to the answer: proxies, redirects, our own certificate, the version of HTTP. */
#include "diagnosis/rule.h"

const struct rule rules_way[] = {
    {
        .code = "dns-proxy",
        .layer = LAYER_DNS,
        .title = "The proxy's name has no address",
        .scope = SCOPE_RUN,
        .failures = "dns-proxy",
        .told_apart = "The name that `proxy:` gives was looked up, and nothing came of it: no server was asked.",
        .remedy = "Mend the proxy's name in the config, or in DNS.",
    },
    {
        .code = "tcp-proxy",
        .layer = LAYER_TCP,
        .title = "The proxy does not take the connection",
        .scope = SCOPE_RUN,
        .failures = "tcp-proxy",
        .excludes = {FACT_UNSTEADY},
        .told_apart = "The connection to the proxy failed: no server was asked.",
        .remedy = "Start the proxy, or mend its address and port in the config.",
    },
    {
        .code = "http-proxy-authentication",
        .layer = LAYER_HTTP,
        .title = "The proxy wants to know who we are",
        .scope = SCOPE_RUN,
        .failures = "http-proxy-authentication",
        .excludes = {FACT_UNSTEADY},
        .told_apart = "The proxy answered 407, or refused the user that it was given: no server was asked.",
        .remedy = "Give `proxy:` its user and password, as in http://user:${PROXY_PASSWORD}@proxy.example:3128.",
        .standard = "RFC 9110, 15.5.8",
    },
    {
        .code = "http-proxy-refused",
        .layer = LAYER_HTTP,
        .title = "The proxy does not connect us to the server",
        .scope = SCOPE_PORT,
        .failures = "http-proxy-refused",
        .excludes = {FACT_UNSTEADY},
        .told_apart =
            "The proxy answered the request for a tunnel with another status than 2xx. Whether it may not or "
            "cannot reach the server, the status tells: 403 is a rule of the proxy's, 502 to 504 a server "
            "that it does not reach.",
        .remedy =
            "Let the proxy pass this host and port, or look from the proxy's machine why the server is not reached.",
        .standard = "RFC 9110, 9.3.6",
    },
    {
        .code = "http-proxy-failed",
        .layer = LAYER_HTTP,
        .title = "The proxy broke off, or does not speak as a proxy does",
        .scope = SCOPE_RUN,
        .failures = "http-proxy-failed",
        .excludes = {FACT_UNSTEADY},
        .told_apart = "The proxy took the connection, and gave no answer to the request for a tunnel.",
        .remedy = "Look at the proxy's log, and whether the port and the scheme in `proxy:` are its own.",
    },
    {
        .code = "tls-client-certificate-rejected",
        .layer = LAYER_TLS,
        .title = "The server does not accept our certificate",
        .scope = SCOPE_PORT,
        .failures = "tls-client-certificate-rejected",
        .excludes = {FACT_UNSTEADY},
        .told_apart =
            "The server asked for a certificate, was shown one, and ended the connection with an alert about it.",
        .remedy = "Renew the certificate that `tls: { cert: }` names, or let the server trust who issued it.",
        .standard = "RFC 8446, 6.2",
    },
    {
        .code = "tls-client-certificate-unreadable",
        .layer = LAYER_TLS,
        .title = "The collector cannot read its own certificate or key",
        .scope = SCOPE_RUN,
        .failures = "tls-client-certificate-unreadable",
        .told_apart =
            "The files that `tls: { cert:, key: }` names could not be used: nothing is said about the server.",
        .remedy = "Mend the paths or the files; a key must belong to its certificate, and have no passphrase.",
    },
    {
        .code = "http-redirect-loop",
        .layer = LAYER_HTTP,
        .title = "The redirects lead in a circle",
        .failures = "http-redirect-loop",
        .excludes = {FACT_UNSTEADY},
        .told_apart =
            "A redirect led to an address that this very attempt had asked already. Cookies that a server sets "
            "on the way are not sent back, so a server that insists on one does this too.",
        .remedy =
            "Look at the rules that redirect: often one adds what the other takes away, as https behind a proxy.",
        .standard = "RFC 9110, 15.4",
    },
    {
        .code = "http-too-many-redirects",
        .layer = LAYER_HTTP,
        .title = "There are more redirects than may be followed",
        .failures = "http-too-many-redirects",
        .excludes = {FACT_UNSTEADY},
        .told_apart = "As many redirects were followed as `follow:` allows, and the answer was one more.",
        .remedy = "Shorten the chain, or allow more with `follow:`.",
        .standard = "RFC 9110, 15.4",
    },
    {
        .code = "http-bad-redirect",
        .layer = LAYER_HTTP,
        .title = "A redirect leads where nothing may be asked",
        .failures = "http-bad-redirect",
        .excludes = {FACT_UNSTEADY},
        .told_apart = "The Location is no URL of http or https, has a user in it, or stands there twice.",
        .remedy = "Mend the Location that the server sends.",
        .standard = "RFC 9110, 10.2.2",
    },
    {
        .code = "http-no-http2",
        .layer = LAYER_HTTP,
        .title = "The server does not answer in HTTP/2",
        .scope = SCOPE_PORT,
        .failures = "http-no-http2",
        .excludes = {FACT_UNSTEADY},
        .told_apart =
            "Over TLS the server chose another version. In the clear it was asked in HTTP/2 without a question "
            "before, and did not answer in it.",
        .remedy = "Turn HTTP/2 on in the server or the proxy before it, or leave `http: 2` out of the config.",
        .standard = "RFC 9113, 3.2 and 3.3",
    },
    {
        .code = "http-gateway-wants-tls",
        .layer = LAYER_HTTP,
        .title = "The gateway speaks plain HTTP to a back end that wants TLS",
        .scope = SCOPE_PORT,
        .needs = {FACT_WANTS_TLS, FACT_SPEAKS_NO_TLS},
        .excludes = {FACT_UNSTEADY},
        .told_apart =
            "The answer says that a plain request came to a TLS port, and this port speaks no TLS: the words "
            "are those of a server behind it.",
        .remedy = "Let the proxy ask its back end by https, or give it the back end's plain port.",
        .standard = "RFC 9110, 7.6.3",
    },
    {
        .code = "http-client-certificate",
        .layer = LAYER_HTTP,
        .title = "The server wants a certificate of the client, and says so in HTTP",
        .scope = SCOPE_PORT,
        .needs = {FACT_WANTS_CLIENT_CERTIFICATE},
        .excludes = {FACT_UNSTEADY},
        .told_apart = "TLS held without a certificate of ours, and the answer says that one was required.",
        .remedy = "Give the client its certificate, or let the server ask for none on this address.",
        .standard = "RFC 8446, 4.4.2.4",
    },
    {
        .code = "http-preflight-refused",
        .layer = LAYER_HTTP,
        .title = "The server does not allow what a browser asks before a request across origins",
        .needs = {FACT_PREFLIGHT_REFUSED},
        .excludes = {FACT_UNSTEADY, FACT_LIKE_ABSENT},
        .told_apart = "OPTIONS with the Origin and the Access-Control-Request headers of the request was answered by "
                      "another status than 2xx, or without an Access-Control-Allow-Origin that covers it. Programs do "
                      "not ask, so only pages fail.",
        .remedy = "Let the server, or the proxy before it, answer OPTIONS without credentials by 204, with the page's "
                  "origin, the method and the headers in its Access-Control-Allow headers.",
        .standard = "Fetch, CORS-preflight fetch",
    },
    {
        .code = "collector-late",
        .layer = LAYER_PERFORMANCE,
        .title = "The collector itself was late, and timed out for that or for the server",
        .rank = RANK_GENERIC,
        .scope = SCOPE_RUN,
        .failures = "dns-timeout tcp-timeout tls-timeout http-timeout performance-time",
        .needs = {FACT_LOOP_LATE},
        .told_apart =
            "While the attempts ran, the collector's own loop was late by more than 250 ms, so that their times "
            "say little of the server.",
        .remedy = "Look at the load of the collector's machine; lower `concurrency`.",
    },
    {.code = NULL},
};

/* SPDX-License-Identifier: MIT */
/* rules_http.c - causes in HTTP, and in who asks. */
#include "diagnosis/rule.h"

const struct rule rules_http[] = {
    {
        .code = "auth-missing",
        .layer = LAYER_AUTH,
        .title = "The request is refused, and carries no Authorization",
        .scope = SCOPE_ORIGIN,
        .needs = {FACT_AUTH_REFUSED},
        .excludes = {FACT_AUTHORIZED, FACT_UNSTEADY, FACT_REFUSED_FOR_OTHER_REASON, FACT_OTHER_SECRET,
                     FACT_PREFLIGHT_REFUSED, FACT_LIMITED, FACT_REFUSED_ANYWHERE},
        .told_apart = "The answer is 401, 403 or 407, and no Authorization was sent: none is configured for "
                      "the endpoint, or it may not go to this origin.",
        .remedy = "Give the endpoint its Authorization in the config, or its origin in `origins`. If it "
                  "should be open, open it in the server.",
        .standard = "RFC 9110, 15.5.2, 15.5.4, 15.5.8",
    },
    {
        .code = "auth-refused",
        .layer = LAYER_AUTH,
        .rank = RANK_GENERIC,
        .title = "The credentials that the request carries are refused",
        .scope = SCOPE_ORIGIN,
        .needs = {FACT_AUTH_REFUSED, FACT_AUTHORIZED},
        .excludes = {FACT_UNSTEADY, FACT_REFUSED_FOR_OTHER_REASON},
        .told_apart = "The answer is 401, 403 or 407 although an Authorization was sent. Where the same one "
                      "is accepted elsewhere on the origin, it lacks a right; where it is accepted nowhere, "
                      "it is expired, mistyped or of another environment.",
        .remedy = "Renew the token, or give its owner the right that this route wants. The evidence "
                  "shows what the token says of itself, and the WWW-Authenticate header what the server "
                  "misses.",
        .standard = "RFC 9110, 15.5.2, 15.5.4; RFC 6750, 3.1",
    },
    {
        .code = "auth-token-breaks",
        .layer = LAYER_AUTH,
        .title = "The request fails with the Authorization and passes without it",
        .needs = {FACT_TOKEN_BREAKS},
        .excludes = {FACT_UNSTEADY, FACT_AUTH_REFUSED},
        .told_apart = "The same request, asked without its Authorization, passes.",
        .remedy = "Look at how the server reads the token: what it fails on is in the application's "
                  "log. Another valid token shows whether it is this one alone.",
        .standard = "RFC 9110, 11.6.2",
    },
    {
        .code = "http-wrong-path",
        .layer = LAYER_HTTP,
        .title = "The client asks for an address that does not serve what it wants",
        .needs = {FACT_WRONG_ANSWER, FACT_CANDIDATE_WORKS},
        .excludes = {FACT_UPGRADE_REFUSED, FACT_AUTH_REFUSED, FACT_UNSTEADY, FACT_ORIGIN_DOWN, FACT_CANDIDATE_UNSTEADY,
                     FACT_CANDIDATE_IS_ANY, FACT_RECOVERED},
        .isolates = FACT_CANDIDATE_SHOWN,
        .told_apart = "Another address passes with the same request, and the configured one fails again "
                      "afterwards. What that confirms is that the address makes the difference; whether the "
                      "other one is the wanted one is for its owner to say.",
        .remedy = "Let the client ask for the address that works, or let the server serve the one that "
                  "is asked for.",
        .standard = "RFC 9110, 15.5.5",
    },
    {
        .code = "http-validation-error",
        .layer = LAYER_HTTP,
        .title = "The server wants a field that the request does not have, or that it has in another form",
        .statuses = "400 422",
        .needs = {FACT_FIELD_NAMED},
        .excludes = {FACT_UNSTEADY},
        .told_apart = "The route is there and reads the request: its answer names the field. A path that "
                      "does not exist would not.",
        .remedy = "Send the field that the answer names, or let the server do without it.",
        .standard = "RFC 9110, 15.5.1, 15.5.21",
    },
    {
        .code = "http-route-fails",
        .layer = LAYER_HTTP,
        .title = "A route is there, and fails",
        .statuses = "5xx !502 !503 !504",
        .needs = {FACT_ROUTE_THERE},
        .excludes = {FACT_UPGRADE_REFUSED, FACT_UNSTEADY, FACT_TOKEN_BREAKS, FACT_LIMITED},
        .told_apart = "Paths that cannot exist get another answer than this one, twice the same. So "
                      "something serves this path: the application, or the proxy before it.",
        .remedy = "Look for this request in the application's log, then in the proxy's: the time and, "
                  "where there is one, the request id are in the evidence.",
        .standard = "RFC 9110, 15.6",
    },
    {
        .code = "http-service-fails",
        .layer = LAYER_HTTP,
        .title = "The service fails whatever it is asked for",
        .scope = SCOPE_ORIGIN,
        .statuses = "5xx !502 !503 !504",
        .needs = {FACT_LIKE_ABSENT},
        .excludes = {FACT_UNSTEADY, FACT_CONTROL_PASSES, FACT_LIMITED},
        .told_apart = "Paths that cannot exist fail in the same way as this one: it is not about this "
                      "route.",
        .remedy = "Look at the service as a whole: its start-up, its configuration, its database; the "
                  "application's log has the error.",
        .standard = "RFC 9110, 15.6.1",
    },
    {
        .code = "http-rate-limited",
        .layer = LAYER_HTTP,
        .title = "The server limits how often it is asked",
        .scope = SCOPE_ORIGIN,
        .needs = {FACT_LIMITED},
        .excludes = {FACT_UNSTEADY},
        .told_apart = "The answer is 429, or says in words that too much was asked: the server's own word.",
        .remedy = "Wait as long as Retry-After says; probe less often, or let the server exempt the "
                  "collector.",
        .standard = "RFC 6585, 4",
    },
    {
        .code = "http-rate-limit-reached",
        .layer = LAYER_HTTP,
        .title = "The server passes some requests, and then says that it was asked too often",
        .scope = SCOPE_ORIGIN,
        .needs = {FACT_LIMITED, FACT_UNSTEADY},
        .told_apart =
            "Some attempts passed, and every one that failed was answered by 429 or in words that speak of a "
            "limit. A server that fails by chance says something else.",
        .remedy = "Ask less often (`attempts`, `interval`), or let the server exempt the collector. Where clients run "
                  "into it too, raise the limit.",
        .standard = "RFC 6585, 4",
    },
    {
        .code = "http-bad-gateway",
        .layer = LAYER_HTTP,
        .title = "The gateway gets no valid answer from what is behind it",
        .scope = SCOPE_ORIGIN,
        .statuses = "502",
        .excludes = {FACT_UNSTEADY},
        .told_apart = "The answer is 502: the proxy lives, and its back end refuses, resets or speaks "
                      "nonsense.",
        .remedy = "Look at the back end that the proxy names in its log: is it up, and on the port and "
                  "protocol that the proxy uses?",
        .standard = "RFC 9110, 15.6.3",
    },
    {
        .code = "http-unavailable",
        .layer = LAYER_HTTP,
        .title = "The service says that it is not available",
        .scope = SCOPE_ORIGIN,
        .statuses = "503",
        .excludes = {FACT_UNSTEADY, FACT_MAINTENANCE, FACT_LIMITED},
        .told_apart = "The answer is 503: no back end is ready, it is overloaded, or in maintenance.",
        .remedy = "Look at the health of the back ends as the load balancer sees it; Retry-After tells "
                  "of maintenance.",
        .standard = "RFC 9110, 15.6.4",
    },
    {
        .code = "http-gateway-timeout",
        .layer = LAYER_HTTP,
        .title = "The back end is slower than the gateway waits",
        .scope = SCOPE_ORIGIN,
        .statuses = "504",
        .excludes = {FACT_UNSTEADY},
        .told_apart = "The answer is 504: the proxy reached its back end, or tried to, and gave up.",
        .remedy = "Look at what the back end was doing at that time: its log, its database, its queue.",
        .standard = "RFC 9110, 15.6.5",
    },
    {
        .code = "http-redirect",
        .layer = LAYER_HTTP,
        .rank = RANK_GENERIC,
        .title = "The server redirects, where an answer was expected",
        .statuses = "301 302 303 307 308",
        .excludes = {FACT_UNSTEADY},
        .told_apart = "The answer is a redirect. Its Location, in the evidence, says where to: https, a trailing "
                      "slash, a login page, another host; one without a Location is a fault of its own.",
        .remedy = "Configure the target as the address, or mend the redirect.",
        .standard = "RFC 9110, 15.4",
    },
    {
        .code = "http-method-not-allowed",
        .layer = LAYER_HTTP,
        .title = "The route is there, but not for this method",
        .statuses = "405",
        .excludes = {FACT_UNSTEADY, FACT_LIKE_ABSENT, FACT_PREFLIGHT_REFUSED, FACT_METHOD_LOST},
        .told_apart = "The answer is 405; the Allow header names the methods that it takes.",
        .remedy = "Use one of the methods that the Allow header names.",
        .standard = "RFC 9110, 15.5.6",
    },
    {
        .code = "http-empty-reply",
        .layer = LAYER_HTTP,
        .title = "The server closes the connection without an answer",
        .failures = "http-empty-reply",
        .excludes = {FACT_UNSTEADY},
        .told_apart = "The request was sent, and the connection ended before the first byte.",
        .remedy = "Look for a crash or a kill in the server's log at that time.",
        .standard = "RFC 9112, 9.5",
    },
    {
        .code = "http-reset",
        .layer = LAYER_HTTP,
        .title = "The connection is reset before the answer is whole",
        .failures = "http-reset",
        .excludes = {FACT_UNSTEADY},
        .told_apart = "The request was sent, and the peer reset the connection.",
        .remedy = "Look for a crash of the server, and for a proxy or filter that cuts the connection.",
        .standard = "RFC 9112, 9.5",
    },
    {
        .code = "http-timeout",
        .layer = LAYER_HTTP,
        .rank = RANK_GENERIC,
        .title = "The answer is not whole in time",
        .failures = "http-timeout",
        .excludes = {FACT_UNSTEADY, FACT_LOOP_LATE},
        .told_apart = "Connection and TLS were made, and the answer did not come or did not end within the "
                      "timeout. The timings show which.",
        .remedy = "Look at what the server was doing at that time; compare with its usual time before "
                  "the timeout is raised.",
    },
    {
        .code = "http-truncated",
        .layer = LAYER_HTTP,
        .title = "The answer ends before the length that it announces",
        .failures = "http-truncated",
        .excludes = {FACT_UNSTEADY},
        .told_apart = "Content-Length, or the last chunk, says more than came.",
        .remedy = "Look for a crash in mid-answer, and for a proxy's buffer or disk that is full.",
        .standard = "RFC 9112, 8",
    },
    {
        .code = "http-malformed",
        .layer = LAYER_HTTP,
        .title = "The answer breaks the rules of HTTP",
        .failures = "http-malformed",
        .excludes = {FACT_UNSTEADY},
        .told_apart = "An answer came, and its head or its chunks cannot be read.",
        .remedy = "Look at what writes the answer by hand: a CGI, a proxy's header rule.",
        .standard = "RFC 9112, 2",
    },
    {
        .code = "http-not-http",
        .layer = LAYER_HTTP,
        .title = "What answers on this port does not speak HTTP",
        .scope = SCOPE_PORT,
        .failures = "http-not-http",
        .excludes = {FACT_UNSTEADY},
        .told_apart = "Bytes came that start with no status line.",
        .remedy = "Mend the port where it is configured, or the service that listens on it.",
        .standard = "RFC 9112, 4",
    },
    {
        .code = "http-head-too-large",
        .layer = LAYER_HTTP,
        .title = "The head of the answer is larger than clients accept",
        .failures = "http-head-too-large",
        .excludes = {FACT_UNSTEADY},
        .told_apart = "The headers passed the limit before they ended.",
        .remedy = "Look for a header that grows: cookies set again and again, a debug header.",
        .standard = "RFC 6585, 5",
    },
    {
        .code = "http-bad-encoding",
        .layer = LAYER_HTTP,
        .title = "The body is not encoded as its Content-Encoding says",
        .failures = "http-bad-encoding",
        .excludes = {FACT_UNSTEADY},
        .told_apart = "The body could not be decoded.",
        .remedy = "Look for a proxy that changes the body or its header, and not both.",
        .standard = "RFC 9110, 8.4",
    },
    {
        .code = "http-protocol-error",
        .layer = LAYER_HTTP,
        .title = "The server breaks an HTTP/2 connection or stream off",
        .failures = "http-protocol-error",
        .excludes = {FACT_UNSTEADY},
        .told_apart = "The connection ended with an error of HTTP/2, which the evidence has.",
        .remedy = "Look at the proxy's HTTP/2, and whether HTTP/1.1 works.",
        .standard = "RFC 9113, 5.4",
    },
    {
        .code = "http-bad-url",
        .layer = LAYER_HTTP,
        .title = "The address cannot be asked for",
        .failures = "http-bad-url",
        .told_apart = "The client library refuses the URL: nothing was sent.",
        .remedy = "Mend the URL where it is configured.",
    },
    {
        .code = "http-header",
        .layer = LAYER_HTTP,
        .title = "A header of the answer is not what was expected",
        .failures = "http-header",
        .excludes = {FACT_UNSTEADY, FACT_PREFLIGHT_REFUSED},
        .told_apart =
            "Status and transport are as expected; which header it is, and what it says, is in the validation.",
        .remedy = "Mend the header in the application or in the proxy before it, or what is expected of it.",
        .standard = "RFC 9110, 6.3",
    },
    {
        .code = "http-failed",
        .layer = LAYER_HTTP,
        .title = "The exchange fails in a way that has no cause of its own",
        .rank = RANK_GENERIC,
        .failures = "http-failed",
        .excludes = {FACT_UNSTEADY},
        .told_apart = "The evidence has the library's words.",
        .remedy = "Read the evidence.",
    },
    {
        .code = "http-route-missing",
        .layer = LAYER_HTTP,
        .title = "The path does not exist on the server",
        .rank = RANK_GENERIC,
        .statuses = "2xx 404 410",
        .needs = {FACT_LIKE_ABSENT},
        .excludes = {FACT_UPGRADE_REFUSED, FACT_UNSTEADY},
        .told_apart = "Two paths that cannot exist get the same answer as this one.",
        .remedy = "Mend the path where it is configured, or give the server the route. Addresses to try "
                  "can be listed under `candidates`.",
        .standard = "RFC 9110, 15.5.5",
    },
    {
        .code = "http-host-unknown",
        .layer = LAYER_HTTP,
        .title = "The server has nothing under this host name",
        .scope = SCOPE_ORIGIN,
        .statuses = "404",
        .needs = {FACT_LIKE_ABSENT, FACT_HOST_SERVES_NOTHING},
        .excludes = {FACT_UNSTEADY},
        .told_apart =
            "Every path that was asked gets the same 404, a control that is known to be good, the path's parent "
            "and paths that cannot exist alike: it is not about this path. A default virtual host that "
            "answers for a name it was never given does this.",
        .remedy =
            "Add the host name to the server's virtual hosts, or mend it where it is configured; look whether DNS "
            "leads to the right server.",
        .standard = "RFC 9110, 7.2",
    },
    {
        .code = "http-refuses-all",
        .layer = LAYER_HTTP,
        .title = "The server refuses every path in the same way",
        .rank = RANK_GENERIC,
        .scope = SCOPE_ORIGIN,
        .statuses = "4xx !401 !403 !404 !407 !408 !410 !429",
        .needs = {FACT_LIKE_ABSENT},
        .excludes = {FACT_UPGRADE_REFUSED, FACT_UNSTEADY, FACT_CONTROL_PASSES},
        .told_apart =
            "Paths that cannot exist are refused with the same answer, so it is not about this path, but about "
            "what all requests have in common.",
        .remedy =
            "Read the answer's body in the evidence, and look at what every request carries or lacks: the Host, a "
            "client certificate, a header that a gateway in front wants.",
        .standard = "RFC 9110, 15.5",
        .undecided =
            "The body of the answer, or the log of the server or of what stands before it, says what it misses.",
    },
    {
        .code = "http-server-error",
        .layer = LAYER_HTTP,
        .title = "The server fails with an error of its own",
        .rank = RANK_GENERIC,
        .statuses = "5xx",
        .excludes = {FACT_UNSTEADY, FACT_ROUTE_THERE},
        .told_apart = "The answer is a 5xx. Paths that cannot exist would show whether the route or the "
                      "service fails; they were not asked, or disagree.",
        .remedy = "Look for this request in the application's log, then in the proxy's.",
        .standard = "RFC 9110, 15.6",
        .undecided = "Two paths that cannot exist, asked the same way, would show whether a route is "
                     "there.",
    },
    {
        .code = "http-client-error",
        .layer = LAYER_HTTP,
        .title = "The server refuses the request",
        .rank = RANK_GENERIC,
        .statuses = "4xx !401 !403 !407 !429",
        .excludes = {FACT_UPGRADE_REFUSED, FACT_UNSTEADY, FACT_LIKE_ABSENT},
        .told_apart =
            "The answer is a 4xx that no other cause explains. Where paths that cannot exist all get another "
            "one, a route is there.",
        .remedy = "Read the answer's body in the evidence, and compare the request with what the route "
                  "wants.",
        .standard = "RFC 9110, 15.5",
    },
    {
        .code = "http-status-unexpected",
        .layer = LAYER_HTTP,
        .title = "The server answers with a status that was not expected",
        .rank = RANK_GENERIC,
        .statuses = "1xx 2xx 3xx !301 !302 !303 !307 !308",
        .excludes = {FACT_UPGRADE_REFUSED, FACT_UNSTEADY, FACT_LIKE_ABSENT},
        .told_apart = "The status is none of those that the expectation allows.",
        .remedy = "Mend what the endpoint answers, or what is expected of it.",
        .standard = "RFC 9110, 15.3",
    },
    {.code = NULL},
};

/* SPDX-License-Identifier: MIT */
/* rules_websocket.c - causes in the upgrade and the conversation after it. */
#include "diagnosis/rule.h"

const struct rule rules_websocket[] = {
    {
        .code = "websocket-refused-anywhere",
        .layer = LAYER_WEBSOCKET,
        .title = "Upgrades are refused alike on paths that cannot exist, so that the address may be the wrong one",
        .needs = {FACT_AUTH_REFUSED, FACT_REFUSED_ANYWHERE},
        .excludes = {FACT_UNSTEADY, FACT_REFUSED_FOR_OTHER_REASON, FACT_NAMES_ORIGIN},
        .told_apart = "The answer is 403, and so it is on two paths that cannot exist. Some servers (Starlette and "
                      "FastAPI among them) refuse an upgrade on an unknown path by 403, as they do one that the "
                      "application refuses: a wrong address and missing credentials then look the same.",
        .remedy = "Look whether the server has a WebSocket at this address at all, by its own list of routes; then at "
                  "the credentials.",
        .standard = "RFC 6455, 4.2.2; RFC 9110, 15.5.4",
        .undecided =
            "The server's own list of routes, or the same upgrade with credentials that are valid, would show "
            "which it is.",
    },
    {
        .code = "websocket-wrong-path",
        .layer = LAYER_WEBSOCKET,
        .title = "The client asks for a path that the server does not upgrade",
        .needs = {FACT_UPGRADE_REFUSED, FACT_WRONG_ANSWER, FACT_CANDIDATE_WORKS},
        .excludes = {FACT_AUTH_REFUSED, FACT_UNSTEADY, FACT_ORIGIN_DOWN, FACT_CANDIDATE_UNSTEADY,
                     FACT_CANDIDATE_IS_ANY, FACT_RECOVERED},
        .isolates = FACT_CANDIDATE_SHOWN,
        .told_apart = "Another address upgrades and passes with the same request, and the configured one is "
                      "refused again afterwards. What that confirms is that the address makes the "
                      "difference; whether the other one is the wanted one is for its owner to say.",
        .remedy = "Let the client connect to the address that works, or let the server upgrade the one "
                  "that is asked for.",
        .standard = "RFC 6455, 4.2.2",
    },
    {
        .code = "websocket-route-fails",
        .layer = LAYER_WEBSOCKET,
        .title = "A route is there for the WebSocket, and fails before the upgrade",
        .statuses = "5xx !502 !503 !504",
        .needs = {FACT_UPGRADE_REFUSED, FACT_ROUTE_THERE},
        .excludes = {FACT_UNSTEADY, FACT_TOKEN_BREAKS},
        .told_apart = "Paths that cannot exist get another answer to the same upgrade than this one, twice "
                      "the same. So something serves this path: the application, or the proxy before it.",
        .remedy = "Look for this request in the application's log, then in the proxy's: the time and, "
                  "where there is one, the request id are in the evidence.",
        .standard = "RFC 9110, 15.6.1; RFC 6455, 4.2.2",
    },
    {
        .code = "websocket-upgrade-dropped",
        .layer = LAYER_WEBSOCKET,
        .title = "The server does not see that an upgrade is asked for",
        .statuses = "400 426",
        .needs = {FACT_UPGRADE_REFUSED, FACT_PLAIN_SAME},
        .excludes = {FACT_UNSTEADY, FACT_REFUSED_OTHERWISE},
        .told_apart = "It answers the upgrade just as it answers a plain GET of the same address, by asking "
                      "for an upgrade: a proxy drops the headers. A request that is refused for what it says "
                      "gets one answer to both, too; but that does not ask for an upgrade.",
        .remedy = "Let the proxy pass Upgrade and Connection on (nginx: `proxy_http_version 1.1` and "
                  "both `proxy_set_header` lines).",
        .standard = "RFC 9110, 7.8; RFC 6455, 4.2.1",
    },
    {
        .code = "websocket-route-missing",
        .layer = LAYER_WEBSOCKET,
        .title = "The path does not exist on the server, for a WebSocket",
        .rank = RANK_GENERIC,
        .statuses = "2xx 404 410",
        .needs = {FACT_UPGRADE_REFUSED, FACT_LIKE_ABSENT},
        .excludes = {FACT_UNSTEADY, FACT_NOTHING_UPGRADES},
        .told_apart = "Two paths that cannot exist get the same answer to the same upgrade. A proxy that "
                      "drops the upgrade's headers looks like this too, unless another WebSocket on the "
                      "origin opens.",
        .remedy = "Mend the path where it is configured, or give the server the route. Addresses to try "
                  "can be listed under `candidates`.",
        .standard = "RFC 6455, 4.2.2",
    },
    {
        .code = "websocket-refuses-all",
        .layer = LAYER_WEBSOCKET,
        .title = "The server refuses the upgrade on every path in the same way",
        .rank = RANK_GENERIC,
        .scope = SCOPE_ORIGIN,
        .statuses = "3xx 4xx !301 !302 !303 !307 !308 !401 !403 !404 !407 !408 !410 !429",
        .needs = {FACT_UPGRADE_REFUSED, FACT_LIKE_ABSENT},
        .excludes = {FACT_UNSTEADY},
        .told_apart =
            "Paths that cannot exist are refused with the same answer to the same upgrade, so it is not about "
            "this path, but about what all upgrades have in common.",
        .remedy = "Read the answer's body in the evidence: a proxy that drops the upgrade's headers answers so, and a "
                  "server that misses an Origin, a subprotocol or a version.",
        .standard = "RFC 6455, 4.2.2",
        .undecided =
            "The body of the answer, or the log of the server or of what stands before it, says what it misses.",
    },
    {
        .code = "websocket-upgrade-refused",
        .layer = LAYER_WEBSOCKET,
        .title = "The server refuses the upgrade",
        .rank = RANK_GENERIC,
        .statuses = "2xx 3xx 4xx !301 !302 !303 !307 !308 !401 !403 !407 !429",
        .needs = {FACT_UPGRADE_REFUSED},
        .excludes = {FACT_UNSTEADY, FACT_LIKE_ABSENT},
        .told_apart = "The answer is another status than 101, and none that another cause explains.",
        .remedy = "Read the answer's body in the evidence: servers often say there what they miss "
                  "(Origin, subprotocol, version).",
        .standard = "RFC 6455, 4.2.2",
    },
    {
        .code = "websocket-not-refused",
        .layer = LAYER_WEBSOCKET,
        .title = "The server upgrades where a refusal was expected",
        .statuses = "101",
        .excludes = {FACT_UNSTEADY},
        .told_apart = "The answer is 101, and the expectation wants another status.",
        .remedy = "If the endpoint should want credentials, let it refuse before the upgrade.",
        .standard = "RFC 6455, 4.2.2",
    },
    {
        .code = "websocket-no-answer",
        .layer = LAYER_WEBSOCKET,
        .title = "The server does not answer the upgrade in time",
        .failures = "websocket-no-answer",
        .excludes = {FACT_UNSTEADY, FACT_LOOP_LATE},
        .told_apart = "Connection and TLS were made, and no head came within the timeout.",
        .remedy = "Look at what the server waits for before it accepts: a session store, an "
                  "authentication service.",
        .standard = "RFC 6455, 4.1",
    },
    {
        .code = "websocket-no-message",
        .layer = LAYER_WEBSOCKET,
        .title = "The WebSocket opens, and the expected message does not come",
        .failures = "websocket-no-message",
        .excludes = {FACT_UNSTEADY, FACT_LOOP_LATE},
        .told_apart = "The upgrade holds; within the time, no message came.",
        .remedy = "Look at what the server sends after it accepts, and on what that waits.",
    },
    {
        .code = "websocket-no-pong",
        .layer = LAYER_WEBSOCKET,
        .title = "The WebSocket opens, and a ping is not answered",
        .failures = "websocket-no-pong",
        .excludes = {FACT_UNSTEADY, FACT_LOOP_LATE},
        .told_apart = "The upgrade holds; within the time, no pong came. RFC 6455 wants one.",
        .remedy = "Look for a proxy that holds control frames back, and for a server whose loop is "
                  "blocked.",
        .standard = "RFC 6455, 5.5.2",
    },
    {
        .code = "websocket-idle-cut",
        .layer = LAYER_WEBSOCKET,
        .title = "The connection is cut after the same time of silence each time",
        .needs = {FACT_CUT_IDLE},
        .excludes = {FACT_UNSTEADY, FACT_LOOP_LATE},
        .told_apart = "It opened, nothing was said, and it ended without a close frame after the same time in every "
                      "attempt. Servers say goodbye, and crash at any time; a proxy cuts what is idle, at its limit. "
                      "A limit on the whole time looks the same where nothing is said at all.",
        .remedy = "Raise the limit (nginx: `proxy_read_timeout`, HAProxy: `timeout tunnel`), or let the server or the "
                  "client send pings more often than that.",
        .standard = "RFC 6455, 5.5.2",
    },
    {
        .code = "websocket-closed-early",
        .layer = LAYER_WEBSOCKET,
        .title = "The server hangs up right after the upgrade",
        .failures = "websocket-closed-early",
        .excludes = {FACT_UNSTEADY, FACT_CUT_IDLE},
        .told_apart = "The upgrade holds, and the connection ended without a message or a close frame.",
        .remedy = "Look for an error in the server's log right after it accepted.",
        .standard = "RFC 6455, 7.1.5",
    },
    {
        .code = "websocket-hung-up",
        .layer = LAYER_WEBSOCKET,
        .title = "The server hangs up in mid-conversation",
        .failures = "websocket-hung-up",
        .excludes = {FACT_UNSTEADY, FACT_CUT_IDLE},
        .told_apart = "Frames came, and then the connection ended without a close frame.",
        .remedy = "Look for a crash, and for a proxy whose idle time is short.",
        .standard = "RFC 6455, 7.1.5",
    },
    {
        .code = "websocket-client-crashed",
        .layer = LAYER_WEBSOCKET,
        .title = "What the server sends makes libwebsockets crash",
        .failures = "websocket-client-crashed",
        .excludes = {FACT_UNSTEADY},
        .told_apart =
            "The client's process ended twice during this probe, the second time with no other probe at work. "
            "The wire's probe shows what was sent.",
        .remedy =
            "Look at the frames in the wire's probe: clients built on libwebsockets 4.1 crash on them too. Update "
            "those clients, and let the server send only what was negotiated.",
        .standard = "RFC 6455, 7.1.7",
    },
    {
        .code = "websocket-client-hung",
        .layer = LAYER_WEBSOCKET,
        .title = "What the server sends makes libwebsockets hang",
        .failures = "websocket-client-hung",
        .excludes = {FACT_UNSTEADY},
        .told_apart = "The client's process did not come back twice during this probe, the second time with no other "
                      "probe at work. The wire's probe shows what was sent.",
        .remedy =
            "Look at the frames in the wire's probe: clients built on libwebsockets 4.1 hang on them too. Update "
            "those clients, and let the server send only what was negotiated.",
        .standard = "RFC 6455, 7.1.7",
    },
    {
        .code = "websocket-closed-by-server",
        .layer = LAYER_WEBSOCKET,
        .title = "The server closes the connection before the conversation is over",
        .failures = "websocket-closed-by-server",
        .closes =
            "000 1xxx 2xxx 3xxx 5xxx !1000 !1001 !1002 !1003 !1007 !1008 !1009 !1010 !1011 !1012 !1013 !3000 !3003",
        .excludes = {FACT_UNSTEADY},
        .told_apart = "A close frame came before ours, with a code that means trouble or before any message. Its code "
                      "and reason are in the evidence: 1000 and 1001 a farewell, 1008 a policy, 1011 an error, 1013 "
                      "try later, 4000 and up the application's own.",
        .remedy = "Look the code and reason up in the application.",
        .standard = "RFC 6455, 7.4.1",
    },
    {
        .code = "websocket-not-http",
        .layer = LAYER_WEBSOCKET,
        .title = "What answers the upgrade does not speak HTTP",
        .failures = "websocket-not-http",
        .excludes = {FACT_UNSTEADY},
        .told_apart = "Bytes came that start with no status line.",
        .remedy = "Mend the port where it is configured, or the service that listens on it.",
        .standard = "RFC 6455, 4.2.2",
    },
    {
        .code = "websocket-bad-handshake",
        .layer = LAYER_WEBSOCKET,
        .title = "The answer to the upgrade says 101, but is no WebSocket handshake",
        .failures = "websocket-bad-handshake",
        .excludes = {FACT_UNSTEADY},
        .told_apart = "Upgrade or Connection are missing from the 101, or say something else.",
        .remedy = "Look at what writes the 101: a proxy that answers in place of the server.",
        .standard = "RFC 6455, 4.1",
    },
    {
        .code = "websocket-bad-accept",
        .layer = LAYER_WEBSOCKET,
        .title = "The handshake's accept key is wrong",
        .failures = "websocket-bad-accept",
        .excludes = {FACT_UNSTEADY},
        .told_apart = "Sec-WebSocket-Accept does not belong to the key that was sent: an answer to another "
                      "request, from a cache or a stub.",
        .remedy = "Look for a cache or a proxy that answers in place of the server.",
        .standard = "RFC 6455, 4.1",
    },
    {
        .code = "websocket-unoffered-extension",
        .layer = LAYER_WEBSOCKET,
        .title = "The server uses an extension that was not offered",
        .failures = "websocket-unoffered-extension",
        .excludes = {FACT_UNSTEADY},
        .told_apart = "Sec-WebSocket-Extensions names one that the request did not.",
        .remedy = "Look at the server's WebSocket library, and at proxies that change frames.",
        .standard = "RFC 6455, 4.1",
    },
    {
        .code = "websocket-unoffered-subprotocol",
        .layer = LAYER_WEBSOCKET,
        .title = "The server chooses a subprotocol that was not offered",
        .failures = "websocket-unoffered-subprotocol",
        .excludes = {FACT_UNSTEADY},
        .told_apart = "Sec-WebSocket-Protocol names one that the request did not.",
        .remedy = "Name the subprotocol in `subprotocols`, or let the server choose among those that "
                  "are offered.",
        .standard = "RFC 6455, 4.1",
    },
    {
        .code = "websocket-bad-extension",
        .layer = LAYER_WEBSOCKET,
        .title = "The server agrees to an extension in a way that is forbidden",
        .failures = "websocket-bad-extension",
        .excludes = {FACT_UNSTEADY},
        .told_apart = "A parameter of permessage-deflate is unknown, given twice or out of range.",
        .remedy = "Look at the server's settings of compression, and at proxies that change headers.",
        .standard = "RFC 7692, 7.1",
    },
    {
        .code = "websocket-reserved-opcode",
        .layer = LAYER_WEBSOCKET,
        .title = "A frame has an opcode that is reserved",
        .failures = "websocket-reserved-opcode",
        .excludes = {FACT_UNSTEADY},
        .told_apart = "The opcode is none of those that the standard defines.",
        .remedy = "Look at the server's WebSocket library, and at proxies that change frames.",
        .standard = "RFC 6455, 5.2",
    },
    {
        .code = "websocket-reserved-bit",
        .layer = LAYER_WEBSOCKET,
        .title = "A frame has a reserved bit set",
        .failures = "websocket-reserved-bit",
        .excludes = {FACT_UNSTEADY},
        .told_apart = "No extension that was agreed on gives the bit a meaning: compression without "
                      "agreement does this.",
        .remedy = "Look at the server's WebSocket library, and at proxies that change frames.",
        .standard = "RFC 6455, 5.2",
    },
    {
        .code = "websocket-masked",
        .layer = LAYER_WEBSOCKET,
        .title = "A frame from the server is masked",
        .failures = "websocket-masked",
        .excludes = {FACT_UNSTEADY},
        .told_apart = "Only a client may mask.",
        .remedy = "Look at the server's WebSocket library, and at proxies that change frames.",
        .standard = "RFC 6455, 5.1",
    },
    {
        .code = "websocket-bad-length",
        .layer = LAYER_WEBSOCKET,
        .title = "A frame's length is written in a way that is forbidden",
        .failures = "websocket-bad-length",
        .excludes = {FACT_UNSTEADY},
        .told_apart = "It is not the shortest form, or has its highest bit set.",
        .remedy = "Look at the server's WebSocket library, and at proxies that change frames.",
        .standard = "RFC 6455, 5.2",
    },
    {
        .code = "websocket-control-too-long",
        .layer = LAYER_WEBSOCKET,
        .title = "A control frame is longer than 125 bytes",
        .failures = "websocket-control-too-long",
        .excludes = {FACT_UNSTEADY},
        .told_apart = "Ping, pong and close may hold 125 bytes.",
        .remedy = "Look at the server's WebSocket library, and at proxies that change frames.",
        .standard = "RFC 6455, 5.5",
    },
    {
        .code = "websocket-control-fragmented",
        .layer = LAYER_WEBSOCKET,
        .title = "A control frame is fragmented",
        .failures = "websocket-control-fragmented",
        .excludes = {FACT_UNSTEADY},
        .told_apart = "Ping, pong and close come in one frame.",
        .remedy = "Look at the server's WebSocket library, and at proxies that change frames.",
        .standard = "RFC 6455, 5.5",
    },
    {
        .code = "websocket-bad-continuation",
        .layer = LAYER_WEBSOCKET,
        .title = "A fragment does not belong to any message",
        .failures = "websocket-bad-continuation",
        .excludes = {FACT_UNSTEADY},
        .told_apart = "A continuation came without a start.",
        .remedy = "Look at the server's WebSocket library, and at proxies that change frames.",
        .standard = "RFC 6455, 5.4",
    },
    {
        .code = "websocket-interrupted-message",
        .layer = LAYER_WEBSOCKET,
        .title = "A message begins before the one before it has ended",
        .failures = "websocket-interrupted-message",
        .excludes = {FACT_UNSTEADY},
        .told_apart = "A frame that is no continuation came within a fragmented message.",
        .remedy = "Look at the server's WebSocket library, and at proxies that change frames.",
        .standard = "RFC 6455, 5.4",
    },
    {
        .code = "websocket-bad-utf8",
        .layer = LAYER_WEBSOCKET,
        .title = "A text message is not UTF-8",
        .failures = "websocket-bad-utf8",
        .excludes = {FACT_UNSTEADY},
        .told_apart = "The bytes of a text message are broken.",
        .remedy = "Look at what encodes the server's messages; binary data wants a binary message.",
        .standard = "RFC 6455, 8.1",
    },
    {
        .code = "websocket-bad-deflate",
        .layer = LAYER_WEBSOCKET,
        .title = "A compressed message cannot be inflated",
        .failures = "websocket-bad-deflate",
        .excludes = {FACT_UNSTEADY},
        .told_apart =
            "The handshake agreed to permessage-deflate; the bytes of a message that says to be compressed are not.",
        .remedy = "Look at the server's WebSocket library, and at proxies that change frames; without compression it "
                  "may work.",
        .standard = "RFC 7692, 7.2.2",
    },
    {
        .code = "websocket-bad-close-code",
        .layer = LAYER_WEBSOCKET,
        .title = "A close frame has a code or a payload that must not be sent",
        .failures = "websocket-bad-close-code",
        .excludes = {FACT_UNSTEADY},
        .told_apart = "The code is reserved or out of range, or the payload is one byte.",
        .remedy = "Look at the server's WebSocket library, and at proxies that change frames.",
        .standard = "RFC 6455, 7.4",
    },
    {
        .code = "websocket-after-close",
        .layer = LAYER_WEBSOCKET,
        .title = "The server says more after its close frame",
        .failures = "websocket-after-close",
        .excludes = {FACT_UNSTEADY},
        .told_apart = "A close frame is the last thing that an endpoint sends.",
        .remedy = "Look at the server's WebSocket library, and at proxies that change frames.",
        .standard = "RFC 6455, 5.5.1",
    },
    {
        .code = "websocket-subprotocol",
        .layer = LAYER_WEBSOCKET,
        .title = "The server does not agree on the subprotocol",
        .failures = "websocket-subprotocol",
        .excludes = {FACT_UNSTEADY},
        .told_apart =
            "The upgrade holds; the subprotocol that the server chose, or its choosing none, is not the one that "
            "is expected.",
        .remedy = "Offer a subprotocol that the server knows, or let the server know this one.",
        .standard = "RFC 6455, 4.2.2",
    },
    {
        .code = "websocket-failed",
        .layer = LAYER_WEBSOCKET,
        .title = "The WebSocket fails in a way that has no cause of its own",
        .rank = RANK_GENERIC,
        .on = LAYER_WEBSOCKET,
        .excludes = {FACT_UNSTEADY, FACT_UPGRADE_REFUSED},
        .told_apart = "The evidence has the code and the words.",
        .remedy = "Read the evidence.",
    },
    {.code = NULL},
};

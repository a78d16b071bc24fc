#!/usr/bin/env bash
# A server that breaks the WebSocket protocol: the run names how, the report and `explain` say what that means.
. "$(dirname "$0")/lib.sh"
start_server raw

breaches=(
    masked:websocket-masked rsv:websocket-reserved-bit reserved-opcode:websocket-reserved-opcode
    fragmented-control:websocket-control-fragmented big-control:websocket-control-too-long
    long-length:websocket-bad-length lone-continuation:websocket-bad-continuation
    interrupted-message:websocket-interrupted-message invalid-utf8:websocket-bad-utf8
    close-one-byte:websocket-bad-close-code after-close:websocket-after-close wrong-accept:websocket-bad-accept
    http10:websocket-bad-handshake http2:websocket-not-http half-close:websocket-hung-up
    unasked-extension:websocket-unoffered-extension
)
{
    printf 'suite: breaches\ndefaults: { attempts: 1, interval: 0s, timeout: 4s }\nendpoints:\n'
    for breach in "${breaches[@]}"; do
        # These libwebsockets takes without a word; a header is judged by the wire.
        case $breach in
            masked:* | long-length:* | after-close:* | http10:*) expect='header: { Upgrade: websocket }' ;;
            *) expect='status: 101' ;;
        esac
        printf '  - { name: "%s", url: "ws://127.0.0.1:%s/ws/%s", expect: { %s } }\n' "${breach%%:*}" "$RAW_PORT" \
            "${breach%%:*}" "$expect"
    done
} >endoscope.yaml
expect_status 1 "$ENDOSCOPE" run
expect_status 0 "$ENDOSCOPE" report --format json
cp stdout report.json
for breach in "${breaches[@]}"; do
    expect_contains report.json "\"${breach#*:}\""
    expect_status 0 "$ENDOSCOPE" explain "${breach#*:}"
    expect_contains stdout 'Told apart' 'RFC'
done
for code in websocket-bad-extension websocket-bad-deflate; do
    expect_status 0 "$ENDOSCOPE" explain "$code"
    expect_contains stdout 'RFC 7692'
done

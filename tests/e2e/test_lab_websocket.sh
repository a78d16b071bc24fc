#!/usr/bin/env bash
# The lab of WebSockets: servers, and proxies before them, that are misconfigured in known ways.
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/lab/lab.sh"
. "$ROOT/tests/lab/groups.sh"
. "$ROOT/tests/lab/proxies.sh"

start_server raw
start_server websocket
lab_server sockets "$PYTHON" -EsB "$ROOT/tests/lab/sockets.py"
start_proxies
proxy=ws://127.0.0.1:$PROXY
greets='expect: { message: { json: { /type: connect } } }'
LAB_DEFAULTS="timeout: 3s, interval: 20ms, attempts: 3, origin: 'https://app.example.com', tls: { ca: $WORK/certs/ca.pem }"

lab_case right "url: '$proxy/chat', $greets"
lab_case right-tls "url: 'wss://127.0.0.1:$PROXY_TLS/chat', $greets"
lab_case right-subprotocol "url: 'ws://127.0.0.1:$SOCKETS_CHAT2/chat', subprotocols: [chat.v2], expect: { subprotocol: chat.v2 }"
lab_case wrong-path "url: '$proxy/ws', candidates: [/socket, /chat], $greets"
lab_case equal "url: '$proxy/ws1', headers: { Authorization: 'Bearer right-token-of-the-lab' }, candidates: [/token], $greets"
lab_case weaker "url: '$proxy/ws2', headers: { Authorization: 'Bearer right-token-of-the-lab' }, candidates: [/socket], $greets"
lab_case missing "url: '$proxy/nowhere', $greets"
lab_case static "url: '$proxy/static', $greets"
lab_group websocket-path

lab_case no-other "url: 'ws://127.0.0.1:$SOCKETS_ORIGIN/ws3', $greets"
lab_case virtual-host "url: 'ws://other.test:$PROXY/chat', resolve: ['other.test:$PROXY:127.0.0.1'], $greets"
lab_case virtual-host-too "url: 'http://other.test:$PROXY/static', resolve: ['other.test:$PROXY:127.0.0.1']"
lab_case discovered "url: '$proxy/wss', discover: true, $greets"
lab_case moved "url: '$proxy/moved/chat', $greets"
lab_case gone "url: '$proxy/gone', $greets"
lab_group websocket-host

lab_case scheme-secure "url: 'wss://127.0.0.1:$PROXY/chat', $greets"
lab_case scheme-plain "url: 'ws://127.0.0.1:$PROXY_TLS/chat', $greets"
lab_case scheme-silent "url: 'ws://127.0.0.1:$RAW_TLS_PORT/ws/ok', tls: { ca: $RAW_CA }, $greets"
lab_case h2c-nginx "url: 'ws://127.0.0.1:$PROXY_H2/chat', $greets"
lab_case h2c-haproxy "url: 'ws://127.0.0.1:$FRONT_H2/chat', $greets"
lab_case http-h2c "url: 'http://127.0.0.1:$FRONT_H2/chat', expect: { status: 426 }"
lab_case http-websocket "url: 'http://127.0.0.1:$PROXY/chat', expect: { status: 200 }"
lab_case scheme-http "url: 'https://127.0.0.1:$PROXY/static'"
lab_group websocket-scheme

lab_case dropped "url: '$proxy/dropped/chat', $greets"
lab_case dropped10 "url: '$proxy/dropped10/chat', $greets"
lab_case dropped-node "url: '$proxy/dropped-node', $greets"
lab_case half "url: '$proxy/half/chat', $greets"
lab_case dropped-all "url: '$proxy/dropped-all/chat', $greets"
lab_case bad-request "url: '$proxy/chat?room=closed', $greets"
lab_case bad-header "url: '$proxy/chat', headers: { X-Trace: '1' }, $greets"
lab_case version "url: 'ws://127.0.0.1:$RAW_PORT/ws/refuse/426/Sec-WebSocket-Version%3A%208', $greets"
lab_group websocket-dropped

lab_case origin "url: 'ws://127.0.0.1:$SOCKETS_NO_ORIGIN/chat', $greets"
lab_case origin-nginx "url: '$proxy/origin/chat', origin: 'https://old.example.com', $greets"
lab_case origin-lib "url: 'ws://127.0.0.1:$SOCKETS_ORIGIN/chat', origin: 'https://old.example.com', $greets"
lab_case token-403 "url: '$proxy/token', headers: { Authorization: 'Bearer wrong-token-of-the-lab' }, $greets"
lab_case subprotocol-none "url: 'ws://127.0.0.1:$SOCKETS_CHAT2/chat', subprotocols: [chat.v1], expect: { subprotocol: chat.v1 }"
lab_case subprotocol-wanted "url: '$proxy/needs-subprotocol', $greets"
lab_case subprotocol-4406 "url: '$proxy/subprotocol', $greets"
lab_case picky "url: '$proxy/picky', subprotocols: [chat.v1], $greets"
lab_group websocket-refused

lab_case close-1008 "url: '$proxy/policy', $greets"
lab_case close-1011 "url: '$proxy/raises', $greets"
lab_case close-1013 "url: '$proxy/busy', $greets"
lab_case close-4401 "url: '$proxy/own', $greets"
lab_case close-1000 "url: '$proxy/returns', $greets"
lab_case late-1001 "url: '$proxy/late', expect: { open: 1s }"
lab_case wrong-accept "url: 'ws://127.0.0.1:$RAW_PORT/ws/wrong-accept', $greets"
lab_group websocket-closed

lab_case no-greeting "url: '$proxy/silent', expect: { message: { json: { /type: connect }, within: 1s } }"
lab_case wrong-greeting "url: '$proxy/error', $greets"
lab_case no-pong "url: 'ws://127.0.0.1:$RAW_PORT/ws/no-pong', expect: { ping: 1s }"
lab_case interrupted "url: 'ws://127.0.0.1:$RAW_PORT/ws/interrupted-message', $greets"
lab_case invalid-utf8 "url: 'ws://127.0.0.1:$RAW_PORT/ws/invalid-utf8', $greets"
lab_case corrupt "url: 'ws://127.0.0.1:$RAW_PORT/ws/deflate/corrupt', deflate: true, $greets"
lab_case packed "url: '$proxy/packed', deflate: true, $greets"
lab_group websocket-said

lab_case idle-nginx "url: '$proxy/idle/chat', timeout: 4s, expect: { open: 3s }"
lab_case idle-haproxy "url: 'ws://127.0.0.1:$FRONT/chat', timeout: 4s, expect: { open: 3s }"
lab_group websocket-idle

# Of two addresses that work, the equal one is named; of a weaker one it is said what makes it so.
cautions() {
    json websocket-path/whole.json "[c.get('key') or c['words'] for f in it['findings'] for c in f['cautions']
        if {'name': '$1'} in f['endpoints']]"
}
expect_equal "$(cautions equal)" '[]'
expect_equal "$(cautions wrong-path)" '[]'
expect_equal "$(cautions weaker)" "['/mode', '/simplified_auth', 'it opens without a token too']"

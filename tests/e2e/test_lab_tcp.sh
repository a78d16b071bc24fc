#!/usr/bin/env bash
# The lab's layer tcp: ports that refuse, keep silent, or belong to something else.
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/lab/lab.sh"

start_server raw
start_server dns
LAB_ARGUMENTS=(--nameserver "127.0.0.1:$DNS_PORT")

lab_case right "url: 'http://127.0.0.1:$RAW_PORT/ok'"
lab_case refused "url: 'http://127.0.0.1:$RAW_PORT_REFUSES/ok'"
lab_case filtered "url: 'http://127.0.0.1:$RAW_PORT_BLACKHOLE/ok', timeout: 1s"
lab_case not-http "url: 'http://127.0.0.1:$RAW_PORT_SSH/ok'"
lab_case reset "url: 'http://127.0.0.1:$RAW_PORT_RESETS/ok'"
# It listens on IPv4 alone.
lab_case family-dead "url: 'http://both.lab.example.com:$RAW_PORT/ok', ip: 6"
lab_case other-family "url: 'http://both.lab.example.com:$RAW_PORT/ok'"
lab_run tcp

# The usual port of http is there for root, and wherever the system lets others have it.
host=127.$((RANDOM % 200 + 20)).$((RANDOM % 250 + 1)).$((RANDOM % 250 + 1))
other=${host%.*}.251 many=${host%.*}.252
usual() {
    printf 'server { listen %s:80; access_log off; location = /items { return 200 items; } location / { return 404; } }\n' "$host"
    printf 'server { listen %s:80; access_log off; location = /health { return 200; } location / { return 404; } }\n' "$many"
    printf 'server { listen %s:80; access_log off; location / { return 200 welcome; } }\n' "$other"
}
if "$PYTHON" -ESc 'import socket, sys; socket.create_server((sys.argv[1], 80))' "$host" 2>/dev/null; then
    LAB_ARGUMENTS=()
    lab_nginx usual 1 usual
    lab_case right "url: 'http://$host/items'"
    lab_case wrong-port "url: 'http://$host:$RAW_PORT_REFUSES/items', expect: { body: { contains: items } }"
    # Of a path that many services have, nothing tells whose it is.
    lab_case health "url: 'http://$many:$RAW_PORT_REFUSES/health'"
    # What stands there answers everything: it may be any service.
    lab_case other-service "url: 'http://$other:$RAW_PORT_REFUSES/items'"
    lab_run tcp-port
fi

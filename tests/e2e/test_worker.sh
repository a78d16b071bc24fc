#!/usr/bin/env bash
# libwebsockets in its worker process: what it is kept from, what a crash or a hang of it costs, and that it agrees with
# the wire about servers that break the protocol in the ways that it is known to break at.
. "$(dirname "$0")/lib.sh"
start_server websockets
start_server raw
export CANARY='Kanarie-7-Zwitscher-42'

suite() {
    echo "suite: worker"
    echo "store: $1.db"
    echo "experiments: false"
    echo "max_per_host: 64"
    echo "defaults:"
    echo "  attempts: 1"
    echo "  timeout: 20s"
    echo "  headers: { Authorization: \"Bearer \${CANARY}\" }"
    echo "  origins: [\"http://127.0.0.1:$WEBSOCKETS_PORT\", \"http://127.0.0.1:$WEBSOCKETS_NODE_PORT\"]"
    echo "endpoints:"
}

# probe CONFIG: runs it, known to the server; its status is in $status, its evidence in CONFIG.json.
probe() {
    "$ENDOSCOPE" run --config "$1.yaml" >"$1.out" 2>"$1.err" &
    echo $! >"$WEBSOCKETS_RUN"
    status=0
    wait $! || status=$?
    expect_not_contains "$1.err" AddressSanitizer 'runtime error:'
    expect_status 0 "$ENDOSCOPE" report --config "$1.yaml" --format json --output "$1.json"
}

# The libraries' own servers, compression, fragments and all.
{
    suite usual
    echo "  - { name: python, url: \"ws://127.0.0.1:$WEBSOCKETS_PORT/greet\", expect: { message: { json: { /type: connect } }, ping: true } }"
    echo "  - { name: node, url: \"ws://127.0.0.1:$WEBSOCKETS_NODE_PORT/greet\", expect: { message: { json: { /type: connect } }, ping: true } }"
    echo "  - { name: tls, url: \"wss://localhost:$RAW_TLS_PORT/ws/ok\", tls: { ca: \"$RAW_CA\" } }"
    echo "  - { name: literal, url: \"wss://127.0.0.1:$RAW_TLS_PORT/ws/ok\", tls: { ca: \"$RAW_CA\" } }"
} >usual.yaml
probe usual
expect_equal "$status" 0
expect_json usual.json \
    '{e["endpoint"]: e["client"] for e in it["evidence"]}
     == {"python": "libwebsockets", "node": "libwebsockets", "tls": "libwebsockets", "literal": "wire"}' \
    'all(e["answer"]["ping_us"] > 0 for e in it["endpoints"] if e["name"] in ("python", "node", "tls"))' \
    '[e["certificate"] is not None for e in it["evidence"] if e["endpoint"] == "tls"] == [True]' \
    '"permessage-deflate" not in [e["response"] for e in it["evidence"] if e["endpoint"] == "node"][0]'

# A worker that is killed, that aborts, and one that stops: the guilty fail, and what was with them passes.
{
    suite deaths
    for name in a b kill c abort d stop e f; do
        path=$name
        [[ $name != [abc] ]] || path=slow/$name
        echo "  - { name: $name, url: \"ws://127.0.0.1:$WEBSOCKETS_PORT/$path\", expect: { message: { json: { /type: connect } } } }"
    done
} >deaths.yaml
ulimit -c unlimited 2>/dev/null || true
probe deaths
expect_equal "$status" 1
expect_json deaths.json \
    '{e["endpoint"]: e["code"] for e in it["evidence"] if e["client"] == "libwebsockets"}
     == {"kill": "websocket-client-crashed", "abort": "websocket-client-crashed", "stop": "websocket-client-hung",
         "a": None, "b": None, "c": None, "d": None, "e": None, "f": None}' \
    'sorted(e["endpoint"] for e in it["evidence"] if e["client"] == "wire") == ["abort", "kill", "stop"]' \
    'all(e["outcome"] == "passed" for e in it["evidence"] if e["client"] == "wire")' \
    'all(len([m for m in e["messages"] if m["type"] == "text"]) == 1 for e in it["evidence"]
         if e["client"] == "libwebsockets" and e["code"] is None)' \
    'all(e["time_us"] < 5000000 for e in it["evidence"] if e["client"] == "libwebsockets" and e["code"] is None)'
[[ -z $(find . -name 'core*' -print -quit) ]] || fail 'a core file was left'

# What it was told is nowhere but in the worker's memory while it lives.
{
    suite slow
    echo "  - { name: slow, url: \"ws://127.0.0.1:$WEBSOCKETS_PORT/slow\", attempts: 2, expect: { message: { json: { /type: connect } } } }"
} >slow.yaml
"$ENDOSCOPE" run --config slow.yaml >slow.out 2>slow.err &
run=$!
touch seen
while kill -0 "$run" 2>/dev/null; do
    # It may end while it is looked at.
    for worker in $(pgrep -P "$run" || true); do
        cat "/proc/$worker/cmdline" "/proc/$worker/environ" "/proc/$worker/limits" "/proc/$worker/status" >>seen 2>/dev/null || true
    done
    sleep 0.05
done
wait "$run"
expect_contains seen '--websocket-worker'
expect_matches seen '^Seccomp:[[:space:]]*2$' '^NoNewPrivs:[[:space:]]*1$' '^Max core file size +0 +0'
expect_not_contains seen "$CANARY"
expect_contains usual.json '[redacted:CANARY#'
! grep -rqaF --include='*.db*' --include='*.json' --include='*.out' --include='*.err' -- "$CANARY" . ||
    fail 'the canary is in a file of ours'

# Servers at which libwebsockets unguarded was seen to hang, to crash, or to hide what happened: it lives, and the wire
# that is asked after it says the same or more.
{
    suite breaches
    for name in unasked-extension unasked-extension-twice refuse/403 wrong-accept reserved-opcode rsv big-control \
        fragmented-control invalid-utf8 lone-continuation interrupted-message huge-length huge-frame endless-message \
        close/1011/oops close/1012/restart close-one-byte hangup flood ping-flood; do
        echo "  - { name: \"$name\", url: \"ws://127.0.0.1:$RAW_PORT/ws/$name\", timeout: 3s, max_body: 1KiB }"
    done
    echo "  - { name: refused, url: \"ws://127.0.0.1:$RAW_PORT_REFUSES/\" }"
} >breaches.yaml
probe breaches
expect_equal "$status" 1
expect_json breaches.json \
    '{e["code"] for e in it["evidence"] if "crashed" in (e["code"] or "") or "hung" == (e["code"] or "")[-4:]} == set()' \
    'len([e for e in it["evidence"] if e["client"] == "libwebsockets"]) == 21' \
    '{e["endpoint"] for e in it["evidence"] if e["client"] == "libwebsockets" and e["code"] is None}
     == {"huge-frame", "endless-message", "flood", "ping-flood"}' \
    '[e["endpoint"] for e in it["evidence"] if e["client"] == "libwebsockets" and e["code"] is not None
      and e["code"] not in [w["code"] for w in it["evidence"] if w["client"] == "wire" and w["endpoint"] == e["endpoint"]]]
     in (["close-one-byte"], [], ["refused"])' \
    '["refused with 403" in (e["body"] or "") for e in it["evidence"]
      if e["endpoint"] == "refuse/403" and e["client"] == "wire"] == [True]' \
    'any("1012" in e["detail"] for e in it["evidence"] if e["endpoint"] == "close/1012/restart" and e["client"] == "wire")'

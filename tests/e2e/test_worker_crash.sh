#!/usr/bin/env bash
# The WebSocket worker dies by SIGSEGV with secrets in its memory: it leaves no core, and they are nowhere on the disk.
. "$(dirname "$0")/lib.sh"
start_server websockets
export CANARY='Kanarie/7+Zwitscher="Geheim"&Lang9'
mkdir tmp cwd
export TMPDIR=$WORK/tmp
# A sanitizer's handler would stand between the crash and the kernel; the worker has no environment, so there it does.
export ASAN_OPTIONS=handle_segv=0

cat >crash.yaml <<YAML
suite: crash
store: crash.db
defaults: { attempts: 2, interval: 0s, timeout: 20s, headers: { Authorization: "Bearer \${CANARY}", Cookie: "sid=\${CANARY}" } }
endpoints:
  - { name: crash, url: "ws://127.0.0.1:$WEBSOCKETS_PORT/segv", expect: { message: { json: { /type: connect } } } }
  - { name: beside, url: "ws://127.0.0.1:$WEBSOCKETS_PORT/slow", expect: { message: { json: { /type: connect } } } }
YAML
ulimit -c unlimited 2>/dev/null || true
(cd cwd && exec "$ENDOSCOPE" run --config ../crash.yaml >../crash.out 2>../crash.err) &
echo $! >"$WEBSOCKETS_RUN"
status=0
wait $! || status=$?
expect_equal "$status" 1
for format in md html json text; do
    "$ENDOSCOPE" report --config crash.yaml --format "$format" --output "crash.$format"
done
"$ENDOSCOPE" db export --config crash.yaml >crash.export
"$ENDOSCOPE" show --config crash.yaml latest.1 >crash.show

expect_json crash.json \
    '{e["code"] for e in it["evidence"] if e["endpoint"] == "crash" and e["client"] == "libwebsockets"} == {"websocket-client-crashed"}' \
    'all("signal 11" in e["detail"] or "status 1" in e["detail"] for e in it["evidence"] if e["code"] == "websocket-client-crashed")' \
    '[a["verdict"] for a in (e["answer"] for e in it["endpoints"]) if a["name"] == "beside"] == ["passes"]'
expect_contains crash.json '[redacted:CANARY#'
[[ -z $(find . -name '*core*' -print -quit) ]] || fail 'a core file was left'
/usr/bin/python3 -EsB "$ROOT/tests/e2e/search_secret.py" "$CANARY" --not nothing

# Nor does the program itself leave one, when it is what crashes in the middle of a run.
(cd cwd && exec "$ENDOSCOPE" run --config ../crash.yaml --store ../killed.db >../killed.out 2>../killed.err) &
pid=$!
wait_for 20 test -s killed.db-wal
kill -SEGV "$pid"
status=0
wait "$pid" 2>/dev/null || status=$?
expect_equal "$status" 139
[[ -z $(find . -name '*core*' -print -quit) ]] || fail 'a core file was left'
/usr/bin/python3 -EsB "$ROOT/tests/e2e/search_secret.py" "$CANARY" --not nothing

#!/usr/bin/env bash
# Collectors on one store at once, and readers beside them: nobody waits for long, nothing is lost or mixed up.
. "$(dirname "$0")/lib.sh"
start_server raw

{
    echo 'suite: shared'
    echo 'defaults: { attempts: 3, interval: 50ms, timeout: 5s }'
    echo 'endpoints:'
    for i in $(seq 30); do
        echo "  - { name: e$i, url: \"http://127.0.0.1:$RAW_PORT/ok?e=$i\" }"
    done
    echo "  - { name: broken, url: \"http://127.0.0.1:$RAW_PORT/status/503\", attempts: 3 }"
} >endoscope.yaml

# The first makes the store while the others open it.
runs=4
pids=()
for i in $(seq $runs); do
    "$ENDOSCOPE" run --label "run=$i" >"out.$i" 2>"err.$i" &
    pids+=($!)
done
for i in $(seq $runs); do
    status=0
    wait "${pids[i - 1]}" || status=$?
    ((status == 1)) || { show "out.$i" "err.$i"; fail "run $i: status $status, not 1"; }
    expect_not_contains "err.$i" Sanitizer 'runtime error'
done
expect_equal "$(sqlite3 endoscope.db 'select count(*) from run')" "$runs"
expect_equal "$(sqlite3 endoscope.db 'pragma integrity_check')" ok
# Each has all of its own attempts, and nothing of another's.
for id in $(sqlite3 endoscope.db 'select lower(hex(uuid)) from run'); do
    expect_status 0 "$ENDOSCOPE" report "$id" --format json
    expect_json stdout 'it["run"]["state"] == "complete"' 'it["run"]["attempts"] == 93' \
        'all(e["answer"]["total"] == 3 for e in it["endpoints"] if e["name"] != "broken")' \
        '[f["endpoints"] for f in it["findings"]] == [[{"name": "broken"}]]'
done

# A report is written while a run writes.
"$ENDOSCOPE" run >out 2>err &
pid=$!
for _ in 1 2 3; do
    expect_status 0 "$ENDOSCOPE" report latest --format json
    expect_json stdout 'it["run"]["state"] == "complete"'
done
wait "$pid" || true

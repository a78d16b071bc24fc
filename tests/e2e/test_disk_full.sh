#!/usr/bin/env bash
# Out of disk in mid-run: one clear error, status 3, and all that was shown is in the store.
. "$(dirname "$0")/lib.sh"
start_server raw
{
    echo 'suite: filling'
    echo 'defaults: { attempts: 40, interval: 20ms, timeout: 5s }'
    echo 'endpoints:'
    for i in $(seq 30); do
        echo "  - { name: e$i, url: \"http://127.0.0.1:$RAW_PORT/status/503?e=$i\" }"
    done
} >endoscope.yaml

# A limit on the size of files stands for a full disk; what goes to stderr is far below it.
status=0
(
    ulimit -f 256
    exec "$ENDOSCOPE" run >out 2>err
) || status=$?
expect_equal "$status" 3
expect_contains err 'endoscope.db: no room left to write'
expect_not_contains err Sanitizer 'runtime error'

shown=$(grep -c 'attempt [0-9]* failed' err)
stored=$(sqlite3 endoscope.db 'select count(*) from probe')
((shown > 0 && stored >= shown)) || fail "$shown failures were shown, $stored probes are stored"
expect_equal "$(sqlite3 endoscope.db 'pragma integrity_check')" ok
id=$(sqlite3 endoscope.db 'select lower(hex(uuid)) from run')
expect_status 0 "$ENDOSCOPE" report "$id" --format json
expect_json stdout 'it["run"]["state"] == "interrupted"' "it['run']['probes'] == $stored"

# A report for which there is no room leaves the one before it. (Reading a store takes 32 KiB of shared memory.)
echo 'the one before' >report.html
status=0
(
    ulimit -f 40
    exec "$ENDOSCOPE" report "$id" --output report.html 2>err
) || status=$?
expect_equal "$status" 3
expect_contains err 'report.html' 'untouched'
expect_equal "$(cat report.html)" 'the one before'
expect_equal "$(find . -name 'report.html.*' | wc -l)" 0

# There is room again.
expect_status 3 "$ENDOSCOPE" run --max-time 200ms
expect_contains stderr 'deadline'

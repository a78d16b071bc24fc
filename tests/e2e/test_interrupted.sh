#!/usr/bin/env bash
# A run that is killed keeps all that it showed, and reads as interrupted; one that is asked to stop says so.
. "$(dirname "$0")/lib.sh"
start_server raw

{
    echo 'suite: long'
    echo 'defaults: { attempts: 20, interval: 100ms, timeout: 2s }'
    echo 'endpoints:'
    for i in $(seq 20); do
        echo "  - { name: e$i, url: \"http://127.0.0.1:$RAW_PORT/status/503?e=$i\" }"
    done
} >endoscope.yaml

# Killed: what stands on stderr is in the store.
"$ENDOSCOPE" run >out 2>err &
pid=$!
wait_for 20 grep -q 'attempt 3 failed' err
kill -9 "$pid"
wait "$pid" 2>/dev/null || true
shown=$(grep -c 'attempt [0-9]* failed' err)
stored=$(sqlite3 endoscope.db 'select count(*) from probe')
((stored >= shown && shown > 20)) || fail "$shown failures were shown, $stored probes are stored"
id=$(sqlite3 endoscope.db 'select lower(hex(uuid)) from run')
expect_status 0 "$ENDOSCOPE" report "$id" --format json
expect_json stdout 'it["run"]["state"] == "interrupted"' "it['run']['probes'] == $stored"
expect_status 0 "$ENDOSCOPE" report "$id" --format md
expect_contains stdout 'interrupted'
# `latest` means complete runs.
expect_status 2 "$ENDOSCOPE" report latest

# Asked to stop.
for signal in INT TERM; do
    rm -f err
    "$ENDOSCOPE" run >out 2>err &
    pid=$!
    wait_for 20 grep -qs 'attempt 2 failed' err
    kill "-$signal" "$pid"
    status=0
    wait "$pid" || status=$?
    expect_equal "$status" "$((128 + $(kill -l "$signal")))"
    expect_contains err 'interrupted'
done

# A deadline.
expect_status 3 "$ENDOSCOPE" run --max-time 1s
expect_contains stderr 'deadline'
expect_equal "$(sqlite3 endoscope.db 'pragma integrity_check')" ok

# What it came to passes; that is no reason to call the run well.
cat >endoscope.yaml <<YAML
suite: half
defaults: { attempts: 2, interval: 50ms, timeout: 30s }
endpoints:
  - { name: good, url: "http://127.0.0.1:$RAW_PORT/ok" }
  - { name: mute, url: "http://127.0.0.1:$RAW_PORT/never" }
YAML
expect_status 3 "$ENDOSCOPE" run --store half.db --max-time 1s
expect_contains stdout 'cut off after 2 of 4 planned attempts'
id=$(sqlite3 half.db 'select lower(hex(uuid)) from run')
for format in md text; do
    expect_status 0 "$ENDOSCOPE" report "$id" --store half.db --format "$format"
    expect_contains stdout '2 of 4 planned attempts'
    expect_not_contains stdout 'all well' 'ALL WELL'
done
expect_status 0 "$ENDOSCOPE" report "$id" --store half.db --format json
expect_json stdout 'it["summary"]["status"] == "not-whole"'

# Nor to call what it did not come to gone, beside a run that asked it.
sed 's#/never#/ok?mute#' endoscope.yaml >quick.yaml
expect_status 0 "$ENDOSCOPE" run --config quick.yaml --store half.db --quiet
expect_status 0 "$ENDOSCOPE" compare latest "$id" --config quick.yaml --store half.db --format json
expect_json stdout 'it["comparison"]["verdict"] == "unchanged"' 'it["comparison"]["not_asked"] == 1' \
    'it["comparison"]["gone"] == 0'
expect_status 0 "$ENDOSCOPE" compare latest "$id" --config quick.yaml --store half.db --format md
expect_contains stdout 'not tested' 'not asked'

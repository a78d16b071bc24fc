#!/usr/bin/env bash
# Cron's one line: silent while nothing happens, it tells what did; files by date, one night at a time, and its own troubles
# with status 3.
. "$(dirname "$0")/lib.sh"
export TRACKER_TOKEN=tracker-token-0123456789 BEAT=heart-of-glass-123
MARKER='endoscope:v1 key='
start_server changing
start_server tracker

# shellcheck disable=SC2016 # the config's own variables
config() {
    cat >endoscope.yaml <<YAML
suite: nights
environment: here
heartbeat: http://127.0.0.1:$CHANGING_PORT/\${BEAT}
defaults: { attempts: 1, timeout: 5s }
endpoints:
  - { name: chat, url: "http://127.0.0.1:$CHANGING_PORT/chat" }
  - { name: other, url: "http://127.0.0.1:$CHANGING_PORT/other" }
trackers:
  gh: { kind: github, url: 'http://127.0.0.1:$TRACKER_PORT/github', project: netra/app, token: '\${TRACKER_TOKEN}' }
tickets:
  - { id: "488", tracker: gh, endpoints: [chat], title: Chat is broken }
$*
YAML
}
config

night() {
    local status=$1
    shift
    expect_status "$status" "$ENDOSCOPE" nightly "$@"
    expect_not_contains stdout "$TRACKER_TOKEN" "$BEAT"
    expect_not_contains stderr "$TRACKER_TOKEN" "$BEAT"
}
silent() {
    night "$@"
    [[ ! -s stdout && ! -s stderr ]] || { show stdout stderr; fail 'there was nothing to tell'; }
}
control() {
    /usr/bin/python3 -ESB "$ROOT/tests/servers/tracker/control.py" "$TRACKER_PORT" "$@" >said
}
COMMENTS="[c['body'] for c in it['trackers']['github']['tickets']['488']['comments'] if '$MARKER' in c['body']]"

# All well: nothing is said, and everything is there.
silent 0
today=$(date +%F)
[[ $(readlink reports/latest) == "$today-"* ]] || fail 'latest does not lead to tonight'
expect_contains reports/latest/report.txt 'ALL WELL'
expect_json reports/latest/report.json 'it["run"]["state"] == "complete"'
expect_contains reports/latest/report.html '<!doctype html>'
expect_status 0 "$ENDOSCOPE" report latest
control state
expect_json said "len($COMMENTS) == 1" 'it["violations"] == []'

# It breaks: that is told, with the report, and a comment on the ticket.
echo 503 >"$CHANGING/chat.status"
night 1
expect_contains stdout 'regressed: chat' 'new finding: ' "The report: reports/$(readlink reports/latest)/report.html" 'FAILING'
[[ ! -s stderr ]] || fail 'nothing was wrong with the night itself'
expect_contains reports/latest/since-last-night.txt 'regressed: chat'
expect_contains reports/latest/since-last-good.md 'chat'
control state
expect_json said "len($COMMENTS) == 2" "sum('Regressed: ' in b for b in $COMMENTS) == 1"

# It stays broken: silence, but for the machine. What somebody ran by hand in between takes no news away.
silent 1
rm "$CHANGING/chat.status"
expect_status 0 "$ENDOSCOPE" run --quiet
night 0 --json
expect_json stdout 'it["status"] == 0' 'it["night"]["told"]' 'not it["night"]["fails"]' \
    'it["tickets"][0]["result"] == "updated"' 'it["tickets"][0]["comments"] == 1' \
    '{"endpoint": "chat", "transition": "fixed"} in it["night"]["since_last_night"]["transitions"]'
silent 0

# The same failure is told again when it is time to remind of it; the state beside the store keeps when.
echo 503 >"$CHANGING/chat.status"
night 1
silent 1
age() { # the last word on it lies so many hours back
    /usr/bin/python3 -ES - "$1" <<'PY'
import json, sys
it = json.load(open("endoscope.db.nightly"))
for part in it["suites"].values():
    part["told"] -= int(sys.argv[1]) * 3600 * 1000000
json.dump(it, open("endoscope.db.nightly", "w"))
PY
}
age 144
silent 1
age 23 # a daylight-saving night is shorter
night 1
expect_contains stdout 'Still failing.' 'FAILING'
silent 1
config 'remind: 1d'
age 24
night 1
expect_contains stdout 'Still failing.'

# A tracker that is down: a trouble of the night's own, which goes before what fails. The next night sends both.
control fault '{"on": "", "do": "502", "times": 1000}'
rm "$CHANGING/chat.status"
night 3 --max-time 6s
expect_contains stderr 'ticket 488 on gh: ' 'queued, and tried again the next time'
expect_contains stdout 'fixed: chat'
[[ -s endoscope.db.queue ]] || fail 'the queue is empty'
control heal
silent 0
[[ ! -e endoscope.db.queue ]] || fail 'something is left in the queue'
control state
expect_json said "sum('Fixed: ' in b for b in $COMMENTS) == 2" "sum('nightly.' in b for b in $COMMENTS) == 1"

# The heartbeat: not heard, that is a message and no more.
echo 500 >"$CHANGING/$BEAT.status"
night 0
expect_contains stderr 'the heartbeat was not heard: '
[[ ! -s stdout ]] || fail 'the heartbeat changed the verdict'
rm "$CHANGING/$BEAT.status"

# Past its deadline: what was probed is kept, it reads as interrupted, nothing is published, `latest` stays.
last=$(readlink reports/latest)
control state && writes=$(json said 'it["trackers"]["github"]["writes"]')
echo 3 >"$CHANGING/chat.delay"
night 3 --max-time 1s
expect_contains stderr 'reached its deadline'
expect_contains stdout 'trouble of its own' 'other'
rm "$CHANGING/chat.delay"
expect_equal "$(readlink reports/latest)" "$last"
control state
expect_json said "it['trackers']['github']['writes'] == $writes"

# Our own network is down: nothing is published.
sed "s,url: \"http://127.0.0.1:$CHANGING_PORT/,url: \"http://nowhere.example/," endoscope.yaml >offline.yaml
night 3 --config offline.yaml --nameserver 127.0.0.1:1
expect_contains stderr 'collector-offline'
control state
expect_json said "it['trackers']['github']['writes'] == $writes"
silent 0

# Two at once: the second leaves. The lock ends with its holder, however that ends.
echo 2 >"$CHANGING/chat.delay"
"$ENDOSCOPE" nightly >first.out 2>first.err &
first=$!
wait_for 10 grep -qs pending endoscope.db.nightly
night 3
expect_contains stderr "another nightly is at work on this store (endoscope.db.nightly.lock is locked, process $first)"
kill -KILL "$first"
wait "$first" 2>/dev/null || true
rm "$CHANGING/chat.delay"
night 0
expect_contains stderr 'the last nightly was cut off while it probed: '
silent 0

# Where the messages go, and how many.
night 2 --log nowhere
expect_contains stderr 'there is no log `nowhere`'
night 2 --log-level loud
night 0 --nice --log-level debug
silent 0 --reports elsewhere/
[[ -s elsewhere/latest/report.md ]] || fail 'the reports are not where they were asked for'
echo 500 >"$CHANGING/$BEAT.status"
JOURNAL_STREAM=$(: >stderr && stat -c %d:%i stderr) night 0
expect_matches stderr '^<4>the heartbeat was not heard: '
rm "$CHANGING/$BEAT.status"

# A folder of reports that cannot be: the night goes on, and says so.
echo in the way >file
night 3 --reports file
expect_contains stderr 'cannot make the folder file for the reports'
# What is left is damaged: it is written anew.
echo '{' >endoscope.db.nightly
night 3
expect_contains stderr 'endoscope.db.nightly cannot be read'
silent 0
expect_status 0 "$ENDOSCOPE" db check

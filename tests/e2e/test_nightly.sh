#!/usr/bin/env bash
# Nights by one command: silent while nothing happens, words when something does, reports by date, one comment on the ticket,
# one night at a time.
. "$(dirname "$0")/lib.sh"
export TRACKER_TOKEN=tracker-token-0123456789
start_server tracker
start_server changing
at=http://127.0.0.1:$CHANGING_PORT

control() {
    /usr/bin/python3 -ESB "$ROOT/tests/servers/tracker/control.py" "$TRACKER_PORT" "$@" >said
}
expect_comments() {
    control state
    expect_json said 'it["violations"] == []' \
        "len([c for c in it['trackers']['github']['tickets']['488']['comments'] if 'endpoint' in c['body']]) == $1"
}
# shellcheck disable=SC2016 # the config's own variables
cat >endoscope.yaml <<YAML
suite: nights
timezone: Europe/Berlin
heartbeat: "$at/heartbeat"
defaults: { attempts: 2, interval: 0s }
endpoints:
  - { name: chat, url: "$at/chat" }
  - { name: health, url: "$at/health", role: control }
trackers:
  gh: { kind: github, url: "http://127.0.0.1:$TRACKER_PORT/github", project: netra/app, token: "\${TRACKER_TOKEN}" }
tickets:
  - { id: "488", tracker: gh, endpoints: [chat], title: Chat is broken }
YAML
night() {
    local status=$1
    shift
    expect_status "$status" "$ENDOSCOPE" nightly "$@"
    expect_not_contains stdout "$TRACKER_TOKEN"
    expect_not_contains stderr "$TRACKER_TOKEN"
}
silent() {
    [[ ! -s stdout && ! -s stderr ]] || { show stdout stderr; fail 'a night without news is not silent'; }
}

# All is well: nothing is said, the reports are there.
night 0
silent
[[ -f reports/latest/report.md && -f reports/latest/report.html && -f reports/latest/report.json ]] || fail 'no reports'
expect_matches <(readlink reports/latest) '^20[0-9-]{8}_[0-9]{4}_[0-9a-f]{8}-[0-9a-f]{4}$'
[[ ! -e endoscope.db.night ]] || fail 'a night that came to its end left its journal'
night 0
silent
[[ -f reports/latest/since-previous.md ]] || fail 'no comparison with the night before'
expect_comments 1

# It breaks: told, with the report, on the ticket too; and the night after that is silent again.
echo 503 >"$CHANGING/chat.status"
night 1
expect_contains stdout '* chat: regressed' '* new finding: ' 'http-unavailable' 'FAILING: 1 of 1' 'The reports: '
[[ ! -s stderr ]] || { show stderr; fail 'words on stderr'; }
expect_comments 2
night 1
silent
[[ -f reports/latest/since-last-good.html ]] || fail 'no comparison with the last good night'
echo 500 >"$CHANGING/chat.status"
night 1
expect_contains stdout '* chat: fails, and in another way than before'
# A summary for programs, always.
night 1 --json
expect_json stdout 'it["schema"] == "endoscope-nightly/1"' 'it["fails"]' 'it["news"] == []' 'it["status"] == 1' \
    'it["tickets"][0]["result"] == "updated"' 'it["troubles"] == 0'

# Mended.
rm "$CHANGING/chat.status"
night 0 --nice
expect_contains stdout '* chat: fixed' 'ALL WELL'

# A tracker that is down: said, queued, status 3; brought up to date by the next night, once.
echo 503 >"$CHANGING/chat.status"
control fault '{"on": "GET /github", "do": "retry-after", "seconds": 250}'
night 3 --max-time 20s
expect_contains stderr 'ticket 488 on gh: ' 'queued'
expect_contains stdout '* chat: fails again'
control heal
night 1
silent
control state
expect_json said "sum('Regressed' in c['body'] for c in it['trackers']['github']['tickets']['488']['comments']) == 2"

# One at a time; the lock of one that was killed holds nobody up.
flock endoscope.db.nightly.lock -c "'$ENDOSCOPE' nightly" >stdout 2>stderr && fail 'a second night ran beside the first'
expect_contains stderr 'another nightly is at work'
night 1
silent

# A deadline: what was probed by then is kept, and nobody is told that it is all.
echo 5 >"$CHANGING/health.delay"
before=$(readlink reports/latest)
night 3 --max-time 1s
expect_contains stderr 'deadline'
expect_equal "$(readlink reports/latest)" "$before"
rm "$CHANGING/health.delay"

# Words that are none.
expect_status 2 "$ENDOSCOPE" nightly --log nowhere
expect_contains stderr 'stderr or syslog'

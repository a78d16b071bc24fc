#!/usr/bin/env bash
# The units that `init --systemd` prints: systemd takes them, finds little that they leave open, wakes them in every night, also where
# clocks change; and the filter of system calls lets through all that a night does.
. "$(dirname "$0")/lib.sh"
for tool in systemd-analyze strace; do
    command -v $tool >/dev/null || { echo "$SCENARIO: $tool is not there: script/bootstrap test" >&2; exit 1; }
done
export TRACKER_TOKEN=tracker-token-0123456789
start_server tracker
start_server changing
start_server websockets

expect_status 0 "$ENDOSCOPE" init --systemd --config "$WORK/endoscope.yaml"
awk '/^# \/etc\/systemd\/system\// { file = $2; sub(".*/", "", file) } { print > file }' stdout
expect_status 0 systemd-analyze verify --man=no "$WORK/endoscope.service" "$WORK/endoscope.timer"
expect_not_contains stderr endoscope.service: endoscope.timer:

# 0 is locked up, 10 is open; what stays open is the network, which it is about.
expect_status 0 systemd-analyze security --offline=true --threshold=15 "$WORK/endoscope.service"
grep '✗' stdout | awk '{ print $2 }' | sort >open
expect_not_contains open PrivateUsers= ProcSubset= PrivateTmp= NoNewPrivileges= ProtectSystem= 'SystemCallFilter=~@privileged' \
    'SystemCallFilter=~@resources' CapabilityBoundingSet= ProtectHome= MemoryDenyWriteExecute=

# Each night once, whichever change of clocks lies before it.
when=$(sed -n 's/^OnCalendar=//p' endoscope.timer)
for base in 2026-03-27 2026-10-23; do
    TZ=Europe/Berlin systemd-analyze calendar --base-time="$base 12:00" --iterations=4 "$when" >elapses
    expect_equal "$(grep -oE '20[0-9-]+ 04:10:00 CES?T' elapses | cut -d' ' -f1 | sort -u | wc -l)" 4
done

# Every system call of a night, our own, of the worker and of a tracker's command, is one that the filter lets through.
cat >endoscope.yaml <<YAML
suite: nights
keep: 1d
heartbeat: "http://127.0.0.1:$CHANGING_PORT/heartbeat"
defaults: { attempts: 2, interval: 0s, timeout: 10s }
endpoints:
  - { name: chat, url: "http://localhost:$CHANGING_PORT/chat" }
  - { name: socket, url: "ws://127.0.0.1:$WEBSOCKETS_PORT/echo" }
  - { name: nowhere, url: "ws://127.0.0.1:$WEBSOCKETS_PORT/nowhere" }
trackers:
  gt: { kind: gitea, url: 'http://127.0.0.1:$TRACKER_PORT/gitea', project: netra/app, token: '\${TRACKER_TOKEN}' }
  co: { kind: command, command: 'cat' }
tickets:
  - { id: "488", tracker: gt, endpoints: [chat, nowhere] }
  - { id: "489", tracker: co, endpoints: [chat, nowhere] }
YAML
allowed() { # the calls of sets
    systemd-analyze syscall-filter "$@" | sed -nE 's/^ +([a-z0-9_@-]+).*/\1/p' | while read -r name; do
        if [[ $name == @* ]]; then allowed "$name"; else echo "$name"; fi
    done
}
mapfile -t filters < <(sed -nE 's/^SystemCallFilter=//p' endoscope.service)
expect_equal "${#filters[@]}" 2
allowed "${filters[0]}" | sort -u >let
# shellcheck disable=SC2086 # names of sets
for set in ${filters[1]#\~}; do allowed "$set"; done | sort -u | comm -23 let - >let_through
(($(wc -l <let_through) > 200)) || fail 'the filter cannot be read'
echo 503 >"$CHANGING/chat.status"
for night in 1 2; do
    status=0
    ASAN_OPTIONS=detect_leaks=0 strace -f -qq -o "trace$night" "$ENDOSCOPE" nightly >out 2>err || status=$?
    ((status == 1)) || { show out err; fail "status $status"; }
done
cat trace1 trace2 | grep -oE '^[0-9]+ +(<\.\.\. )?[a-z0-9_]+[( ]' | sed -E 's/^[0-9]+ +(<\.\.\. )?//; s/[( ]$//' | sort -u >used
(($(wc -l <used) > 40)) || fail 'the trace cannot be read'
expect_contains used connect execve fsync
# The sanitizers ask for one; SQLite for another when it is root, which the service is not.
comm -23 used let_through | grep -vxE "personality$( ((EUID != 0)) || echo '|fchown')" >refused || true
[[ ! -s refused ]] || { show refused; fail 'the units forbid what a night does'; }

#!/usr/bin/env bash
# Power cut: nightly is killed before one of the system calls by which it changes anything, at points spread over all of its
# steps. The next night recovers: nothing is told on the ticket twice, no report is lost, what happened is told, the store is
# whole.
#
# POINTS=24 points by default; POINTS=all is every one of them (script/soak-nightly), from the FIRST on.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/folders.sh"
command -v strace >/dev/null || { echo "$SCENARIO: strace is not there: script/bootstrap test" >&2; exit 1; }
export TRACKER_TOKEN=tracker-token-0123456789
start_server tracker
start_server changing
CALLS=write,pwrite64,fsync,fdatasync,rename,unlink,unlinkat,mkdir,symlink,connect,sendto,recvfrom,poll,openat,close,ftruncate,flock,fchmod

# shellcheck disable=SC2016 # the config's own variable
cat >endoscope.yaml <<YAML
suite: nights
defaults: { attempts: 1, timeout: 5s }
keep: 1d
heartbeat: "http://127.0.0.1:$CHANGING_PORT/heartbeat"
endpoints:
  - { name: chat, url: "http://127.0.0.1:$CHANGING_PORT/chat" }
trackers:
  gt: { kind: gitea, url: 'http://127.0.0.1:$TRACKER_PORT/gitea', project: netra/app, token: '\${TRACKER_TOKEN}' }
tickets:
  - { id: "488", tracker: gt, endpoints: [chat] }
YAML
control() {
    /usr/bin/python3 -ESB "$ROOT/tests/servers/tracker/control.py" "$TRACKER_PORT" "$@" >said
}
MINE="[c['body'] for c in it['trackers']['gitea']['tickets']['488']['comments'] if 'endoscope:v1 key=' in c['body']]"

# What each point starts from: a night on which all was well, and the reports of one that is old.
expect_status 0 "$ENDOSCOPE" nightly
old=$(old_folder "$PWD/reports/$(readlink reports/latest)" 100)
mkdir base
cp -a endoscope.db* reports base/
control state
json said 'it["trackers"]["gitea"]["tickets"]["488"]["comments"]' >comments.py
/usr/bin/python3 -ES -c 'import ast, json, sys; print(json.dumps({"kind": "gitea", "put": ast.literal_eval(open("comments.py").read())}))' >seed.json
echo 503 >"$CHANGING/chat.status"

reset() {
    rm -rf endoscope.db* reports
    cp -a base/. .
    control seed "$(<seed.json)"
}

# traced WHAT...: tonight under strace, which the leak checker does not bear.
traced() {
    ASAN_OPTIONS=detect_leaks=0 strace -qq -o trace -e trace="$CALLS" "$@" "$ENDOSCOPE" nightly >killed.out 2>killed.err
}

# All points, by the number of calls of that name before it; those on the terminal's streams are ours, too.
reset
traced && fail 'the night did not fail'
grep -oE '^[a-z0-9]+\(' trace | tr -d '(' | awk '{ print $1, ++n[$1] }' >points
total=$(wc -l <points)
((total >= 200)) || fail "only $total points"
if [[ ${POINTS:=24} == all ]]; then
    tail -n "+${FIRST:-1}" points >chosen
else
    awk -v total="$total" -v most="$POINTS" 'int(NR * most / total) != int((NR - 1) * most / total)' points >chosen
fi

# Everything that must hold after the night that follows, whatever was done before the cut.
look() {
    local runs
    expect_status 0 "$ENDOSCOPE" db check
    [[ ! -e endoscope.db.queue && ! -e endoscope.db.night ]] || fail "$1: something is left to do"
    runs=$(sqlite3 endoscope.db 'select count(*) from run where state = 0 and whole')
    cat killed.out second.out >told
    expect_contains told '* chat: regressed'
    expect_equal "$(find reports -name report.html | wc -l)" "$runs"
    expect_equal "$(find reports -name report.txt -size +0 | wc -l)" "$runs"
    expect_contains reports/latest/report.txt FAILING
    # What was begun to be removed is; killed between the mark and the folder, that stays, empty.
    [[ -z $(find reports -path "reports/$old/*") ]] || fail "$1: something is left of the old reports"
    control state
    expect_json said 'it["violations"] == []' "len($MINE) == 2" "sum('nightly.' in b for b in $MINE) == 1" \
        "sum('Regressed: ' in b for b in $MINE) == 1" "${MINE}[0].count(' UTC, run ') == $runs"
}

killed=0
while read -r call count; do
    reset
    status=0
    { traced -e inject="$call:signal=KILL:when=$count"; } 2>said || status=$? # "Killed", says the shell
    ((status == 137)) && ((++killed))
    status=0
    "$ENDOSCOPE" nightly >second.out 2>second.err || status=$?
    ((status == 1)) || { show killed.out killed.err second.out second.err; fail "after $call $count: status $status, not 1"; }
    look "after $call $count"
done <chosen
points=$(wc -l <chosen)
# How often some calls are made differs a little from night to night.
((killed * 10 >= points * 9)) || fail "only $killed of $points nights were killed"
[[ -z ${VERBOSE-} ]] || echo "$killed of $points nights were killed, of $total points"

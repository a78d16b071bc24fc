#!/usr/bin/env bash
# Runs that somebody makes by hand between two nights: what happened since the night before is in the mail and in the channel
# all the same, and what happened and went away between two nights is not. A night is compared with a night.
. "$(dirname "$0")/lib.sh"
export HOOK=secret-part
start_server tracker
start_server changing

# shellcheck disable=SC2016 # the config's own variable
cat >endoscope.yaml <<YAML
suite: nights
timezone: UTC
labels: { by: hand, deploy: 4f2c1 }
defaults: { attempts: 1, timeout: 5s }
endpoints:
  - { name: chat, url: "http://127.0.0.1:$CHANGING_PORT/chat" }
trackers:
  sl: { kind: webhook, url: 'http://127.0.0.1:$TRACKER_PORT/hook/T0/\${HOOK}' }
tickets:
  - { id: "488", tracker: sl, endpoints: [chat] }
YAML
night() {
    local status=$1
    shift
    expect_status "$status" "$ENDOSCOPE" nightly "$@"
}
by_hand() { expect_status "$1" "$ENDOSCOPE" run --quiet; }
silent() { [[ ! -s stdout && ! -s stderr ]] || { show stdout stderr; fail 'words on a night without news'; }; }
# sent COUNT [WORDS]: so much is in the channel by now; the last of it has the words.
sent() {
    /usr/bin/python3 -ESB "$ROOT/tests/servers/tracker/control.py" "$TRACKER_PORT" state >said
    expect_json said "len(it['trackers']['hook']['sent']) == $1" \
        "'${2-}' in (it['trackers']['hook']['sent'] or [{'text': ''}])[-1]['text']"
}
ago() { # DAYS: all runs move back so far
    sqlite3 endoscope.db "update run set started = started - $1 * 86400000000, ended = ended - $1 * 86400000000"
}

# A store from before nights had a label: the run before is what there is.
night 0
sqlite3 endoscope.db "update run set labels = '{}'"
echo 503 >"$CHANGING/chat.status"
night 1
expect_contains stdout '* chat: regressed'
sent 1 Regressed
rm "$CHANGING/chat.status"
by_hand 0
night 0
expect_contains stdout '* chat: fixed'
expect_contains reports/latest/report.md 'deploy 4f2c1' 'by nightly'
sent 2 Fixed

# Whoever asked by hand saw it first; the team learns of it all the same.
echo 503 >"$CHANGING/chat.status"
by_hand 1
by_hand 1
night 1
expect_contains stdout '* chat: fails again' '* new finding: '
[[ -f reports/latest/since-previous.md ]] || fail 'no comparison with the night before'
expect_not_contains reports/latest/report.md 'label by'
sent 3 Regressed
rm "$CHANGING/chat.status"
by_hand 0
echo 503 >"$CHANGING/chat.status"
night 1
silent
sent 3
expect_not_contains reports/latest/report.md 'label by'

# The week is one of nights: that it worked for a moment in between does not begin it anew.
ago 7
rm "$CHANGING/chat.status"
by_hand 0
echo 503 >"$CHANGING/chat.status"
night 1
expect_contains stdout '* still failing, 7 days after it began'
rm "$CHANGING/chat.status"
by_hand 0
night 0
expect_contains stdout '* chat: passes again'
sent 4 Fixed

# What is made up for behind a night that was killed is that night, and no run of anybody else.
echo "endoscope-night/1 began $(date +%s%6N)" >endoscope.db.night
by_hand 0
reports=$(find reports -name report.md | wc -l)
night 0
silent
expect_equal "$(find reports -name report.md | wc -l)" "$((reports + 1))"
sent 4

# The label finds them, and is the program's own.
expect_status 0 "$ENDOSCOPE" report by=nightly --json
newest=$(json stdout 'it["run"]["id"]')
expect_status 0 "$ENDOSCOPE" report latest --json
expect_equal "$(json stdout 'it["run"]["id"]')" "$newest"
by_hand 0
expect_status 0 "$ENDOSCOPE" report by=nightly --json
expect_equal "$(json stdout 'it["run"]["id"]')" "$newest"

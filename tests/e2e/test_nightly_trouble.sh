#!/usr/bin/env bash
# Nights in which something of our own is wrong: a token, a folder, a deadline, the config, a second night beside the first. One
# sentence each, the status that the manual says, and every other step is done all the same.
. "$(dirname "$0")/lib.sh"
start_server tracker
start_server changing
# Somebody whom permissions bind.
user=()
home=$WORK
if ((EUID == 0)); then
    user=(setpriv --reuid=nobody --regid=nogroup --clear-groups --no-new-privs)
    chmod 755 "$WORK"
    home=$WORK/home
    mkdir home && chown nobody home && cd home
fi
cat >head.yaml <<YAML
suite: nights
defaults: { attempts: 1, timeout: 10s }
endpoints:
  - { name: chat, url: "http://127.0.0.1:$CHANGING_PORT/chat" }
YAML
config() { # the token
    cat head.yaml - >endoscope.yaml <<YAML
trackers:
  gt: { kind: gitea, url: 'http://127.0.0.1:$TRACKER_PORT/gitea', project: netra/app, token: $1 }
tickets:
  - { id: "488", tracker: gt, endpoints: [chat] }
YAML
}
night() {
    local status=$1
    shift
    expect_status "$status" "${user[@]}" env HOME="$home" "$ENDOSCOPE" nightly "$@"
    expect_not_contains stdout tracker-token
    expect_not_contains stderr tracker-token
}
sentence() {
    expect_equal "$(wc -l <stderr)" 1
    expect_contains stderr endoscope "$@"
}
silent() { [[ ! -s stdout && ! -s stderr ]] || { show stdout stderr; fail 'words on a night without news'; }; }
reports() { find reports -name report.html 2>/dev/null | wc -l; }
nights_on_ticket() {
    /usr/bin/python3 -ESB "$ROOT/tests/servers/tracker/control.py" "$TRACKER_PORT" state >said
    expect_json said "sum(c['body'].count(' UTC, run ') for c in it['trackers']['gitea']['tickets']['488']['comments']) == $1"
}

# Tokens. One that others may read is a mistake of the config: there is no night. One that cannot be had in time costs nothing
# but the time: the reports are there, the ticket is brought up to date by the next night.
(umask 077 && echo tracker-token-0123456789 >token)
((EUID != 0)) || chown nobody token
chmod 644 token
config '{ file: token }'
night 2
# shellcheck disable=SC2016 # as it is printed
sentence 'token holds a token and others may read it: `chmod 600` it'
[[ ! -e reports && ! -e endoscope.db.night ]] || fail 'there was half a night'
config "{ command: 'sh -c \"sleep 600\"' }"
night 3 --max-time 15s
sentence 'ticket 488 on gt: the command that prints the token: sh: it did not end within ' 'queued'
expect_equal "$(reports)" 1
config '{ command: "true" }'
night 3
sentence 'is empty: it has no token; queued'
config "{ command: 'printf \"tracker-token-0123456789\\nuser: bot\\n\"' }"
night 0
silent
expect_equal "$(reports)" 3
nights_on_ticket 3
chmod 600 token
config '{ file: token }'

# The folder: nobody may write there; a file in its place; a folder in the place of the link.
chmod 555 reports
night 3
sentence 'cannot make the folder reports/2' 'Permission denied'
expect_contains stdout 'ALL WELL'
expect_not_contains stdout 'The reports: '
nights_on_ticket 4
chmod 755 reports
mv reports away
echo mine >reports
night 3
sentence 'cannot make the folder reports/2' 'Not a directory'
expect_equal "$(<reports)" mine
rm reports && mv away reports
rm reports/latest
mkdir reports/latest
echo mine >reports/latest/notes
night 3
sentence 'reports/latest is no link of ours: move it away, and the next night makes one'
expect_contains stdout 'The reports: reports/2'
expect_equal "$(<reports/latest/notes)" mine
[[ ! -e reports/.latest.new && ! -L reports/.latest.new ]] || fail 'half a link is left'
mv reports/latest reports/mine
night 0
silent
[[ -s reports/latest/report.html ]] || fail 'no link'
nights_on_ticket 7

# A deadline before the first answer; one that is over before anything is asked. What was not asked says nothing.
echo 5 >"$CHANGING/chat.delay"
before=$(reports)
for time in 1s 1ms; do
    night 3 --max-time $time
    expect_contains stderr deadline
    expect_equal "$(wc -l <stderr)" 1
    expect_not_contains stdout FAILING
done
rm "$CHANGING/chat.delay"
expect_equal "$(reports)" "$before"
nights_on_ticket 7
night 0
silent

# Several at once: one of them is the night.
echo 6 >"$CHANGING/chat.delay"
before=$(reports)
for i in 1 2 3 4; do
    { status=0; "${user[@]}" env HOME="$home" "$ENDOSCOPE" nightly >"out$i" 2>"err$i" || status=$?; echo $status >"status$i"; } &
    pids[i]=$!
done
wait "${pids[@]}"
rm "$CHANGING/chat.delay"
expect_equal "$(cat status? | sort | tr -d '\n')" 0333
expect_equal "$(cat err? | grep -c 'another nightly is at work.* is locked): this one leaves')" 3
expect_equal "$(cat err? | wc -l)" 3
expect_equal "$(reports)" "$((before + 1))"

# No tickets, and tickets without a tracker: nothing to publish is no trouble.
cp head.yaml endoscope.yaml
night 0 --json
expect_json stdout 'it["tickets"] == []' 'it["troubles"] == 0'
printf 'tickets:\n  - { id: "488", endpoints: [chat] }\n' | cat head.yaml - >endoscope.yaml
night 0
silent

# A mistake in the config, a variable that is missing, no config: the place and the sentence, no night, nothing locked.
sed 's/attempts: 1/attempts: many/' head.yaml >endoscope.yaml
night 2
expect_matches stderr '^endoscope\.yaml:2:[0-9]+: .*many'
[[ ! -s stdout && ! -e endoscope.db.night ]] || fail 'there was half a night'
# shellcheck disable=SC2016 # the config's own variable
config '"${NOT_SET_TONIGHT}"'
night 2
expect_contains stderr NOT_SET_TONIGHT
expect_equal "$(wc -l <stderr)" 1
mv endoscope.yaml elsewhere.yaml
night 2
expect_equal "$(wc -l <stderr)" 1
expect_contains stderr endoscope.yaml

# A queue that is no queue is not thrown away.
config '{ file: token }'
echo '{' >endoscope.db.queue
((EUID != 0)) || chown nobody endoscope.db.queue
night 3
sentence 'endoscope.db.queue is damaged: move it away'
expect_equal "$(<endoscope.db.queue)" '{'
rm endoscope.db.queue
night 0
silent
expect_status 0 "$ENDOSCOPE" db check

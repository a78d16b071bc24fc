#!/usr/bin/env bash
# A tracker that is down for ten nights, and comes back: each night says so in a line a ticket and asks it once; then every night is
# on the tickets, in order and once, with what happened in between.
. "$(dirname "$0")/lib.sh"
export TRACKER_TOKEN=tracker-token-0123456789
start_server tracker
start_server changing
# shellcheck disable=SC2016 # the config's own variables
cat >endoscope.yaml <<YAML
suite: nights
defaults: { attempts: 1, timeout: 5s }
endpoints:
  - { name: chat, url: "http://127.0.0.1:$CHANGING_PORT/chat" }
trackers:
  gt: { kind: gitea, url: 'http://127.0.0.1:$TRACKER_PORT/gitea', project: netra/app, token: '\${TRACKER_TOKEN}' }
  sl: { kind: webhook, url: 'http://127.0.0.1:$TRACKER_PORT/hook/T0/secret-part' }
tickets:
  - { id: "488", tracker: gt, endpoints: [chat] }
  - { id: "489", tracker: gt, endpoints: [chat], on_fixed: { nights: 2, comment: true, close: true } }
  - { id: "490", tracker: sl, endpoints: [chat] }
YAML
control() {
    /usr/bin/python3 -ESB "$ROOT/tests/servers/tracker/control.py" "$TRACKER_PORT" "$@" >said
}
expect_status 0 "$ENDOSCOPE" nightly
control state
asked=$(json said 'len(it["requests"])')

# "." works, "x" fails. Everything that is asked is cut off.
control fault '{"on": "", "do": "reset", "times": 100000}'
nights=1
for as in . . x x x . . x . .; do
    if [[ $as == x ]]; then echo 503 >"$CHANGING/chat.status"; else rm -f "$CHANGING/chat.status"; fi
    expect_status 3 "$ENDOSCOPE" nightly --max-time 60s
    ((++nights))
    expect_equal "$(grep -c '^endoscope: ticket 48[89] on gt: .*; queued, and tried again the next time$' stderr)" 2
    expect_contains stdout 'The reports: '
done
control state
expect_json said "len(it['requests']) == $asked"
# What is queued: every night for both tickets, in order; of the channel what it was not told.
expect_json endoscope.db.queue "[i['run'] for i in it['items'] if i['ticket'] == '488'] == sorted(i['run'] for i in it['items'] if i['ticket'] == '488')" \
    "all(sum(i['ticket'] == t for i in it['items']) == 10 for t in ('488', '489'))"

control heal
expect_status 0 "$ENDOSCOPE" nightly
((++nights))
[[ ! -s stdout && ! -s stderr ]] || { show stdout stderr; fail 'words, though nothing happened tonight'; }
[[ ! -e endoscope.db.queue ]] || fail 'something is left in the queue'
for ticket in 488 489; do
    mine="[c['body'] for c in it['trackers']['gitea']['tickets']['$ticket']['comments'] if 'endoscope:v1 key=' in c['body']]"
    lines="[l for l in ${mine}[0].splitlines() if ' UTC, run ' in l]"
    control state
    expect_json said 'it["violations"] == []' "len($lines) == $nights" "len(set($lines)) == $nights" \
        "''.join('.' if ': works' in l else 'x' for l in reversed($lines)) == '...xxx..x...'" \
        "[b.split(':')[0] for b in ${mine}[1:]] == ['Regressed', 'Fixed'] + ['Verified'] * ($ticket - 488) + ['Regressed', 'Fixed'] + ['Verified'] * ($ticket - 488)"
done
expect_json said "it['trackers']['gitea']['tickets']['489']['state'] == 'closed'" \
    "[m['text'].split('): ')[1].split(':')[0] for m in it['trackers']['hook']['sent']] == ['Regressed', 'Fixed', 'Regressed', 'Fixed']"
# And that was that.
writes=$(json said 'it["trackers"]["gitea"]["tickets"]["488"]["comments"].__len__()')
expect_status 0 "$ENDOSCOPE" nightly
control state
expect_json said "len(it['trackers']['gitea']['tickets']['488']['comments']) == $writes" "len(it['trackers']['hook']['sent']) == 4"

# Another environment on the same store, with a ticket of the same name on a tracker of the same name: what one of them left in the
# queue is not the other's to tell.
mine="[c['body'] for c in it['trackers']['gitea']['tickets']['488']['comments'] if 'endoscope:v1 key=' in c['body'] and 'nightly.' in c['body']]"
sed '/id: "489"/d; /id: "490"/d; s/^suite:/environment: elsewhere\n&/' endoscope.yaml >other.yaml
sed -i '/id: "489"/d; /id: "490"/d' endoscope.yaml
expect_status 0 "$ENDOSCOPE" nightly --config other.yaml --store endoscope.db
control fault '{"on": "", "do": "reset", "times": 100000}'
expect_status 3 "$ENDOSCOPE" nightly --max-time 60s
control heal
expect_status 0 "$ENDOSCOPE" nightly --config other.yaml --store endoscope.db
expect_json endoscope.db.queue 'len(it["items"]) == 1'
control state
expect_json said "[b.count(' UTC, run ') for b in $mine] == [$((nights + 1)), 2]" "'elsewhere' in ${mine}[1]"
expect_status 0 "$ENDOSCOPE" report --config other.yaml --store endoscope.db --json
expect_status 2 "$ENDOSCOPE" publish --store endoscope.db "$(json stdout 'it["run"]["id"]')"
expect_contains stderr 'is of another suite or environment than the config'
expect_status 0 "$ENDOSCOPE" nightly
[[ ! -e endoscope.db.queue ]] || fail 'something is left in the queue'
control state
expect_json said "[b.count(' UTC, run ') for b in $mine] == [$((nights + 3)), 2]"

#!/usr/bin/env bash
# What answers is not the tracker, or not as it should: a page, half a document, a gigabyte, a redirect; limits by date; a ticket
# that is locked; a channel that is gone; a comment that somebody else wrote into. One sentence each; what may pass is queued, and
# on the ticket the next time, once.
# shellcheck disable=SC2016 # backticks and dollars are meant as they stand
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/e2e/publication.sh"
github

# later FAULT SENTENCE...: the night waits for another one, in which it is told.
later() {
    local fault=$1
    shift
    fresh
    publish 0 "$BEFORE"
    control fault "{$fault, \"times\": 99}"
    publish 3 "$AFTER" --max-time 45s
    expect_sentence "$@" 'queued, and tried again the next time'
    [[ -s store.queue ]] || fail 'the night is lost'
    control heal
    count 1
    publish 0 "$AFTER"
    count 2
}
user='"on": "GET /github/api/v3/user"' list="\"on\": \"$LIST\"" issue='"on": "GET /github/api/v3/repos/netra/app/issues/488"'
patch='"on": "PATCH /github"'
later "$user, \"do\": \"nonsense\"" 'the answer is not what this kind of tracker says for /user: is `url` right?'
later "$issue, \"do\": \"nonsense\"" 'for a ticket: is `url` right?'
later "$list, \"do\": \"half\"" 'for a listing: is `url` right?'
later "$list, \"do\": \"short\"" "closed with 998 bytes remaining"
later "$patch, \"do\": \"huge\", \"status\": 500" 'larger than 64 MiB'
later "$user, \"do\": \"redirect\"" 'another host, which was not asked and got no token'
later "$list, \"do\": \"next-elsewhere\"" 'another host, which was not asked'
later "$patch, \"do\": \"403\", \"message\": \"Unable to update comment because issue is locked\"" \
    'answered 403 (Unable to update comment because issue is locked): it is locked; unlock it'
later "$patch, \"do\": \"423\"" 'answered 423 (as ordered): it is locked'
# A limit that ends on a date: one beyond the deadline, or beyond all reason, is not waited for.
later "$patch, \"do\": \"date\", \"seconds\": 250" 'no time is left to wait 2'
later "$patch, \"do\": \"date\", \"seconds\": 3000000000" 'no time is left to wait 86400 s'
# One that is past is none, so that a minute goes by, as where nothing is said.
later "$patch, \"do\": \"date\", \"seconds\": -250" 'no time is left to wait 60 s'
fresh
publish 0 "$BEFORE"
control fault "{$patch, \"do\": \"date\", \"seconds\": 3}"
publish 0 "$AFTER"
count 2
# What a page instead of an answer was the answer to was done, or not: the listing tells.
for fault in nonsense done-502; do
    fresh
    control fault "{\"on\": \"$COMMENTS\", \"do\": \"$fault\"}"
    "$ENDOSCOPE" publish --store store "$BEFORE" >stdout 2>stderr || true
    publish 0 "$BEFORE"
    count 1
done
expect_tracker

# The tracker itself is what fails: it is asked once, however many tickets are on it.
sed -i 's/^tickets:/&\n  - { id: "489", tracker: gh, endpoints: [chat socket] }/' endoscope.yaml
fresh
control state && before=$(json said 'len(it["requests"])')
control fault "{$user, \"do\": \"401\", \"times\": 99}"
publish 3 "$BEFORE"
expect_equal "$(grep -c 'answered 401 .*is it still valid?; queued' stderr)" 2
control state
expect_json said "it['faults'][-1]['times'] == 98" "len(it['requests']) == $before"
github

# Somebody writes into our comment: what they wrote goes, and ours is whole again; what was taken out of the nights is not
# guessed. Somebody takes the marker out: then it is theirs, and we make another.
mine=$(ours github 488 night-bot)
edit() { # the comments of the ticket, with the first one's body through a Python expression on `b`
    control state
    json said "__import__('json').dumps({'kind': 'github', 'put': [dict(c, body=(lambda b: $1)(c['body']) if i == 0 else c['body'])
        for i, c in enumerate(it['trackers']['github']['tickets']['488']['comments'])]})" >seed.json
    control seed "$(<seed.json)"
}
fresh
publish 0 "$BEFORE"
edit "'I know better.\\n' + b.replace('chat socket', 'tea pot')"
publish 0 "$AFTER"
count 2
expect_tracker "'tea pot' not in ${mine}[0]['body'] and 'I know better' not in ${mine}[0]['body']" \
    "${mine}[0]['body'].count(' UTC, run ') == 2"
edit "'\\n'.join(l for l in b.splitlines() if ' UTC, run ' not in l)"
publish 0 "$AFTER"
count 2
expect_tracker "${mine}[0]['body'].count(' UTC, run ') == 1"
edit "b.replace(' UTC, run ', ' UTC, ruin ').replace(', 1 of 1 ', ', 9999999 of 1 ')"
publish 0 "$AFTER"
count 2
edit "b.replace('endoscope:v1', 'by hand')"
publish 0 "$AFTER"
count 2
expect_tracker "len(it['trackers']['github']['tickets']['488']['comments']) == 3"

# A label that is not there is waited for: somebody will make it, or take it out of the config.
# shellcheck disable=SC2016 # the config's own variable
config "  gt: { kind: gitea, url: 'http://127.0.0.1:$TRACKER_PORT/gitea', project: netra/app, token: '\${TRACKER_TOKEN}' }" \
    '  - { id: "488", tracker: gt, endpoints: [chat socket], on_fixed: { label: nowhere, close: true } }'
rm -f store.queue
publish 0 "$BEFORE"
publish 3 "$AFTER"
expect_contains stderr 'the project has no label `nowhere`: make it there, or leave it out of on_fixed; queued'
publish 3 "$AFTER"
sed -i 's/nowhere/verified/' endoscope.yaml
publish 0 "$AFTER"
expect_tracker "it['trackers']['gitea']['tickets']['488']['labels'] == ['verified']" \
    "it['trackers']['gitea']['tickets']['488']['state'] == 'closed'" "len($(ours gitea 488 7)) == 2"

# A channel that is gone is given up, with its secret unsaid.
config "  sl: { kind: webhook, url: 'http://127.0.0.1:$TRACKER_PORT/hook/T0/\${HOOK}' }" \
    '  - { id: "488", tracker: sl, endpoints: [chat socket] }'
rm -f store.queue
export HOOK=secret-part
control fault '{"on": "POST /hook", "do": "410", "message": "no_service"}'
publish 3 "$AFTER"
expect_contains stderr 'hook/T0/${HOOK} answered 410 (no_service): it is gone' 'given up for this run'
expect_not_contains stderr secret-part
[[ ! -e store.queue ]] || fail 'what is given up for good is still in the queue'

#!/usr/bin/env bash
# A tracker that is slow, down, out of its mind, or not what it seems: one sentence each, the right status, and never a
# doubled comment, a lost report or a token at the wrong door.
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/e2e/publication.sh"
github

COMMENTS="POST /github/api/v3/repos/netra/app/issues/488/comments"
LIST="GET /github/api/v3/repos/netra/app/issues/488/comments"

count() {
    expect_tracker "len($(ours github 488 night-bot)) == $1" "sum('nightly.' in c['body'] for c in $(ours github 488 night-bot)) == (1 if $1 else 0)"
}
fresh() {
    control heal
    control seed '{"kind": "github", "delete": true, "state": "open"}'
    rm -f store.queue
}
expect_sentence() {
    expect_equal "$(wc -l <stderr)" 1
    expect_contains stderr 'ticket 488 on gh: ' "$@"
}

# Limits: waited for as they ask, when the time is there.
control fault "{\"on\": \"$COMMENTS\", \"do\": \"retry-after\", \"seconds\": 1}"
control fault '{"on": "GET /github/api/v3/user", "do": "reset-header", "seconds": 1}'
control fault "{\"on\": \"$LIST\", \"do\": \"secondary\", \"headers\": [[\"Retry-After\", \"1\"]]}"
control fault '{"on": "GET /github/api/v3/repos/netra/app/issues/488", "do": "502"}'
publish 0 "$BEFORE"
count 1

# A limit that outlasts the deadline: queued at once, not waited for; then it goes on the ticket, once.
fresh
control fault "{\"on\": \"$COMMENTS\", \"do\": \"retry-after\", \"seconds\": 250}"
publish 3 "$BEFORE" --max-time 20s
expect_sentence 'no time is left to wait 250 s' 'queued'
[[ $(stat -c %a store.queue) == 600 ]] || fail 'others may read the queue'
count 0
control fault "{\"on\": \"$COMMENTS\", \"do\": \"secondary\"}"
publish 3 "$BEFORE" --max-time 5s
expect_sentence 'secondary rate limit' 'wait 60 s'
count 0

# Two nights in the queue go in order: the comment has both lines, and what happened is told.
publish 0 "$AFTER"
count 2
expect_tracker "$(ours github 488 night-bot)[0]['body'].count(', run 01a20557') == 2"
[[ ! -e store.queue ]] || fail 'the queue is not empty'

# Done, but not answered: what was made is found, and nothing is made twice.
for fault in done-reset done-502; do
    fresh
    control fault "{\"on\": \"$COMMENTS\", \"do\": \"$fault\"}"
    publish 0 "$BEFORE"
    count 1
done
# Not answered, and not seen there: it may still be at it, so the next night looks again.
fresh
control fault "{\"on\": \"$COMMENTS\", \"do\": \"reset\"}"
publish 3 "$BEFORE"
expect_sentence 'queued'
count 0
publish 0 "$BEFORE"
count 1

# Slow: the deadline holds.
fresh
control fault "{\"on\": \"$LIST\", \"do\": \"slow\", \"seconds\": 8, \"times\": 9}"
publish 3 "$BEFORE" --max-time 2s
expect_sentence 'queued'
count 0

# A listing that fails, is cut, or makes no sense, is never "there is none of ours".
fresh
publish 0 "$BEFORE"
control seed '{"kind": "github", "comments": 250}'
for fault in '"do": "500", "times": 9' '"do": "nonsense"' '"do": "half"' '"do": "next-elsewhere"' \
    '"do": "502", "part": "page=3", "times": 9' '"do": "404", "part": "page=2"'; do
    control fault "{\"on\": \"$LIST\", $fault}"
    publish 3 "$AFTER"
    expect_sentence ''
    count 1
    control heal
done

# To another host: refused, and the stranger was never asked.
for what in '"on": "GET /github/api/v3/user"' "\"on\": \"$LIST\", \"status\": 302" "\"on\": \"PATCH /github\""; do
    control fault "{$what, \"do\": \"redirect\"}"
    publish 3 "$AFTER"
    expect_sentence 'another host, which was not asked and got no token'
    control heal
done
expect_tracker
# shellcheck disable=SC2016 # the config's own variable
config "  gl: { kind: gitlab, url: 'http://127.0.0.1:$TRACKER_PORT/gitlab', project: grp/proj, token: '\${TRACKER_TOKEN}' }" \
    '  - { id: "488", tracker: gl, endpoints: [chat socket] }'
control fault '{"on": "GET /gitlab/api/v4/user", "do": "redirect"}'
publish 3 "$AFTER"
expect_contains stderr 'another host'
expect_tracker
github

# Another's comment with our very marker is left alone, among ten thousand more.
fresh
publish 0 "$BEFORE"
control state
forged=$(json said "__import__('json').dumps($(ours github 488 night-bot)[0]['body'])")
control seed "{\"kind\": \"github\", \"delete\": true, \"forged\": $forged, \"comments\": 10000}"
publish 0 "$BEFORE"
count 1
expect_tracker '[c["edits"] for c in it["trackers"]["github"]["tickets"]["488"]["comments"] if c["author"] == "mallory"] == [0] * (len(it["trackers"]["github"]["tickets"]["488"]["comments"]) - 1)'
publish 0 "$AFTER"
count 2

# Deleted by somebody, also between the look and the writing: made anew, once.
fresh
publish 0 "$AFTER"
count 1
fresh
publish 0 "$BEFORE"
control fault '{"on": "PATCH /github/api/v3/repos/netra/app/issues/comments", "do": "404"}'
publish 0 "$AFTER"
count 2

# Too long for the tracker: shorter, and said so.
fresh
control fault "{\"on\": \"$COMMENTS\", \"do\": \"422\", \"message\": \"body is too long (maximum is 65536 characters)\"}"
publish 0 "$BEFORE"
count 1
expect_tracker "'cut to the size' in $(ours github 488 night-bot)[0]['body'] or len($(ours github 488 night-bot)[0]['body']) < 15000"

# Closed: nothing is written while nothing happens.
fresh
publish 0 "$BEFORE"
control seed '{"kind": "github", "state": "closed"}'
publish 0 "$BEFORE"
expect_contains stderr 'the ticket is closed, and its endpoints do not all work'
expect_contains stdout 'closed'
count 1

# A token without rights, one that is refused, a ticket that is gone.
control seed '{"kind": "github", "state": "open"}'
control fault '{"on": "PATCH /github", "do": "403", "message": "Resource not accessible by personal access token"}'
publish 3 "$AFTER"
expect_sentence 'answered 403 (Resource not accessible by personal access token)' 'has the token the rights'
TRACKER_TOKEN=another-token-9876 expect_status 3 "$ENDOSCOPE" publish --store store "$AFTER"
expect_sentence 'answered 401 (Bad credentials)'
expect_not_contains stderr another-token-9876
control seed '{"kind": "github", "gone": true}'
publish 3 "$AFTER"
expect_sentence 'answered 404' 'the token may not see it' 'given up'
[[ ! -e store.queue ]] || fail 'what is given up for good is still in the queue'

# Down: nothing listens any more.
stop_server tracker
publish 3 "$AFTER"
expect_sentence 'queued'
[[ -e store.queue ]] || fail 'the night is not in the queue'

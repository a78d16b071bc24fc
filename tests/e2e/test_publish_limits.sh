#!/usr/bin/env bash
# A tracker that limits, does not answer, is slow, or sends us elsewhere: waited for or queued, and never a doubled comment, a
# lost report or a token at the wrong door.
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/e2e/publication.sh"
github

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
expect_tracker "$(ours github 488 night-bot)[0]['body'].count(' UTC, run ') == 2"
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

# To another host: refused, and the stranger was never asked.
fresh
publish 0 "$BEFORE"
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

#!/usr/bin/env bash
# A tracker that is out of its mind, other people, a ticket that is closed or gone, a token without rights: one sentence each,
# and the right status.
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/e2e/publication.sh"
github

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

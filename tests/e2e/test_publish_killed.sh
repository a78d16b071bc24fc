#!/usr/bin/env bash
# Killed at any point, with the tracker having done what it was asked or not: published again, there is one comment on the
# night, one on what happened, and both nights are in it.
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/e2e/publication.sh"
# shellcheck disable=SC2016 # the config's own variable
config "  gt: { kind: gitea, url: 'http://127.0.0.1:$TRACKER_PORT/gitea', project: netra/app, token: '\${TRACKER_TOKEN}' }" \
    '  - { id: "488", tracker: gt, endpoints: [chat socket], on_fixed: { nights: 1, comment: true } }'
MINE=$(ours gitea 488 7)

# killed_at REQUESTS DO RUN: kills publishing when the tracker has seen so many requests more; the one that it then holds back
# is done first, or not.
killed_at() {
    local pid
    control fault "{\"on\": \"\", \"skip\": $1, \"do\": \"$2\", \"seconds\": 1.5}"
    "$ENDOSCOPE" publish --store store "$3" >out 2>&1 &
    pid=$!
    # The server waits in the fault: what came before is answered, what comes behind is not asked yet.
    for _ in $(seq 100); do
        control state
        [[ $(json said 'sum(f.get("times", 1) == 0 for f in it["faults"])') -ge 1 || ! -e /proc/$pid ]] && break
        sleep 0.05
    done
    kill -KILL "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
    control heal
}

points=0
for how in never done-slow; do
    for at in 1 3 4 5 6 8; do
        control seed '{"kind": "gitea", "delete": true}'
        rm -f store.queue
        killed_at "$at" "$how" "$BEFORE"
        publish 0 "$BEFORE"
        expect_tracker "len($MINE) == 1"
        killed_at "$at" "$how" "$AFTER"
        # What the kill left in the queue is as good as a second look at it.
        publish 0 "$AFTER"
        expect_tracker "len($MINE) == 3" "sum('nightly.' in c['body'] for c in $MINE) == 1" \
            "${MINE}[0]['body'].count(' UTC, run ') == 2" "sum('Fixed: ' in c['body'] for c in $MINE) == 1" \
            "sum('Verified: ' in c['body'] for c in $MINE) == 1"
        ((++points))
    done
done
expect_equal "$points" 12

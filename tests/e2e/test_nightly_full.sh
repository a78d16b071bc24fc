#!/usr/bin/env bash
# The disk of the reports is full in the middle of a night: one sentence, the report is in the mail and on the ticket, `latest` keeps
# leading to the last night that is whole; with room again the next night is as ever. The disk of the store is full, too: said so,
# and made up for.
if [[ ! ${OWN_DISK-} ]]; then
    # A kernel or container may forbid it: what was not tested is said, and not called passed.
    for own in "unshare --map-root-user --mount" "unshare --mount"; do
        # shellcheck disable=SC2086 # a command of several words
        if $own true 2>/dev/null; then OWN_DISK=1 exec $own "$0"; fi
    done
    echo "SKIPPED: mounts of one's own are forbidden here" >&2
    exit 77
fi
. "$(dirname "$0")/lib.sh"
export TRACKER_TOKEN=tracker-token-0123456789
start_server tracker
start_server changing
mkdir disk
mount -t tmpfs -o size=8m none disk
trap 'umount disk 2>/dev/null || umount -l disk; finish' EXIT
# shellcheck disable=SC2016 # the config's own variable
cat >disk/endoscope.yaml <<YAML
suite: nights
defaults: { attempts: 1, timeout: 10s }
endpoints:
  - { name: chat, url: "http://127.0.0.1:$CHANGING_PORT/chat" }
trackers:
  gt: { kind: gitea, url: 'http://127.0.0.1:$TRACKER_PORT/gitea', project: netra/app, token: '\${TRACKER_TOKEN}' }
tickets:
  - { id: "488", tracker: gt, endpoints: [chat] }
YAML
night() {
    local status=$1
    shift
    expect_status "$status" "$ENDOSCOPE" nightly --config disk/endoscope.yaml "$@"
}
nights_on_ticket() {
    /usr/bin/python3 -ESB "$ROOT/tests/servers/tracker/control.py" "$TRACKER_PORT" state >said
    expect_json said "sum(c['body'].count(' UTC, run ') for c in it['trackers']['gitea']['tickets']['488']['comments']) == $1"
}
# fill KIB: leaves so much of the disk.
fill() {
    rm -f disk/filling
    dd if=/dev/zero of=disk/filling bs=1K count=$(($(df --output=avail -k disk | tail -1) - $1)) status=none
}

mkdir elsewhere
night 0
whole=$(readlink disk/reports/latest)
nights_on_ticket 1

# The store has another disk; of the reports nothing, or a part, can be written.
cp -a disk/endoscope.db* elsewhere/
echo 503 >"$CHANGING/chat.status"
told=1
for room in 0 40; do
    fill $room
    night 1 --store elsewhere/endoscope.db --reports elsewhere/reports --quiet
    ((++told))
    night 3 --store elsewhere/endoscope.db
    ((++told))
    expect_equal "$(wc -l <stderr)" 1
    expect_matches stderr 'cannot (write|make the folder) disk/reports/2.*: No space left on device'
    expect_contains stdout 'FAILING: 1 of 1'
    expect_equal "$(readlink disk/reports/latest)" "$whole"
    nights_on_ticket $told
done
rm disk/filling
night 1 --store elsewhere/endoscope.db
[[ $(readlink disk/reports/latest) != "$whole" && -s disk/reports/latest/report.html ]] || fail 'no reports, though there is room'
for file in disk/reports/*/*; do
    [[ $file == *.txt || $file == *.md || $file == *.html || $file == *.json ]] || fail "half a file: $file"
done

# The store itself is on it.
fill 0
night 3
expect_equal "$(wc -l <stderr)" 1
expect_matches stderr 'no room|No space left on device'
rm disk/filling
night 1
expect_contains stdout '* chat: regressed'
expect_status 0 "$ENDOSCOPE" db check --store disk/endoscope.db

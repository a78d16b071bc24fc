# shellcheck shell=bash
# What the scenarios on publishing share; source it after lib.sh. The recorded runs of the incident stand in for two nights:
# BEFORE fails, AFTER is fixed.

export TRACKER_TOKEN=tracker-token-0123456789
MARKER='endoscope:v1 key='

start_server tracker
cp "$ROOT/tests/golden/recorded/incident.store" store
expect_status 0 "$ENDOSCOPE" report previous --store store --json
BEFORE=$(json stdout 'it["run"]["id"]')
expect_status 0 "$ENDOSCOPE" report latest --store store --json
AFTER=$(json stdout 'it["run"]["id"]')
PAGE=endoscope-${BEFORE:0:13}.html # as it is attached on the first night
export BEFORE AFTER PAGE

# config TRACKERS TICKETS: the YAML of both, on the recorded suite.
config() {
    cat >endoscope.yaml <<YAML
suite: chat-staging
environment: GCP staging (local replica)
report_url: https://reports.example.com/nights
endpoints:
  - { name: chat socket, url: "wss://api.staging.example.com/ws" }
trackers:
$1
tickets:
$2
YAML
}

github() {
    # shellcheck disable=SC2016 # the config's own variable
    config "  gh: { kind: github, url: 'http://127.0.0.1:$TRACKER_PORT/github', project: netra/app, token: '\${TRACKER_TOKEN}' }" \
        '  - { id: "488", tracker: gh, endpoints: [chat socket], title: Chat is broken }'
}

publish() {
    local status=$1
    shift
    expect_status "$status" "$ENDOSCOPE" publish --store store "$@"
    expect_not_contains stdout "$TRACKER_TOKEN"
    expect_not_contains stderr "$TRACKER_TOKEN"
}

# control VERB [JSON]: of the mock; what it says is then in the file `said`.
control() {
    /usr/bin/python3 -ESB "$ROOT/tests/servers/tracker/control.py" "$TRACKER_PORT" "$@" >said
}

# expect_tracker EXPRESSION...: over `it`, everything that the mock holds; nothing that we sent broke a rule, and nobody else
# was asked anything.
expect_tracker() {
    control state
    expect_json said 'it["violations"] == []' 'it["elsewhere"] == []' "$@"
}

# of KIND TICKET: as Python, our comments on a ticket.
ours() {
    echo "[c for c in it['trackers']['$1']['tickets']['$2']['comments'] if '$MARKER' in c['body'] and c['author'] == '$3']"
}

# Of the ticket of `github`: the requests by their beginnings, how many comments of ours there are, one of them the nightly
# one; none and nothing queued; one sentence on stderr.
export COMMENTS="POST /github/api/v3/repos/netra/app/issues/488/comments"
export LIST="GET /github/api/v3/repos/netra/app/issues/488/comments"

count() {
    expect_tracker "len($(ours github 488 night-bot)) == $1" "sum('nightly.' in c['body'] for c in $(ours github 488 night-bot)) == (1 if $1 else 0)"
}
fresh() {
    control heal
    control seed '{"kind": "github", "clear": true, "state": "open"}'
    rm -f store.queue
}
expect_sentence() {
    expect_equal "$(wc -l <stderr)" 1
    expect_contains stderr 'ticket 488 on gh: ' "$@"
}

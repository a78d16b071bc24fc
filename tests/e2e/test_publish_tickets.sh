#!/usr/bin/env bash
# What every kind of tracker must bear: a thousand comments of others, one of them with our very marker; an upload that is
# cut off; a comment that somebody deletes. Tickets that share a tracker, and tokens that others could read.
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/e2e/publication.sh"

at=http://127.0.0.1:$TRACKER_PORT
declare -A id=([github]="github 488 night-bot" [gitlab]="gitlab 488 7" [gitea]="gitea 488 7" [redmine]="redmine 488 7"
    [jira]="jira CHAT-488 JIRAUSER7")
# shellcheck disable=SC2016 # the config's own variables
declare -A as=([github]="project: netra/app" [gitlab]="project: grp/proj" [gitea]="project: netra/app" [redmine]=""
    [jira]="user: bot@example.org")
declare -A uploads=([gitlab]="POST /gitlab/api/v4/projects/grp%2Fproj/uploads" [gitea]="POST /gitea/api/v1/repos/netra/app/issues/comments"
    [redmine]="POST /redmine/uploads.json" [jira]="POST /jira/rest/api/2/issue/CHAT-488/attachments")

on() { # the config for one kind alone
    read -r kind ticket author <<<"${id[$1]}"
    # shellcheck disable=SC2016
    config "  it: { kind: $kind, url: '$at/$kind', token: '\${TRACKER_TOKEN}'${as[$kind]:+, ${as[$kind]}} }" \
        "  - { id: $ticket, tracker: it, endpoints: [chat socket] }"
    mine=$(ours "$kind" "$ticket" "$author")
    every="it['trackers']['$kind']['tickets']['$ticket']['comments']"
    rm -f store.queue
    control seed "{\"kind\": \"$kind\", \"ticket\": \"$ticket\", \"clear\": true}"
}

for kind in github gitlab gitea redmine jira; do
    on $kind
    publish 0 "$BEFORE"
    # Ours behind a thousand others (test_publish_trouble has ten thousand) and a forged one, that an honest server never says to be ours.
    control state
    forged=$(json said "__import__('json').dumps(${mine}[0]['body'])")
    control seed "{\"kind\": \"$kind\", \"ticket\": \"$ticket\", \"delete\": true, \"forged\": $forged, \"comments\": 1000}"
    publish 0 "$BEFORE"
    expect_contains stdout "ticket $ticket on it: created"
    publish 0 "$AFTER"
    expect_contains stdout "ticket $ticket on it: updated, with a comment"
    expect_tracker "len($every) == 1003" "len($mine) == 2" "sum('nightly.' in c['body'] for c in $mine) == 1" \
        "sum(c['edits'] for c in $every if c not in $mine) == 0" \
        "sum(c['body'] == $forged for c in $every if c not in $mine) == 1"
    # Deleted by somebody: made anew, and what was told is not told again by the same night.
    control seed "{\"kind\": \"$kind\", \"ticket\": \"$ticket\", \"delete\": true}"
    publish 0 "$AFTER"
    expect_tracker "len($mine) == 1"
done

# Cut off in mid-upload: the night is queued or goes without its page; the next time the report is whole, and there once.
for kind in gitlab gitea redmine jira; do
    on $kind
    control fault "{\"on\": \"${uploads[$kind]}\", \"do\": \"reset\", \"part\": \"$([[ $kind == gitea ]] && echo /assets)\"}"
    status=0
    "$ENDOSCOPE" publish --store store "$BEFORE" >stdout 2>stderr || status=$?
    ((status == 0 || status == 3)) || { show stdout stderr; fail "$kind: status $status"; }
    ((status == 0)) || expect_contains stderr "ticket $ticket on it: " 'queued'
    control heal
    publish 0 "$AFTER"
    publish 0 "$AFTER"
    expect_tracker "sum('nightly.' in c['body'] for c in $mine) == 1" "${mine}[0]['body'].count(' UTC, run ') == 2" \
        "sum('Fixed: ' in c['body'] for c in $mine) == 1"
    [[ ! -e store.queue ]] || fail "$kind: something is left in the queue"
done

# Two tickets on one tracker: each is about its own endpoints, with title, impact and owner, and has its own comment.
# shellcheck disable=SC2016 # the config's own variable
config "  gh: { kind: github, url: '$at/github', project: netra/app, token: '\${TRACKER_TOKEN}' }" \
    '  - { id: "488", tracker: gh, endpoints: [chat socket], title: Chat is broken, impact: nobody can chat, owner: Frontend team }
  - { id: "489", tracker: gh, endpoints: [profile], title: Profiles, impact: no pictures }'
sed -i 's|^endpoints:|&\n  - { name: profile, url: "https://api.staging.example.com/profile" }|' endoscope.yaml
control seed '{"kind": "github", "clear": true}'
rm -f store.queue
publish 0 "$BEFORE"
one="$(ours github 488 night-bot)" other="$(ours github 489 night-bot)"
expect_tracker "len($one) == 1" "len($other) == 1" "${one}[0]['body'].startswith('# Chat is broken')" \
    "'nobody can chat' in ${one}[0]['body']" "'Frontend team' in ${one}[0]['body']" "'/ws' in ${one}[0]['body']" \
    "'/profile' not in ${one}[0]['body']" "'Profiles' in ${other}[0]['body']" "'no pictures' in ${other}[0]['body']" \
    "'chat socket' not in ${other}[0]['body']" \
    "${one}[0]['body'].splitlines()[-1] != ${other}[0]['body'].splitlines()[-1]"

# The same, for a channel: Mattermost's shape, in which nobody is called.
config "  mm: { kind: webhook, format: mattermost, url: '$at/hook/T0/secret-part' }" \
    '  - { id: "488", tracker: mm, endpoints: [chat socket], title: "@all [x](y)" }'
publish 0 "$BEFORE"
expect_tracker 'list(it["trackers"]["hook"]["sent"][-1]) == ["text"]' '"@all" not in it["trackers"]["hook"]["sent"][-1]["text"]' \
    '"[x](y)" not in it["trackers"]["hook"]["sent"][-1]["text"]' \
    '"[The report](https://reports.example.com/nights)" in it["trackers"]["hook"]["sent"][-1]["text"]'

# Tokens: one that others may read or that is not there is a mistake in the config; with one that cannot be had, the report
# waits. Nothing is sent, and no token is in the sentence.
control state && before=$(json said 'len(it["requests"])')
echo "$TRACKER_TOKEN" >token
token() {
    rm -f store.queue
    config "  gh: { kind: github, url: '$at/github', project: netra/app, token: $1 }" \
        '  - { id: "488", tracker: gh, endpoints: [chat socket] }'
    publish "$3" "$BEFORE"
    expect_contains stderr "$2"
    expect_equal "$(wc -l <stderr)" 1
    (($3 == 2)) || [[ -s store.queue ]] || fail 'the report is lost'
}
for mode in 640 604 660; do
    chmod $mode token
    # shellcheck disable=SC2016 # as it is printed
    token '{ file: token }' 'holds a token and others may read it: `chmod 600` it' 2
done
chmod 600 token
token '{ file: nowhere }' 'cannot read' 2
token '{ command: "false" }' 'the command that prints the token ended with status 1' 3
token "{ command: 'sh -c \"cat token token; exit 3\"' }" 'ended with status 3' 3
echo "two words" >token
token '{ file: token }' 'holds something beside a token' 3
: >token
token '{ file: token }' 'it has no token' 3
control state
expect_equal "$(json said 'len(it["requests"])')" "$before"

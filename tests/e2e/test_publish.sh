#!/usr/bin/env bash
# Two nights on every kind of tracker, through a mock that holds each request against the interface's rules: one comment
# that is updated, a second one when it was fixed, and nothing more however often it is published.
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/e2e/publication.sh"

(umask 077 && echo "$TRACKER_TOKEN" >token)
at=http://127.0.0.1:$TRACKER_PORT
# shellcheck disable=SC2016 # the config's own variables
config "  gh: { kind: github, url: '$at/github', project: netra/app, token: '\${TRACKER_TOKEN}' }
  gl: { kind: gitlab, url: '$at/gitlab', project: grp/proj, token: { file: token } }
  gt: { kind: gitea, url: 'https://localhost:$TRACKER_TLS_PORT/gitea', ca: $TRACKER_CA, project: netra/app, token: { command: 'cat \"$WORK/token\"' } }
  rm: { kind: redmine, url: '$at/redmine', token: '\${TRACKER_TOKEN}' }
  ji: { kind: jira, url: '$at/jira', token: '\${TRACKER_TOKEN}', user: bot@example.org }
  sl: { kind: webhook, url: '$at/hook/T0/\${HOOK_SECRET}' }
  te: { kind: webhook, format: teams, url: '$at/hook/T0/\${HOOK_SECRET}' }
  co: { kind: command, command: 'sh -c \"cat >report.\$\$; echo \\\"\$ENDOSCOPE_PUBLICATION\\\" >>about\"' }" \
    '  - { id: "488", tracker: gh, endpoints: [chat socket], title: Chat is broken, on_fixed: { nights: 1, comment: true, label: verified } }
  - { id: "#488", tracker: gl, endpoints: [chat socket], on_fixed: { nights: 1, close: true } }
  - { id: "488", tracker: gt, endpoints: [chat socket], on_fixed: { nights: 1, label: verified } }
  - { id: "488", tracker: rm, endpoints: [chat socket], on_fixed: { nights: 1, close: true } }
  - { id: CHAT-488, tracker: ji, endpoints: [chat socket], on_fixed: { nights: 1, label: verified, close: true } }
  - { id: "488", tracker: sl, endpoints: [chat socket], title: "Chat <@all> & more" }
  - { id: "488", tracker: te, endpoints: [chat socket], title: "Chat [x](y)" }
  - { id: "488", tracker: co, endpoints: [chat socket] }'
export HOOK_SECRET=secret-part

# A dry run asks, and changes nothing: everything is printed, tokens as names.
publish 0 "$BEFORE" --dry-run
# shellcheck disable=SC2016 # shown as they stand in the config
expect_contains stdout "POST $at/github/api/v3/repos/netra/app/issues/488/comments" \
    'Authorization: Bearer ${TRACKER_TOKEN}' 'PRIVATE-TOKEN: [the token in ' 'X-Redmine-API-Key: ${TRACKER_TOKEN}' \
    'Authorization: Basic bot@example.org:${TRACKER_TOKEN}' 'hook/T0/${HOOK_SECRET}' 'ENDOSCOPE_PUBLICATION={' \
    'multipart/form-data' 'Chat is broken'
expect_not_contains stdout "$HOOK_SECRET"
expect_tracker 'all(t["writes"] == 0 for t in it["trackers"].values())'
[[ ! -e about && ! -e store.queue ]] || fail 'a dry run wrote something'

# The first night: one comment each.
publish 0 "$BEFORE"
expect_not_contains stderr "$HOOK_SECRET"
expect_tracker "len($(ours github 488 night-bot)) == 1" "len($(ours gitlab 488 7)) == 1" \
    "len($(ours gitea 488 7)) == 1" "len($(ours redmine 488 7)) == 1" "len($(ours jira CHAT-488 JIRAUSER7)) == 1" \
    "$(ours github 488 night-bot)[0]['body'].startswith('# Chat is broken')" \
    "'https://reports.example.com/nights' in $(ours github 488 night-bot)[0]['body']" \
    "'(/uploads/1/$PAGE)' in $(ours gitlab 488 7)[0]['body']" \
    "$(ours gitea 488 7)[0]['files'] == ['$PAGE']" \
    "it['trackers']['redmine']['tickets']['488']['files'] == ['$PAGE']" \
    "it['trackers']['jira']['tickets']['CHAT-488']['files'] == ['$PAGE']" \
    "'[^$PAGE]' in $(ours jira CHAT-488 JIRAUSER7)[0]['body']" \
    'it["trackers"]["gitlab"]["sent"][0]["page"].lower() == "<!doctype html>"' \
    'len(it["trackers"]["hook"]["sent"]) == 2' \
    '"Chat &lt;@all&gt; &amp; more" in it["trackers"]["hook"]["sent"][0]["text"]' \
    '"|The report>" in it["trackers"]["hook"]["sent"][0]["text"]'
grep -q '"verdict":"fails"' about || fail 'the command was not told that it fails'
expect_contains "$(echo report.*)" 'chat socket'

# Again: not one write more.
control state && before=$(json said '[t["writes"] for k, t in it["trackers"].items() if k != "hook"]')
publish 0 "$BEFORE"
expect_tracker "[t['writes'] for k, t in it['trackers'].items() if k != 'hook'] == $before"
expect_contains stdout 'ticket 488 on gh: unchanged'

# The second night is fixed: the comment has two lines, and a new one tells it; on_fixed does what it says.
publish 0 "$AFTER"
expect_contains stdout 'ticket 488 on gh: updated, with a comment on what happened'
for kind in "github 488 night-bot" "gitlab 488 7" "gitea 488 7" "redmine 488 7" "jira CHAT-488 JIRAUSER7"; do
    # shellcheck disable=SC2086 # three words
    mine=$(ours $kind)
    expect_tracker "sum('nightly.' in c['body'] for c in $mine) == 1" "sum('Fixed: ' in c['body'] for c in $mine) == 1" \
        "[c['edits'] for c in $mine if 'nightly.' in c['body']] == [1]" \
        "${mine}[0]['body'].count(' UTC, run ${BEFORE:0:13}: fails, ') == 1" \
        "' UTC, run ${AFTER:0:13}: works, 1 of 1 endpoint' in ${mine}[0]['body']" \
        "'fails, 1 of 1 endpoint (websocket-route-fails, websocket-wrong-path)' in ${mine}[0]['body']"
done
expect_tracker "len($(ours github 488 night-bot)) == 3" "'Verified: it worked 1 night' in $(ours github 488 night-bot)[2]['body']" \
    'it["trackers"]["github"]["tickets"]["488"]["labels"] == ["verified"]' \
    'it["trackers"]["gitea"]["tickets"]["488"]["labels"] == ["verified"]' \
    'it["trackers"]["jira"]["tickets"]["CHAT-488"]["labels"] == ["verified"]' \
    'it["trackers"]["gitlab"]["tickets"]["488"]["state"] == "closed"' \
    'it["trackers"]["redmine"]["tickets"]["488"]["state"] == "closed"' \
    'it["trackers"]["jira"]["tickets"]["CHAT-488"]["state"] == "closed"' \
    'it["trackers"]["github"]["tickets"]["488"]["state"] == "open"'

# Once more, with the local database's neighbours gone: still not one comment more.
rm -f store.queue store.queue.lock
publish 0 "$AFTER"
expect_tracker "len($(ours github 488 night-bot)) == 3" "len($(ours gitlab 488 7)) == 2" \
    "len($(ours gitea 488 7)) == 2" "len($(ours redmine 488 7)) == 2" "len($(ours jira CHAT-488 JIRAUSER7)) == 2"
[[ ! -e store.queue ]] || fail 'something is left in the queue'
expect_status 0 "$ENDOSCOPE" publish --store store "$AFTER" --json
expect_json stdout 'len(it["tickets"]) == 8' 'it["tickets"][0]["result"] == "unchanged"'

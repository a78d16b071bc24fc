#!/usr/bin/env bash
# By the descriptions that GitHub, Gitea and Jira publish: the mock holds every request of ours against them (in all other scenarios,
# too), and each error that they document for what we ask is one sentence and the right status, after which the ticket is
# brought up to date, with nothing on it twice.
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/e2e/publication.sh"
at=http://127.0.0.1:$TRACKER_PORT

# The mock does refuse what is not described; else nothing here could fail.
refused() { # METHOD PATH BODY WORDS
    local status
    status=$(curl -s -o /dev/null -w '%{http_code}' -X "$1" -H "Authorization: $5 $TRACKER_TOKEN" -H 'Content-Type: application/json' \
        -H 'Accept: application/vnd.github+json' -H 'X-GitHub-Api-Version: 2022-11-28' -d "$3" "$at$2")
    expect_equal "$status" 422
    control state
    expect_contains said "by its description: $4"
}
issue=/repos/netra/app/issues
refused POST "/github/api/v3$issue/488/comments" '{"text": "x"}' "the body: 'body' is a required property" Bearer
refused POST "/github/api/v3$issue/488/comments" '{"body": 1}' 'the body: 1 is not of type' Bearer
refused POST "/github/api/v3$issue/488/comments" '{"body": "x", "title": "y"}' 'the body has title, which is not described' Bearer
refused PUT "/github/api/v3$issue/comments/1" '{"body": "x"}' 'not described' Bearer
refused PATCH "/github/api/v3$issue/488" '{"state": "shut"}' "the body: 'shut' is not one of" Bearer
refused POST "/gitea/api/v1$issue/488/comments" '{"text": "x"}' "the body: 'body' is a required property" token
refused POST "/jira/rest/api/2/issue/CHAT-488/comment" '{"text": "x"}' 'the body has text, which is not described' Bearer
refused POST "/jira/rest/api/2/issue/CHAT-488/transitions" '{"transition": "31"}' "the body: '31' is not of type" Bearer
refused POST "/jira/rest/api/2/issue/CHAT-488/comment?notify=1" '{"body": "x"}' 'notify is not described' Bearer
refused PATCH "/gitea/api/v1$issue/x" '{"state": "closed"}' "index: 'x' is not of type" token
stop_server tracker
start_server tracker
at=http://127.0.0.1:$TRACKER_PORT

# documented KIND: its operations with the errors that they document, "METHOD PATH STATUS" a line.
documented() {
    /usr/bin/python3 -ESB - "$ROOT/tests/servers/tracker/api/$1.json" <<'PY'
import json, re, sys
for path, methods in json.load(open(sys.argv[1]))["paths"].items():
    path = path.replace("{owner}", "netra").replace("{repo}", "app")
    path = re.sub(r"/\{(issue_number|index)\}", "/488", path).replace("{issueIdOrKey}", "CHAT-488")
    for method, it in methods.items():
        for status in it["statuses"]:
            if status.isdigit() and int(status) >= 300:
                print(method.upper(), re.sub(r"\{.*", "", path), re.sub(r".*\{.*?\}", "", path) or "-", status)
PY
}

tried=0
for kind in github gitea jira; do
    case $kind in
    github) base=/github/api/v3 author=night-bot ticket=488 more='project: netra/app' ;;
    gitea) base=/gitea/api/v1 author=7 ticket=488 more='project: netra/app' ;;
    jira) base=/jira/rest/api/2 author=JIRAUSER7 ticket=CHAT-488 more='user: bot@example.org' ;;
    esac
    # shellcheck disable=SC2016 # the config's own variable
    config "  it: { kind: $kind, url: '$at/$kind', $more, token: '\${TRACKER_TOKEN}' }" \
        "  - { id: $ticket, tracker: it, endpoints: [chat socket], on_fixed: { nights: 1, label: verified, close: true } }"
    mine=$(ours "$kind" "$ticket" "$author")
    publish 0 "$BEFORE"
    control state
    json said "__import__('json').dumps({'kind': '$kind', 'ticket': '$ticket', 'state': 'open', 'put': it['trackers']['$kind']['tickets']['$ticket']['comments']})" >first
    while read -r method path behind status <&3; do
        control seed "$(<first)"
        rm -f store.queue
        control fault "{\"on\": \"$method $base$path\", \"part\": \"${behind#-}\", \"do\": \"$status\", \"times\": $((status < 500 ? 1 : 9))}"
        code=0
        "$ENDOSCOPE" publish --store store "$AFTER" --max-time 20s >stdout 2>stderr || code=$?
        what="$method $path${behind#-} $status"
        control faults
        left=$(grep -oE '"times": [0-9]+' said)
        control heal
        [[ $left != "\"times\": $((status < 500 ? 1 : 9))" ]] || continue
        ((++tried))
        ((code == 0 || code == 3)) || { show stdout stderr; fail "$what: status $code"; }
        (($(wc -l <stderr) <= 1)) || { show stderr; fail "$what: more than a sentence"; }
        if ((code == 3)); then
            expect_contains stderr "ticket $ticket on it: " "answered $status"
            case $status in
            401 | 403 | 503) expect_contains stderr 'queued, and tried again the next time' ;;
            *) expect_contains stderr 'given up for this run' ;;
            esac
        fi
        # Once more, without the fault: up to date, and nothing twice. GitHub wants a second between two writes: there only for
        # the comments.
        if [[ $kind != github || ($method != GET && $path == */comments*) || $behind == /comments ]]; then
            publish 0 "$AFTER"
            control state
            expect_json said "(it['violations'] == [] and sum('nightly.' in c['body'] for c in $mine) == 1
                and sum('Fixed: ' in c['body'] for c in $mine) == 1
                and [c['body'] for c in $mine if 'nightly.' in c['body']][0].count(' UTC, run ') == 2)"
        fi
    done 3< <(documented $kind)
done
((tried >= 45)) || fail "only $tried documented errors were met"
[[ -z ${VERBOSE-} ]] || echo "$tried documented errors"

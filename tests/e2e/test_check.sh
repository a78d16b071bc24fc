#!/usr/bin/env bash
# `check` says what would be probed, how, and who is sent what; reports need no more of a config than where runs are.
# shellcheck disable=SC2016 # the dollars are the point
. "$(dirname "$0")/lib.sh"
start_server raw

cat >endoscope.yaml <<YAML
suite: checked
report_url: "https://reports.example/\${SITE}/"
heartbeat: "https://beat.example/\${BEAT}"
proxy: http://proxy.example:3128
defaults: { timeout: 5s, attempts: 2 }
endpoints:
  - name: order
    url: https://a.example/order
    role: control
    method: POST
    repeatable: true
    headers: { Authorization: "Bearer \${JWT}" }
    body: { json: { key: "\${ORDER_KEY}" } }
    follow: 3
    tolerate: 1
    http: "2"
    ip: 6
    dns: fresh
    reuse: true
    tls: { verify: false, min: "1.2" }
    candidates:
      - /v2
      - { url: "https://b.example/v3", method: PUT, attempts: 1, headers: { X-Key: "\${OTHER}" } }
    expect: { json: { /status: ok } }
  - name: chat
    url: wss://a.example/ws
    origin: "https://\${TENANT}.example"
    subprotocols: chat.v2
    deflate: true
    send: ["join \${ROOM}", { json: { type: ping } }]
    expect: { open: 3s, close: 1000 }
tickets:
  - { id: "488", tracker: main, title: Chat is broken, endpoints: [chat], on_fixed: { nights: 3, close: true } }
trackers:
  main: { kind: github, project: a/b, token: "\${GITHUB_TOKEN}" }
  intranet: { kind: jira, url: "https://jira.example", token: { file: token } }
  hook: { kind: webhook, url: "https://hook.example/\${HOOK}", format: slack }
YAML
: >token
chmod 600 token

export JWT=secret-of-the-jwt ROOM=secret-of-the-room https_proxy=http://127.0.0.1:1
expect_status 0 "$ENDOSCOPE" check
expect_contains stdout \
    '4 attempts' \
    'POST https://a.example/order, 2 attempts of at most 5 s' \
    'sends Authorization: Bearer ${JWT}' \
    'sends the body {"key":"${ORDER_KEY}"}' \
    'speaks HTTP/2' 'IPv6' 'afresh' 'use a connection again' 'at most 3 redirects' 'tolerates 1 failed attempt' \
    'through the proxy http://proxy.example:3128' 'no TLS below 1.2' 'takes any certificate' \
    'expects that status is 2xx' 'expects that body has /status = "ok"' \
    'where it fails, asks also https://a.example/v2' \
    'asks also https://b.example/v3, in its own way:' \
    '    PUT https://b.example/v3, 1 attempt of' '    sends X-Key: ${OTHER}' \
    'upgrade wss://a.example/ws' 'sends Origin: https://${TENANT}.example' 'offers the subprotocol chat.v2' \
    'sends the message join ${ROOM}' 'sends the message {"type":"ping"}' 'offers permessage-deflate' \
    'expects that it stays open for 3 s' 'expects that the server closes with 1000' \
    '488 on main: Chat is broken; about `chat`; after 3 good nights closed' \
    'main (github), project a/b, token ${GITHUB_TOKEN}' \
    'intranet (jira) at https://jira.example, token from the file token' \
    'hook (webhook, slack) at https://hook.example/${HOOK}' \
    'JWT to https://a.example, in Authorization of `order`' \
    'ORDER_KEY to https://a.example, in the body of `order`' \
    'OTHER to https://b.example, in X-Key of `order`' \
    'ROOM to https://a.example, in a message of `chat`' \
    'TENANT to https://a.example, in Origin of `chat`' \
    'GITHUB_TOKEN to github, in the token of `trackers.main`' \
    'ORDER_KEY: `run`, `publish` and `nightly` want it' \
    'HOOK: `publish` and `nightly` want it' \
    'BEAT: `nightly` wants it' \
    'ignored, as only `proxy:` is used: https_proxy'
expect_not_contains stdout 'secret-of-the' 'JWT to https://b.example' '127.0.0.1'

expect_status 0 "$ENDOSCOPE" check --json
expect_not_contains stdout 'secret-of-the' '127.0.0.1'
expect_json stdout \
    'it["endpoints"][0]["tls"] == {"min": "1.2", "verify": False} and it["endpoints"][0]["follow"] == 3' \
    'it["endpoints"][0]["candidates"][1]["settings"]["method"] == "PUT"' \
    'it["endpoints"][1]["sends"] == ["join ${ROOM}", "{\"type\":\"ping\"}"] and it["endpoints"][1]["deflate"]' \
    'it["endpoints"][0]["expectations"] == ["status is 2xx", "body has /status = \"ok\""]' \
    'it["endpoints"][0]["proxy"] == "http://proxy.example:3128"' \
    'it["tickets"][0]["on_fixed"] == {"nights": 3, "comment": False, "close": True}' \
    '[t.get("token") for t in it["trackers"]] == ["${GITHUB_TOKEN}", None, None]' \
    '{"name": "BEAT", "wanted_by": ["nightly"]} in it["missing_variables"]' \
    '{"name": "SITE", "wanted_by": ["publish", "nightly"]} in it["missing_variables"]' \
    'it["ignored_variables"] == ["https_proxy"]'
unset https_proxy
expect_status 0 "$ENDOSCOPE" check
expect_not_contains stdout 'ignored'

# A report needs the suite's name and the store: no variable, body or included file of an endpoint.
mkdir later && cd later
cat >endoscope.yaml <<YAML
suite: later
store: here.db
endpoints:
  - { name: one, url: "http://127.0.0.1:$RAW_PORT/ok" }
YAML
expect_status 0 "$ENDOSCOPE" run
cat >endoscope.yaml <<YAML
suite: later
store: here.db
include: gone.yaml
endpoints:
  - { name: one, url: "http://\${GONE}/ok", method: POST, body: { file: gone } }
  - { name: two, url: "\${BROKEN}", ulr: x }
YAML
export BROKEN='ftp://no where'
expect_status 2 "$ENDOSCOPE" check
expect_contains stderr 'gone.yaml' 'ulr'
for verb in report 'report --format json' show compare; do
    # shellcheck disable=SC2086 # words
    "$ENDOSCOPE" $verb >stdout 2>stderr || true
    expect_not_contains stderr 'gone' 'ulr' 'endoscope.yaml'
done
expect_status 0 "$ENDOSCOPE" report
expect_contains stdout '/ok'
echo 'suite: [' >endoscope.yaml
expect_status 2 "$ENDOSCOPE" report
expect_contains stderr 'not YAML'

#!/usr/bin/env bash
# Who is sent what, and how often: counted at the servers, which write down every request.
. "$(dirname "$0")/lib.sh"
start_server raw
"$ROOT/tests/servers/raw/start" "$WORK/other"
SERVERS+=("$WORK/other")
OTHER_PORT=$(sed -n 's/^RAW_PORT=//p' other/env)
export OTHER_PORT

export TOKEN=Nachtigall-4711 KEY=Schluessel-0815
cat >endoscope.yaml <<YAML
suite: sent
defaults:
  attempts: 3
  interval: 0s
  timeout: 5s
  headers: { X-Key: "\${KEY}", X-Plain: for all, X-Gone: default }
endpoints:
  - name: own
    url: "http://127.0.0.1:$RAW_PORT/status/404"
    headers: { Authorization: "Bearer \${TOKEN}", Cookie: "sid=\${TOKEN}", X-Gone: null }
    candidates: ["http://127.0.0.1:$OTHER_PORT/ok"]
  - { name: other, url: "http://127.0.0.1:$OTHER_PORT/status/200" }
  - { name: order, url: "http://127.0.0.1:$RAW_PORT/status/500/order", method: POST, body: "pay 1", headers: { Authorization: "Bearer \${TOKEN}" } }
  - { name: search, url: "http://127.0.0.1:$RAW_PORT/status/500/search", method: POST, body: "find 1", repeatable: true }
YAML
# A secret of the defaults with two origins to go to is sent to none: the run does not begin.
expect_status 2 "$ENDOSCOPE" run
expect_contains stderr 'X-Key: this secret would go to several origins'
[[ ! -e raw/requests.jsonl && ! -e other/requests.jsonl ]] || fail 'something was sent'

sed -i "s|^  attempts: 3|  origins: ['http://127.0.0.1:$RAW_PORT']\n&|" endoscope.yaml
expect_status 1 "$ENDOSCOPE" run
"$ENDOSCOPE" report --format json --output report.json

/usr/bin/python3 -ES - <<'PY'
import json

own = [json.loads(line) for line in open("raw/requests.jsonl")]
other = [json.loads(line) for line in open("other/requests.jsonl")]


def having(requests, path, method=None):
    return [r for r in requests if r["path"] == path and method in (None, r["method"])]


# Authorization and cookies: to their own origin, not to the candidate elsewhere.
original = having(own, "/status/404")
assert sum(r["headers"].get("authorization") == "Bearer Nachtigall-4711" for r in original) >= 3
assert original[0]["headers"]["cookie"] == "sid=Nachtigall-4711", original[0]
assert having(other, "/ok"), "the candidate was never asked"
assert not [r for r in other if "Nachtigall" in json.dumps(r)]

# A secret of the defaults goes to the origin that is listed; what is no secret goes to all; null removes.
assert original[0]["headers"]["x-key"] == "Schluessel-0815"
assert not [r for r in other if "Schluessel" in json.dumps(r)]
assert all(r["headers"].get("x-plain") == "for all" for r in having(own, "/status/404") + having(other, "/status/200"))
assert "x-gone" not in original[0]["headers"] and having(other, "/status/200")[0]["headers"]["x-gone"] == "default"

# POST: one attempt, and no experiment repeats it; unless it says that it may be.
assert len(having(own, "/status/500/order", "POST")) == 1
assert len(having(own, "/status/500/search", "POST")) >= 3
elsewhere = [r for r in own if r["path"] not in ("/status/500/order", "/status/500/search")]
assert not [r for r in elsewhere if int(r["headers"].get("content-length", 0))]
# The preface of HTTP/2, by which the repeatable one is asked in another version, is no request.
assert {r["method"] for r in own if r["path"] not in ("/status/500/search", "*")} <= {"GET", "HEAD", "OPTIONS", "POST"}

# A broken token: at most once in the run, for one origin.
broken = [r for r in own + other if r["headers"].get("authorization", "Bearer Nachtigall-4711") != "Bearer Nachtigall-4711"]
assert len(broken) <= 1, broken
PY
# The record says what was not sent, and why.

expect_contains report.json "X-Key: not sent to another origin"

#!/usr/bin/env bash
# What goes to addresses that are not the endpoint's own: candidates that are whole endpoints, redirects, common addresses;
# and how often a broken token is shown. Counted at two servers.
. "$(dirname "$0")/lib.sh"
start_server raw
"$ROOT/tests/servers/raw/start" "$WORK/other"
SERVERS+=("$WORK/other")
OTHER_PORT=$(sed -n 's/^RAW_PORT=//p' other/env)
OTHER_TLS=$(sed -n 's/^RAW_TLS_PORT_CLIENT=//p' other/env)

export TOKEN=Nachtigall-4711 KEY=Schluessel-0815
own="http://127.0.0.1:$RAW_PORT" other="http://127.0.0.1:$OTHER_PORT"

# A whole candidate has what the endpoint has, but for what is the endpoint's own: also where it may be repeated.
cat >endoscope.yaml <<YAML
suite: candidates
defaults: { attempts: 1, timeout: 5s }
endpoints:
  - name: page
    url: "$own/status/404"
    headers: { Authorization: "Bearer \${TOKEN}", Cookie: "sid=\${TOKEN}", X-Key: "\${KEY}", X-Plain: for all }
    candidates: [{ url: "$other/ok", timeout: 4s }]
  - name: order
    url: "$own/status/404/X-At:order"
    method: POST
    repeatable: true
    body: "pay \${KEY}"
    candidates: [{ url: "$other/status/200/X-At:order", timeout: 4s }]
  - name: socket
    url: "ws://127.0.0.1:$RAW_PORT/ws/refuse/404"
    repeatable: true
    origin: "https://\${KEY}.example"
    headers: { Authorization: "Bearer \${TOKEN}", X-Plain: for all }
    send: ["order \${KEY}", "order plainly"]
    candidates: [{ url: "ws://127.0.0.1:$OTHER_PORT/ws/ok", timeout: 4s }]
  - name: own messages
    url: "ws://127.0.0.1:$RAW_PORT/ws/refuse/404/X-At:own"
    repeatable: true
    send: [inherited]
    candidates: [{ url: "ws://127.0.0.1:$OTHER_PORT/ws/silent", send: [of its own] }]
  - name: identity
    url: "https://localhost:$RAW_TLS_PORT_CLIENT/status/404/X-At:identity"
    tls: { ca: "$WORK/both.pem", cert: "$RAW_CLIENT_CERT", key: "$RAW_CLIENT_KEY" }
    candidates: [{ url: "https://localhost:$OTHER_TLS/ok", timeout: 4s }]
YAML
cat "$RAW_CA" other/certs/ca.pem >both.pem
expect_status 1 "$ENDOSCOPE" run --json
cp stdout candidates.json
expect_json candidates.json \
    '{e["endpoint"]: e["withheld"] for e in it["evidence"] if e["question"] == "another address"} == {
        "page": "Authorization: not sent to another origin; Cookie: not sent to another origin; X-Key: not sent to another origin",
        "socket": "Authorization: not sent to another origin; Origin: not sent to another origin; messages: sent to the endpoint'"'"'s own address only",
        "own messages": None, "identity": "client certificate: not shown to another origin"}' \
    '{e["code"] for e in it["evidence"] if e["endpoint"] == "identity" and e["question"] == "another address"} == {"tls-client-certificate"}'
/usr/bin/python3 -ES - <<'PY'
import json

own, other = ([json.loads(line) for line in open(f"{name}/requests.jsonl")] for name in ("raw", "other"))
told = [json.loads(line) for line in open("other/messages.jsonl")]
assert [r for r in own if r["headers"].get("authorization") == "Bearer Nachtigall-4711"]
assert [r for r in own if r.get("body") == "pay Schluessel-0815"]
asked = {r["path"] for r in other if "no-such-path" not in r["path"]}
assert asked == {"/ok", "/ws/ok", "/ws/silent"}, asked
assert not [r for r in other if "Nachtigall" in str(r) or "Schluessel" in str(r) or "body" in r], other
assert all(r["headers"].get("x-plain") == "for all" for r in other if r["path"] in ("/ok", "/ws/ok"))
assert told and {message["message"] for message in told} == {"of its own"}, told
PY

# Redirects: what is secret stays, comes not back, and nothing that changes something is sent on.
rm -f raw/requests.jsonl other/requests.jsonl
cat >endoscope.yaml <<YAML
suite: redirects
experiments: false
defaults: { attempts: 1, timeout: 5s, follow: 5, headers: { Authorization: "Bearer \${TOKEN}", X-Key: "\${KEY}", X-Plain: for all } }
endpoints:
  - { name: away, url: "$own/redirect/302?to=$other/status/500/X-At:away", headers: { Cookie: "sid=\${TOKEN}" } }
  - { name: and back, url: "$own/redirect/307?to=$other/redirect/302?to=$own/status/500/X-At:back" }
  - { name: at home, url: "$own/redirect/302?to=$own/status/500/X-At:home" }
  - { name: order, url: "$own/redirect/307?to=$other/status/500/X-At:order", method: POST, body: "pay 1" }
  - { name: socket, url: "ws://127.0.0.1:$RAW_PORT/redirect/302?to=$other/status/500/X-At:socket" }
YAML
expect_status 1 "$ENDOSCOPE" run --json
expect_json stdout \
    '"X-Key: not sent on to another origin by the redirect" in [e["withheld"] for e in it["evidence"] if e["endpoint"] == "away"][0]'
/usr/bin/python3 -ES - <<'PY'
import json

own, other = ([json.loads(line) for line in open(f"{name}/requests.jsonl")] for name in ("raw", "other"))
assert {r["path"] for r in other} == {"/status/500/X-At:away", "/redirect/302"}, other
assert not [r for r in other if "Nachtigall" in str(r) or "Schluessel" in str(r) or "cookie" in r["headers"]], other
assert all(r["headers"]["x-plain"] == "for all" for r in other)
back, = (r for r in own if r["path"] == "/status/500/X-At:back")
home, = (r for r in own if r["path"] == "/status/500/X-At:home")
assert "authorization" not in back["headers"] and "x-key" not in back["headers"], back
assert home["headers"]["authorization"] == "Bearer Nachtigall-4711" and home["headers"]["x-key"] == "Schluessel-0815"
# http and ws of one host count as one origin: the default secrets went to both, and to the wire that asks again.
assert len([r for r in own if r["path"].startswith("/redirect") and r["headers"].get("x-key")]) == 6, own
assert len([r for r in own if r["method"] == "POST"]) == 1
PY

# Common addresses: a dozen at most, without any credential, none with a body, and on the endpoint's origin alone.
rm -f raw/requests.jsonl other/requests.jsonl
cat >endoscope.yaml <<YAML
suite: discovery
defaults: { attempts: 2, interval: 0s, timeout: 5s }
endpoints:
  - name: lost
    url: "$own/status/404"
    discover: true
    headers: { Authorization: "Bearer \${TOKEN}", Cookie: "sid=\${TOKEN}", X-Key: "\${KEY}" }
  - { name: order, url: "$own/status/404/X-At:order", discover: true, method: POST, body: pay 1 }
  - { name: silent, url: "$own/status/404/X-At:silent" }
YAML
expect_status 1 "$ENDOSCOPE" run
/usr/bin/python3 -ES - <<'PY'
import json, os

own = [json.loads(line) for line in open("raw/requests.jsonl")]
found = [r for r in own if r["path"] == "/livez"]
assert found and not [r for r in found if {"authorization", "cookie", "x-key"} & set(r["headers"])], found
common = [r for r in own if not r["path"].startswith("/status/404") and "no-such-path" not in r["path"]]
# A variation of an endpoint's own path is one too.
common += [r for r in own if r["path"] in ("/status/404/", "/status/404/X-At:order/")]
assert 2 <= len({r["path"] for r in common}) and len(common) <= 12, [r["path"] for r in common]
assert not [r for r in common if "Nachtigall" in str(r) or "Schluessel" in str(r) or "body" in r], common
assert {r["method"] for r in common} == {"GET"}
assert not os.path.exists("other/requests.jsonl")
PY

# A broken token: once for each origin, however many endpoints fail there.
rm -f raw/requests.jsonl other/requests.jsonl
{
    number=0
    printf 'suite: broken\ndefaults: { attempts: 2, interval: 0s, timeout: 5s }\nendpoints:\n'
    for origin in "$own" "$other"; do
        for path in guarded guarded/fails guarded/fails guarded/fails; do
            ((++number))
            # shellcheck disable=SC2016 # the name goes into the config
            printf '  - { name: "%s", url: "%s/%s?token=%s&n=%s", headers: { Authorization: "Bearer ${%s}" } }\n' \
                "$number" "$origin" "$path" "$([[ $origin == "$own" ]] && echo "$TOKEN" || echo "$KEY")" "$number" \
                "$([[ $origin == "$own" ]] && echo TOKEN || echo KEY)"
        done
    done
} >endoscope.yaml
expect_status 1 "$ENDOSCOPE" run
/usr/bin/python3 -ES - <<'PY'
import json

for name, right in ("raw", "Bearer Nachtigall-4711"), ("other", "Bearer Schluessel-0815"):
    shown = [json.loads(line)["headers"].get("authorization") for line in open(f"{name}/requests.jsonl")]
    assert shown.count(right) >= 8 and None in shown, shown
    assert len([value for value in shown if value not in (None, right)]) == 1, shown
PY

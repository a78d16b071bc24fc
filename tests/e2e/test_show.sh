#!/usr/bin/env bash
# `show` prints all that is recorded of a probe, and what was found by it; `report` says the same of those it cites.
. "$(dirname "$0")/lib.sh"
start_server raw
start_server proxy

# jwt CLAIMS: a token that nobody signed.
jwt() {
    local part
    for part in '{"alg":"HS512","typ":"JWT"}' "$1" signature; do
        printf '%s' "$part" | base64 -w0 | tr '+/' '-_' | tr -d '='
        [[ $part == signature ]] || printf .
    done
}
JWT=$(jwt '{"iss":"https://login.example","aud":["chat","admin"],"scope":"read write","iat":1700000000,"nbf":1700000001,"exp":1700003600}')
export JWT KEY=Schluessel-0815
own="http://127.0.0.1:$RAW_PORT"
cat >endoscope.yaml <<YAML
suite: shown
defaults: { attempts: 2, interval: 0s, timeout: 5s }
endpoints:
  - { name: moved, url: "$own/redirects/2", follow: 5, expect: { status: 404 } }
  - { name: token, url: "$own/status/401", headers: { Authorization: "Bearer \${JWT}" } }
  - { name: kept, url: "$own/kept/9", reuse: true, expect: { status: 404 } }
  - { name: away, url: "$own/status/404", headers: { X-Key: "\${KEY}" }, candidates: ["http://localhost:$RAW_PORT/ok"] }
  - { name: socket, url: "ws://127.0.0.1:$RAW_PORT/ws/close/1000", expect: { open: 1s } }
YAML
expect_status 1 "$ENDOSCOPE" run
expect_status 0 "$ENDOSCOPE" report --format json --output report.json

# shown EXPRESSION: the first probe of the report of which it is true, as `show` prints it.
shown() {
    expect_status 0 "$ENDOSCOPE" show "latest.$(json report.json "next(e['ordinal'] for e in it['evidence'] if $1)")"
}

shown 'e["endpoint"] == "moved"'
expect_matches stdout "^  302 from $own/redirects/2 to /redirects/1, by 127.0.0.1 in " \
    "^  302 from $own/redirects/1 to /ok, by 127.0.0.1 in " "^  the rest is about $own/ok\$"
shown 'e["endpoint"] == "token"'
expect_contains stdout '  in Authorization, HS512, issued by https://login.example, for chat admin, scope read write, issued 14 Nov 2023' \
    ', valid from 14 Nov 2023' ', expired 14 Nov 2023'
expect_matches stdout '^  (confirmed|likely|possible) cause: .* \[auth-'
expect_not_contains stdout "${JWT##*.}"
shown 'e["endpoint"] == "token" and e["question"] == "without Authorization"'
expect_contains stdout 'Authorization: left out by the experiment'
shown 'e["endpoint"] == "kept" and e["reused"]'
expect_contains stdout 'on a connection that was open already'
shown 'e["endpoint"] == "away" and e["question"] == "another address"'
expect_contains stdout 'X-Key: not sent to another origin'
shown 'e["question"] == "another Origin"'
expect_contains stdout "another Origin: $own"
shown 'e["endpoint"] == "socket"'
expect_matches stdout '^  closed with 1000' '^  open for [0-9]'
expect_status 0 "$ENDOSCOPE" show latest.1 --json
expect_json stdout 'it["ordinal"] == 1 and it["causes"][0]["code"]'

expect_status 0 "$ENDOSCOPE" report
# shellcheck disable=SC2016 # the backticks are the report's
expect_contains stdout "A 302 led from" "The rest is about \`$own/ok\`" 'Its token in `Authorization` says of itself: `HS512`' \
    'The connection was open already'

cat >proxied.yaml <<YAML
suite: proxied
proxy: "http://127.0.0.1:$PROXY_PORT"
experiments: false
endpoints:
  - { name: far, url: "$own/status/500", attempts: 1 }
YAML
expect_status 1 "$ENDOSCOPE" run --config proxied.yaml
expect_status 0 "$ENDOSCOPE" show --config proxied.yaml latest.1
expect_contains stdout "through the proxy http://127.0.0.1:$PROXY_PORT"

# It reads that probe alone: one beside it that is damaged is none of its business.
expect_status 2 "$ENDOSCOPE" show latest.999
expect_contains stderr 'has no probe 999'
/usr/bin/python3 -ES - <<'PY'
import sqlite3

with sqlite3.connect("endoscope.db") as db:
    db.execute("UPDATE probe SET varying = x'ff' WHERE ordinal = 2")
PY
expect_status 3 "$ENDOSCOPE" report
expect_status 0 "$ENDOSCOPE" show latest.1
expect_status 3 "$ENDOSCOPE" show latest.2

#!/usr/bin/env bash
# The lab of credentials: an API that refuses tokens for what is wrong with them, and for what is not.
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/lab/lab.sh"
. "$ROOT/tests/lab/groups.sh"

lab_server sockets "$PYTHON" -EsB "$ROOT/tests/lab/sockets.py"
lab_server gate "$PYTHON" -EsB "$ROOT/tests/lab/gatekeeper.py" the-secret-of-the-lab
gate=http://127.0.0.1:$GATE
late=http://127.0.0.1:$GATE_LATE
other=http://127.0.0.1:$GATE_OTHER

# mint CLAIM=VALUE...: a token; times are seconds from now.
mint() {
    "$PYTHON" -EsB - "$@" <<'PY'
import sys, time, jwt
now = int(time.time())
claims = {"sub": "u-1", "iss": "https://auth.example.com", "aud": "lab", "scope": "chat", "iat": now - 3600}
for word in sys.argv[1:]:
    key, value = word.split("=")
    claims[key] = now + int(value) if key in ("exp", "nbf") else value
print(jwt.encode(claims, "the-secret-of-the-lab", algorithm="HS256"))
PY
}
VALID=$(mint exp=86400)
EXPIRED=$(mint exp=-3600)
EARLY=$(mint exp=86400 nbf=3600)
FRESH=$(mint exp=86400 nbf=-60)
OTHER=$(mint exp=86400 aud=elsewhere)
ADMIN=$(mint exp=86400 scope=admin)
NONSENSE=dGhpcyBpcyBubyB0b2tlbg.x.y
export VALID EXPIRED EARLY FRESH OTHER ADMIN NONSENSE

lab_case open "url: '$gate/open', role: control"
lab_case right "url: '$gate/profile', headers: { Authorization: 'Bearer \${VALID}' }"
lab_case missing "url: '$gate/profile'"
lab_case expired "url: '$gate/profile', headers: { Authorization: 'Bearer \${EXPIRED}' }"
lab_case early "url: '$gate/profile', headers: { Authorization: 'Bearer \${EARLY}' }"
lab_case audience "url: '$gate/profile', headers: { Authorization: 'Bearer \${OTHER}' }"
lab_case nonsense "url: '$gate/profile', headers: { Authorization: 'Bearer \${NONSENSE}' }"
lab_case scope "url: '$gate/admin', headers: { Authorization: 'Bearer \${VALID}' }"
lab_case scope-said "url: '$gate/scoped', headers: { Authorization: 'Bearer \${VALID}' }"
lab_case scope-right "url: '$gate/scoped', headers: { Authorization: 'Bearer \${ADMIN}' }"
lab_group auth-token

lab_case right "url: '$gate/profile', headers: { Authorization: 'Bearer \${VALID}' }"
lab_case missing-403 "url: '$gate/forbidding'"
lab_case expired-403 "url: '$gate/forbidding', headers: { Authorization: 'Bearer \${EXPIRED}' }"
lab_case audience-403 "url: '$gate/forbidding', headers: { Authorization: 'Bearer \${OTHER}' }"
lab_case firewall "url: '$gate/firewall', headers: { Authorization: 'Bearer \${VALID}' }"
lab_case firewall-expired "url: '$gate/firewall', headers: { Authorization: 'Bearer \${EXPIRED}' }"
lab_case stumbles "url: '$gate/stumbles', headers: { Authorization: 'Bearer \${VALID}' }"
lab_group auth-403

lab_case right "url: '$gate/profile', headers: { Authorization: 'Bearer \${VALID}' }"
lab_case basic "url: '$other/basic', headers: { Authorization: 'Bearer \${VALID}' }"
lab_case basic-expired "url: '$other/basic', headers: { Authorization: 'Bearer \${EXPIRED}' }"
lab_case session "url: '$gate/session', headers: { Authorization: 'Bearer \${VALID}' }"
lab_case origin "url: '$gate/origin', origin: 'https://old.example.com', headers: { Authorization: 'Bearer \${VALID}' }"
lab_case origin-strict "url: '$gate/strict-origin', origin: 'https://old.example.com', headers: { Authorization: 'Bearer \${VALID}' }"
lab_case origin-expired "url: '$gate/origin', origin: 'https://old.example.com', headers: { Authorization: 'Bearer \${EXPIRED}' }"
lab_case login "url: '$gate/dashboard'"
lab_group auth-other

lab_case fresh-late "url: '$late/profile', headers: { Authorization: 'Bearer \${FRESH}' }"
lab_case right-late "url: '$late/profile', headers: { Authorization: 'Bearer \${VALID}' }"
lab_group auth-clock

# A WebSocket that opens for anybody, and closes by its policy.
sockets=ws://127.0.0.1:$SOCKETS
lab_case policy "url: '$sockets/policy', headers: { Authorization: 'Bearer \${VALID}' }"
lab_case policy-expired "url: '$sockets/policy', headers: { Authorization: 'Bearer \${EXPIRED}' }"
lab_case open "url: '$sockets/chat', headers: { Authorization: 'Bearer \${EXPIRED}' }"
lab_group auth-socket

# Asked with a token, without and with a broken one: the layer works.
expect_json auth-token/whole.json \
    'any(e["endpoint"] == "right" and e["answer"].endswith("/ 401 / 401") and e["shows"] == "yes, there"
        for e in it["experiments"])'

# A token that ends in the middle of the run.
mkdir auth-soon
cd auth-soon
lab_case soon "url: '$gate/profile', attempts: 12, interval: 1s, headers: { Authorization: 'Bearer \${SOON}' }"
lab_suite auth-soon
SOON=$(mint exp=6)
export SOON
lab_endoscope whole 1
lab_judge whole auth-soon

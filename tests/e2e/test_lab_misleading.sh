#!/usr/bin/env bash
# The lab of servers whose answers point to another cause than theirs: caches, other services on the usual ports, limits
# that our own experiments run into, tokens that are refused for something else, and clocks.
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/lab/lab.sh"
. "$ROOT/tests/lab/groups.sh"

host=127.$((RANDOM % 200 + 20)).$((RANDOM % 250 + 1)).$((RANDOM % 250 + 1))
other=127.$((RANDOM % 200 + 20)).$((RANDOM % 250 + 1)).$((RANDOM % 250 + 1))
lab_server misleading "$PYTHON" -EsB "$ROOT/tests/lab/misleading.py" "$host" "$other"
# shellcheck disable=SC2153 # a server said it
at=http://127.0.0.1:$MAIN

# mint CLAIM=SECONDS...: a token; times are seconds from now.
mint() {
    "$PYTHON" -EsB - "$@" <<'PY'
import sys, time, jwt
now = int(time.time())
claims = {key: now + int(value) for key, value in (word.split("=") for word in sys.argv[1:])}
print(jwt.encode(claims | {"sub": "u-1"}, "the-secret-of-the-lab", algorithm="HS256"))
PY
}
EXPIRED=$(mint exp=-3600)
FRESH=$(mint exp=864000 nbf=-60)
OPAQUE=opaque-token-of-the-lab
export EXPIRED FRESH OPAQUE

lab_case control "url: '$at/health', role: control"
# With the header, and with the query, the cache passes it on; without, it answers by itself.
lab_case cached-header "url: '$at/cached', headers: { X-One: '1' }"
lab_case cached-query "url: '$at/cached?fresh=1'"
lab_case cached-candidate "url: '$at/fails', candidates: [/stale]"
# The token is expired, and refused for something else; or it is one in a cookie, that nobody looks at.
lab_case signature "url: '$at/signature', headers: { Authorization: 'Bearer \${EXPIRED}' }"
lab_case issuer "url: '$at/issuer', headers: { Authorization: 'Bearer \${EXPIRED}' }"
lab_case cookie "url: '$at/unauthorized', headers: { Authorization: 'Bearer \${OPAQUE}', Cookie: 'old=\${EXPIRED}' }"
lab_case key "url: '$at/key', headers: { X-Api-Key: 'another-key' }"
lab_case query-token "url: '$at/key?access_token=abc'"
lab_case overload "url: '$at/overload'"
lab_case apache "url: '$at/apache'"
lab_case short "url: '$at/short', expect: { json: { /status: ok } }"
lab_case worded "url: '$at/worded'"
# Which member of a pool is asked hangs on the query, or on a header.
lab_case member-query "url: '$at/members?a=1'"
lab_case member-header "url: '$at/members', headers: { X-Tenant: acme }"
lab_case slash-any "url: '$at/slashes/users'"
lab_case doubtful "url: '$at/doubtful', headers: { Authorization: 'Bearer \${EXPIRED}' }"
lab_case refresh "url: '$at/refresh', headers: { Authorization: 'Bearer \${EXPIRED}' }"
lab_group misleading-answers

# Servers of two hosts agree on the time.
lab_case one "url: 'http://127.0.0.1:$TIME_ONE/early', headers: { Authorization: 'Bearer \${FRESH}' }"
lab_case two "url: 'http://127.0.0.2:$TIME_TWO/early', headers: { Authorization: 'Bearer \${FRESH}' }"
lab_group misleading-clock

# Counts, so that only one run sees them as they are.
mkdir misleading-limits
cd misleading-limits
lab_case twice "url: '$at/twice', attempts: 4"
lab_case limited-later "url: '$at/limited-later', candidates: [/health]"
lab_suite misleading-limits
lab_endoscope whole 1
lab_judge whole misleading-limits
cd "$WORK"

# Another service on the usual ports, whose path of health is that of any.
# shellcheck disable=SC2153 # a server said it
if [[ $USUAL != 0 ]]; then
    LAB_CASES=()
    lab_case usual "url: 'http://$host/health'"
    lab_case other-port "url: 'http://$host:1/health'"
    lab_case broken-tls "url: 'https://$host/health'"
    lab_group misleading-ports
fi

# A signature that is too weak, in a version that is new enough; and an authority of ours that has expired, while all
# that the server sends is in its time.
. "$ROOT/tests/servers/certs.sh"
mkdir certs
cd certs
cert_new old old 'Old Root' $'basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign' '-900 days' '-300 days'
cert_new leaf old leaf subjectAltName=IP:127.0.0.1
cert_ca new new 'New Root'
cert_new weak new weak subjectAltName=IP:127.0.0.1
cd "$WORK"

# s_server NAME OPTIONS...: with NAME's certificate, on a port of its own, which is then in `port`.
s_server() {
    local name=$1
    shift
    port=$(free_ports 1)
    lab_background "$name" openssl s_server -www -accept "127.0.0.1:$port" -cert "$WORK/certs/$name.pem" \
        -key "$WORK/certs/$name.key" "$@"
    wait_for 15 grep -q ACCEPT "$WORK/$name/$name.log"
}
LAB_CASES=()
lab_case told "url: '$at/health'"
s_server weak -tls1_2 -cipher ECDHE-ECDSA-AES128-GCM-SHA256:@SECLEVEL=0 -sigalgs ECDSA+SHA1
lab_case weak-signature "url: 'https://127.0.0.1:$port/', tls: { ca: '$WORK/certs/new.pem' }"
s_server leaf
lab_case expired-authority "url: 'https://127.0.0.1:$port/', tls: { ca: '$WORK/certs/old.pem' }"
lab_group misleading-tls

# A redirect to a port that is dead, and another service on the usual one.
if [[ $USUAL != 0 ]]; then
    cd certs
    cert_new moved new moved "subjectAltName=IP:$other"
    cd "$WORK"
    lab_background moved openssl s_server -www -accept "$other:443" -cert "$WORK/certs/moved.pem" \
        -key "$WORK/certs/moved.key"
    wait_for 15 grep -q ACCEPT "$WORK/moved/moved.log"
    LAB_CASES=()
    # shellcheck disable=SC2153 # a server said it
    lab_case moved "url: 'http://$other:$MOVED/moved', tls: { ca: '$WORK/certs/new.pem' }"
    lab_group misleading-moved
fi

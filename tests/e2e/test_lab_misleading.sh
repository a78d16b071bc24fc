#!/usr/bin/env bash
# The lab of servers whose answers point to another cause than theirs: caches, other services on the usual ports, limits
# that our own experiments run into, tokens that are refused for something else, and clocks.
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/lab/lab.sh"
. "$ROOT/tests/lab/groups.sh"

host=127.$((RANDOM % 200 + 20)).$((RANDOM % 250 + 1)).$((RANDOM % 250 + 1))
lab_server misleading "$PYTHON" -EsB "$ROOT/tests/lab/misleading.py" "$host"
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

#!/usr/bin/env bash
# What `init` writes is what `check` takes and `run` probes; it overwrites nothing unasked.
# shellcheck disable=SC2016 # the backquotes are the point
. "$(dirname "$0")/lib.sh"
start_server raw
base="http://127.0.0.1:$RAW_PORT"

expect_status 0 "$ENDOSCOPE" init "$base/ok" "$base/ok/health?deep=1" "$base/ok/STATUS/" "$base/status/503" \
    "ws://127.0.0.1:$RAW_PORT/health"
expect_contains stdout 'wrote endoscope.yaml'
expect_status 0 "$ENDOSCOPE" check --json
expect_json stdout '[e["role"] for e in it["endpoints"]] == ["required", "control", "control", "required", "required"]' \
    'it["missing_variables"] == []' 'it["endpoints"][3]["expectations"] == ["status is 2xx"]'

# The first is the one that the comments explain, whatever it is; the ticket is about one that is no control.
expect_status 0 "$ENDOSCOPE" init --force "$base/healthz" "$base/ok"
expect_contains endoscope.yaml 'role: control' '# required, control (known good) or candidate' 'endpoints: ["/ok"]'

# Alone, it is what all is about.
expect_status 0 "$ENDOSCOPE" init --force "$base/ok/ping"
expect_contains endoscope.yaml 'role: required'

expect_status 0 "$ENDOSCOPE" init --force "$base/ok" "$base/status/200"
expect_status 0 "$ENDOSCOPE" check
expect_status 0 "$ENDOSCOPE" run
expect_status 0 "$ENDOSCOPE" report
expect_contains stdout '/status/200'

# With every comment that starts a key taken away, too.
cp endoscope.yaml before.yaml
sed -E 's/^( *)# (headers|expect|tickets|candidates):/\1\2:/; s/^#   - /  - /; /^    expect: \{ status: 2xx \}/d' \
    before.yaml >whole.yaml
STAGING_JWT=a-token-of-the-test expect_status 0 "$ENDOSCOPE" check --config whole.yaml
expect_contains stdout 'Tickets' '488: chat is broken; about `/ok`'

# Nothing is overwritten.
expect_status 2 "$ENDOSCOPE" init "$base/other"
expect_contains stderr '--force'
cmp endoscope.yaml before.yaml
expect_status 2 "$ENDOSCOPE" init --output whole.yaml
expect_status 2 "$ENDOSCOPE" init --force "http://robot:hunter2-secret@127.0.0.1/"
expect_contains stderr 'password'
expect_not_contains stderr 'hunter2'
cmp endoscope.yaml before.yaml
expect_status 0 "$ENDOSCOPE" init --output - "$base/other"
expect_contains stdout "$base/other"
expect_status 0 "$ENDOSCOPE" init --force "$base/other"
expect_contains endoscope.yaml '/other'

#!/usr/bin/env bash
# A comparison's status is about what somebody depends on: 1 when a required endpoint regressed, and only then.
. "$(dirname "$0")/lib.sh"
start_server raw
cat >endoscope.yaml <<YAML
suite: comparing
public: [WANTED, CONTROL]
defaults: { attempts: 2, interval: 10ms }
endpoints:
  - { name: wanted, url: "http://127.0.0.1:$RAW_PORT/status/\${WANTED}" }
  - { name: known good, role: control, url: "http://127.0.0.1:$RAW_PORT/status/\${CONTROL}" }
YAML

WANTED=200 CONTROL=200 expect_status 0 "$ENDOSCOPE" run
expect_status 2 "$ENDOSCOPE" compare previous
WANTED=200 CONTROL=503 expect_status 0 "$ENDOSCOPE" run
expect_status 0 "$ENDOSCOPE" compare previous
expect_contains stdout 'known good'
WANTED=503 CONTROL=200 expect_status 1 "$ENDOSCOPE" run
expect_status 1 "$ENDOSCOPE" compare previous latest --json
expect_json stdout '{t["endpoint"]: t["transition"] for t in it["comparison"]["transitions"]}
    == {"wanted": "regressed", "known good": "fixed"}'
# The last in which everything required passed, of which the control is no part.
expect_status 1 "$ENDOSCOPE" compare last-good
WANTED=200 CONTROL=200 expect_status 0 "$ENDOSCOPE" run
expect_status 0 "$ENDOSCOPE" compare previous
expect_contains stdout 'fixed'

# `report --fail` is about its run.
expect_status 0 "$ENDOSCOPE" report --fail
expect_status 1 "$ENDOSCOPE" report previous --fail
expect_status 0 "$ENDOSCOPE" report previous

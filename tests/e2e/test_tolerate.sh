#!/usr/bin/env bash
# `tolerate`: so many attempts may fail before the exit status says that an endpoint does; it is shown all the same.
. "$(dirname "$0")/lib.sh"
start_server raw

# suite TOLERATED ATTEMPTS PATH: one endpoint.
suite() {
    cat >endoscope.yaml <<YAML
suite: tolerance
defaults: { attempts: $2, interval: 0s }
endpoints:
  - { name: flaps, url: "http://127.0.0.1:$RAW_PORT/$3", tolerate: $1 }
YAML
}

suite 0 3 flap/none/3
expect_status 1 "$ENDOSCOPE" run
expect_contains stdout '1 is unsteady;'
expect_status 1 "$ENDOSCOPE" report --fail

suite 1 3 flap/one/3
expect_status 0 "$ENDOSCOPE" run
expect_contains stdout '1 is unsteady (1 of them tolerated)'
expect_status 0 "$ENDOSCOPE" report --fail --json
expect_json stdout 'it["summary"]["unsteady"] == it["summary"]["tolerated"] == 1' \
    'it["endpoints"][0]["answer"]["verdict"] == "unsteady"' '[f["code"] for f in it["findings"]] == ["flapping"]'

# Two of four are one too many.
suite 1 4 flap/two/2
expect_status 1 "$ENDOSCOPE" run --no-experiments
suite 2 4 flap/both/2
expect_status 0 "$ENDOSCOPE" run --no-experiments

# Where none passes, nothing is tolerated.
suite 3 3 status/500
expect_status 1 "$ENDOSCOPE" run
expect_contains stdout '1 fails;'

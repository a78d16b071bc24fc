#!/usr/bin/env bash
# `run URL` needs no config: it probes, records in the state folder, and says why what fails fails.
. "$(dirname "$0")/lib.sh"
start_server raw

expect_status 0 "$ENDOSCOPE" run "http://127.0.0.1:$RAW_PORT/ok"
expect_contains stdout '/ok' '200' '1 of 1 required endpoint passes'
[[ -f state/endoscope/endoscope.db ]] || fail 'no store in the state folder'
expect_equal "$(stat -c %a state/endoscope/endoscope.db)" 600

expect_status 1 "$ENDOSCOPE" run "http://127.0.0.1:$RAW_PORT_REFUSES/"
expect_contains stdout 'tcp-refused'

# Its runs are found by id, not by `latest`, which means whole runs over a suite.
expect_status 2 "$ENDOSCOPE" report
expect_contains stderr 'latest'
id=$(grep -oE 'run [0-9a-f-]{6,}' stdout | head -n 1 | cut -d' ' -f2 || true)
expect_status 1 "$ENDOSCOPE" run --json "http://127.0.0.1:$RAW_PORT/status/503"
id=$(json stdout 'it["run"]["id"]')
expect_status 0 "$ENDOSCOPE" report "$id" --format json
expect_json stdout 'it["findings"][0]["code"] == "http-unavailable"' 'it["endpoints"][0]["answer"]["status"] == 503'
expect_status 0 "$ENDOSCOPE" show "$id.1"
expect_contains stdout 'curl ' '503'

# A URL that is none, and a word that is no option.
expect_status 2 "$ENDOSCOPE" run 'ftp://127.0.0.1/x'
expect_status 2 "$ENDOSCOPE" run 'http://münchen.example/'
expect_contains stderr 'münchen' 'xn--'
expect_status 2 "$ENDOSCOPE" run 'http://127.0.0.1/a b'
expect_contains stderr '/a b' '%20'
expect_status 2 "$ENDOSCOPE" run http://127.0.0.1:0/
expect_contains stderr 'port 0'
expect_status 2 "$ENDOSCOPE" run --store unused.db --nameserver zzz http://a.example/
expect_contains stderr 'zzz' 'is not the ADDRESS:PORT'
expect_status 2 "$ENDOSCOPE" report --store unused.db
expect_not_contains stderr 'interrupted'
expect_status 2 "$ENDOSCOPE" run --concurency 3 http://127.0.0.1/
expect_contains stderr 'did you mean --concurrency'
expect_status 2 "$ENDOSCOPE" rnu
expect_contains stderr 'did you mean'

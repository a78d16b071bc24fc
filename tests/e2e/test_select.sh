#!/usr/bin/env bash
# Naming a run: by date, by label, in an environment; and what an error says.
. "$(dirname "$0")/lib.sh"
start_server raw
cat >endoscope.yaml <<YAML
suite: nights
environment: staging
timezone: Europe/Berlin
defaults: { attempts: 1, timeout: 5s }
endpoints:
  - { name: health, url: "http://127.0.0.1:$RAW_PORT/ok" }
YAML
expect_status 0 "$ENDOSCOPE" run --label deploy=one
sed -i 's/environment: staging/environment: live/' endoscope.yaml
expect_status 0 "$ENDOSCOPE" run --label deploy=two
sed -i 's/environment: live/environment: staging/' endoscope.yaml
mapfile -t runs < <(sqlite3 endoscope.db 'select lower(hex(uuid)) from run order by started')
# The first was recorded at 02:30, the first time that clocks showed it that night.
sqlite3 endoscope.db "update run set started = 1761438600000000, offset_s = 7200 where environment = 'staging'"

run_of() { json stdout 'it["run"]["id"].replace("-", "")'; }
for name in '2025-10-26' "2025-10-26 02:30" 2025-10 deploy=one latest; do
    expect_status 0 "$ENDOSCOPE" report "$name" --format json
    [[ ${runs[0]} == "$(run_of)"* ]] || fail "$name is $(run_of), not ${runs[0]}"
done
expect_status 0 "$ENDOSCOPE" report --utc '2025-10-26 00:30' --format json
expect_status 2 "$ENDOSCOPE" report --utc '2025-10-26 02:30'
expect_contains stderr 'started within 2025-10-26 02:30; there are' '26 Oct 2025' 'live'
expect_status 2 "$ENDOSCOPE" report today
expect_status 0 "$ENDOSCOPE" report today --environment live --format json
[[ ${runs[1]} == "$(run_of)"* ]] || fail "today is $(run_of), not ${runs[1]}"
expect_status 2 "$ENDOSCOPE" report deploy=two
expect_contains stderr 'has the label deploy=two'
expect_status 0 "$ENDOSCOPE" report deploy=two --environment live
expect_status 2 "$ENDOSCOPE" report --suite other
expect_status 2 "$ENDOSCOPE" report --vantage elsewhere
expect_status 0 "$ENDOSCOPE" compare 2025-10-26 "${runs[1]}" --format json
expect_status 0 "$ENDOSCOPE" show 'deploy=one.1'
expect_status 2 "$ENDOSCOPE" report 2025-02-30
expect_contains stderr 'is no date'

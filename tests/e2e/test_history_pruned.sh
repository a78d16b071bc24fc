#!/usr/bin/env bash
# What was pruned still counts: history and windows say the same before and after, but for the signs of what is folded.
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/e2e/nights.sh"
start_server changing
cat >endoscope.yaml <<YAML
suite: pruned
defaults: { attempts: 2, interval: 0s, timeout: 20s }
endpoints:
  - { name: fails once, url: "http://127.0.0.1:$CHANGING_PORT/fails" }
  - { name: fine, url: "http://127.0.0.1:$CHANGING_PORT/fine" }
YAML
# Three runs a day, for six days; the thirteenth fails.
for n in $(seq 18); do
    echo $((n == 13 ? 500 : 200)) >"$CHANGING/fails.status"
    # Until the second night's end it had another name.
    if ((n <= 8)); then sed -i 's/name: fine,/name: formerly,/' endoscope.yaml; else sed -i 's/name: formerly,/name: fine,/' endoscope.yaml; fi
    night
done
spread_nights 2025-09-01
start=$(date -u -d '2025-09-01 02:00' +%s)
sqlite3 endoscope.db "update run set ended = ended - started + 1000000 * ($start + (started / 1000000 - $start) / 3),
    started = 1000000 * ($start + (started / 1000000 - $start) / 3)"

# counts FILE: what is counted of each endpoint, and the median.
counts() { json "$1" "[(row['endpoint'], row['stretch']['runs'], row['stretch']['passed'], row['stretch']['failed'], row['stretch']['attempts'],
    row['stretch']['attempts_passed'], row['stretch']['uptime_low'], row['stretch']['uptime_high']) for row in it['endpoints']]"; }
window() { json "$1" "[(row['endpoint'], row['transition'], row['shows'], row['more']) + tuple(row[side][what] for side in ('before', 'after')
    for what in ('runs', 'passed', 'failed', 'attempts')) for row in it['transitions']]"; }
median() { json "$1" '[row["stretch"]["median_us"] for row in it["endpoints"]][1]'; }

expect_status 0 "$ENDOSCOPE" history --json
mv stdout history
expect_status 0 "$ENDOSCOPE" compare 2025-09-04..2025-09-06 --json --threshold 10s
mv stdout windows
expect_status 0 "$ENDOSCOPE" db prune --keep 7d
expect_equal "$(sqlite3 endoscope.db 'select count(*) < 15 from run')" 1

expect_status 0 "$ENDOSCOPE" history --json
expect_equal "$(counts stdout)" "$(counts history)"
expect_json stdout 'it["endpoints"][0]["stretch"]["folded"] == 18 - it["runs"]' 'it["runs"] < 15'
before=$(median history) after=$(median stdout)
((after * 64 <= before * 65 + 64 && after * 64 >= before * 63 - 64)) || fail "the median was $before and is $after"
expect_status 0 "$ENDOSCOPE" compare 2025-09-04..2025-09-06 --json --threshold 10s
expect_equal "$(window stdout)" "$(window windows)"
# Of days alone: what lies outside is not counted.
expect_status 0 "$ENDOSCOPE" history --json --since 2025-09-02 --until 2025-09-03
expect_json stdout 'it["endpoints"][0]["stretch"]["runs"] == 6 and it["endpoints"][1]["stretch"]["passed"] == 6'
expect_status 0 "$ENDOSCOPE" history fine
expect_contains stdout 'passed 18 of 18 runs (' ' of them pruned)'

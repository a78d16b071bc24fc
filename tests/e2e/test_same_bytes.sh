#!/usr/bin/env bash
# The same store and the same rules give the same bytes, in every format, wherever and whenever they are read.
. "$(dirname "$0")/lib.sh"
start_server raw
cat >endoscope.yaml <<YAML
suite: lasting
timezone: Europe/Berlin
defaults: { attempts: 2, interval: 10ms, headers: { Authorization: "Bearer \${LASTING_TOKEN}" } }
endpoints:
  - { name: good, url: "http://127.0.0.1:$RAW_PORT/ok" }
  - { name: bad, url: "http://127.0.0.1:$RAW_PORT/status/503", candidates: [/ok] }
  - { name: socket, url: "ws://127.0.0.1:$RAW_PORT/ok" }
YAML
LASTING_TOKEN=abcdefgh-12345 expect_status 1 "$ENDOSCOPE" run
LASTING_TOKEN=abcdefgh-12345 expect_status 1 "$ENDOSCOPE" run

# Without the token, without the config, in another zone, from a copy.
mkdir later
sqlite3 endoscope.db "vacuum into 'later/copy.db'"
for format in md html json text; do
    expect_status 0 "$ENDOSCOPE" report --format "$format" --output "report.$format"
    expect_status 0 "$ENDOSCOPE" compare previous --format "$format" --output "compare.$format"
    (
        cd later
        export TZ=America/New_York LC_ALL=C
        expect_status 0 "$ENDOSCOPE" report --store copy.db --format "$format" --output "report.$format"
        expect_status 0 "$ENDOSCOPE" compare previous --store copy.db --format "$format" --output "compare.$format"
    )
    cmp "report.$format" "later/report.$format"
    cmp "compare.$format" "later/compare.$format"
    # The same rules, applied anew, find the same.
    expect_status 0 "$ENDOSCOPE" report --format "$format" --rediagnose --output "anew.$format"
done
expect_equal "$(json anew.json '[f["code"] for f in it["findings"]]')" \
    "$(json report.json '[f["code"] for f in it["findings"]]')"
expect_matches report.md '\+0[12]:00'
expect_status 0 "$ENDOSCOPE" show latest.1 --json
cp stdout shown
expect_status 0 "$ENDOSCOPE" show latest.p1 --json
cmp stdout shown

#!/usr/bin/env bash
# An answer that takes longer than it did is told: against earlier nights, and between two runs, with its layer and by how
# much; and three attempts against three are said to be too few.
. "$(dirname "$0")/lib.sh"
start_server changing
echo 0.05 >"$CHANGING/slow.delay"
cat >endoscope.yaml <<YAML
suite: latency
defaults: { attempts: 3, interval: 0s, timeout: 20s }
endpoints:
  - { name: slow, url: "http://127.0.0.1:$CHANGING_PORT/slow" }
  - { name: other, url: "http://127.0.0.1:$CHANGING_PORT/other" }
YAML
of() { json stdout "[row$2 for row in it['comparison']['latency'] if row['endpoint'] == '$1' and row['layer'] == '${3-total}']"; }

# Two runs of three attempts: a longer time shows, and shows nothing.
expect_status 0 "$ENDOSCOPE" run
echo 0.6 >"$CHANGING/slow.delay"
expect_status 0 "$ENDOSCOPE" run
expect_status 0 "$ENDOSCOPE" compare previous --json
expect_equal "$(of slow '["shows"]') $(of slow '["more"]')" "['too-few'] [2]"
expect_equal "$(of slow '["nightly"]')" '[False]'
expect_status 0 "$ENDOSCOPE" compare previous
expect_contains stdout '## Latency' 'too few samples to tell: 2 more attempts would'

# Two more do, beside another endpoint.
echo 0.05 >"$CHANGING/slow.delay"
expect_status 0 "$ENDOSCOPE" run --attempts 5 --label side=before
echo 0.6 >"$CHANGING/slow.delay"
expect_status 0 "$ENDOSCOPE" run --attempts 5 --label side=after
expect_status 0 "$ENDOSCOPE" compare side=before side=after --json
expect_equal "$(of slow '["shows"]') $(of slow '["shows"]' http)" "['slower'] ['slower']"
expect_json stdout 'all(400 < row["shift_ms"] < 2000 and row["low_ms"] > 300 and row["p"] <= 0.05
    for row in it["comparison"]["latency"] if row["endpoint"] == "slow")' \
    'it["comparison"]["threshold_percent"] == 10 and it["comparison"]["threshold_us"] == 5000'
expect_status 0 "$ENDOSCOPE" compare side=after side=before --format text
expect_matches stdout '(^  |: )faster$'
# What is less than what matters is no difference.
expect_status 0 "$ENDOSCOPE" compare side=before side=after --json --threshold 1%,5s
expect_equal "$(of slow '["shows"]')" "['unchanged']"
expect_json stdout 'it["comparison"]["threshold_percent"] == 1 and it["comparison"]["threshold_us"] == 5000000' \
    'it["comparison"]["slower"] == 0'
expect_status 2 "$ENDOSCOPE" compare previous --threshold 5furlongs
expect_contains stderr '5furlongs'

# Nights: one value each, and the run before is the last of them.
rm endoscope.db
echo 0.05 >"$CHANGING/slow.delay"
for _ in 1 2 3 4 5 6; do expect_status 0 "$ENDOSCOPE" run; done
echo 0.8 >"$CHANGING/slow.delay"
expect_status 0 "$ENDOSCOPE" run
expect_status 0 "$ENDOSCOPE" compare previous --json
expect_equal "$(of slow '["shows"]') $(of slow '["nightly"]') $(of slow '["before_count"]')" "['slower'] [True] [6]"
expect_status 0 "$ENDOSCOPE" compare previous
expect_contains stdout '(n = 6 nights)' '**✗ slower**'
# Between two runs that are no neighbours it is their attempts again.
expect_status 0 "$ENDOSCOPE" compare "$(sqlite3 endoscope.db 'select lower(hex(uuid)) from run order by started limit 1')" --json
expect_equal "$(of slow '["nightly"]')" '[False]'
for format in md html text; do
    expect_status 0 "$ENDOSCOPE" compare previous --format "$format"
    expect_contains stdout Latency
done

#!/usr/bin/env bash
# Fourteen nights: the strip of each endpoint, since when it fails, when it was last good, how often it passed, where its
# latency shifted; on a terminal of any width, and in every format.
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/e2e/nights.sh"
start_server changing
cat >endoscope.yaml <<YAML
suite: nights
environment: staging
timezone: UTC
defaults: { attempts: 1, timeout: 20s }
endpoints:
  - { name: chat socket, url: "http://127.0.0.1:$CHANGING_PORT/chat" }
  - { name: steady, url: "http://127.0.0.1:$CHANGING_PORT/steady" }
  - { name: slow, url: "http://127.0.0.1:$CHANGING_PORT/slow" }
  - { name: flaps, url: "http://127.0.0.1:$CHANGING_PORT/flaps" }
  - { name: never, url: "http://127.0.0.1:$CHANGING_PORT/never" }
YAML
echo 500 >"$CHANGING/never.status"
for n in 1 2 3 4 5 6 7 8 9 10 11 12 13 14; do
    echo $((n >= 10 ? 500 : 200)) >"$CHANGING/chat.status"
    echo $((n % 3 == 2 ? 503 : 200)) >"$CHANGING/flaps.status"
    echo $((n >= 8 ? 1 : 0)) >"$CHANGING/slow.delay"
    # Until the third night it had another name.
    if ((n <= 3)); then sed -i 's/name: steady,/name: formerly,/' endoscope.yaml; else sed -i 's/name: formerly,/name: steady,/' endoscope.yaml; fi
    night
done
spread_nights 2025-09-01

expect_status 0 "$ENDOSCOPE" history
expect_matches stdout '^ENDPOINT +1 Sep +14 Sep +UPTIME$' '^chat socket +✓✓✓✓✓✓✓✓✓✗✗✗✗✗ +64 %  fails since 10 Sep$' \
    '^steady +✓✓✓✓✓✓✓✓✓✓✓✓✓✓ +100 %' '^slow +✓✓✓✓✓✓✓✓✓✓✓✓✓✓ +100 %  slower since 8 Sep$' \
    '^flaps +✓✗✓✓✗✓✓✗✓✓✗✓✓✗ +64 %  fails since 14 Sep$' '^never +✗✗✗✗✗✗✗✗✗✗✗✗✗✗ +0 %  fails since ≤ 1 Sep$' \
    '^✓ passes  ✗ fails' '^14 runs, 1 Sep to 14 Sep$'

# As data: of the newest runs alone, or of those of some days.
expect_status 0 "$ENDOSCOPE" history --json
row() { json stdout "[row$2 for row in it['endpoints'] if row['endpoint'] == '$1'][0]"; }
expect_json stdout 'it["schema"] == "endoscope-history/1" and it["runs"] == 14 and (it["failing"], it["passing"]) == (3, 2)' \
    'all(len(row["outcomes"]) == 14 for row in it["endpoints"])'
expect_equal "$(row 'chat socket' '["first_failing"]["started"]') $(row 'chat socket' '["last_good"]["started"]')" \
    '2025-09-10T02:00:00.000000+00:00 2025-09-09T02:00:00.000000+00:00'
expect_equal "$(row 'chat socket' '["stretch"]["changes"]') $(row flaps '["stretch"]["changes"]') $(row flaps '["flapping"]')" '1 9 True'
expect_equal "$(row slow '["slower_since"]["started"][:10]') $(row slow '["faster"]')" '2025-09-08 False'
expect_json stdout 'all(500e3 < row["time_after_us"] - row["time_before_us"] < 5e6 for row in it["endpoints"] if row["endpoint"] == "slow")'
expect_equal "$(row never '["since_start"]') $(row never '["last_good"]')" 'True None'
# 9 of 14, and where the binomial's tails leave 2.5 % each.
expect_json stdout 'all(abs(row["stretch"]["uptime_low"] - 35.1380) < 0.001 and abs(row["stretch"]["uptime_high"] - 87.2402) < 0.001
    for row in it["endpoints"] if row["endpoint"] == "chat socket")'
expect_status 0 "$ENDOSCOPE" history --json --since 2025-09-12
expect_json stdout 'it["runs"] == 3' 'all(row["stretch"]["runs"] == 3 for row in it["endpoints"])'
expect_status 0 "$ENDOSCOPE" history --json --since 2025-09-03 --until 2025-09-04
expect_json stdout '[night["started"][:10] for night in it["nights"]] == ["2025-09-03", "2025-09-04"]'

# One endpoint: with a line a night.
expect_status 0 "$ENDOSCOPE" history 'chat socket'
expect_not_contains stdout 'slow' 'never'
expect_contains stdout 'passed 9 of 14 runs: 64.3 % (35.1 to 87.2); 1 change of verdict' 'first failing: run ' \
    'last good: run ' '9 Sep 2025 02:00:00 +00:00'
expect_matches stdout '^  14 Sep 2025 02:00:00 \+00:00  [0-9a-f-]+  fails, 0 of [0-9]+, 500, ' '^  1 Sep 2025 02:00:00 \+00:00 '
# The nights under the name that it had before are its own.
expect_status 0 "$ENDOSCOPE" history steady --json
expect_equal "$(row steady '["stretch"]["passed"]')" 14
expect_status 2 "$ENDOSCOPE" history 'chat sockt'
expect_contains stderr 'did you mean "chat socket"?'

# Every format.
for format in md html csv; do
    expect_status 0 "$ENDOSCOPE" history --format $format
    expect_contains stdout 'chat socket'
    mv stdout first
    expect_status 0 "$ENDOSCOPE" history --output "nights.$format"
    cmp first "nights.$format" || fail "nights.$format is another"
done
expect_status 0 "$ENDOSCOPE" history --format md
expect_contains stdout '✓✓✓✓✓✓✓✓✓✗✗✗✗✗' '64.3 % (35.1 to 87.2)' '**✗ slower** since' '**✗ 3 failing**'
expect_contains nights.html 'aria-label="Chart: nights"' '14 runs of 5 endpoints' \
    '<desc id="nights-text">chat socket: passes 1 Sep to 9 Sep (9 runs), fails 10 Sep to 14 Sep (5 runs).'
expect_equal "$(grep -c '<use href="#night-fail"' nights.html)" "$(grep '^| `' stdout | cut -d'|' -f3 | grep -o '✗' | wc -l)"
expect_equal "$(wc -l <nights.csv)" $((1 + 5 * 14))
expect_matches nights.csv '^"chat socket",[0-9a-f-]+,2025-09-14T02:00:00.000000\+00:00,fails,0,[0-9]+,500,'
expect_status 2 "$ENDOSCOPE" history --format xml
expect_contains stderr 'text, md, html, json and csv'

# A narrow terminal shows the newest nights, and no line is too wide.
for columns in 40 60 100; do
    script -qec "stty cols $columns; $ENDOSCOPE history" typescript </dev/null >/dev/null
    sed '1d;$d' typescript | tr -d '\r' | sed -E $'s/\x1b\\[[0-9;]*m//g' >screen
    expect_matches screen '^chat .*✗✗✗✗✗ +64 %'
    (($(wc -L <screen) <= columns)) || { show screen; fail "a line is wider than $columns"; }
    expect_contains screen 'not probed'
done

# Which runs: of a suite, an environment, a vantage; and none at all.
expect_status 2 "$ENDOSCOPE" history --environment live
expect_contains stderr 'is in the suite, environment and vantage' 'there are'
expect_status 2 "$ENDOSCOPE" history --since 2026-01-01 --until 2026-01-02
sed -i 's/environment: staging/environment: live/' endoscope.yaml
night
expect_status 0 "$ENDOSCOPE" history --json
expect_json stdout 'it["runs"] == 1 and it["suite"]["environment"] == "live"'
# Without a config the newest run says which suite it is about.
expect_status 0 "$ENDOSCOPE" history --json --store "$WORK/endoscope.db"

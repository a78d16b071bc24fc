#!/usr/bin/env bash
# Two windows of nights: how often each endpoint passed in either, what became of it, and whether it became slower.
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/e2e/nights.sh"
start_server changing

# config PATH...
config() {
    local name
    printf 'suite: windows\nenvironment: staging\ndefaults: { attempts: 1, timeout: 20s }\nendpoints:\n' >endoscope.yaml
    for name; do
        printf '  - { name: %s, url: "http://127.0.0.1:%s/%s" }\n' "$name" "$CHANGING_PORT" "$name" >>endoscope.yaml
    done
}

# A week in which `breaks` fails once and all is fast; a week in which it fails from the third night on, `slow` is slow, `left`
# is gone and `flaps` fails every other night.
config steady breaks slow flaps left
for n in 1 2 3 4 5 6 7; do
    echo $((n == 4 ? 500 : 200)) >"$CHANGING/breaks.status"
    night
done
config steady breaks slow flaps
echo 0.5 >"$CHANGING/slow.delay"
for n in 1 2 3 4 5 6 7; do
    echo $((n >= 3 ? 500 : 200)) >"$CHANGING/breaks.status"
    echo $((n % 2 ? 200 : 503)) >"$CHANGING/flaps.status"
    night
done
spread_nights 2025-09-01

of() { json stdout "[row$2 for row in it['transitions'] if row['endpoint'] == '$1'][0]"; }
expect_status 1 "$ENDOSCOPE" compare 2025-09-08..2025-09-14 --json
expect_json stdout 'it["schema"] == "endoscope-windows/1" and it["suite"]["environment"] == "staging"' \
    '(it["before"]["runs"], it["after"]["runs"]) == (7, 7)' \
    'it["before"]["first"]["started"].startswith("2025-09-01") and it["before"]["last"]["started"].startswith("2025-09-07")' \
    'it["regressed"] == 1 and it["gone"] == 1 and it["flapping"] == 1 and it["still_passing"] == 2'
expect_equal "$(of breaks '["transition"]') $(of flaps '["transition"]') $(of left '["transition"]')" 'regressed flapping gone'
expect_equal "$(of breaks '["before"]["strip"]') $(of breaks '["after"]["strip"]')" '✓✓✓✗✓✓✓ ✓✓✗✗✗✗✗'
# 2 of 7, and where the binomial's tails leave 2.5 % each.
expect_json stdout 'all(abs(row["after"]["uptime"] - 28.5714) < 0.001 and abs(row["after"]["uptime_low"] - 3.6693) < 0.001
    and abs(row["after"]["uptime_high"] - 70.9579) < 0.001 for row in it["transitions"] if row["endpoint"] == "breaks")'
expect_equal "$(of slow '["shows"]') $(of steady '["transition"]')" 'slower still-passing'
expect_json stdout 'all(300 < row["shift_ms"] < 2000 for row in it["transitions"] if row["endpoint"] == "slow")'

# Both named, the other way round: it is fixed, and faster.
expect_status 0 "$ENDOSCOPE" compare 2025-09-08..2025-09-14 2025-09-01..2025-09-07 --json
expect_equal "$(of breaks '["transition"]') $(of slow '["shows"]') $(of left '["transition"]')" 'fixed faster new'
for format in md html text; do
    expect_status 1 "$ENDOSCOPE" compare 2025-09-08..2025-09-14 --format $format
    expect_contains stdout 'breaks' '✓✓✗✗✗✗✗' '28.6 %' '2025-09-08..2025-09-14'
done
expect_status 1 "$ENDOSCOPE" compare 2025-09-08..2025-09-14 --format md
expect_contains stdout '| **✗ regressed** |' '| **~ flapping** |' '**✗ slower**' 'Before: 7, from'
# Two nights against two cannot show that anything is slower.
expect_status 1 "$ENDOSCOPE" compare 2025-09-08..2025-09-09 --json
expect_equal "$(of flaps '["transition"]')" regressed
expect_equal "$(of slow '["shows"]')" too-few
expect_json stdout 'it["more"] >= 2'

expect_status 2 "$ENDOSCOPE" compare 2024-01-01..2024-01-07
expect_contains stderr 'no complete run over a whole suite started within 2024-01-01..2024-01-07' '14 Sep 2025'
expect_status 2 "$ENDOSCOPE" compare 2025-09-01..2025-09-07
expect_contains stderr 'the equally long window before it'
expect_status 2 "$ENDOSCOPE" compare latest 2025-09-01..2025-09-07
expect_contains stderr 'is compared with a window'
expect_status 2 "$ENDOSCOPE" compare 2025-09-14..2025-09-08
expect_contains stderr 'ends before it begins'

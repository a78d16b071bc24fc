#!/usr/bin/env bash
# The incident over fourteen nights: reports/story/ is what the recorded nights give today, byte for byte; script/story makes
# it anew.
. "$(dirname "$0")/lib.sh"
"$ROOT/script/story" into "$WORK/made"
diff -rq made "$ROOT/reports/story" ||
    fail 'reports/story is not what is made now; look at the difference, then script/story'

# What it tells: which night broke it, by which deploy, that it was mended, and what was unsteady.
cd made
expect_contains 1-broken.md '7 Sep 2025 02:00' '**✗ cause confirmed**' 'websocket-wrong-path' '4f2c1'
expect_contains 2-deploy.txt 'regressed: chat socket' '/websocket' '/ws'
expect_contains 3-fixed.txt 'fixed: chat socket' 'cleared: The client asks for a path'
expect_contains 4-flapping.txt 'search'
expect_contains 5-flapped.txt 'flapping: search'
expect_contains 7-history.txt 'chat socket  ✓✓✓✓✓✓✗✗✗✓✓✓✓✓' 'search       ✓✓✓✓✓✓✓✓✓✓✓~✓✓'
expect_contains 8-socket.txt 'passed 11 of 14 runs'
expect_contains 6-weeks.txt 'fixed: chat socket'
for page in *.html; do
    expect_not_contains "$page" '<script' 'src="http' 'href="http' 'url('
done

# The store that they are made of: fourteen whole nights, two hours after midnight in Berlin, and a verification by day.
cd "$WORK"
cp "$ROOT/tests/golden/recorded/story.store" store
expect_status 0 "$ENDOSCOPE" db check --store store
expect_equal "$(sqlite3 store "select count(*), sum(whole), sum(time(started / 1000000, 'unixepoch') between '00:00:00' and '00:00:30')
    from run")" '15|14|14'
(($(stat -c %s store) < 200000)) || fail 'the recorded nights are large'
# Years later: pruned, the story is the same, since each night is the one run of its day, and the verification is no night.
for night in 2025-09-07 2025-09-12; do
    expect_status 0 "$ENDOSCOPE" report $night --store store --output before.json
    expect_status 0 "$ENDOSCOPE" db prune --keep 90d --store store --json
    expect_status 0 "$ENDOSCOPE" report $night --store store --output after.json
    cmp before.json after.json
done
expect_equal "$(sqlite3 store 'select count(*) from run')" 14

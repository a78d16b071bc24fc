#!/usr/bin/env bash
# Comparisons that have little to compare, and names that would break what they are written into.
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/e2e/nights.sh"
start_server changing

# suite NAME=PATH...
suite() {
    printf 'suite: odd\ntimezone: Europe/Berlin\nexperiments: false\ndefaults: { attempts: 1, interval: 300ms }\nendpoints:\n' >endoscope.yaml
    for endpoint in "$@"; do
        printf "  - { name: '%s', url: 'http://127.0.0.1:%s/%s' }\n" "${endpoint%=*}" "$CHANGING_PORT" "${endpoint##*=}" >>endoscope.yaml
    done
}

# Nothing in common: nothing is called well, nor better or worse.
suite a=1 b=2
night
suite x=3 y=4
night
expect_status 0 "$ENDOSCOPE" compare previous --format text
expect_matches stdout '^nothing-compared, 2 new, 2 gone$'
expect_status 0 "$ENDOSCOPE" compare previous --format md
expect_contains stdout '**? nothing compared** No endpoint was asked in both runs.'
expect_not_contains stdout 'all well'
expect_status 0 "$ENDOSCOPE" compare previous --json
expect_json stdout 'it["comparison"]["verdict"] == "nothing-compared" and it["comparison"]["latency"] == []'

# Another name and another address at once: one is gone, one is new.
suite x=3 z=5
night
expect_status 0 "$ENDOSCOPE" compare previous --format text
expect_matches stdout '^all-well, 1 new, 1 gone, 1 still passing$' '^new: z$' '^gone: y$'
# One attempt against one shows nothing of how fast it is, and says what would.
expect_matches stdout '^Latency: Too few samples to tell in 3: [0-9]+ more'
# A run against itself.
expect_status 0 "$ENDOSCOPE" compare latest latest --format text
expect_matches stdout '^all-well, 2 still passing$'

# Names that are markup, a mention, a template, a formula, or turn the line round.
hostile=$'<img src=x onerror=1>|@team \xe2\x80\xae[a](http://x.example.com) #1'
suite "$hostile=1" '=1+1=2' '{{run}}=3'
night
suite "$hostile=1" '=1+1=2' '{{was}}=3'
echo 503 >"$CHANGING/1.status"
night
for format in md html text csv json; do
    expect_status 1 "$ENDOSCOPE" compare previous --format $format --output "odd.$format"
    expect_status 0 "$ENDOSCOPE" history --format $format --output "history.$format"
done
expect_not_contains odd.html '<img src=x'
expect_not_contains history.html '<img src=x'
expect_contains odd.md '{{was}}' 'formerly {{run}}'
for file in odd.md odd.html odd.text history.md history.html history.text; do
    grep -q $'\xe2\x80\xae' "$file" && fail "$file turns the line round"
done
expect_not_contains odd.md '](http://x.example.com)'
expect_matches odd.csv "^'=1\+1,still-passing,"
expect_json odd.json '[row["transition"] for row in it["comparison"]["transitions"]] == ["regressed", "renamed", "still-passing"]'

# A run that was killed lies between two: none is compared with it but by its id, and then it says what it is.
more_probes() { (($(sqlite3 endoscope.db 'select count(*) from probe') > 3)); }
rm endoscope.db*
rm "$CHANGING/1.status"
suite a=1 b=2
night
sed -i 's/attempts: 1/attempts: 50/' endoscope.yaml
"$ENDOSCOPE" run --quiet >stdout 2>stderr &
killed=$!
wait_for 30 more_probes
kill -9 $killed
wait $killed 2>/dev/null || true
sed -i 's/attempts: 50/attempts: 1/' endoscope.yaml
night
mapfile -t ids < <(sqlite3 endoscope.db "select lower(substr(hex(uuid), 1, 8) || '-' || substr(hex(uuid), 9, 4) || '-' || substr(hex(uuid), 13, 4)) from run order by uuid")
expect_equal "${#ids[@]}" 3
expect_status 0 "$ENDOSCOPE" compare previous --json
expect_json stdout "it['comparison']['before']['id'].startswith('${ids[0]}') and it['run']['id'].startswith('${ids[2]}')"
expect_status 0 "$ENDOSCOPE" history --json
expect_json stdout 'it["runs"] == 2'
expect_status 0 "$ENDOSCOPE" compare "${ids[1]}" --format text
expect_matches stdout '^before  .*, interrupted$' '^all-well, 2 still passing$'

# Windows: that ends before it begins; the hour that came twice; what lies in none.
expect_status 2 "$ENDOSCOPE" compare 2025-11-24..2025-11-22
expect_contains stderr 'ends before it begins'
sqlite3 endoscope.db "update run set ended = ended - started + 1761438600000000, started = 1761438600000000, offset_s = 7200
    where id = (select min(id) from run);
    update run set ended = ended - started + 1761442200000000, started = 1761442200000000, offset_s = 3600
    where id = (select max(id) from run)"
expect_status 0 "$ENDOSCOPE" history --since '2025-10-26 02:30' --until '2025-10-26 02:30' --json
expect_json stdout 'it["runs"] == 2'
expect_status 0 "$ENDOSCOPE" compare --utc '2025-10-26 00:30' '2025-10-26 01:30' --json
expect_json stdout "it['comparison']['before']['started'].startswith('2025-10-26T0') and it['run']['id'].startswith('${ids[2]}')"
expect_status 2 "$ENDOSCOPE" compare '2025-10-26 02:30..2025-10-26 02:30'
expect_contains stderr 'the equally long window before it'

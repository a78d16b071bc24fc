#!/usr/bin/env bash
# Endpoints that are gone since, or have another name: history shows them too, and says since when.
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/e2e/nights.sh"
start_server changing

# suite NAME=PATH...
suite() {
    printf 'suite: going\ntimezone: UTC\nexperiments: false\ndefaults: { attempts: 1 }\nendpoints:\n' >endoscope.yaml
    for endpoint in "$@"; do
        printf '  - { name: "%s", url: "http://127.0.0.1:%s/%s" }\n' "${endpoint%%=*}" "$CHANGING_PORT" "${endpoint##*=}" >>endoscope.yaml
    done
}
# shellcheck disable=SC2016 # Markdown's own
suite stays=1 leaves=2 'old name=3' both=4 '<b>|`x`=5'
night
night
suite stays=1 leaves=2 'new name=3' 'both, moved=6' 'comes later=7'
night
suite stays=1 'new name=3' 'both, moved=6' 'comes later=7'
night
night
spread_nights 2025-09-01

expect_status 0 "$ENDOSCOPE" history
expect_matches stdout '^stays +✓✓✓✓✓ ' '^new name +✓✓✓✓✓ ' '^both, moved +··✓✓✓ ' '^comes later +··✓✓✓ ' \
    '^leaves +✓✓✓·· +100 %  gone since 4 Sep$' '^both +✓✓··· +100 %  gone since 3 Sep$' '✓✓··· +100 %  gone since 3 Sep$'
# Renamed with the same address it is one endpoint; with another name and another address at once it is another one.
expect_not_contains stdout 'old name'

expect_status 0 "$ENDOSCOPE" history --json
expect_json stdout 'it["passing"] == 4 and it["gone"] == 3 and it["failing"] == 0' \
    '[row["gone_since"]["started"][:10] for row in it["endpoints"] if row["endpoint"] == "leaves"] == ["2025-09-04"]' \
    'all(row["gone_since"] is None for row in it["endpoints"][:4])' 'all(len(row["outcomes"]) == 5 for row in it["endpoints"])'
expect_status 0 "$ENDOSCOPE" history --format md
# shellcheck disable=SC2016 # Markdown
expect_contains stdout '; 3 gone since.' '| `leaves`, gone since `'
expect_status 0 "$ENDOSCOPE" history --format html
expect_not_contains stdout '<b>'

# One endpoint, by a name that the newest run has not.
expect_status 0 "$ENDOSCOPE" history leaves
expect_matches stdout '^leaves +✓✓✓ +100 %  gone since 4 Sep$' '^  gone since run [0-9a-f-]+, 4 Sep 2025 '
expect_status 0 "$ENDOSCOPE" history 'old name'
expect_matches stdout '^old name +✓✓ +100 %  renamed since 3 Sep$' '^  called new name since run [0-9a-f-]+, 3 Sep 2025 '
expect_status 0 "$ENDOSCOPE" history stays
expect_not_contains stdout gone

# Another suite is not one from which it went.
sed -i 's/suite: going/suite: another/; /stays/d' endoscope.yaml
night
expect_status 0 "$ENDOSCOPE" history stays --suite going
expect_not_contains stdout gone
# Of a window, what is gone is told by its own newest run.
expect_status 0 "$ENDOSCOPE" history --suite going --until 2025-09-03 --json
expect_json stdout 'it["runs"] == 3 and it["gone"] == 2'

# A suite whose names change every night does not fill the page.
for n in 1 2 3; do
    names=()
    for i in $(seq 60); do names+=("n$n-$i=p$n-$i"); done
    suite "${names[@]}"
    sed -i 's/suite: going/suite: restless/' endoscope.yaml
    night
done
expect_status 0 "$ENDOSCOPE" history --json
expect_json stdout 'it["runs"] == 3 and it["passing"] == 60 and it["gone"] == 100'

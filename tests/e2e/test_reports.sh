#!/usr/bin/env bash
# The examples in reports/ are what the recorded runs give today, byte for byte; script/reports makes them anew.
. "$(dirname "$0")/lib.sh"
cp "$ROOT/tests/golden/recorded/incident.store" store

for format in md html json txt; do
    expect_status 0 "$ENDOSCOPE" report previous --store store --output "before.$format"
    expect_status 0 "$ENDOSCOPE" report latest --store store --output "after.$format"
    expect_status 0 "$ENDOSCOPE" compare previous latest --store store --output "comparison.$format"
    for name in before after comparison; do
        cmp "$name.$format" "$ROOT/reports/incident/$name.$format" ||
            fail "reports/incident/$name.$format is not what is made now; look at the difference, then script/reports"
    done
done
expect_not_contains before.html '<script' 'src="http' 'href="http' 'url('

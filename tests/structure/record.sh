#!/usr/bin/env bash
# Every member of the record is written by store/, read by it, and compared in the test of the round trip: one that is
# added to collector/probe.h and forgotten there would be lost without a word.
set -euo pipefail
cd "$(dirname "$0")/../.."

# members STRUCT: the names declared in it, a line each.
members() {
    awk -v start="struct $1 {" '
    $0 == start { inside = 1; next }
    inside && /^}/ { exit }
    inside {
        gsub(/\/\*[^*]*\*\/|\/\*.*$/, "")
        if ($0 !~ /;/) next
        sub(/;.*/, "")
        count = split($0, words, ",")
        for (i = 1; i <= count; i++) {
            name = words[i]
            sub(/.*[ *]/, "", name)
            print name
        }
    }' collector/probe.h
}

# uses_of MEMBER FILE...: how often the member is named.
uses_of() {
    local member=$1
    shift
    { grep -hoE "(->|\.|probe, )$member\b" "$@" || true; } | wc -l
}

status=0
count=0
for struct in probe timings hop token header certificate message judgement; do
    for member in $(members "$struct"); do
        [[ $struct.$member == probe.arena ]] && continue
        count=$((count + 1))
        uses=$(uses_of "$member" store/*.c)
        tested=$(uses_of "$member" tests/unit/support/same_probe.h)
        least=2
        # Timings are written and read by one table, and compared as one piece of memory.
        [[ $struct == timings ]] && least=1 tested=1
        if ((uses < least || tested == 0)); then
            echo "$member of struct $struct: store/ names it $uses times, same_probe.h $tested times" >&2
            status=1
        fi
    done
done
((count > 80)) || { echo "record.sh found only $count members in collector/probe.h" >&2; status=1; }
exit "$status"

# shellcheck shell=bash
# nights.sh - runs, really made, as if a night lay between each two: source it behind lib.sh.

# night: a run, whatever comes of it.
night() {
    "$ENDOSCOPE" run --quiet >stdout 2>stderr || (($? == 1)) || { show stderr; fail "the run did not finish"; }
}

# spread_nights FIRST: moves all runs of the store to 02:00 UTC of successive nights, the first of them FIRST (2025-09-01).
spread_nights() {
    local start
    start=$(date -u -d "$1 02:00" +%s)
    sqlite3 endoscope.db "with night as (select id, row_number() over (order by uuid) - 1 as n from run)
        update run set ended = ended - started + ($start + n * 86400) * 1000000, started = ($start + n * 86400) * 1000000
        from night where night.id = run.id"
}

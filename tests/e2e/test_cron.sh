#!/usr/bin/env bash
# Two weeks of cron under a moved clock, with the night in which an hour comes twice: the line that `init --cron` prints, from
# an installed tree, by a user without rights and in an environment as empty as cron's. What is mailed in which night, which
# files there are, what stands on the ticket.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/cron.sh"

# Three good nights.
for day in 2026-10-18 2026-10-19 2026-10-20; do
    cron 0 "$(at $day)"
    silent
done
# It breaks, and stays so; half past two comes twice on the 25th, and cron may come twice.
echo 503 >"$CHANGING/chat.status"
cron 1 "$(at 2026-10-21)"
expect_contains mail '* chat: regressed' '* new finding: ' 'FAILING' '21 Oct 2026 02:30:0' '+02:00'
for day in 2026-10-22 2026-10-23 2026-10-24; do
    cron 1 "$(at $day)"
    silent
done
cron 1 "$(at 2026-10-25 CEST)"
silent
cron 1 "$(at 2026-10-25 CET)"
silent
for day in 2026-10-26 2026-10-27; do
    cron 1 "$(at $day)"
    silent
done
# A week on: once.
cron 1 "$(at 2026-10-28)"
expect_contains mail '* still failing, 7 days after it began' '28 Oct 2026 02:30:0' '+01:00'
# Mended; proved after three nights.
rm "$CHANGING/chat.status"
cron 0 "$(at 2026-10-29)"
expect_contains mail '* chat: fixed' 'ALL WELL'
for day in 2026-10-30 2026-10-31 2026-11-01; do
    cron 0 "$(at $day)"
    silent
done

# A folder a night, two on the 25th, in their order; the store is the user's alone.
look_at_nights 16
cd home
expect_equal "$(find reports -maxdepth 1 -name '2026-10-25_0230_*' | wc -l)" 2
expect_matches <(readlink reports/latest) '^2026-11-01_0230_'
expect_status 0 "$WORK/usr/bin/endoscope" report 2026-10-24 --format text --store endoscope.db --suite nights
expect_contains stdout '24 Oct 2026 02:30'

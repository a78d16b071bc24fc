#!/usr/bin/env bash
# A fortnight of cron around the night that lacks an hour: half past two does not come on 29 March in Berlin, and what cron does
# then is run the line at three. What is mailed in which night, which files there are, what stands on the ticket.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/cron.sh"

for day in 2026-03-23 2026-03-24 2026-03-25; do
    cron 0 "$(at $day)"
    silent
done
echo 503 >"$CHANGING/chat.status"
cron 1 "$(at 2026-03-26)"
expect_contains mail '* chat: regressed' '26 Mar 2026 02:30:0' '+01:00'
cron 1 "$(at 2026-03-27)"
silent
cron 1 "$(at 2026-03-28)"
silent
# Half past two plus an hour: what follows 01:59:59 is 03:00:00.
lost=$(TZ=Europe/Berlin date -d '2026-03-29 03:00' +%s)
expect_equal "$(TZ=Europe/Berlin date -d "@$((lost - 1))" '+%H:%M %z')" '01:59 +0100'
TZ=Europe/Berlin date -d '2026-03-29 02:30' >/dev/null 2>&1 && fail 'that hour is there'
cron 1 "$lost"
silent
for day in 2026-03-30 2026-03-31 2026-04-01; do
    cron 1 "$(at $day)"
    silent
done
# A week of the calendar on, though an hour less has gone by; once.
cron 1 "$(at 2026-04-02)"
expect_contains mail '* still failing, 7 days after it began' '26 Mar 2026 02:30:0' '2 Apr 2026 02:30:0' '+02:00'
cron 1 "$(at 2026-04-03)"
silent
rm "$CHANGING/chat.status"
cron 0 "$(at 2026-04-04)"
expect_contains mail '* chat: fixed' 'ALL WELL'
for day in 2026-04-05 2026-04-06 2026-04-07; do
    cron 0 "$(at $day)"
    silent
done

look_at_nights 16
cd home
expect_equal "$(find reports -maxdepth 1 -name '2026-03-29_0300_*' | wc -l)" 1
expect_matches <(readlink reports/latest) '^2026-04-07_0230_'
# The day has its night, whatever is said of its hours; the one that is not there has none.
report() { expect_status "$1" "$WORK/usr/bin/endoscope" report "$2" --format text --store endoscope.db --suite nights; }
report 0 2026-03-29
expect_contains stdout '29 Mar 2026 03:00:0' '+02:00'
report 0 '2026-03-29 03:00'
expect_contains stdout '29 Mar 2026 03:00:0'
report 2 '2026-03-29 02:30'
expect_contains stderr 'no run over a whole suite started within 2026-03-29 02:30'
# Three days across it are 72 hours: what lies within them stays, and the whole day that they begin in.
run() { "${user[@]}" env HOME="$WORK/home" LD_PRELOAD="$fake" FAKETIME="@$1" FAKETIME_FMT=%s FAKETIME_DONT_FAKE_MONOTONIC=1 \
    ASAN_OPTIONS=verify_asan_link_order=0 "$WORK/usr/bin/endoscope" db prune --reports reports --dry-run --keep 3d --store endoscope.db; }
for case in '00:30 4 2026-03-26 2026-03-27' '23:30 5 2026-03-27 2026-03-28'; do
    read -r hour count last first <<<"$case"
    run "$(TZ=Europe/Berlin date -d "2026-03-31 $hour" +%s)" >went 2>&1 || { show went; fail 'db prune'; }
    expect_equal "$(grep -c '^would remove' went)" "$count"
    expect_contains went "reports/$last"
    expect_not_contains went "reports/$first"
done

# shellcheck shell=bash
# cron.sh - nights under a moved clock, as cron would make them: the line that `init --cron` prints, from an installed tree, by a
# user without rights and in an environment as empty as cron's. Source it behind lib.sh.
fake=$(find /usr/lib -name libfaketimeMT.so.1 -print -quit)
[[ -n $fake ]] || { echo "$SCENARIO: faketime is not there: script/bootstrap test" >&2; exit 1; }
start_server tracker
start_server changing

cmake --install "$BUILD_DIR" --prefix "$WORK/usr" >/dev/null
mkdir home
cat >home/endoscope.yaml <<YAML
suite: nights
timezone: Europe/Berlin
defaults: { attempts: 2, interval: 0s, timeout: 10s }
endpoints:
  - { name: chat, url: "http://127.0.0.1:$CHANGING_PORT/chat" }
  - { name: health, url: "http://127.0.0.1:$CHANGING_PORT/health", role: control }
trackers:
  gt: { kind: gitea, url: 'http://127.0.0.1:$TRACKER_PORT/gitea', project: netra/app, token: { file: token } }
tickets:
  - { id: "488", tracker: gt, endpoints: [chat], title: Chat is broken, on_fixed: { nights: 3, comment: true, label: verified } }
YAML
(umask 077 && echo tracker-token-0123456789 >home/token)
# Root stands for cron itself; the user is nobody.
user=()
if ((EUID == 0)); then
    user=(setpriv --reuid=nobody --regid=nogroup --clear-groups --no-new-privs)
    chown -R nobody:nogroup home
    chmod 755 "$WORK"
fi
command=$(cd home && "$WORK/usr/bin/endoscope" init --cron | sed -nE 's/^10 4 \* \* \*  //p')
[[ $command == "$WORK/usr/bin/endoscope nightly --config $WORK/home/endoscope.yaml "* ]] || fail "no line for cron: $command"

# cron STATUS SECONDS: the night that begins at that moment; what it would mail is in `mail`.
cron() {
    local status=0
    (cd / && "${user[@]}" env -i HOME="$WORK/home" LOGNAME=nobody PATH=/usr/bin:/bin SHELL=/bin/sh LD_PRELOAD="$fake" \
        FAKETIME="@$2" FAKETIME_FMT=%s FAKETIME_DONT_FAKE_MONOTONIC=1 ASAN_OPTIONS=verify_asan_link_order=0 \
        /bin/sh -c "$command") >mail 2>&1 || status=$?
    ((status == $1)) || { show mail; fail "$(date -d "@$2"): status $status, not $1"; }
    expect_not_contains mail tracker-token
    ((++nights))
}
at() { TZ=Europe/Berlin date -d "$1 02:30 ${2-}" +%s; }
silent() { [[ ! -s mail ]] || { show mail; fail 'a mail on a night without news'; }; }
nights=0

# The tree of reports, the store and the ticket after COUNT nights: all are there, and nothing is left to do.
look_at_nights() {
    cd home || fail 'no home'
    expect_equal "$nights" "$1"
    expect_equal "$(find reports -name report.html | wc -l)" "$nights"
    expect_equal "$(find reports -mindepth 1 -maxdepth 1 -type d | sort | tail -1)" "reports/$(readlink reports/latest)"
    expect_equal "$(stat -c %a endoscope.db)" 600
    ((EUID != 0)) || expect_equal "$(stat -c %U endoscope.db)" nobody
    [[ ! -e endoscope.db.queue && ! -e endoscope.db.night ]] || fail 'something is left to do'
    expect_status 0 "$WORK/usr/bin/endoscope" db check --store endoscope.db
    cd ..
    # One comment that has every night, and one for each thing that happened.
    /usr/bin/python3 -ESB "$ROOT/tests/servers/tracker/control.py" "$TRACKER_PORT" state >said
    mine="[c['body'] for c in it['trackers']['gitea']['tickets']['488']['comments'] if 'endoscope:v1 key=' in c['body']]"
    expect_json said 'it["violations"] == []' "len($mine) == 4" "sum('nightly.' in b for b in $mine) == 1" \
        "sum('Regressed: ' in b for b in $mine) == 1" "sum('Fixed: ' in b for b in $mine) == 1" \
        "sum('Verified: it worked 3 nights' in b for b in $mine) == 1" "${mine}[0].count(' UTC, run ') == $nights" \
        "it['trackers']['gitea']['tickets']['488']['labels'] == ['verified']"
}

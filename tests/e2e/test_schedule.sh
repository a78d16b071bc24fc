#!/usr/bin/env bash
# What makes it run each night: the crontab line works as cron would run it, the units are what systemd takes, and the
# examples that are installed are the same.
. "$(dirname "$0")/lib.sh"
start_server raw

# A folder whose name means something to the shell, to cron and to systemd.
# shellcheck disable=SC2016 # the name is meant as it stands
folder='a night'"'"'s $HOME 100%/"x"'
mkdir -p "$folder"
cat >"$folder/endoscope.yaml" <<YAML
suite: nights
endpoints:
  - { name: one, url: "http://127.0.0.1:$RAW_PORT/status/503" }
YAML
(cd "$folder" && "$ENDOSCOPE" init --cron >../../crontab)
[[ ! -e endoscope.yaml ]] || fail 'it was to write nothing'
grep -v '^#' crontab >line
expect_equal "$(wc -l <line)" 1
expect_matches line '^10 4 \* \* \*  '

# crontab(5): "%" ends the command unless it is escaped; the backslash goes, and /bin/sh has the rest, in a bare environment.
command=$(sed -E 's/^([^ ]+ ){5} *//; s/\\%/%/g' line)
! sed -E 's/\\%//g' line | grep -q % || fail 'a percent sign would end the command'
status=0
(cd / && env -i HOME="$WORK" LOGNAME=nobody PATH=/usr/bin:/bin SHELL=/bin/sh /bin/sh -c "$command") >stdout 2>stderr || status=$?
expect_equal "$status" 1
expect_contains stdout 'new finding: ' 'The report: '
[[ -s $folder/endoscope.db && -s $folder/reports/latest/report.html ]] || fail 'the store and the reports are not beside the config'

# The units, as files: split where their names stand.
split() {
    awk -v folder="$2" '/^# \/etc\/systemd\/system\// { file = $2; sub(".*/", folder "/", file) } { print > file }' "$1"
}
mkdir units mine
expect_status 0 "$ENDOSCOPE" init --systemd --config "$folder/endoscope.yaml"
split stdout mine
expect_contains mine/endoscope.service NoNewPrivileges=yes ProtectSystem=strict PrivateTmp=yes StateDirectory=endoscope \
    SuccessExitStatus=1 'OnFailure='
expect_contains mine/endoscope.timer Persistent=true

# Installed, for the usual places.
cmake --install "$BUILD_DIR" --prefix "$WORK/usr" >/dev/null
expect_status 0 "$ENDOSCOPE" init --systemd --config /etc/endoscope/endoscope.yaml
sed "s,$ENDOSCOPE,/usr/bin/endoscope," stdout >usual
split usual units
expect_status 0 "$ENDOSCOPE" init --cron --config /etc/endoscope/endoscope.yaml
sed "s,$ENDOSCOPE,/usr/bin/endoscope," stdout >units/endoscope.crontab
if [[ -n ${REGENERATE-} ]]; then
    cp units/* "$ROOT/docs/examples/"
fi
diff -r units usr/share/doc/endoscope/examples || fail "the installed examples are not what init prints: REGENERATE=1 writes them"

if command -v systemd-analyze >/dev/null; then
    expect_status 0 systemd-analyze verify --man=no "$WORK/mine/endoscope.service" "$WORK/mine/endoscope.timer"
    expect_not_contains stderr endoscope.service: endoscope.timer:
    # 0 is locked up, 10 is open.
    expect_status 0 systemd-analyze security --offline=true "$WORK/mine/endoscope.service"
    exposure=$(sed -nE 's/.*exposure level for endoscope.service: ([0-9]+).*/\1/p' stdout)
    ((exposure <= 2)) || { show stdout; fail "exposure $exposure"; }
fi
expect_status 2 "$ENDOSCOPE" init --systemd --config $'two\nlines.yaml'

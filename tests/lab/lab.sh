# shellcheck shell=bash
# The frame of the lab: real servers that are misconfigured in known ways, and what is to be found of each.
# Source it behind tests/e2e/lib.sh:
#
#     . "$(dirname "$0")/lib.sh"
#     . "$ROOT/tests/lab/lab.sh"
#     start_server raw
#     lab_case empty "url: http://127.0.0.1:$RAW_PORT/empty"
#     lab_run http
#
# tests/lab/truth/http.tsv then holds a line for `empty`, as judge.py describes it. The suite is run three times: whole,
# without experiments, and interrupted halfway; what was found each time is held against the truth.
. "$ROOT/tests/servers/common.sh"

LAB_CASES=()
LAB_DEFAULTS='timeout: 5s, interval: 20ms, attempts: 3'
LAB_TOP=
LAB_ARGUMENTS=()

# lab_case NAME SETTINGS: an endpoint called NAME; SETTINGS are those of a YAML mapping in braces, without the braces.
lab_case() {
    LAB_CASES+=("  - { name: $1, $2 }")
}

# lab_nginx NAME COUNT FUNCTION: an nginx of its own in $WORK/NAME, as nginx_start() makes it; its ports are in `ports`.
lab_nginx() {
    mkdir -p "$1"
    SERVERS+=("$WORK/$1")
    cd "$1" || return
    nginx_start "$2" "$3"
    cd "$WORK" || return
}

# lab_background NAME COMMAND...: a server of one's own, that finish() stops.
lab_background() {
    mkdir -p "$WORK/$1"
    SERVERS+=("$WORK/$1")
    cd "$WORK/$1" || return
    background "$@"
    cd "$WORK" || return
}

# lab_suite NAME: writes endoscope.yaml from the cases. $LAB_DEFAULTS goes into `defaults`, $LAB_TOP stands above;
# LAB_ARGUMENTS are given to every run.
lab_suite() {
    {
        printf 'suite: lab-%s\n' "$1"
        [[ -z $LAB_TOP ]] || printf '%s\n' "$LAB_TOP"
        printf 'defaults: { %s }\nendpoints:\n' "$LAB_DEFAULTS"
        printf '%s\n' "${LAB_CASES[@]}"
    } >endoscope.yaml
}

# lab_endoscope STORE STATUSES ARGUMENTS...: one run into a store of its own; its findings are then in STORE.json.
lab_endoscope() {
    local store=$1 statuses=$2 status=0 id
    shift 2
    "$ENDOSCOPE" run --store "$store.db" "${LAB_ARGUMENTS[@]}" "$@" >"$store.out" 2>"$store.err" || status=$?
    lab_ended "$store" "$status" "$statuses"
    id=$(sqlite3 "$store.db" 'select lower(hex(uuid)) from run')
    expect_status 0 "$ENDOSCOPE" report "$id" --store "$store.db" --format json
    mv stdout "$store.json"
}

# lab_ended STORE STATUS STATUSES
lab_ended() {
    if [[ " $3 " != *" $2 "* ]] || grep -qE 'AddressSanitizer|LeakSanitizer|runtime error:' "$1.err"; then
        show "$1.out" "$1.err"
        fail "the run $1 ended with status $2, not one of: $3"
    fi
}

# lab_interrupted SECONDS: a run that is asked to stop after that time; it may be over before.
lab_interrupted() {
    local status=0 id
    # A leak check that a signal meets may wait for ever.
    ASAN_OPTIONS=detect_leaks=0 timeout --preserve-status --signal=INT "$1" "$ENDOSCOPE" run --store interrupted.db "${LAB_ARGUMENTS[@]}" \
        >interrupted.out 2>interrupted.err || status=$?
    lab_ended interrupted "$status" '0 1 3 130'
    id=$(sqlite3 interrupted.db 'select lower(hex(uuid)) from run')
    expect_status 0 "$ENDOSCOPE" report "$id" --store interrupted.db --format json
    mv stdout interrupted.json
}

# lab_judge MODE GROUP: holds MODE.json against the truth.
lab_judge() {
    "$PYTHON" -ES "$ROOT/tests/lab/judge.py" "$1" "$1.json" "$ROOT/tests/lab/truth/$2.tsv" ||
        fail "$2, $1: what was found is not the truth"
}

# lab_run NAME: runs the suite of all cases in the three ways, and judges each by tests/lab/truth/NAME.tsv. The run that
# is interrupted gets half the time that the whole one took.
lab_run() {
    local began took
    lab_suite "$1"
    rm -f whole.db without.db interrupted.db
    began=${EPOCHREALTIME/./}
    lab_endoscope whole '0 1'
    took=$((${EPOCHREALTIME/./} - began))
    lab_endoscope without '0 1' --no-experiments
    lab_interrupted "$(printf '%d.%06d' $((took / 2000000)) $((took / 2 % 1000000)))"
    lab_judge whole "$1"
    lab_judge without "$1"
    lab_judge interrupted "$1"
    LAB_CASES=()
}

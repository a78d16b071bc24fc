# shellcheck shell=bash
# What every scenario starts from: source it first.
#
#     #!/usr/bin/env bash
#     . "$(dirname "$0")/lib.sh"
#     start_server raw
#     expect_status 1 "$ENDOSCOPE" run "http://127.0.0.1:$RAW_PORT/empty"
#     expect_contains stdout 'http-empty'
#
# A scenario runs in an empty directory of its own, $WORK, with a bare environment; ports are the servers' choice, so
# that scenarios can run side by side. At the end servers and directory go; after a failure, or with KEEP=1, the
# directory stays.
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
SCENARIO=$(basename "$0" .sh)
: "${ENDOSCOPE:?the binary to test}"
[[ -x $ENDOSCOPE ]] || { echo "$ENDOSCOPE does not exist" >&2; exit 1; }
ENDOSCOPE=$(readlink -f "$ENDOSCOPE")
WORK=$(mktemp -d "${TMPDIR:-/tmp}/$SCENARIO.XXXXXX")
cd "$WORK"

export ENDOSCOPE ROOT WORK
export HOME=$WORK XDG_STATE_HOME=$WORK/state LC_ALL=C.UTF-8 TZ=UTC
unset http_proxy https_proxy all_proxy no_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY NO_PROXY XDG_CONFIG_HOME NO_COLOR

SERVERS=()
finish() {
    local status=$? server
    trap - EXIT
    for server in "${SERVERS[@]}"; do
        "$ROOT/tests/servers/stop" "$server" || true
    done
    if ((status != 0)) || [[ -n ${KEEP-} ]]; then
        echo "$SCENARIO: status $status; everything is in $WORK" >&2
    else
        rm -rf "$WORK"
    fi
    exit "$status"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# start_server NAME [ARGUMENTS...]: starts tests/servers/NAME in $WORK/NAME; what its `env` says is then exported.
start_server() {
    local name=$1
    shift
    SERVERS+=("$WORK/$name")
    "$ROOT/tests/servers/$name/start" "$WORK/$name" "$@"
    set -a
    # shellcheck source=/dev/null
    . "$WORK/$name/env"
    set +a
}

stop_server() {
    "$ROOT/tests/servers/stop" "$WORK/$1"
}

# fail WORDS...: ends the scenario, with the line that noticed.
fail() {
    local depth=1
    while [[ ${FUNCNAME[depth]-} == expect_* ]]; do ((depth++)); done
    echo "$SCENARIO:${BASH_LINENO[depth - 1]}: $*" >&2
    exit 1
}

show() {
    local file
    for file; do
        echo "--- $file"
        head -c 8000 "$file"
    done >&2
}

# expect_status STATUS COMMAND...: runs it; its output is then in the files `stdout` and `stderr`.
expect_status() {
    local wanted=$1 status=0
    shift
    "$@" >stdout 2>stderr || status=$?
    if ((status != wanted)); then
        show stdout stderr
        fail "status $status, not $wanted, from: $*"
    fi
    if grep -qE 'AddressSanitizer|LeakSanitizer|runtime error:' stderr; then
        show stderr
        fail "a sanitizer complains, from: $*"
    fi
}

# expect_contains FILE TEXT...: each as it stands, no pattern.
expect_contains() {
    local file=$1 text
    shift
    for text; do
        grep -qaF -- "$text" "$file" || { show "$file"; fail "$file does not contain: $text"; }
    done
}

expect_not_contains() {
    local file=$1 text
    shift
    for text; do
        ! grep -qaF -- "$text" "$file" || { show "$file"; fail "$file contains: $text"; }
    done
}

# expect_matches FILE PATTERN...: some line matches the extended regular expression.
expect_matches() {
    local file=$1 pattern
    shift
    for pattern; do
        grep -qaE -- "$pattern" "$file" || { show "$file"; fail "$file has no line like: $pattern"; }
    done
}

expect_equal() {
    [[ $1 == "$2" ]] || fail "'$1' is not '$2'"
}

# expect_json FILE EXPRESSION...: a Python expression over the document `it`, that must be true.
expect_json() {
    local file=$1 expression
    shift
    for expression; do
        /usr/bin/python3 -ES - "$file" "$expression" <<'PY' || { show "$file"; fail "$file: not so: $expression"; }
import json, sys
it = json.load(open(sys.argv[1], encoding="utf-8"))
sys.exit(0 if eval("(" + sys.argv[2] + ")") else 1)
PY
    done
}

# json FILE EXPRESSION: prints what the expression makes of the document `it`.
json() {
    /usr/bin/python3 -ES -c 'import json, sys
it = json.load(open(sys.argv[1], encoding="utf-8"))
print(eval("(" + sys.argv[2] + ")"))' "$1" "$2"
}

# wait_for SECONDS COMMAND...: until the command is true.
wait_for() {
    local end=$((SECONDS + $1))
    shift
    until "$@"; do
        ((SECONDS < end)) || fail "never came true: $*"
        sleep 0.1
    done
}

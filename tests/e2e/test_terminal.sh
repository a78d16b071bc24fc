#!/usr/bin/env bash
# On a terminal there is colour, a progress line and no line too wide; elsewhere there is none of it.
. "$(dirname "$0")/lib.sh"
start_server raw
escape=$'\x1b'
urls=("http://127.0.0.1:$RAW_PORT/ok" "http://127.0.0.1:$RAW_PORT/status/503")

# on_terminal COLUMNS COMMAND...: its output, as the terminal gets it, is then in `screen`; carriage returns are gone.
on_terminal() {
    local columns=$1 status=0
    shift
    script -qec "stty cols $columns; $(printf '%q ' "$@")" typescript </dev/null >/dev/null || status=$?
    sed '1d;$d' typescript | tr -d '\r' >screen
    return "$status"
}

export TERM=xterm
status=0
on_terminal 70 "$ENDOSCOPE" run "${urls[@]}" || status=$?
expect_equal "$status" 1
expect_contains screen "${escape}[32m" "${escape}[31m" 'probing [' "${escape}[K"
# What is left standing, escapes taken away: no line is wider than the terminal, but the command to copy.
sed -E "s/.*${escape}\[K//; s/${escape}\[[0-9;]*m//g" screen >left
expect_not_contains left 'probing [' "$escape"
wide=$(grep -v 'endoscope report' left | awk '{ if (length($0) > 70) print }' || true)
expect_equal "$wide" ''

# NO_COLOR takes the colour, and a terminal that moves no cursor gets no progress line.
NO_COLOR=1 on_terminal 100 "$ENDOSCOPE" run "${urls[@]}" || true
expect_not_contains screen "${escape}[3"
TERM=dumb on_terminal 100 "$ENDOSCOPE" run "${urls[@]}" || true
expect_not_contains screen "$escape"
on_terminal 100 "$ENDOSCOPE" run --quiet "${urls[@]}" || true
expect_equal "$(grep -c . screen || true)" 0

# In a pipe or a file.
expect_status 1 "$ENDOSCOPE" run "${urls[@]}"
expect_not_contains stdout "$escape"
expect_not_contains stderr "$escape" 'probing ['
expect_matches stderr 'attempt 1 failed: http-[a-z-]+ \(503\)'

# A server's words reach the terminal as words.
expect_status 1 "$ENDOSCOPE" run --json "http://127.0.0.1:$RAW_PORT/hostile" "http://127.0.0.1:$RAW_PORT/garbage" \
    "ws://127.0.0.1:$RAW_PORT/ws/hostile"
expect_not_contains stdout "$escape"
id=$(json stdout 'it["run"]["id"]')
probes=$(json stdout 'it["run"]["probes"]')
expect_status 0 "$ENDOSCOPE" report "$id" --format text
expect_not_contains stdout "$escape" $'\u202e'
for ((probe = 1; probe <= probes; probe++)); do
    expect_status 0 "$ENDOSCOPE" show "$id.$probe"
    expect_not_contains stdout "$escape" $'\u202e'
done
expect_status 1 "$ENDOSCOPE" run --no-experiments "http://127.0.0.1:$RAW_PORT/hostile" "http://127.0.0.1:$RAW_PORT/garbage"
expect_not_contains stdout "$escape"
expect_not_contains stderr "$escape"

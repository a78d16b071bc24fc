#!/usr/bin/env bash
# `explain` has a layer, a meaning, how it is told apart and what to do next for every error code and every cause.
. "$(dirname "$0")/lib.sh"

expect_status 0 "$ENDOSCOPE" explain --json
cp stdout all.json
grep -o '^    {"[a-z0-9-]*", LAYER_' "$ROOT/collector/failure.c" | cut -d'"' -f2 | sort >codes
[[ $(wc -l <codes) -gt 80 ]]
expect_json all.json \
    '[e["code"] for e in it if not (e["layer"] and e["title"] and e["told_apart"] and e["remedy"])] == []' \
    'set(open("codes").read().split()) == {e["code"] for e in it if e["error"]}' \
    'len(it) == len({e["code"] for e in it})'
expect_status 0 "$ENDOSCOPE" explain
[[ $(wc -l <stdout) -eq $(json all.json 'len(it)') ]]
for code in http-status websocket-refused websocket-message-not-expected tls-expired; do
    expect_status 0 "$ENDOSCOPE" explain "$code"
    expect_contains stdout "$code" 'Told apart'
    expect_matches stdout '^(What to do next|To mend it)$'
done
expect_status 2 "$ENDOSCOPE" explain tls-expird
expect_contains stderr 'did you mean' tls-expired

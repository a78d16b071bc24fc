#!/usr/bin/env bash
# What became of each endpoint between two runs: each transition by name, in every format, with the status that goes with it.
. "$(dirname "$0")/lib.sh"
start_server changing
url=http://127.0.0.1:$CHANGING_PORT

# config NAME:PATH...
config() {
    local endpoint
    printf 'suite: transitions\ndefaults: { attempts: 2, interval: 0s }\nendpoints:\n' >endoscope.yaml
    for endpoint; do
        printf '  - { name: %s, url: "%s/%s" }\n' "${endpoint%%:*}" "$url" "${endpoint#*:}"
    done >>endoscope.yaml
}
status() { echo "$2" >"$CHANGING/$1.status"; }
transitions() { json stdout '" ".join(sorted(t["endpoint"] + "=" + t["transition"] for t in it["comparison"]["transitions"]))'; }

config same:same moved:old was:kept leaves:leaves breaks:breaks mends:mends fails:fails otherwise:otherwise speaks:speaks half:half
for name in mends fails otherwise; do status $name 500; done
echo 'X-Release: 1' >"$CHANGING/speaks.headers"
expect_status 1 "$ENDOSCOPE" run
config same:same moved:new is:kept comes:comes breaks:breaks mends:mends fails:fails otherwise:otherwise speaks:speaks half:half
status mends 200
status breaks 502
status otherwise 404
echo 'X-Release: 2' >"$CHANGING/speaks.headers"
expect_status 1 "$ENDOSCOPE" run

expect_status 1 "$ENDOSCOPE" compare previous --json
expect_equal "$(transitions)" "breaks=regressed comes=new fails=still-failing half=still-passing is=renamed leaves=gone \
mends=fixed moved=changed otherwise=other-cause same=still-passing speaks=changed"
expect_json stdout '[(t["formerly"], t["from"]) for t in it["comparison"]["transitions"] if t["renamed"]] == [("was", None)]' \
    '[(t["endpoint"], t["from"], t["to"]) for t in it["comparison"]["transitions"] if t["address_changed"]] == [("moved", "/old", "/new")]' \
    'it["comparison"]["verdict"] == "mixed" and it["comparison"]["changed"] == 2 and it["comparison"]["renamed"] == 1'
for format in md html text; do
    expect_status 1 "$ENDOSCOPE" compare previous --format $format
    expect_contains stdout 'formerly' '/old' '/new' 'X-Release' '1 failing for another cause'
done
expect_status 1 "$ENDOSCOPE" compare previous
# shellcheck disable=SC2016
expect_contains stdout '| **! changed**, `/old` → `/new` |' '**✓ renamed**, formerly was'

# Three changes of verdict: it flaps, also where it passes now; and where it fails now, it has regressed all the same.
config flaps:flaps
for code in 200 500 200; do
    status flaps $code
    "$ENDOSCOPE" run >stdout 2>stderr || true
done
expect_status 0 "$ENDOSCOPE" compare previous --json
expect_equal "$(transitions)" flaps=fixed
status flaps 500
expect_status 1 "$ENDOSCOPE" run
expect_status 1 "$ENDOSCOPE" compare previous --json
expect_equal "$(transitions)" flaps=flapping
status flaps 200
expect_status 0 "$ENDOSCOPE" run
expect_status 0 "$ENDOSCOPE" compare previous
expect_contains stdout '**~ flapping**, 4 changes of verdict in the last ten runs'

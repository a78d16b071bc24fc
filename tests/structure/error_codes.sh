#!/usr/bin/env bash
# Every error code is wanted by a test that lets a server cause it, or stands here with why none can.
set -euo pipefail
cd "$(dirname "$0")/../.."

# What probes real servers: the scenarios, and the unit tests that start some.
mapfile -t tests < <(ls tests/e2e/test_*.sh && grep -l 'cmocka_run_group_tests(tests, start_servers' tests/unit/*.c)

# CODE WHY: what cannot be made here.
exempt=$(
    cat <<'LIST'
tcp-reset Linux reports a connection that is reset while it is being made as refused
tls-revoked nothing that a config can say gives OpenSSL a list of revoked certificates
http-bad-url the config refuses such an address before it is asked for
http-failed what has no code of its own has no server of its own; test_failure.c classifies it
LIST
)
bad=0
while read -r code; do
    caused=no listed=no
    ! grep -qE -- "(^|[^a-z0-9-])$code([^a-z0-9-]|\$)" "${tests[@]}" || caused=yes
    ! grep -q "^$code " <<<"$exempt" || listed=yes
    case $caused,$listed in
        no,no) echo "$code: no test lets a server cause it" && bad=1 ;;
        yes,yes) echo "$code: a test causes it, and it is listed as one that none can" && bad=1 ;;
    esac
done < <(sed -n 's/^    {"\([a-z0-9-]*\)", LAYER_.*/\1/p' collector/failure.c)
while read -r code _; do
    grep -q "^    {\"$code\", LAYER_" collector/failure.c || { echo "$code: listed, and no error code" && bad=1; }
done <<<"$exempt"
exit $bad

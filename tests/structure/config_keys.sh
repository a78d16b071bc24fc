#!/usr/bin/env bash
# The manual of the config names every key that the loader reads: the keys are taken from the loader's own tables.
set -euo pipefail
cd "$(dirname "$0")/../.."

keys=$(grep -hoE '\{\.name = "[a-z_]+"' collector/config*.c | cut -d'"' -f2 | sort -u)
[[ $(wc -l <<<"$keys") -gt 30 ]] || { echo "config_keys.sh does not find the loader's tables" >&2; exit 1; }
status=0
for key in $keys; do
    grep -qE "^\.(It )?(Li|Pa) (.*[ ,])?$key( |,|$)" docs/endoscope.yaml.5 || {
        echo "docs/endoscope.yaml.5 does not name the key $key" >&2
        status=1
    }
done
exit "$status"

#!/usr/bin/env bash
# The lab: an nginx that is misconfigured in known ways, and tests/lab/truth.tsv, which says what is to be found.
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/servers/common.sh"
truth=$ROOT/tests/lab/truth.tsv

lab() {
    cat <<CONF
    access_log off;
    server {
        listen 127.0.0.1:$1;
        location = /right { return 200 'right'; }
        location = /limited { return 429; }
        location = /bad-gateway { proxy_pass http://127.0.0.1:$2; }
        location = /maintenance { add_header Retry-After 120 always; return 503; }
        location = /unavailable { return 503; }
        location = /method { add_header Allow POST always; return 405; }
        location = /slash { return 301 /slash/; }
        location = /login-wanted { return 302 /login; }
        location / { return 404; }
    }
CONF
}
mkdir lab
SERVERS+=("$WORK/lab")
cd lab
nginx_start 2 lab
cd ..
{
    printf 'suite: lab\ndefaults: { timeout: 2s, interval: 20ms, attempts: 3 }\nendpoints:\n'
    grep -v '^#' "$truth" | while IFS=$'\t' read -r name rest; do
        printf '  - { name: %s, url: "http://127.0.0.1:%s%s", expect: { status: 200 } }\n' \
            "$name" "${ports[0]}" "${rest##*$'\t'}"
    done
} >endoscope.yaml

# judge FILE: a line a case, and whether any is wrong.
judge() {
    /usr/bin/python3 -ES - "$1" "$truth" <<'PY' || fail "$1: the lab's truth was not found"
import json, sys
report, wrong = json.load(open(sys.argv[1], encoding="utf-8")), 0
for line in open(sys.argv[2], encoding="utf-8"):
    if line.startswith("#"):
        continue
    name, code, sure = line.rstrip("\n").split("\t")[:3]
    found = [(f["code"], f["certainty"]) for f in report["findings"] if {"name": name} in f["endpoints"]]
    right = not found if code == "-" else [c for c, _ in found] == [code] and found[0][1] in sure.split(",")
    wrong += not right
    print(f"{name:14} {code:26} {found} {'' if right else 'WRONG'}")
sys.exit(wrong > 0)
PY
}
expect_status 1 "$ENDOSCOPE" run
expect_status 0 "$ENDOSCOPE" report --output lab.json
judge lab.json

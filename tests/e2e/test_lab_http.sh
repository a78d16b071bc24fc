#!/usr/bin/env bash
# The lab's layer http: an nginx that is misconfigured in known ways, and answers that break the rules.
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/lab/lab.sh"

site() {
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
        location = /orders { return 302 /login; }
        location / { return 404; }
    }
CONF
}
lab_nginx site 2 site
site=http://127.0.0.1:${ports[0]}

for name in right missing limited bad-gateway maintenance unavailable method slash orders; do
    lab_case "$name" "url: '$site/$name'"
done
lab_run http

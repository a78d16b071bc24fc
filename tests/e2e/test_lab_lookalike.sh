#!/usr/bin/env bash
# The lab's pairs that look alike and differ in cause, and servers that try to mislead.
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/lab/lab.sh"

start_server raw
start_server tls
start_server dns
LAB_ARGUMENTS=(--nameserver "127.0.0.1:$DNS_PORT")
lab_background changeable "$PYTHON" -EsB "$ROOT/tests/lab/changeable.py"
wait_for 15 grep -q '^READY=1$' changeable/changeable.log
# shellcheck source=/dev/null
. changeable/changeable.log

# One nginx, whose virtual host is known by its name; any other name gets the default one, which has nothing. Behind its
# second port stands a TLS port that is asked in the clear.
site() {
    cat <<CONF
    access_log off;
    default_type text/plain;
    server_names_hash_bucket_size 128;
    server { listen 127.0.0.1:$1 default_server; location / { return 404 'nothing here'; } }
    server {
        listen 127.0.0.1:$1;
        server_name good.known.example.com;
        location = / { return 200 'home'; }
        location = /api { return 200 'api'; }
        location = /health { return 200 'well'; }
        location / { return 404 'nothing here'; }
    }
    server { listen 127.0.0.1:$2; location / { proxy_pass http://127.0.0.1:$TLS_PORT_GOOD; } }
    server {
        listen 127.0.0.1:$3;
        location = /wrong { return 301 /wrong/; }
        location = /wrong/ { return 301 /wrong; }
        location = /words { return 400 'The plain HTTP request was sent to HTTPS port'; }
        location = /wants { if (\$arg_probe = '') { return 400 '{"detail":[{"loc":["query","probe"],"msg":"field required"}]}'; } return 200; }
        location = /bad { return 400; }
        location / { return 404; }
    }
CONF
}
lab_nginx site 3 site
known=http://good.known.example.com:${ports[0]}
unknown=http://good.unknown.example.com:${ports[0]}

# 404 by path or by virtual host.
lab_case host-health "url: '$known/health', role: control"
lab_case path-missing "url: '$known/api/rooms'"
lab_case unknown-health "url: '$unknown/health', role: control"
lab_case unknown-rooms "url: '$unknown/api'"
# A timeout by a filter or by a slow server.
lab_case filter "url: 'http://127.0.0.1:$RAW_PORT_BLACKHOLE/', timeout: 2s"
lab_case mute "url: 'http://127.0.0.1:$RAW_PORT_SILENT/', timeout: 2s"
# 400 by what was asked, by what it lacks, by a TLS port, by one behind a proxy, and by words alone.
lab_case bad-request "url: 'http://127.0.0.1:${ports[2]}/bad'"
lab_case lacking "url: 'http://127.0.0.1:${ports[2]}/wants'"
lab_case tls-port "url: 'http://127.0.0.1:$TLS_PORT_GOOD/', tls: { ca: '$TLS_CA' }"
lab_case tls-behind "url: 'http://127.0.0.1:${ports[1]}/'"
lab_case tls-words "url: 'http://127.0.0.1:${ports[2]}/words'"
# Slashes that lead to and fro.
lab_case slashes "url: 'http://127.0.0.1:${ports[2]}/wrong'"
# Servers that change while they are asked.
at=http://127.0.0.1:$CHANGEABLE_PORT
lab_case fair "url: '$at/fair'"
lab_case first-only "url: '$at/first/1'"
lab_case mended-at-once "url: '$at/after/3?mended', candidates: [/fair]"
lab_case mended-later "url: '$at/after/5?mended', candidates: [/fair]"
lab_case turns "url: '$at/turns?x', candidates: [/fair]"
lab_case candidate-once "url: '$at/missing', candidates: [/first/1?once]"
lab_case candidate-twice "url: '$at/missing', candidates: [/first/2?twice, /turns?candidate]"
# Right while nobody else asks: the experiments may find it so, and the attempts not.
lab_case busy-one "url: '$at/busy?one', candidates: [/fair]"
lab_case busy-two "url: '$at/busy?two', candidates: [/busy]"
lab_run lookalike

#!/usr/bin/env bash
# The lab's layer dns: a name server that knows some names, and lies, refuses or keeps silent about others.
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/lab/lab.sh"

site() {
    printf 'server { listen 127.0.0.1:%s; access_log off; location / { return 200 right; } }\n' "$1"
}
pool() {
    printf 'server { listen %s:%s; access_log off; location / { return %s; } }\n' \
        127.0.0.1 "$1" 500 127.0.0.2 "$1" 200 127.0.0.3 "$1" 200
}
lab_nginx pool 1 pool
pool=${ports[0]}
lab_nginx site 1 site
port=${ports[0]}
start_server dns
LAB_ARGUMENTS=(--nameserver "127.0.0.1:$DNS_PORT")

# The first label picks the answer; the rest keeps the cases' names apart.
for name in good nxdomain nodata servfail refused formerr alias big; do
    lab_case "$name" "url: 'http://$name.lab.example.com:$port/'"
done
lab_case both-by-4 "url: 'http://both.lab.example.com:$port/', ip: 4"
lab_case timeout "url: 'http://timeout.lab.example.com:$port/', timeout: 2s"
lab_case loop "url: 'http://loop.lab.example.com:$port/'"
lab_case no-ipv4 "url: 'http://v6.lab.example.com:$port/', ip: 4"
lab_case no-ipv6 "url: 'http://good.ipv4.example.com:$port/', ip: 6"
lab_case one-of-three-faulty "url: 'http://many.lab.example.com:$pool/'"
lab_case one-of-three-dead "url: 'http://many.lab.example.com:$port/'"
lab_run dns

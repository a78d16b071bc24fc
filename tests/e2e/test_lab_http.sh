#!/usr/bin/env bash
# The lab's layer http: an nginx and a haproxy that are misconfigured in known ways, and answers that break the rules.
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/lab/lab.sh"

start_server raw

# Statuses: one virtual host for what fails by itself, and one each for what a whole service fails with.
site() {
    cat <<CONF
    access_log off;
    default_type text/plain;
    client_max_body_size 1k;
    proxy_read_timeout 1s;
    server {
        listen 127.0.0.1:$1;
        location = /right { return 200 'right'; }
        location = /api/v1/items { return 200 'items'; }
        location = /posts-only { limit_except POST { deny all; } error_page 403 =405 /refused; return 200; }
        location = /refused { internal; add_header Allow POST always; return 405; }
        location = /upload { proxy_pass http://127.0.0.1:$RAW_PORT/ok; }
        location = /validates { default_type application/json; return 422 '{"detail":[{"loc":["query","probe"],"msg":"field required","type":"missing"}]}'; }
        location = /bad-request { return 400 'what is this?'; }
        location = /crashes { return 500 'Traceback (most recent call last):\n  File "app.py", line 3\nKeyError: "user"\n'; }
        location = /page { default_type text/html; return 200 '{"status":"ok"}'; }
        location = /no-json { default_type application/json; return 200 '<html>It works!</html>'; }
        location = /gone { return 410; }
        location / { return 404 'no such path'; }
    }
    server {
        listen 127.0.0.1:$2;
        location = /alive { return 200 'alive'; }
        location = /limited { add_header Retry-After 30 always; return 429; }
        location / { return 404; }
    }
    server { listen 127.0.0.1:$3; location / { proxy_pass http://127.0.0.1:$RAW_PORT_REFUSES; } }
    server { listen 127.0.0.1:$4; location / { proxy_pass http://127.0.0.1:$RAW_PORT/never/; } }
    server { listen 127.0.0.1:$5; location / { add_header Retry-After 120 always; return 503 'Down for maintenance'; } }
    server { listen 127.0.0.1:$6; location / { return 500 'java.lang.NullPointerException at Main.java:7'; } }
    server {
        listen 127.0.0.1:$7;
        location = /index.html { default_type text/html; return 200 '<html><div id="root"></div></html>'; }
        location / { rewrite ^ /index.html last; }
    }
CONF
}
lab_nginx site 7 site
url=("${ports[@]/#/http://127.0.0.1:}")

# A load balancer whose back end is down by its own checks.
balancer=$(free_ports 1)
mkdir balancer
cat >balancer/haproxy.cfg <<CONF
defaults
    mode http
    timeout connect 2s
    timeout client 5s
    timeout server 5s
frontend in
    bind 127.0.0.1:$balancer
    default_backend out
backend out
    option httpchk GET /
    server one 127.0.0.1:$RAW_PORT_REFUSES check inter 100ms fall 1
CONF
lab_background balancer haproxy -db -f haproxy.cfg
wait_for 15 grep -q 'has no server available' balancer/balancer.log

lab_case right "url: '${url[0]}/right'"
lab_case posted "url: '${url[0]}/upload', method: POST, body: small, repeatable: true"
lab_case missing "url: '${url[0]}/missing'"
lab_case gone "url: '${url[0]}/gone'"
lab_case prefix "url: '${url[0]}/v1/items', candidates: [/api/v1/items, /items]"
lab_case prefix-found "url: '${url[0]}/v1/items?found', discover: true"
lab_case method "url: '${url[0]}/posts-only'"
lab_case too-large "url: '${url[0]}/upload', method: POST, repeatable: true, body: '$(printf '%2000s' | tr ' ' x)'"
lab_case validation "url: '${url[0]}/validates'"
lab_case bad-request "url: '${url[0]}/bad-request'"
lab_case crash "url: '${url[0]}/crashes'"
lab_case lying-html "url: '${url[0]}/page', expect: { type: application/json }"
lab_case lying-json "url: '${url[0]}/no-json', expect: { json: { /status: ok } }"
lab_case alive "url: '${url[1]}/alive', role: control"
lab_case limited "url: '${url[1]}/limited'"
lab_case bad-gateway "url: '${url[2]}/items'"
lab_case gateway-timeout "url: '${url[3]}/items'"
lab_case maintenance "url: '${url[4]}/items'"
lab_case service-down "url: '${url[5]}/items'"
lab_case fallback "url: '${url[6]}/api/items', expect: { json: { /status: ok } }"
lab_case no-back-end "url: 'http://127.0.0.1:$balancer/items'"
lab_run http

# Answers that break the rules.
lab_case ok "url: 'http://127.0.0.1:$RAW_PORT/ok'"
lab_case empty "url: 'http://127.0.0.1:$RAW_PORT/empty'"
lab_case reset "url: 'http://127.0.0.1:$RAW_PORT/reset'"
lab_case reset-in-body "url: 'http://127.0.0.1:$RAW_PORT/reset-in-body'"
lab_case truncated "url: 'http://127.0.0.1:$RAW_PORT/truncated'"
lab_case truncated-chunk "url: 'http://127.0.0.1:$RAW_PORT/truncated-chunk'"
lab_case bad-chunk "url: 'http://127.0.0.1:$RAW_PORT/bad-chunk'"
lab_case bad-status "url: 'http://127.0.0.1:$RAW_PORT/bad-status'"
lab_case two-lengths "url: 'http://127.0.0.1:$RAW_PORT/two-lengths'"
lab_case garbage "url: 'http://127.0.0.1:$RAW_PORT/garbage'"
lab_case bad-gzip "url: 'http://127.0.0.1:$RAW_PORT/bad-gzip'"
lab_case big-head "url: 'http://127.0.0.1:$RAW_PORT/big-header'"
lab_case only-http1 "url: 'http://127.0.0.1:$RAW_PORT/ok', http: 2"
lab_case stream-broken "url: 'http://127.0.0.1:$RAW_PORT_BREAKS_STREAM/', http: 2"
lab_run http-broken

# Redirects, and what a browser asks before.
leads() {
    cat <<CONF
    access_log off;
    absolute_redirect off;
    default_type application/json;
    server {
        listen 127.0.0.1:$1;
        location = /right { return 200 '{}'; }
        location = /slash { return 301 /slash/; }
        location = /slash/ { return 200 '{}'; }
        location = /slash-to-nothing { return 301 /slash-to-nothing/; }
        location = /orders { return 302 /login?next=/orders; }
        location = /invoices { return 302 /account?returnUrl=%2Finvoices; }
        location = /books { return 302 /author/books; }
        location = /moved { return 302 /elsewhere; }
        location = /ring { return 302 /gnir; }
        location = /gnir { return 302 /ring; }
        location = /itself { return 302 /itself; }
        location = /create { if (\$request_method = POST) { return 302 /created; } return 404; }
        location = /created { if (\$request_method != POST) { return 405; } return 200 '{}'; }
        location = /closed-to-pages {
            if (\$request_method = OPTIONS) { return 403; }
            return 200 '{}';
        }
        location = /wrong-page {
            add_header Access-Control-Allow-Origin https://other.example.com always;
            if (\$request_method = OPTIONS) { return 204; }
            return 200 '{}';
        }
        location = /open-to-pages {
            add_header Access-Control-Allow-Origin https://app.example.com always;
            add_header Access-Control-Allow-Methods 'GET, PUT' always;
            if (\$request_method = OPTIONS) { return 204; }
            return 200 '{}';
        }
        location / { return 404; }
    }
    server { listen 127.0.0.1:$2; location / { return 301 https://\$host:$3\$request_uri; } }
    server {
        listen 127.0.0.1:$3 ssl;
        ssl_certificate $RAW_CERTS/server.pem;
        ssl_certificate_key $RAW_CERTS/server.key;
        location / { return 200 '{}'; }
    }
CONF
}
RAW_CERTS=$(dirname "$RAW_CA")
lab_nginx leads 3 leads
at=http://localhost:${ports[0]}
page="origin: 'https://app.example.com'"
ask="method: OPTIONS, headers: { Origin: 'https://app.example.com', Access-Control-Request-Method: PUT }"
allowed="expect: { header: { Access-Control-Allow-Origin: 'https://app.example.com' } }"
lab_case right "url: '$at/right'"
lab_case open-to-pages "url: '$at/open-to-pages', $page, $allowed"
lab_case open-to-asking "url: '$at/open-to-pages', $ask"
lab_case followed "url: '$at/slash', follow: true"
lab_case slash "url: '$at/slash'"
lab_case slash-to-nothing "url: '$at/slash-to-nothing'"
lab_case login "url: '$at/orders'"
lab_case login-account "url: '$at/invoices'"
lab_case no-login "url: '$at/books'"
lab_case moved "url: '$at/moved'"
lab_case loop "url: '$at/ring', follow: true"
lab_case itself "url: '$at/itself'"
lab_case method-lost "url: '$at/create', method: POST, body: x, repeatable: true, follow: true"
lab_case to-https "url: 'http://localhost:${ports[1]}/right', tls: { ca: '$RAW_CA' }"
lab_case preflight "url: '$at/closed-to-pages', $ask"
lab_case preflight-header "url: '$at/wrong-page', $page, $allowed"
lab_run http-redirects

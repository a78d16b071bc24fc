#!/usr/bin/env bash
# Error codes, a row for each, caused by real servers. Names are looked up in test_collector.c and test_lookup.c, proxies
# asked in test_proxy.c, and broken frames sent in test_wire_breaches.sh; tests/structure/error_codes.sh adds them up.
. "$(dirname "$0")/lib.sh"
start_server raw
start_server tls

raw=http://127.0.0.1:$RAW_PORT
ws=ws://127.0.0.1:$RAW_PORT/ws

# at FAULT: how the TLS server's port of that fault is reached by its name.
at() {
    local port=TLS_PORT_$1
    echo "https://$TLS_HOST:${!port}/|resolve: ['$TLS_HOST:${!port}:127.0.0.1'], tls: { ca: $TLS_CA }"
}

# as NAME: how the server that wants a certificate is shown the one of that name, and a key.
as() {
    local cert=RAW_$1_CERT key=RAW_$2_KEY
    echo "https://localhost:$RAW_TLS_PORT_CLIENT/ok|tls: { ca: $RAW_CA, cert: ${!cert}, key: ${!key} }"
}

tls12=$(at TLS12_ONLY)
# name|url|what the endpoint has besides|code of its probes
cat >cases <<EOF
bad name|http://$(printf 'a%.0s' {1..64}).example/||dns-bad-name
refused socket|ws://127.0.0.1:$RAW_PORT_REFUSES/||tcp-failed
refuses|http://127.0.0.1:$RAW_PORT_REFUSES/||tcp-refused
black hole|http://127.0.0.1:$RAW_PORT_BLACKHOLE/||tcp-timeout
no way|http://224.0.0.1:81/||tcp-unreachable
expired|$(at EXPIRED)|tls-expired
too early|$(at NOT_YET_VALID)|tls-not-yet-valid
another host|$(at WRONG_HOST)|tls-wrong-host
self-signed|$(at SELF_SIGNED)|tls-self-signed
stranger|https://$TLS_HOST:$TLS_PORT_GOOD/|resolve: ['$TLS_HOST:$TLS_PORT_GOOD:127.0.0.1']|tls-unknown-authority
purpose|$(at WRONG_PURPOSE)|tls-untrusted
no cipher|$(at NO_CIPHER)|tls-handshake
old|$(at TLS11_ONLY)|tls-version
rejects name|$(at REJECTS_NAME)|tls-unrecognized-name
tls reset|https://127.0.0.1:$RAW_PORT_RESETS/||tls-reset
tls silent|https://127.0.0.1:$RAW_PORT_SILENT/||tls-timeout
who are you|https://localhost:$RAW_TLS_PORT_CLIENT/ok|tls: { ca: $RAW_CA }|tls-client-certificate
outsider|$(as OUTSIDER OUTSIDER)|tls-client-certificate-rejected
no such key|$(as CLIENT OUTSIDER)|tls-client-certificate-unreadable
lone certificate|https://$TLS_HOST:$TLS_PORT_UNKNOWN_CA/|resolve: ['$TLS_HOST:$TLS_PORT_UNKNOWN_CA:127.0.0.1'], tls: { ca: $TLS_CA }|tls-incomplete-chain
no authorities|https://$TLS_HOST:$TLS_PORT_GOOD/|resolve: ['$TLS_HOST:$TLS_PORT_GOOD:127.0.0.1'], tls: { ca: missing.pem }|tls-ca-unreadable
expires soon|https://$TLS_HOST:$TLS_PORT_EXPIRING_SOON/|resolve: ['$TLS_HOST:$TLS_PORT_EXPIRING_SOON:127.0.0.1'], tls: { ca: $TLS_CA }, expect: { certificate: 90d }|tls-expires-soon
no ssh|https://127.0.0.1:$RAW_PORT_SSH/||tls-plain-http
empty|$raw/empty||http-empty-reply
reset|$raw/reset||http-reset
never|$raw/never||http-timeout
truncated|$raw/truncated||http-truncated
malformed|$raw/bad-status||http-malformed
odd status|$raw/status/042||http-malformed
no http|$raw/garbage||http-not-http
big header|$raw/big-header||http-head-too-large
encoding|$raw/bad-gzip||http-bad-encoding
goes away|http://127.0.0.1:$RAW_PORT_GOES_AWAY/|http: 2|http-protocol-error
wants http1|http://127.0.0.1:$RAW_PORT_WANTS_HTTP1/|http: 2|http-no-http2
stream|http://127.0.0.1:$RAW_PORT_BREAKS_STREAM/|http: 2|http-protocol-error
no http2|https://$TLS_HOST:$TLS_PORT_TLS12_ONLY/|http: 2, ${tls12#*|}|http-no-http2
redirect loop|$raw/redirect|follow: 5|http-redirect-loop
many redirects|$raw/redirects/6|follow: 2|http-too-many-redirects
bad redirect|$raw/redirect/302?to=ftp://127.0.0.1/|follow: 2|http-bad-redirect
header|$raw/ok|expect: { header: { X-Missing: yes } }|http-header
version|$raw/ok|expect: { version: 2 }|http-version
url|$raw/ok|expect: { url: { contains: elsewhere } }|http-url
status|$raw/not-found||http-status
refused|$raw/status/403||auth-refused
content|$raw/ok|expect: { body: { contains: unlikely } }|content-not-expected
hash|$raw/ok|expect: { body: { sha256: $(printf '0%.0s' {1..64}) } }|content-not-expected
slow|$raw/slow/0.2|expect: { time: 1ms }|performance-too-slow
upgrade|$ws/refuse/426||websocket-refused
no answer|$ws/never||websocket-no-answer
hangup|$ws/hangup||websocket-closed-early
half frame|$ws/half-frame|expect: { message: { text: hello } }|websocket-hung-up
closed|$ws/close/1011|expect: { message: { text: hello } }|websocket-closed-by-server
own subprotocol|$ws/unasked-subprotocol||websocket-unoffered-subprotocol
not open|$ws/close/1000|expect: { open: 1s }|websocket-not-open
stays open|$ws/ok|expect: { open: 500ms }|None
wrong close|$ws/ok|expect: { close: 4000 }|websocket-close
subprotocol|$ws/ok|subprotocols: [chat], expect: { subprotocol: chat }|websocket-subprotocol
no message|$ws/silent|expect: { message: { text: hello } }|websocket-no-message
no pong|$ws/no-pong|expect: { ping: true }|websocket-no-pong
wrong message|$ws/ok|expect: { message: { text: unlikely } }|websocket-message-not-expected
second message|$ws/ok|expect: { messages: [{}, { text: unlikely }] }|websocket-no-message
EOF
{
    printf 'suite: codes\nexperiments: off\ndefaults: { attempts: 1, interval: 0s, timeout: 2s }\nendpoints:\n'
    while IFS='|' read -r name url more _; do
        printf '  - { name: "%s", url: "%s"%s }\n' "$name" "$url" "${more:+, $more}"
    done <cases
} >endoscope.yaml
expect_status 1 "$ENDOSCOPE" run --json
cp stdout run.json
python3 - <<'EOF'
import json

run = json.load(open("run.json", encoding="utf-8"))
found = {}
for probe in run["evidence"]:
    found.setdefault(probe["endpoint"], set()).add(str(probe["code"]))
wrong = []
for line in open("cases", encoding="utf-8"):
    name, _, _, code = line.rstrip("\n").split("|")
    if code not in found.get(name, set()):
        wrong.append(f"{name}: {code} wanted, {sorted(found.get(name, set()))} found")
assert not wrong, "\n".join(wrong)
EOF

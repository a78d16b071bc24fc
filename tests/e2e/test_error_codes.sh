#!/usr/bin/env bash
# Every error code that a server can be made to cause, and a list of those that none here can.
. "$(dirname "$0")/lib.sh"
start_server raw
start_server tls
start_server dns

# name|url|what the endpoint has besides|code of its probes
cat >cases <<EOF
bad name|http://$(printf 'a%.0s' {1..64}).example/||dns-bad-name
refused socket|ws://127.0.0.1:$RAW_PORT_REFUSES/||tcp-failed
lone certificate|https://$TLS_HOST:$TLS_PORT_UNKNOWN_CA/|resolve: ['$TLS_HOST:$TLS_PORT_UNKNOWN_CA:127.0.0.1'], tls: { ca: $TLS_CA }|tls-incomplete-chain
no authorities|https://$TLS_HOST:$TLS_PORT_GOOD/|resolve: ['$TLS_HOST:$TLS_PORT_GOOD:127.0.0.1'], tls: { ca: missing.pem }|tls-ca-unreadable
expires soon|https://$TLS_HOST:$TLS_PORT_EXPIRING_SOON/|resolve: ['$TLS_HOST:$TLS_PORT_EXPIRING_SOON:127.0.0.1'], tls: { ca: $TLS_CA }, expect: { certificate: 90d }|tls-expires-soon
no ssh|https://127.0.0.1:$RAW_PORT_SSH/||tls-plain-http
header|http://127.0.0.1:$RAW_PORT/ok|expect: { header: { X-Missing: yes } }|http-header
version|http://127.0.0.1:$RAW_PORT/ok|expect: { version: 2 }|http-version
url|http://127.0.0.1:$RAW_PORT/ok|expect: { url: { contains: elsewhere } }|http-url
status|http://127.0.0.1:$RAW_PORT/not-found||http-status
refused|http://127.0.0.1:$RAW_PORT/status/403||auth-refused
content|http://127.0.0.1:$RAW_PORT/ok|expect: { body: { contains: unlikely } }|content-not-expected
hash|http://127.0.0.1:$RAW_PORT/ok|expect: { body: { sha256: $(printf '0%.0s' {1..64}) } }|content-not-expected
slow|http://127.0.0.1:$RAW_PORT/slow/0.2|expect: { time: 1ms }|performance-too-slow
upgrade|ws://127.0.0.1:$RAW_PORT/ws/refuse/426||websocket-refused
not open|ws://127.0.0.1:$RAW_PORT/ws/close/1000|expect: { open: 1s }|websocket-not-open
stays open|ws://127.0.0.1:$RAW_PORT/ws/ok|expect: { open: 500ms }|None
wrong close|ws://127.0.0.1:$RAW_PORT/ws/ok|expect: { close: 4000 }|websocket-close
subprotocol|ws://127.0.0.1:$RAW_PORT/ws/ok|subprotocols: [chat], expect: { subprotocol: chat }|websocket-subprotocol
no message|ws://127.0.0.1:$RAW_PORT/ws/silent|expect: { message: { text: hello } }|websocket-no-message
no pong|ws://127.0.0.1:$RAW_PORT/ws/no-pong|expect: { ping: true }|websocket-no-pong
wrong message|ws://127.0.0.1:$RAW_PORT/ws/ok|expect: { message: { text: unlikely } }|websocket-message-not-expected
second message|ws://127.0.0.1:$RAW_PORT/ws/ok|expect: { messages: [{}, { text: unlikely }] }|websocket-no-message
EOF
{
    printf 'suite: codes\nexperiments: off\ndefaults: { attempts: 1, interval: 0s, timeout: 2s }\nendpoints:\n'
    while IFS='|' read -r name url more code; do
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

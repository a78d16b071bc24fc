#!/usr/bin/env bash
# The lab's layer tls: certificates and handshakes with every fault, from nginx and from s_server.
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/lab/lab.sh"

start_server tls
start_server raw

# s_server NAME OPTIONS...: on a port of its own, which is then in `port`; it answers GET with a page.
s_server() {
    local name=$1
    shift
    port=$(free_ports 1)
    lab_background "$name" openssl s_server -www -accept "127.0.0.1:$port" "$@"
    wait_for 15 grep -q ACCEPT "$WORK/$name/$name.log"
}
certs=$WORK/tls/certs
cat "$certs/unknown.pem" "$certs/stranger.pem" >whole.pem
s_server stranger -cert "$certs/unknown.pem" -key "$certs/unknown.key" -cert_chain "$WORK/whole.pem"
stranger=$port
s_server alert -cert "$certs/good.pem" -key "$certs/good.key" -cert_chain "$certs/chain.pem" -Verify 1 -verify_return_error
alert=$port

LAB_DEFAULTS+=", tls: { ca: '$TLS_CA' }"
# tls_case NAME PORT [SETTINGS]
tls_case() {
    lab_case "$1" "url: 'https://127.0.0.1:$2/', ${3-}"
}
tls_case good "$TLS_PORT_GOOD" 'expect: { certificate: 7d }'
tls_case tls12 "$TLS_PORT_TLS12_ONLY"
tls_case tls13 "$TLS_PORT_TLS13_ONLY"
tls_case http2 "$TLS_PORT_HTTP2" 'expect: { version: 2 }'
tls_case shown "$TLS_PORT_CLIENT_CERT" "tls: { ca: '$TLS_CA', cert: '$TLS_CLIENT_CERT', key: '$TLS_CLIENT_KEY' }"
tls_case expired "$TLS_PORT_EXPIRED"
tls_case not-yet-valid "$TLS_PORT_NOT_YET_VALID"
tls_case expires-soon "$TLS_PORT_EXPIRING_SOON" 'expect: { certificate: 14d }'
tls_case wrong-host "$TLS_PORT_WRONG_HOST"
tls_case self-signed "$TLS_PORT_SELF_SIGNED"
tls_case unknown-authority "$stranger"
tls_case incomplete-chain "$TLS_PORT_INCOMPLETE"
tls_case lone-stranger "$TLS_PORT_UNKNOWN_CA"
tls_case old-version "$TLS_PORT_TLS11_ONLY"
tls_case no-common-cipher "$TLS_PORT_NO_CIPHER"
tls_case wrong-purpose "$TLS_PORT_WRONG_PURPOSE"
tls_case no-certificate "$TLS_PORT_CLIENT_CERT"
tls_case no-certificate-alert "$alert"
tls_case name-rejected "$TLS_PORT_REJECTS_NAME"
tls_case plain-on-tls "$TLS_PORT_PLAIN"
tls_case ssh-on-tls "$RAW_PORT_SSH"
tls_case closes "$RAW_PORT_CLOSES"
lab_case tls-on-plain "url: 'http://127.0.0.1:$TLS_PORT_GOOD/'"
lab_case tls-on-plain-mute "url: 'http://localhost:$RAW_TLS_PORT/ok', tls: { ca: '$RAW_CA' }"
lab_run tls

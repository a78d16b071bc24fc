#!/usr/bin/env bash
# The lab's layer performance: answers that are right and late, in each place where the time can go, and ones that never
# come.
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/lab/lab.sh"
. "$ROOT/tests/servers/certs.sh"

mkdir certs
(
    cd certs
    cert_ca ca ca 'Lab CA'
    cert_new server ca localhost 'subjectAltName=DNS:localhost,IP:127.0.0.1'
)
lab_background late "$PYTHON" -EsB "$ROOT/tests/lab/late.py" "$WORK/certs/server.pem" "$WORK/certs/server.key"
wait_for 15 grep -q '^READY=1$' late/late.log
# shellcheck source=/dev/null
. late/late.log
start_server dns
LAB_ARGUMENTS=(--nameserver "127.0.0.1:$DNS_PORT")
LAB_DEFAULTS="timeout: 20s, interval: 20ms, attempts: 3, tls: { ca: '$WORK/certs/ca.pem' }"

# What takes no time of its own has so much more than it needs that a slow machine is no fault.
lab_case in-time "url: 'http://127.0.0.1:$LATE_GOOD/', expect: { time: 15s }"
lab_case in-time-tls "url: 'https://127.0.0.1:$LATE_GOOD_TLS/', expect: { time: 15s }"
lab_case late-and-allowed "url: 'http://127.0.0.1:$LATE_SERVER/', expect: { time: 15s }"
lab_case slow-dns "url: 'http://slow.lab.example.com:$LATE_GOOD/', dns: fresh, expect: { time: 500ms }"
lab_case slow-tls "url: 'https://127.0.0.1:$LATE_TLS/', expect: { time: 500ms }"
lab_case slow-server "url: 'http://127.0.0.1:$LATE_SERVER/', expect: { time: 500ms }"
lab_case slow-transfer "url: 'http://127.0.0.1:$LATE_BODY/', expect: { time: 500ms }"
lab_case stalled "url: 'http://127.0.0.1:$LATE_STALLED/', timeout: 2s"
lab_case mute-server "url: 'http://127.0.0.1:$LATE_SILENT/', timeout: 2s"
lab_case mute-tls "url: 'https://127.0.0.1:$LATE_SILENT/', timeout: 2s"
lab_run performance

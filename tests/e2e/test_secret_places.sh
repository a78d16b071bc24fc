#!/usr/bin/env bash
# Where else a secret may come back from than test_secrets.sh looks: the refusal of a proxy, a DNS answer, the names of a
# certificate, what breaks HTTP, redirects that are followed, and the handshake of a WebSocket. None of it is on the disk.
. "$(dirname "$0")/lib.sh"
start_server raw

export TOKEN='Nachtigall/7+Gesang;im="Flieder"&Mond9' PASSWORD='Uhu.Eule~Kauz-8;Wald&Rand_31'
mkdir tmp
export TMPDIR=$WORK/tmp

# A certificate with the token in its subject, and in its names in every form.
/usr/bin/python3 -ESsB - <<'PY'
import os, sys
sys.path.insert(0, os.environ["ROOT"] + "/tests/servers/raw")
from disguise import FORMS

os.mkdir("certs")
escapes = str.maketrans({character: "\\" + character for character in '\\"#$;,'})
names = "".join(f"DNS.{i} = {make(os.environ['TOKEN']).translate(escapes)}\n" for i, make in enumerate(FORMS.values(), 1))
with open("certs/openssl.cnf", "w") as file:
    file.write("[req]\ndistinguished_name = subject\nx509_extensions = more\nprompt = no\n"
               f"[subject]\nCN = {os.environ['TOKEN'].translate(escapes)}\n[more]\nsubjectAltName = @names\n[names]\n{names}")
PY
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 9 -config certs/openssl.cnf \
    -keyout certs/key.pem -out certs/cert.pem 2>certs/log
cat >certs/serve.py <<'PY'
import socket, ssl
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain("cert.pem", "key.pem")
listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
while True:
    try:
        context.wrap_socket(listener.accept()[0], server_side=True).recv(4096)
    except OSError:
        pass
PY
(cd certs && exec /usr/bin/python3 -EsB serve.py >port 2>log) &
echo $! >certs/serve.pid
SERVERS+=("$WORK/certs")
wait_for 15 test -s certs/port

/usr/bin/python3 -ESsB - <<'PY'
import os, sys
sys.path.insert(0, os.environ["ROOT"] + "/tests/servers/raw")
from disguise import FORMS

port, tls_port = os.environ["RAW_PORT"], open("certs/port").read().strip()
head = "max_per_host: 64\nexperiments: false\ndefaults:\n  attempts: 1\n  timeout: 3s\n"
with open("direct.yaml", "w") as file:
    print(f"suite: direct\n{head}  headers: {{ Authorization: 'Bearer ${{TOKEN}}' }}\n"
          f"  origins: ['http://127.0.0.1:{port}', 'https://127.0.0.1:{tls_port}']\nendpoints:", file=file)
    for form in FORMS:
        for place in ("name", "hop", "elsewhere", "interim", "trailer", "chunk", "line", "garbage", "encoding", "length",
                      "transfer", "type", "challenge", "server"):
            print(f"  - {{ name: {form} {place}, url: 'http://127.0.0.1:{port}/disguise/{form}/{place}', follow: 3,"
                  " expect: { status: 200, header: { Server: x, WWW-Authenticate: x }, type: text/x } }", file=file)
        for place in ("subprotocol", "extension", "accept", "with"):
            print(f"  - {{ name: {form} {place}, url: 'ws://127.0.0.1:{port}/ws/disguise/{form}/{place}',"
                  " expect: { subprotocol: x, message: { text: never, within: 200ms } } }", file=file)
    print(f"  - {{ name: query, url: 'http://127.0.0.1:{port}/echo?status=500&key=${{TOKEN}}' }}\n"
          f"  - {{ name: certificate, url: 'https://127.0.0.1:{tls_port}/' }}\n"
          f"  - {{ name: certificate socket, url: 'wss://127.0.0.1:{tls_port}/' }}", file=file)
with open("proxied.yaml", "w") as file:
    print(f"suite: proxied\nproxy: 'http://user:${{PASSWORD}}@127.0.0.1:{port}'\n{head}endpoints:", file=file)
    for form in FORMS:
        for place in ("body", "header", "reason", "challenge"):
            print(f"  - {{ name: {form} {place}, url: 'https://{form}.{place}.example/',"
                  " headers: { Authorization: 'Bearer ${TOKEN}' } }\n"
                  f"  - {{ name: {form} {place} socket, url: 'ws://{form}.{place}.example/' }}", file=file)
    print(f"  - {{ name: plain, url: 'http://proxied.example/echo?status=500' }}", file=file)
PY

# watch PID: until it ends, what anybody on the machine may see of it and its children, and their environments.
watch() {
    local process
    while kill -0 "$1" 2>/dev/null; do
        # They may end while they are looked at.
        for process in "$1" $(pgrep -P "$1" || true); do
            cat "/proc/$process/cmdline" "/proc/$process/comm" "/proc/$process/limits" >>seen/all 2>/dev/null || true
            # Until it is what it will be, a child is still its parent.
            ! grep -qs -e '--websocket-worker' "/proc/$process/cmdline" ||
                cat "/proc/$process/environ" >>seen/environ 2>/dev/null || true
        done
        sleep 0.02
    done
}

mkdir seen
ulimit -c unlimited 2>/dev/null || true
for suite in direct proxied; do
    "$ENDOSCOPE" run --config "$suite.yaml" --store "$suite.db" >"$suite.out" 2>"$suite.err" &
    watch $!
    status=0
    wait $! || status=$?
    expect_equal "$suite $status" "$suite 1"
    expect_not_contains "$suite.err" Sanitizer 'runtime error:'
    for format in md html json text; do
        "$ENDOSCOPE" report --store "$suite.db" --format "$format" --output "$suite.$format"
    done
    "$ENDOSCOPE" db export --store "$suite.db" >"$suite.export"
    "$ENDOSCOPE" check --config "$suite.yaml" >"$suite.check"
    "$ENDOSCOPE" check --config "$suite.yaml" --json >"$suite.check.json"
    "$ENDOSCOPE" db backup --store "$suite.db" "$suite.backup.db"
    for ((probe = 1; probe <= 300; probe += 7)); do
        "$ENDOSCOPE" show --store "$suite.db" "latest.$probe" >"$suite.show.$probe" 2>/dev/null || break
    done
done
expect_contains seen/all --websocket-worker
expect_matches seen/all '^Max core file size +0 +0'
[[ ! -s seen/environ ]] || fail 'a child of ours has an environment'
[[ -z $(find . -name 'core*' -print -quit) ]] || fail 'a core file was left'

# The servers had them, or there would have been nothing to find.
expect_contains "$RAW_REQUESTS" '"Bearer Nachtigall/7+'
expect_contains "$RAW_REQUESTS" "Basic $(printf 'user:%s' "$PASSWORD" | base64 -w0)"
expect_json direct.json '{e["endpoint"] for e in it["evidence"]} >= {"certificate", "certificate socket", "plain name", "json hop"}' \
    '"[redacted:TOKEN#" in [e for e in it["evidence"] if e["endpoint"] == "certificate"][0]["certificate"]["subject"]'
expect_json proxied.json '{e["code"] for e in it["evidence"]} == {"http-proxy-refused", "http-proxy-authentication", "http-status"}'
/usr/bin/python3 -EsB "$ROOT/tests/e2e/search_secret.py" "$TOKEN" "$PASSWORD" --not 'raw/*' 'certs/*' 'dns/*'

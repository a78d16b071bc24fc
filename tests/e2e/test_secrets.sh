#!/usr/bin/env bash
# A server shows the token again, in every form and in every place: none of it is on the disk or in any output.
. "$(dirname "$0")/lib.sh"
start_server raw

export TOKEN='Nachtigall/7+Gesang im="Flieder"&Mond9'

# A certificate says it too: what is wrong with that one is kept with its subject.
escaped=${TOKEN//\//\\/}
mkdir certs
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 9 -subj "/CN=${escaped//+/\\+}" \
    -keyout certs/key.pem -out certs/cert.pem 2>certs/log
cat >certs/serve.py <<'PY'
import socket, ssl, sys
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain("certs/cert.pem", "certs/key.pem")
listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
listener.settimeout(60)
try:
    context.wrap_socket(listener.accept()[0], server_side=True).recv(4096)
except OSError:
    pass
PY
/usr/bin/python3 -EsB certs/serve.py >certs/port &
wait_for 15 test -s certs/port

/usr/bin/python3 -ESsB - >endoscope.yaml <<'PY'
import os, sys
sys.path.insert(0, os.environ["ROOT"] + "/tests/servers/raw")
from disguise import FORMS

port, tls_port = os.environ["RAW_PORT"], open("certs/port").read().strip()
print("suite: secrets\nmax_per_host: 64\ndefaults:\n  attempts: 1\n  timeout: 3s\n  headers: { Authorization: 'Bearer ${TOKEN}' }")
print(f"  origins: ['http://127.0.0.1:{port}']\nendpoints:")
for form in FORMS:
    for place in ("body", "gzip", "cut", "header", "cookie", "reason", "location"):
        print(f"  - {{ name: {form} {place}, url: 'http://127.0.0.1:{port}/disguise/{form}/{place}',"
              f" expect: {{ status: 200 }} }}")
    for place in ("refusal", "message", "split", "interrupted", "fragments", "ping", "close"):
        print(f"  - {{ name: {form} {place}, url: 'ws://127.0.0.1:{port}/ws/disguise/{form}/{place}',"
              f" expect: {{ message: {{ text: never, within: 300ms }} }} }}")
print(f"  - {{ name: certificate, url: 'https://127.0.0.1:{tls_port}/' }}\nexperiments: false")
PY
expect_status 1 "$ENDOSCOPE" run
mv stdout out.run
mv stderr err.run
for format in md html json text; do
    "$ENDOSCOPE" report --format "$format" --output "report.$format"
done
count=$(grep -c '{ name: ' endoscope.yaml)
# Every fifth: the places come round every fourteen, so that each of them is among these.
for ((probe = 1; probe <= count; probe += 5)); do
    "$ENDOSCOPE" show "latest.$probe" >"show.$probe"
done

/usr/bin/python3 -ESsB - <<'PY'
import glob, json, os, sys
sys.path.insert(0, os.environ["ROOT"] + "/tests/servers/raw")
from disguise import FORMS

token = os.environ["TOKEN"]
# The server has had it each time, or there was nothing to redact.
asked = [json.loads(line) for line in open("raw/requests.jsonl")]
paths = {request["path"] for request in asked if request["headers"].get("authorization") == "Bearer " + token}
wanted = {f"/disguise/{form}/{place}" for form in FORMS for place in ("body", "cut", "reason", "location")}
wanted |= {f"/ws/disguise/{form}/{place}" for form in FORMS for place in ("split", "interrupted", "close")}
assert wanted <= paths, wanted - paths

# And each probe shows that something stood there.
shown = {name: open(name, "rb").read() for name in glob.glob("show.*")}
assert len(shown) >= len(FORMS) * 14 // 5, len(shown)
hidden = b"made by libwebsockets"  # which shows no body of a refusal: the wire does
silent = [name for name, content in shown.items()
          if b"[redacted:" not in content and b"/ping" not in content
          and not (hidden in content and b"/refusal" in content)]
assert not silent, [(name, shown[name][:1500]) for name in silent[:3]]
cookies = b"".join(shown.values())
assert b"kept-name=[redacted:" in cookies and b"Path=/kept-path; HttpOnly" in cookies
PY
/usr/bin/python3 -EsB "$ROOT/tests/e2e/search_secret.py" "$TOKEN" --not 'raw/*' 'certs/*' endoscope.yaml

# No core file, of whatever ends it.
"$ENDOSCOPE" run --store slow.db "http://127.0.0.1:$RAW_PORT/slow/20" >/dev/null 2>&1 &
pid=$!
wait_for 10 grep -q '/slow/20' raw/requests.jsonl
expect_matches "/proc/$pid/limits" '^Max core file size +0 +0 '
kill "$pid"
wait "$pid" || true

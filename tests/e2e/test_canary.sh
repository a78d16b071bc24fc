#!/usr/bin/env bash
# No secret in the database, in reports, in output or in a command line, whatever a server echoes of it.
. "$(dirname "$0")/lib.sh"
start_server raw

export TOKEN='Kanarie/7+Zwitscher=Geheim&Lang"9'
cat >endoscope.yaml <<YAML
suite: canary
defaults: { attempts: 1, timeout: 3s }
endpoints:
  - { name: echo, url: "http://127.0.0.1:$RAW_PORT/echo?status=500", headers: { X-Canary: "\${TOKEN}" } }
  - { name: echo well, url: "http://127.0.0.1:$RAW_PORT/echo", headers: { Authorization: "Bearer \${TOKEN}" } }
  - { name: encoded, url: "http://127.0.0.1:$RAW_PORT/echo-encoded", headers: { Authorization: "Bearer \${TOKEN}" } }
  - name: split
    url: "ws://127.0.0.1:$RAW_PORT/ws/echo-split"
    headers: { Authorization: "Bearer \${TOKEN}" }
    expect: { message: { text: nothing like it } }
YAML

# Every command line of this machine, while it runs. The token is in none of ours either: another run of this scenario,
# of another checkout, may be looking at the same time.
"$ENDOSCOPE" run >out 2>err &
runs=$!
while kill -0 "$runs" 2>/dev/null; do
    # Processes end while they are read.
    cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\0' ' ' || true
    sleep 0.05
done >cmdlines
status=0
wait "$runs" || status=$?
expect_equal "$status" 1
expect_contains cmdlines "$ENDOSCOPE run"
for format in md html json text; do
    "$ENDOSCOPE" report --format "$format" --output "report.$format"
done
for probe in 1 2 3 4; do
    "$ENDOSCOPE" show "latest.$probe" >"show.$probe"
done

# A run that was killed leaves its write-ahead log: that is searched as it lies there.
cp endoscope.yaml long.yaml
sed -i 's/attempts: 1/attempts: 50, interval: 20ms/; 1i store: killed.db' long.yaml
"$ENDOSCOPE" run --config long.yaml >out.killed 2>err.killed &
pid=$!
wait_for 30 grep -q 'attempt 5 failed' err.killed
kill -9 "$pid"
wait "$pid" 2>/dev/null || true
[[ -s killed.db-wal ]] || fail 'the killed run left no write-ahead log to search'

# The evidence is there, redacted; it is compressed in the database, so that is searched as a whole run's report, too.
expect_contains report.json '[redacted:TOKEN#'
/usr/bin/python3 -ES - <<'PY'
import base64, glob, json, os, sqlite3, subprocess, urllib.parse

token = os.environ["TOKEN"]
raw = token.encode()
needles = {raw, urllib.parse.quote(token, safe="").encode(), json.dumps(token)[1:-1].encode(), raw[:12], raw[-12:]}
for lead in (b"", b"x", b"xy"):
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        # What does not depend on the neighbours.
        needles.add(encode(lead + raw)[4:-4])
contents = {name: open(name, "rb").read()
            for name in glob.glob("*") + glob.glob("*.db*") if name not in ("endoscope.yaml", "raw")}
stores = [sqlite3.connect(f"file:{name}?mode=ro", uri=True) for name in ("endoscope.db", "killed.db")]
for packed in [packed for db in stores for (packed,) in db.execute("select bytes from evidence")]:
    data = bytes(packed)
    contents[f"evidence {len(contents)}"] = data
    if data[:4] == b"\x28\xb5\x2f\xfd":
        contents[f"evidence {len(contents)}"] = subprocess.run(["zstd", "-dc"], input=data, capture_output=True,
                                                               check=True).stdout
found = [(name, needle) for name, content in contents.items() for needle in needles if needle in content]
assert len(contents) > 10, contents.keys()
assert not found, found
PY

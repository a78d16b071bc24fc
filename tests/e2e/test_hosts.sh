#!/usr/bin/env bash
# Names by the hosts file, by the rest of the system and by DNS, on a machine of its own: a network with nothing but a
# loopback, and files of /etc that hold for this scenario alone.
if [[ ! ${OWN_MACHINE-} ]]; then
    # A kernel or container may forbid it: what was not tested is said, and not called passed.
    for own in "unshare --map-root-user --net --mount" "unshare --net --mount"; do
        # shellcheck disable=SC2086 # a command of several words
        if $own true 2>/dev/null; then OWN_MACHINE=1 exec $own "$0"; fi
    done
    echo "SKIPPED: namespaces for a network and mounts of one's own are forbidden here" >&2
    exit 77
fi
. "$(dirname "$0")/lib.sh"
python3 - <<'PY'
import fcntl, socket, struct

with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
    IFF_UP, SIOCSIFFLAGS = 1, 0x8914
    fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", IFF_UP))
PY
export TOKEN='Nachtigall/7+Gesang-Mond9'
cat >hosts <<'HOSTS'
127.0.0.1 localhost
127.0.0.1 nxdomain.forgotten.example
127.0.0.1 moved.example
127.0.0.1 agreed.example
127.0.0.1 servfail.example
127.0.0.1 refuses.example
HOSTS
printf 'nameserver 127.0.0.1\nsearch inner.example\n' >resolv.conf
echo 'hosts: files dns' >nsswitch.conf
for file in hosts resolv.conf nsswitch.conf; do
    mount --bind "$file" "/etc/$file"
done
DNS_AT=53 DNS_ALIAS="$(printf %s "$TOKEN" | tr '/+' '--')" start_server dns moved.example=192.0.2.7 moved.example=192.0.2.8 \
    agreed.example=127.0.0.1 refuses.example=192.0.2.9 short.inner.example=127.0.0.1
start_server raw

cat >endoscope.yaml <<YAML
suite: names
experiments: false
defaults: { attempts: 2, interval: 0s, timeout: 5s }
endpoints:
  - { name: forgotten, url: "http://nxdomain.forgotten.example:$RAW_PORT/ok" }
  - { name: moved, url: "http://moved.example:$RAW_PORT/ok" }
  - { name: moved socket, url: "ws://moved.example:$RAW_PORT/ws/ok" }
  - { name: agreed, url: "http://agreed.example:$RAW_PORT/ok" }
  - { name: no answer, url: "http://servfail.example:$RAW_PORT/ok" }
  - { name: refuses, url: "http://refuses.example:$RAW_PORT_REFUSES/" }
  - { name: by the system, url: "http://short:$RAW_PORT/ok" }
  - { name: by nobody, url: "http://nxdomain.example:$RAW_PORT/nothing" }
  - { name: localhost, url: "http://localhost:$RAW_PORT/ok" }
  - { name: overridden, url: "http://nxdomain.example:$RAW_PORT/ok", resolve: ["nxdomain.example:$RAW_PORT:127.0.0.1"] }
  - { name: alias, url: "http://alias.example:$RAW_PORT/status/500", headers: { Authorization: "Bearer \${TOKEN}" } }
YAML
expect_status 1 "$ENDOSCOPE" run
"$ENDOSCOPE" db export >export.jsonl
/usr/bin/python3 -ES - <<'PY'
import json

probes = [json.loads(line) for line in open("export.jsonl")]
suite = ["forgotten", "moved", "moved socket", "agreed", "no answer", "refuses", "by the system", "by nobody", "localhost",
         "overridden", "alias"]
seen = {}
for probe in probes:
    if "ordinal" in probe:
        seen.setdefault(suite[probe["endpoint"]] if isinstance(probe["endpoint"], int) else probe["endpoint"], []).append(
            (probe["outcome"], probe.get("system_address"), probe.get("detail")))


def all_are(name, outcome, address, words):
    assert len(seen[name]) >= 2, (name, seen)
    for found in seen[name]:
        assert found[0] == outcome and found[1] == address, (name, found)
        assert words in found[2] if words else not found[2], (name, found)


all_are("forgotten", "passed", "127.0.0.1", "nxdomain.forgotten.example: dns-nxdomain; only the hosts file knows it")
all_are("moved", "passed", None, "moved.example: the hosts file says 127.0.0.1, DNS says 192.0.2.")
all_are("moved socket", "passed", None, "the hosts file says 127.0.0.1, DNS says 192.0.2.")
all_are("refuses", "failed", None, "refuses.example: the hosts file says 127.0.0.1, DNS says 192.0.2.9")
for name in "agreed", "no answer", "localhost", "overridden":
    all_are(name, "passed", None, None)
all_are("by the system", "passed", "127.0.0.1", "short: dns-nxdomain; only the system's resolver knows it")
all_are("by nobody", "failed", None, "nxdomain.example")

# One question for each name, whatever the number of attempts; none for localhost and what `resolve` says.
open("forgotten", "w").write(str(next(p["ordinal"] for p in probes if "only the hosts file" in p.get("detail", ""))))
asked = [line.split()[1:] for line in open("dns/queries.log")]
assert asked.count(["A", "moved.example"]) == 1 and asked.count(["A", "nxdomain.forgotten.example"]) == 1, asked
assert not [question for question in asked if question[1] == "localhost"], asked
PY

# It is shown, and a report on what failed says it.
expect_status 0 "$ENDOSCOPE" show "latest.$(cat forgotten)"
expect_contains stdout 'the system'"'"'s resolver says 127.0.0.1' 'only the hosts file knows it'
expect_status 0 "$ENDOSCOPE" report
expect_contains stdout 'the hosts file says 127.0.0.1, DNS says 192.0.2.9'

# A secret that DNS says in an alias is nowhere.
/usr/bin/python3 -EsB "$ROOT/tests/e2e/search_secret.py" "$TOKEN" "$(printf %s "$TOKEN" | tr '/+' '--')" --not 'raw/*' 'dns/*' endoscope.yaml

#!/usr/bin/env bash
# What is short on our own side is said to be ours: no way to a name server, no port left to connect from. On a network
# of its own, where taking the last ports harms nobody.
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
/usr/bin/python3 -ES - <<'PY'
import fcntl, socket, struct

with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
    IFF_UP, SIOCSIFFLAGS = 1, 0x8914
    fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", IFF_UP))
PY
start_server raw

# No route leads to 192.0.2.53. One name alone would be no finding on any server, but on our own network.
cat >endoscope.yaml <<YAML
suite: shortage
experiments: false
defaults: { attempts: 1, timeout: 9s }
endpoints:
  - { name: name, url: "http://name.example:$RAW_PORT/ok" }
  - { name: socket, url: "ws://socket.example:$RAW_PORT/ws/ok" }
YAML
expect_status 3 "$ENDOSCOPE" run --nameserver 192.0.2.53:53 --json
expect_json stdout '{e["code"] for e in it["evidence"]} == {"dns-unreachable"}' \
    '[f["code"] for f in it["findings"]] == ["collector-offline"]'

# Two ports to connect from, and two connections that keep them: whoever comes third finds none, and is told so.
echo '40000 40001' >/proc/sys/net/ipv4/ip_local_port_range
{
    printf 'suite: shortage\nstore: ports.db\nexperiments: false\ndefaults: { attempts: 1, timeout: 3s }\nendpoints:\n'
    for number in 1 2 3 4 5 6; do
        echo "  - { name: \"$number\", url: \"http://127.0.0.1:$RAW_PORT/slow/1?$number\" }"
    done
} >ports.yaml
expect_status 1 "$ENDOSCOPE" run --config ports.yaml --json
expect_json stdout '"tcp-local-shortage" in {e["code"] for e in it["evidence"]}' \
    '{e["code"] for e in it["evidence"]} <= {"tcp-local-shortage", None}' \
    'all("tcp" == e["layer"] for e in it["evidence"] if e["code"])'

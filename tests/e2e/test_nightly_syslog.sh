#!/usr/bin/env bash
# nightly --log syslog, to a logger that listens at /dev/log: each line with facility, severity and process, in place of
# standard error; and to none, where nothing may get lost.
if [[ ! ${OWN_DEVICES-} ]]; then
    # A kernel or container may forbid it: what was not tested is said, and not called passed.
    for own in "unshare --map-root-user --mount" "unshare --mount"; do
        # shellcheck disable=SC2086 # a command of several words
        if $own true 2>/dev/null; then OWN_DEVICES=1 exec $own "$0"; fi
    done
    echo "SKIPPED: mounts of one's own are forbidden here" >&2
    exit 77
fi
. "$(dirname "$0")/lib.sh"
start_server raw

# A /dev of our own: what programs need, and a place for the logger.
mkdir dev
mount -t tmpfs none dev
for node in null zero full random urandom; do
    : >"dev/$node"
    mount --bind "/dev/$node" "dev/$node"
done
ln -s /proc/self/fd dev/fd
ln -s fd/0 dev/stdin
ln -s fd/1 dev/stdout
ln -s fd/2 dev/stderr
mkdir dev/shm
mount --rbind dev /dev

cat >endoscope.yaml <<YAML
suite: nights
defaults: { attempts: 1, timeout: 5s }
endpoints:
  - { name: one, url: "http://127.0.0.1:$RAW_PORT/ok" }
heartbeat: "http://127.0.0.1:1/nobody"
YAML
cat >logger.py <<'PY'
import os, socket, sys

listener = socket.socket(socket.AF_UNIX, getattr(socket, sys.argv[1]))
listener.bind("/dev/log")
stream = sys.argv[1] == "SOCK_STREAM"
if stream:
    listener.listen(16)
print("READY", flush=True)
with open("logged", "wb") as log:
    while True:
        data = listener.accept()[0].recv(65536) if stream else listener.recv(65536)
        log.write(data.rstrip(b"\0") + b"\n")
        log.flush()
PY
logger() {
    rm -f /dev/log
    : >logged
    /usr/bin/python3 -ESB logger.py "$1" >ready &
    LOGGER=$!
    for _ in $(seq 100); do [[ -s ready ]] && return; sleep 0.1; done
    fail 'the logger does not start'
}
stop_logger() {
    kill "$LOGGER"
    wait "$LOGGER" 2>/dev/null || true
    rm -f ready
}
line='[A-Z][a-z]{2} [ 0-9][0-9] [0-9]{2}:[0-9]{2}:[0-9]{2} endoscope\[[0-9]+\]: '

for kind in SOCK_DGRAM SOCK_STREAM; do
    logger $kind
    # Notes are wanted there; 3 is the facility of daemons: 3 * 8 + severity.
    [[ ! -e endoscope.db ]] || echo "endoscope-night/1 began 1" >endoscope.db.night
    expect_status 0 "$ENDOSCOPE" nightly --log syslog
    [[ ! -s stdout && ! -s stderr ]] || { show stdout stderr; fail 'words beside those in the log'; }
    expect_matches logged "^<28>${line}the heartbeat: GET http://127\\.0\\.0\\.1:1/nobody"
    [[ $kind == SOCK_DGRAM ]] || expect_matches logged "^<30>${line}the night of run [0-9a-f-]+ was cut off: its reports are made now$"
    rm -rf reports && echo >reports
    expect_status 3 "$ENDOSCOPE" nightly --log syslog --log-level error
    expect_matches logged "^<27>${line}cannot make the folder .*reports"
    expect_equal "$(grep -c heartbeat logged)" 1
    [[ ! -s stderr ]] || { show stderr; fail 'words on stderr'; }
    rm reports
    # A mistake in the config: where it is stands on stderr, that there was no night in the log.
    sed 's/^suite:/suit:/' endoscope.yaml >wrong.yaml
    expect_status 2 "$ENDOSCOPE" nightly --log syslog --config wrong.yaml
    expect_contains stderr 'wrong.yaml:1:1: '
    expect_matches logged "^<27>${line}there was no night: wrong\\.yaml cannot be used"
    stop_logger
done

# No logger, or one that is gone: the lines are on standard error, as without the option.
for gone in left absent; do
    [[ $gone == left ]] || rm -f /dev/log
    expect_status 0 "$ENDOSCOPE" nightly --log syslog
    expect_contains stderr 'endoscope: warning: the heartbeat: '
done
umount -R /dev
umount -R dev

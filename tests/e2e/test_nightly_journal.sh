#!/usr/bin/env bash
# A night under systemd: standard error is a stream of the journal's, and each line goes there with its level, which systemd
# reads off; where JOURNAL_STREAM means another stream, lines are as for people.
. "$(dirname "$0")/lib.sh"
start_server raw
cat >endoscope.yaml <<YAML
suite: nights
defaults: { attempts: 1, timeout: 5s }
endpoints:
  - { name: one, url: "http://127.0.0.1:$RAW_PORT/ok" }
heartbeat: "http://127.0.0.1:1/nobody"
YAML

# The journal: a socket that is the program's standard error, by whose numbers it is known.
cat >journal.py <<'PY'
import os, socket, subprocess, sys

ours, its = socket.socketpair()
info = os.fstat(its.fileno())
shift = 0 if sys.argv[1] == "journal" else 1
environment = dict(os.environ, JOURNAL_STREAM=f"{info.st_dev}:{info.st_ino + shift}")
night = subprocess.Popen(sys.argv[2:], stderr=its, stdout=open("stdout", "wb"), env=environment)
its.close()
said = b"".join(iter(lambda: ours.recv(65536), b""))
open("journal", "wb").write(said)
sys.exit(night.wait())
PY
journal() { # STATUS WHOSE ARGUMENTS...
    local status=0 wanted=$1 whose=$2
    shift 2
    /usr/bin/python3 -ESB journal.py "$whose" "$ENDOSCOPE" nightly "$@" || status=$?
    ((status == wanted)) || { show stdout journal; fail "status $status, not $wanted"; }
}

# A warning, by its level alone; nobody else's words.
journal 0 journal
expect_matches journal '^<4>endoscope: warning: the heartbeat: GET http://127\.0\.0\.1:1/nobody'
expect_equal "$(wc -l <journal)" 1
# Notes, on request; and an error.
echo "endoscope-night/1 began 1" >endoscope.db.night
journal 0 journal --log-level note
expect_matches journal '^<6>endoscope: the night of run [0-9a-f-]+ was cut off: its reports are made now$' '^<4>'
mv reports kept
echo >reports
journal 3 journal
expect_matches journal '^<3>endoscope: cannot make the folder .*reports'
rm reports
# Another's stream.
journal 0 stranger
expect_matches journal '^endoscope: warning: the heartbeat'
expect_not_contains journal '<4>'

#!/usr/bin/env bash
# Wrong configs, unwritable places, foreign files, our own network down: one clear error and the right status each.
. "$(dirname "$0")/lib.sh"
start_server raw

expect_status 2 "$ENDOSCOPE" run
expect_contains stderr 'endoscope init'
expect_status 2 "$ENDOSCOPE"
expect_status 0 "$ENDOSCOPE" --version
expect_status 0 "$ENDOSCOPE" help run
expect_contains stdout '--label' 'Examples'
expect_status 0 "$ENDOSCOPE" explain websocket-wrong-path
expect_contains stdout 'Told apart'
expect_status 2 "$ENDOSCOPE" explain websocket-wrong-pth
expect_contains stderr 'websocket-wrong-path'

# Every problem of a config at once, each with its place.
cat >bad.yaml <<'YAML'
suite: bad
endpoints:
  - name: one
    ulr: http://127.0.0.1/
    timeout: 10 parsecs
  - { name: one, url: "gopher://x/", attempts: many }
YAML
expect_status 2 "$ENDOSCOPE" check --config bad.yaml
expect_matches stderr '^bad.yaml:4:5: .*ulr.*did you mean.*url' '^bad.yaml:5:[0-9]+: .*timeout' '^bad.yaml:6:[0-9]+: '
expect_status 2 "$ENDOSCOPE" run --config bad.yaml
[[ ! -e endoscope.db ]] || fail 'a bad config made a store'

# `init` writes what `check` takes, and overwrites nothing.
# shellcheck disable=SC2016 # the dollar is the point
expect_status 0 "$ENDOSCOPE" init "http://127.0.0.1:$RAW_PORT/ok" 'wss://chat.example.com/a?b=${c}"d\e'
expect_status 0 "$ENDOSCOPE" check
expect_contains stdout '/ok' 'wss://chat.example.com'
expect_status 2 "$ENDOSCOPE" init
expect_contains stderr '--force'

# Missing variables: `run` wants them, `check` lists them.
cat >endoscope.yaml <<YAML
suite: s
endpoints:
  - { name: one, url: "http://127.0.0.1:$RAW_PORT/ok", headers: { Authorization: "Bearer \${NO_SUCH_TOKEN}" } }
YAML
expect_status 0 "$ENDOSCOPE" check
expect_contains stdout "NO_SUCH_TOKEN to http://127.0.0.1:$RAW_PORT, in Authorization of \`one\`"
expect_status 2 "$ENDOSCOPE" run
expect_contains stderr 'NO_SUCH_TOKEN'

export NO_SUCH_TOKEN=now-there-is-one-1
expect_status 0 "$ENDOSCOPE" run
expect_status 3 "$ENDOSCOPE" report --output /no/such/folder/report.md
expect_status 3 "$ENDOSCOPE" report --output /dev/full
status=0
"$ENDOSCOPE" report >/dev/full 2>stderr || status=$?
expect_equal "$status" 3
expect_status 2 "$ENDOSCOPE" report --format pdf
expect_contains stderr 'html'
expect_status 2 "$ENDOSCOPE" report 0000000000
expect_status 2 "$ENDOSCOPE" report --templates /no/such/folder --format md

# No store of ours.
head -c 8192 /dev/urandom >garbage.db
expect_status 3 "$ENDOSCOPE" report --store garbage.db
sqlite3 foreign.db 'create table t(x)'
expect_status 3 "$ENDOSCOPE" run --store foreign.db

# Nothing is reached anywhere: our own side.
expect_status 3 "$ENDOSCOPE" run http://a.example/ http://b.example/ --store offline.db --nameserver 127.0.0.1:1
expect_contains stderr 'collector-offline'

# Such a run is no `latest`, to which the next night would be compared.
printf 'suite: off\nendpoints: [{ name: a, url: "http://a.example/" }, { name: b, url: "http://b.example/" }]\n' >off.yaml
expect_status 3 "$ENDOSCOPE" run --config off.yaml --store off.db --nameserver 127.0.0.1:1 --attempts 1
expect_status 2 "$ENDOSCOPE" report latest --config off.yaml --store off.db

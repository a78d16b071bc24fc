#!/usr/bin/env bash
# A report on what fails says since when, and what else changed between the last good run and the first failing one.
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/e2e/nights.sh"
start_server changing
cat >endoscope.yaml <<YAML
suite: since
defaults: { attempts: 2, interval: 0s }
endpoints:
  - { name: chat, url: "http://127.0.0.1:$CHANGING_PORT/chat" }
  - { name: page, url: "http://127.0.0.1:$CHANGING_PORT/page", expect: { json: { /ready: true } } }
  - { name: never, url: "http://127.0.0.1:$CHANGING_PORT/never" }
  - { name: fine, url: "http://127.0.0.1:$CHANGING_PORT/fine" }
YAML
echo 404 >"$CHANGING/never.status"
say() { printf 'X-Release: %s\nX-Request-Id: NUMBER\nServer-Timing: NUMBER\nContent-Type: application/json\n' "$1" >"$CHANGING/page.headers"; }
say 1.0
echo '{"ready": true, "mode": "usual", "served": NUMBER}' >"$CHANGING/page.body"
for _ in 1 2 3; do expect_status 1 "$ENDOSCOPE" run --quiet --label deploy=4f2c1; done
echo 500 >"$CHANGING/chat.status"
echo 'Content-Type: text/html' >"$CHANGING/chat.headers"
say 1.1
echo '{"ready": false, "mode": "legacy", "simplified": true, "served": NUMBER}' >"$CHANGING/page.body"
for _ in 1 2; do expect_status 1 "$ENDOSCOPE" run --quiet --label deploy=9a0b3; done
spread_nights 2025-09-01

expect_status 0 "$ENDOSCOPE" report --json
of() { json stdout "[row$2 for row in it['history'] if row['endpoint'] == '$1'][0]"; }
expect_equal "$(json stdout '[row["endpoint"] for row in it["history"]]')" "['chat', 'page', 'never']"
expect_equal "$(of chat '["last_good"]["started"][:10]') $(of chat '["first_failing"]["started"][:10]') $(of chat '["failing_runs"]')" \
    '2025-09-03 2025-09-04 2'
expect_equal "$(of never '["last_good"]') $(of never '["first_failing"]["started"][:10]') $(of never '["looked"]')" 'None 2025-09-01 4'
changes() { json stdout "sorted((d['what'], d['before'], d['after']) for row in it['history'] if row['endpoint'] == '$1' for d in row['differences'])"; }
expect_equal "$(changes chat)" \
    "[('content type', None, 'text/html'), ('failure', None, 'http-status'), ('label deploy', '4f2c1', '9a0b3'), ('status', '200', '500')]"
expect_json stdout '{d["what"] for row in it["history"] if row["endpoint"] == "page" for d in row["differences"]}
    == {"label deploy", "failure", "header X-Release", "body /ready", "body /mode", "body /simplified"}' \
    'all(d["before_cites"] and d["after_cites"] for row in it["history"] for d in row["differences"])'

# On the first failing night itself, and in every format; of a run in which all is well there is nothing to say.
expect_status 0 "$ENDOSCOPE" report 2025-09-04 --json
expect_equal "$(of chat '["first_failing"]["started"][:10]') $(of chat '["failing_runs"]')" '2025-09-04 1'
expect_equal "$(changes chat | grep -c 9a0b3)" 1
expect_status 0 "$ENDOSCOPE" report --format md
# shellcheck disable=SC2016
expect_contains stdout '## Since when, and what changed' '| `label deploy` | `4f2c1`' '; 2 runs in a row' \
    'never: good in none of the 4 runs before; failing since run' 'X-Release'
expect_not_contains stdout 'X-Request-Id`' '/served`'
expect_status 0 "$ENDOSCOPE" report --format text
expect_contains stdout 'SINCE WHEN' 'label deploy: 4f2c1, then 9a0b3'
expect_status 0 "$ENDOSCOPE" report --format html
expect_contains stdout 'Since when, and what changed' '9a0b3'
sed -i '/never/d' endoscope.yaml
rm "$CHANGING"/chat.* "$CHANGING"/page.body
echo '{"ready": true}' >"$CHANGING/page.body"
expect_status 0 "$ENDOSCOPE" run --quiet
expect_status 0 "$ENDOSCOPE" report
expect_not_contains stdout 'Since when'

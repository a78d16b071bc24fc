#!/usr/bin/env bash
# Templates as files: written out, changed, inherited from, and wrong in every way that a user gets them wrong; formats and
# flavours of a recorded run.
# shellcheck disable=SC2016 # tags and backticks are meant as they are
. "$(dirname "$0")/lib.sh"

cp "$ROOT/tests/golden/recorded/incident.store" store
report() { expect_status "$1" "$ENDOSCOPE" report previous --store store "${@:2}"; }

expect_status 0 "$ENDOSCOPE" templates list
expect_contains stdout report.md cause/tls-expired.md page.css

# What is written out is what is compiled in: a report by it is the same. A second time nothing is overwritten.
report 0
cp stdout before.md
expect_status 0 "$ENDOSCOPE" templates export words
diff -r "$ROOT/templates" words
report 0 --templates words
diff before.md stdout
echo mine >words/report.md
expect_status 2 "$ENDOSCOPE" templates export words
expect_contains stderr 'is there already' '--force'
expect_equal "$(cat words/report.md)" mine
expect_status 0 "$ENDOSCOPE" templates list --templates words
expect_contains stdout 'report.md  changed'
expect_status 0 "$ENDOSCOPE" templates export words --force
cmp "$ROOT/templates/report.md" words/report.md
expect_status 2 "$ENDOSCOPE" templates import words

# One section of our own; all others come as they are, those of parts too.
mkdir own
printf '%s\n' '{{<builtin/report.md}}' '{{$todo}}' '## What we do' '' 'Nothing for {{suite.name}}.' '{{/todo}}' '{{/builtin/report.md}}' >own/report.md
report 0 --templates own
expect_contains stdout '## What we do' 'Nothing for chat-staging.' '## Root cause' '## Evidence'
expect_not_contains stdout '## What to do'
for format in html text json; do report 0 --templates own --format "$format"; done

# Of the other pages, too.
expect_status 1 "$ENDOSCOPE" compare latest previous --store store
cp stdout before.md
printf '%s\n' '{{<builtin/compare.md}}' '{{$failing}}' 'Look at {{run.short_id}}.' '{{/failing}}' '{{/builtin/compare.md}}' >own/compare.md
expect_status 1 "$ENDOSCOPE" compare latest previous --store store --templates own
expect_contains stdout 'Look at ' '## Endpoints' '## The two runs' '## Evidence'
expect_contains before.md '## What fails now'
expect_not_contains stdout '## What fails now'
printf '%s\n' '{{<builtin/history.md}}' '{{$legend}}' 'Ask {{suite.name}}.' '{{/legend}}' '{{/builtin/history.md}}' >own/history.md
expect_status 0 "$ENDOSCOPE" history --since 2020-01-01 --store store --templates own --format md
expect_contains stdout 'Ask chat-staging.' '# Nights: '
expect_not_contains stdout 'A sign a run'
# Each block that the manual names is there, and none besides.
for page in report compare windows verify history; do
    expect_equal "$(grep -oP '^\{\{\$\K\w+' "$ROOT/templates/$page.md" | sort | xargs)" \
        "$(tr '\n' ' ' <"$ROOT/docs/endoscope.1" | grep -oP "\\.Pa $page\\.md (is made )?of (blocks \\()?\\K[a-z, ]+" | head -n 1 |
            tr -d ',' | tr ' ' '\n' | grep -vxE 'and|' | sort | xargs)"
done

# An error says file, line, column and what.
wrong() {
    printf '%s' "$1" >own/report.md
    report 2 --templates own
    expect_contains stderr "$2"
    expect_equal "$(wc -l <stderr)" 1
}
wrong $'a\n {{#findings}}' 'report.md:2:2: this section is never closed: findings'
wrong $'{{$x}}\n{{/y}}' 'report.md:2:1: {{/y}} where {{/x}} closes line 1'
wrong '{{{suite.name}}}' 'report.md:1:1: {{{suite.name}}}: the raw form of a foreign value is refused'
wrong '{{<nowhere}}{{/nowhere}}' 'report.md:1:1: {{<nowhere}}: there is no template of this name'
wrong '{{<report.md}}{{/report.md}}' 'nest too deep'
printf '\xff' >own/report.md
report 2 --templates own
expect_contains stderr 'own/report.md: not UTF-8'
report 2 --templates nowhere

# Every flavour is written, within its tracker's size; only Markdown has any.
for flavor in github gitlab gitea redmine redmine-markdown textile jira plain; do
    report 0 --flavor "$flavor" --output "out.$flavor"
    [[ -s out.$flavor ]]
done
(($(wc -m <out.jira) <= 32000))
expect_contains out.jira 'h1. WebSocket connections fail' 'Left out, since the tracker takes no more'
report 2 --flavor gitlub
expect_contains stderr 'there is no flavour `gitlub`; there are github, gitlab'
report 2 --flavor github --format json
expect_status 1 "$ENDOSCOPE" compare latest previous --store store --flavor gitlab
expect_contains stdout '# Before and after'

# Formats for programs.
report 0 --output run.xml
xmllint --noout --schema "$ROOT/tests/report/junit.xsd" run.xml 2>/dev/null
report 0 --output run.csv
expect_equal "$(wc -l <run.csv)" 34
report 0 --output run.prom
expect_contains run.prom 'endoscope_endpoint_up{suite="chat-staging"'
expect_status 1 "$ENDOSCOPE" compare latest previous --store store --format junit
cp stdout compared.xml
xmllint --noout --schema "$ROOT/tests/report/junit.xsd" compared.xml 2>/dev/null
expect_contains compared.xml 'type="regressed"'
expect_status 1 "$ENDOSCOPE" compare latest previous --store store --format csv
expect_contains stdout 'endpoint,transition,before_url'
expect_status 2 "$ENDOSCOPE" compare latest previous --store store --format prometheus
expect_contains stderr 'metrics are of one run'

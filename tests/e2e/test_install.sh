#!/usr/bin/env bash
# What `cmake --install` puts down is whole, and the binary works without anything beside it.
. "$(dirname "$0")/lib.sh"

cmake --install "$BUILD_DIR" --prefix "$WORK/usr" >/dev/null
for file in bin/endoscope share/endoscope/templates/report.md share/endoscope/templates/page.css \
    share/endoscope/endoscope.schema.json share/man/man1/endoscope.1 share/man/man5/endoscope.yaml.5 share/doc/endoscope/README.md; do
    [[ -f usr/$file ]] || fail "$file is not installed"
done
expect_status 0 usr/bin/endoscope --version
expect_contains stdout 'endoscope '

mkdir alone
cp usr/bin/endoscope alone/endoscope
rm -rf usr
cp "$ROOT/tests/golden/recorded/incident.store" store
expect_status 0 alone/endoscope report latest --store store --format html
expect_contains stdout '</html>'

# An override goes before what is compiled in, file by file; its mistakes are said with their place.
mkdir mine
echo '# {{#suite}}{{name}}{{/suite}}, in words of our own' >mine/report.md
expect_status 0 alone/endoscope report latest --store store --templates mine
expect_contains stdout 'in words of our own'
echo '{{#suite}} never closed' >mine/report.md
expect_status 2 alone/endoscope report latest --store store --templates mine
expect_contains stderr 'report.md:1:'

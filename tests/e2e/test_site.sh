#!/usr/bin/env bash
# The archive: a page a run, a page an endpoint, an index and a feed, all reached by relative links; a night adds its pages and
# leaves the others alone.
. "$(dirname "$0")/lib.sh"
cp "$ROOT/tests/golden/recorded/story.store" store

expect_status 0 "$ENDOSCOPE" report --store store --site archive
expect_equal "$(find archive/runs -name '*.html' | wc -l) $(find archive/endpoints -name '*.html' | wc -l)" '14 4'
expect_contains archive/index.html 'chat socket' '<table' 'feed.xml' 'aria-label="Chart: nights"' '>7 Sep · deploy 4f2c1</text>'
expect_contains "$(find archive/endpoints -name 'chat-socket*.html')" '14 runs of 1 endpoint'

# Every link of every page leads to a file that is there, or within the page; the feed is one.
/usr/bin/python3 -ES - <<'PY'
import pathlib, re, xml.etree.ElementTree as tree
archive = pathlib.Path("archive").resolve()
seen = set()
for page in archive.rglob("*.html"):
    text = page.read_text(encoding="utf-8")
    for href in re.findall(r'<a [^>]*href="([^"]*)"', text):
        if href.startswith("#"):
            continue
        target = (page.parent / href).resolve()
        assert target.is_file() and archive in target.parents, (page, href)
        seen.add(target)
assert len([p for p in seen if p.parent.name == "runs"]) == 14, seen
atom = "{http://www.w3.org/2005/Atom}"
feed = tree.parse(archive / "feed.xml").getroot()
assert feed.tag == atom + "feed"
for part in ("id", "title", "updated", "author"):
    assert feed.find(atom + part) is not None, part
entries = feed.findall(atom + "entry")
ids = [entry.find(atom + "id").text for entry in entries]
assert len(entries) == len(set(ids)) == 14
assert [e.find(atom + "updated").text for e in entries] == sorted((e.find(atom + "updated").text for e in entries), reverse=True)
for entry in entries:
    assert (archive / entry.find(atom + "link").get("href")).is_file()
PY

# Again: the runs' pages are left alone, also one that somebody wrote to; one that is missing is made again, the same.
page=$(find archive/runs -name '2025-09-07*')
cp "$page" kept.html
touch -d 2001-01-01 archive/runs/*
rm "$page"
expect_status 0 "$ENDOSCOPE" report --store store --site archive
expect_equal "$(find archive/runs -newermt 2002-01-01 | grep -c html)" 1
cmp "$page" kept.html

# A name that no file can have, and two that differ in nothing a file name can hold.
start_server raw
cat >endoscope.yaml <<YAML
suite: names
defaults: { attempts: 1 }
endpoints:
  - { name: "../../etc/Passwd <b>", url: "http://127.0.0.1:$RAW_PORT/ok" }
  - { name: "a/b", url: "http://127.0.0.1:$RAW_PORT/ok" }
  - { name: "a b", url: "http://127.0.0.1:$RAW_PORT/ok" }
  - { name: "…", url: "http://127.0.0.1:$RAW_PORT/ok" }
YAML
expect_status 0 "$ENDOSCOPE" nightly --site nights --reports reports
expect_equal "$(find nights/endpoints -name '*.html' | wc -l)" 4
ls nights/endpoints >names
expect_matches names '^etc-passwd-b-[0-9a-f]{8}\.html$' '^a-b-[0-9a-f]{8}\.html$' '^[0-9a-f]{8}\.html$'
expect_not_contains nights/index.html '<b>'

# What does not go together, and what is not there yet.
expect_status 2 "$ENDOSCOPE" report --store store --site archive --format md
expect_contains stderr '--site'
expect_status 3 "$ENDOSCOPE" report --store store --site archive/index.html
expect_contains stderr 'archive/index.html'

#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The committed reports, as Chromium shows them: silent, alone, accessible, on a phone, on paper."""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

from chromium import Chromium, find

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("BUILD_DIR", ROOT / "build/debug"))
SKIP = 77
SIZE_MAX = 150_000
# A4 less the margins, in CSS pixels.
PAPER_PX = 676

# What the page's policy forbids is tried from within: a script and a picture of its own.
FORBIDDEN = """new Promise(done => {
  const seen = [];
  document.addEventListener('securitypolicyviolation', event => seen.push(event.effectiveDirective));
  const script = document.createElement('script');
  script.textContent = 'window.endoscopeRan = true';
  document.body.append(script);
  const image = document.createElement('img');
  image.src = 'http://127.0.0.1:9/x.png';
  document.body.append(image);
  setTimeout(() => done({ran: window.endoscopeRan === true, seen}), 200);
})"""

AXE = """axe.run(document, {resultTypes: ['violations']}).then(result => result.violations.map(violation =>
  violation.id + ': ' + violation.nodes.slice(0, 3).map(node => node.html.slice(0, 160)).join(' | ')))"""

# A token at both ends of what must not be cut: on paper it stands on one page, or was torn. An empty element is left.
MARK = """(() => {
  let count = 0;
  for (const block of document.querySelectorAll('tbody tr, .verdict, .two > div, .todo li')) {
    const walk = document.createTreeWalker(block, NodeFilter.SHOW_TEXT), texts = [];
    while (walk.nextNode()) if (walk.currentNode.data.trim()) texts.push(walk.currentNode);
    if (!texts.length) continue;
    const token = ' zq' + count++ + 'qz ';
    for (const text of texts) text.data = token + text.data + token;
  }
  return count;
})()"""

BROKEN_LINKS = """[...document.querySelectorAll('a[href]')].map(link => link.getAttribute('href'))
  .filter(href => !href.startsWith('#') || !document.getElementById(decodeURIComponent(href.slice(1))))"""

TWICE = """(() => { const ids = [...document.querySelectorAll('[id]')].map(node => node.id);
  return ids.filter((id, i) => ids.indexOf(id) !== i); })()"""

FOLDED = """(() => { const folds = [...document.querySelectorAll('details:not([open]) [id]')];
  const linked = folds.find(node => document.querySelector('a[href="#' + node.id + '"]')); return linked ? linked.id : null; })()"""

# A word of each of the first folds, short enough for no line to break it.
FOLDED_WORDS = """[...document.querySelectorAll('details')].slice(0, 3).flatMap(fold => {
  const within = [...fold.children].filter(node => node.tagName !== 'SUMMARY').map(node => node.textContent).join(' ');
  return (within.match(/\\b[a-z]{5,9}\\b/i) || []).slice(0, 1); })"""


class Failures(list):
    """What did not hold, page by page."""

    def need(self, holds, page, words):
        if not holds:
            self.append(f"{page}: {words}")


def axe_source():
    """axe-core of the version in package-lock.json; npm fetches it once into the build's folder."""
    kept = BUILD / "browser"
    script = kept / "node_modules/axe-core/axe.min.js"
    wanted = json.loads((ROOT / "tests/browser/package-lock.json").read_text())["packages"]["node_modules/axe-core"]
    package = script.parent / "package.json"
    if not (script.exists() and json.loads(package.read_text())["version"] == wanted["version"]):
        if not shutil.which("npm"):
            return None
        kept.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(ROOT / "tests/browser" / name, kept / name)
        if subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=kept, stdout=sys.stderr,
                          timeout=120, check=False).returncode:
            return None
    return script.read_text(encoding="utf-8")


def noise(events):
    """What a page said or asked for, the page itself left out."""
    found = []
    for event in events:
        params = event["params"]
        if event["method"] in ("Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded"):
            found.append(json.dumps(params)[:300])
        elif event["method"] == "Network.requestWillBeSent" and params.get("type") != "Document":
            found.append("asked for " + params["request"]["url"][:200])
    return found


def check_screen(browser, failures, page, axe):
    for width, dark, phone in ((1280, False, False), (1280, True, False), (360, False, True), (360, True, True)):
        name = f"{page.name} at {width} px, {'dark' if dark else 'light'}"
        browser.look(width, dark, phone=phone)
        browser.open(page.as_uri())
        wide = browser.run("document.documentElement.scrollWidth")
        failures.need(wide <= width, name, f"is {wide} px wide")
        # Colours are the same at any width.
        if axe and not (dark and phone):
            browser.run("document.querySelectorAll('details').forEach(fold => fold.open = true)")
            browser.run(axe + "; true")
            for violation in browser.run(AXE):
                failures.need(False, name, "axe: " + violation)
        failures.need(not noise(browser.events), name, f"is not silent: {noise(browser.events)}")


def check_links(browser, failures, page):
    browser.look(1280)
    browser.open(page.as_uri())
    broken, twice, folded = (browser.run(script) for script in (BROKEN_LINKS, TWICE, FOLDED))
    failures.need(not broken, page.name, f"links that lead nowhere: {broken[:5]}")
    failures.need(not twice, page.name, f"ids given twice: {twice[:5]}")
    if folded:
        browser.run(f"document.querySelector('a[href=\"#{folded}\"]').click()")
        opened = browser.run(f"document.getElementById('{folded}').closest('details').open")
        failures.need(opened, page.name, f"the link to {folded} opens no fold")


def check_policy(browser, failures, page):
    browser.open(page.as_uri())
    tried = browser.run(FORBIDDEN)
    failures.need(not tried["ran"], page.name, "its policy lets a script run")
    failures.need(any(seen.startswith("script-src") for seen in tried["seen"]), page.name, "no script was refused")
    failures.need(any(seen.startswith("img-src") for seen in tried["seen"]), page.name, "no picture was refused")


def check_paper(browser, failures, page):
    browser.call("Emulation.setDeviceMetricsOverride", width=PAPER_PX, height=900, deviceScaleFactor=1, mobile=False)
    browser.call("Emulation.setEmulatedMedia", media="print")
    browser.open(page.as_uri())
    wide = browser.run("document.documentElement.scrollWidth")
    failures.need(wide <= PAPER_PX, page.name, f"is {wide} px wide on paper of {PAPER_PX}")
    folded = browser.run(FOLDED_WORDS)
    marked = browser.run(MARK)
    with tempfile.TemporaryDirectory() as folder:
        paper = pathlib.Path(folder, "page.pdf")
        paper.write_bytes(browser.pdf())
        text = subprocess.run(["pdftotext", "-layout", paper, "-"], check=True, stdout=subprocess.PIPE).stdout.decode()
    browser.call("Emulation.setEmulatedMedia", media="")
    stands = {}
    for number, sheet in enumerate(text.split("\f")):
        for token in re.findall(r"zq(\d+)qz", sheet):
            stands.setdefault(token, set()).add(number)
    torn = sorted(token for token, sheets in stands.items() if len(sheets) > 1)
    failures.need(not torn, page.name, f"{len(torn)} of {marked} rows and boxes are cut in print")
    # A narrow column may break a token in two, never most of them.
    failures.need(len(stands) * 2 > marked, page.name, f"only {len(stands)} of {marked} rows are on paper")
    failures.need(all(word in text for word in folded), page.name, f"what is folded is not on paper: {folded}")


def main():
    if not find() or not shutil.which("pdftotext"):
        print("SKIPPED: no chromium or pdftotext here; script/bootstrap test installs them", file=sys.stderr)
        return SKIP
    pages = [pathlib.Path(name).resolve() for name in sys.argv[1:]] or sorted((ROOT / "reports").rglob("*.html"))
    failures = Failures()
    failures.need(pages, "reports", "there is no page")
    axe = axe_source()
    with Chromium() as browser:
        for page in pages:
            size = page.stat().st_size
            failures.need(size < SIZE_MAX, page.name, f"has {size} bytes")
            check_screen(browser, failures, page, axe)
            check_links(browser, failures, page)
            check_policy(browser, failures, page)
            check_paper(browser, failures, page)
    for failure in failures:
        print("FAILED:", failure, file=sys.stderr)
    if failures:
        return 1
    if not axe:
        print("SKIPPED: axe-core is not here and npm could not fetch it; all else passed", file=sys.stderr)
        return SKIP
    print(f"{len(pages)} pages hold")
    return 0


sys.exit(main())

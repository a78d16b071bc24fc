#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""docs/report.schema.json takes every example report, and what `history` and `verify` print of the story; and refuses what
none of them writes.

    report_schema.py ENDOSCOPE
"""
import copy
import json
import pathlib
import subprocess
import sys
import tempfile

from jsonschema import Draft202012Validator

ROOT = pathlib.Path(__file__).resolve().parents[2]
schema = json.loads((ROOT / "docs/report.schema.json").read_text(encoding="utf-8"))
Draft202012Validator.check_schema(schema)
validator = Draft202012Validator(schema)
wrong = 0


def judge(name, document, good=True):
    global wrong
    errors = [error.message[:200] for error in validator.iter_errors(document)]
    if bool(errors) == good:
        wrong += 1
        deep = [f"{'/'.join(map(str, e.absolute_path))}: {e.message[:200]}" for one in validator.iter_errors(document)
                for e in (one.context or [])][:6]
        print(f"{name}: {'refused' if errors else 'taken'}", *deep, sep="\n    ")


reports = sorted((ROOT / "reports").glob("*/*.json"))
assert reports, "there are no example reports"
for path in reports:
    judge(path.name, json.loads(path.read_text(encoding="utf-8")))

with tempfile.TemporaryDirectory() as folder:
    store = pathlib.Path(folder) / "store"
    store.write_bytes((ROOT / "tests/golden/recorded/incident.store").read_bytes())
    for words in (["report", "latest"], ["compare", "previous"], ["history"], ["history", "chat socket"], ["show", "latest.1"]):
        done = subprocess.run([sys.argv[1], *words, "--store", store, "--json"], stdout=subprocess.PIPE, cwd=folder, check=False)
        judge(" ".join(words), json.loads(done.stdout))

one = json.loads(reports[0].read_text(encoding="utf-8"))
for name, change in {
    "a member that is none": lambda it: it.update(extra=1),
    "a member too few": lambda it: it.pop("findings"),
    "another version": lambda it: it.update(schema="endoscope-report/2"),
    "a word that is none": lambda it: it["summary"].update(status="fine"),
    "a text for a number": lambda it: it["run"].update(planned="12"),
    "a negative time": lambda it: it["run"].update(duration_us=-1),
}.items():
    changed = copy.deepcopy(one)
    change(changed)
    judge(name, changed, good=False)
sys.exit(wrong > 0)

"""search_secret.py TOKEN... [--not GLOB...]: looks for secrets in every file below the working directory, in any form.

Databases are searched as they lie, with their logs, and once more with each piece of evidence unpacked. What the test
itself wrote is left out by --not. Exit status 1 with what was found where.
"""
import fnmatch
import os
import sqlite3
import subprocess
import sys

sys.path.insert(0, os.environ["ROOT"] + "/tests/servers/raw")
from disguise import FORMS  # noqa: E402

PACKED = b"\x28\xb5\x2f\xfd"  # RFC 8878, 3.1.1


def needles_of(token):
    """In each form every stretch of a dozen characters, of base64 what depends on no neighbour."""
    size = 12
    for form, make in FORMS.items():
        text = make(token)[4:-4]
        yield from ((form, text[at:at + size]) for at in range(len(text) - size + 1))


def evidence_of(path):
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as db:
        # Killed before it had made its tables.
        if not db.execute("select 1 from sqlite_master where name = 'evidence'").fetchone():
            return
        for number, (packed,) in enumerate(db.execute("select bytes from evidence")):
            data = bytes(packed)
            if data[:4] == PACKED:
                data = subprocess.run(["zstd", "-dc"], input=data, capture_output=True, check=True).stdout
            yield f"{path}, evidence {number}", data


def contents(left_out):
    for folder, _, names in os.walk("."):
        for path in (os.path.relpath(os.path.join(folder, name)) for name in names):
            if any(fnmatch.fnmatch(path, pattern) for pattern in left_out) or not os.path.isfile(path):
                continue
            yield path, open(path, "rb").read()
            if path.endswith(".db"):
                yield from evidence_of(path)


def main():
    split = sys.argv.index("--not") if "--not" in sys.argv else len(sys.argv)
    tokens, left_out = sys.argv[1:split], sys.argv[split + 1:]
    needles = {needle: form for token in tokens for form, needle in needles_of(token)}
    searched = [(place, content) for place, content in contents(left_out)]
    found = [f"{form} in {place}: {needle}" for place, content in searched for needle, form in needles.items()
             if needle.encode() in content]
    if not any(place.partition(",")[2] for place, _ in searched):
        found.append("no evidence was there to be searched")
    print("\n".join(sorted(found)[:40]), file=sys.stderr)
    sys.exit(1 if found else 0)


main()

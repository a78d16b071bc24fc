"""What the demo takes from a report's JSON, so that nothing of the outcome is written down in the demo itself.

    from_report.py mend REPORT SOURCE       changes SOURCE's files where the report says, as it says
    from_report.py fixed COMPARISON NAME    fails unless that endpoint was fixed
    from_report.py cause REPORT             one line: the cause
"""
import json
import pathlib
import sys


def fail(words):
    sys.exit(f"demo: {words}")


def cause_of(report):
    """The finding that names an address to change; the report puts the surest first."""
    for finding in report["findings"]:
        if finding.get("change"):
            return finding
    fail("the report names no address to change")


def mend(report, source):
    change = cause_of(report)["change"]
    if not change["locations"]:
        fail("the report names no line to change")
    for place in change["locations"]:
        path = pathlib.Path(source, place["file"])
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        old = lines[place["line"] - 1]
        new = old.replace(place["literal"], place["literal"].replace(change["from_path"], change["to_path"]))
        if new == old:
            fail(f"{path}:{place['line']} does not hold {place['literal']}")
        lines[place["line"] - 1] = new
        path.write_text("".join(lines), encoding="utf-8")
        print(f"{path}:{place['line']}: {old.strip()} -> {new.strip()}")


def fixed(comparison, name):
    found = {each["endpoint"]: each["transition"] for each in comparison["comparison"]["transitions"]}
    if found.get(name) != "fixed":
        fail(f"{name} is {found.get(name)}, not fixed")
    print(f"{name}: fixed")


def cause(report):
    finding = cause_of(report)
    change = finding["change"]
    places = ", ".join(f"{place['file']}:{place['line']}" for place in change["locations"])
    print(f"Cause ({finding['certainty']}, {finding['code']}): {finding['title']}: "
          f"{change['from_path']} instead of {change['to_path']}, in {places}")


verb, file, *arguments = sys.argv[1:]
with open(file, encoding="utf-8") as stream:
    {"mend": mend, "fixed": fixed, "cause": cause}[verb](json.load(stream), *arguments)

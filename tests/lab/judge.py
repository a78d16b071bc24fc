"""Holds what a run found against the truth: judge.py MODE REPORT.json TRUTH.tsv

The truth has a line a case, with these columns, separated by tabs:

case        name of the endpoint; every endpoint of the suite has a line, and every line an endpoint
finding     the code that is to be found, `-` for none; several causes at once are joined by `+`; `?`: chance decides what
            is found, and nothing may be confirmed
certainties that it may have, separated by commas: one, unless chance decides
excluded    what must have been ruled out, in the finding's own words, separated by `;`; `-` or nothing: no demand
without     what a run without experiments may call it: `fact` where a protocol says it outright, so that it may be
            confirmed; a code, where it says the same by another one; `-` or nothing: not confirmed

Mode `whole` holds all of it. Modes `without` (experiments) and `interrupted` see less, and may name another cause or
none; but what they call confirmed must be the truth, and without experiments a fact besides. In every mode a finding
about an endpoint that has nothing wrong, is wrong. A case whose attempts the collector made too late to say anything of
the server, which it says itself, is not judged: that is a slow machine's.
"""
import json
import sys

OURS = "collector-late"
COLUMNS = ("case", "finding", "certainties", "excluded", "without")


def read_truth(path):
    truth = {}
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if line.startswith("#") or not line.strip():
                continue
            cells = line.rstrip("\n").split("\t")
            if cells[1:] == ["?"]:
                cells.append("possible,likely")
            if not 3 <= len(cells) <= len(COLUMNS):
                sys.exit(f"{path}:{number}: {len(cells)} columns")
            row = dict(zip(COLUMNS, cells + ["-"] * (len(COLUMNS) - len(cells))))
            codes = row["finding"].split("+") if row["finding"] != "-" else []
            if row["case"] in truth or (codes and row["certainties"] in ("", "-")):
                sys.exit(f"{path}:{number}: a case twice, or without a certainty")
            truth[row["case"]] = {
                "codes": codes,
                "certainties": row["certainties"].split(","),
                "excluded": [] if row["excluded"] in ("", "-") else [w.strip() for w in row["excluded"].split(";")],
                "fact": row["without"] == "fact",
                "other": row["without"],
            }
    return truth


def faults(mode, row, findings):
    """What is wrong with the findings about one case."""
    codes = sorted(finding["code"] for finding in findings)
    if codes == [OURS]:
        return []
    if not row["codes"]:
        return [f"{code}: nothing is wrong" for code in codes]
    wrong = []
    for finding in findings:
        if finding["certainty"] != "confirmed" or (mode != "whole" and finding["code"] == row["other"]):
            continue
        if finding["code"] not in row["codes"]:
            wrong.append(f"{finding['code']} is confirmed, and wrong")
        elif mode == "without" and not row["fact"]:
            wrong.append(f"{finding['code']} is confirmed without an experiment")
    if mode != "whole" or row["codes"] == ["?"]:
        return wrong
    if codes != sorted(row["codes"]):
        wrong.append("not what is to be found")
    for finding in findings:
        if finding["certainty"] not in row["certainties"]:
            wrong.append(f"{finding['certainty']} is not {' or '.join(row['certainties'])}")
        excluded = {exclusion["what"] for exclusion in finding["excluded"]}
        wrong += [f"not ruled out: {what}" for what in row["excluded"] if what not in excluded]
    return wrong


def main(mode, report_path, truth_path):
    with open(report_path, encoding="utf-8") as file:
        report = json.load(file)
    truth, wrong = read_truth(truth_path), 0
    asked = [endpoint["name"] for endpoint in report["endpoints"]]
    found = {name: [] for name in {*truth, *asked}}
    for finding in report["findings"]:
        for endpoint in finding["endpoints"]:
            found[endpoint["name"]].append(finding)
        if not finding["endpoints"]:
            wrong += 1
            print(f"WRONG: {finding['code']} is about no endpoint")
    for name in asked:
        if name not in truth:
            wrong += 1
            print(f"WRONG: {name} has no line in {truth_path}")
    for name in set(truth) - set(asked):
        wrong += 1
        print(f"WRONG: {name} is no endpoint of the suite")
    print(f"{mode:24} {'truth':30} found")
    for name, row in truth.items():
        faulty = faults(mode, row, found[name])
        wrong += bool(faulty)
        words = ", ".join(f"{finding['code']} ({finding['certainty']})" for finding in found[name]) or "-"
        print(f"{name:24} {'+'.join(row['codes']) or '-':30} {words}{'    WRONG: ' + '; '.join(faulty) if faulty else ''}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""docs/endoscope.schema.json takes every good config, and refuses every bad one that a schema can refuse."""
import json
import pathlib
import re
import sys

import yaml
from jsonschema import Draft202012Validator

ROOT = pathlib.Path(__file__).resolve().parents[2]

# What no schema can say: what holds between values, of files, and of variables.
BEYOND = {
    "not_utf8_variable": "the environment",
    "several_origins": "where secrets go",
    "variables": "the environment",
}


class Core(yaml.SafeLoader):
    """YAML 1.2's core schema (10.3): only true and false are booleans, 0o17 is octal, dates are text."""


Core.yaml_implicit_resolvers = {}
for tag, pattern, first in (
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("bool", r"true|True|TRUE|false|False|FALSE", list("tTfF")),
    # A leading zero is left a text: it is refused, as the loader does.
    ("int", r"[-+]?(?:0|[1-9][0-9]*)|0o[0-7]+|0x[0-9a-fA-F]+", list("-+0123456789")),
    ("float", r"[-+]?(?:\.[0-9]+|[0-9]+\.[0-9]*|[0-9]+(?=[eE]))(?:[eE][-+]?[0-9]+)?", list("-+.0123456789")),
):
    Core.add_implicit_resolver("tag:yaml.org,2002:" + tag, re.compile("^(?:" + pattern + ")$"), first)


def number(loader, node):
    text = node.value
    if text.startswith("0o"):
        return int(text[2:], 8)
    return int(text, 16) if text.startswith("0x") else int(text)


def mapping(loader, node, deep=False):
    keys = [loader.construct_object(key, deep=True) for key, _ in node.value]
    if any(not isinstance(key, str) for key in keys):
        keys = [key if isinstance(key, str) else str(key) for key in keys]
    if len(set(keys)) != len(keys):
        raise yaml.constructor.ConstructorError(None, None, "a key stands twice", node.start_mark)
    return dict(zip(keys, [loader.construct_object(value, deep=True) for _, value in node.value]))


Core.add_constructor("tag:yaml.org,2002:int", number)
Core.add_constructor("tag:yaml.org,2002:map", mapping)


def faults(validator, path):
    """Why it is refused, in a few words; empty: it is taken."""
    try:
        document = yaml.load(path.read_text(encoding="utf-8-sig"), Loader=Core)
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        return [str(error).splitlines()[0]]
    return [f"{fault.json_path}: {fault.message[:100]}" for fault in validator.iter_errors(document)]


def main():
    schema = json.loads((ROOT / "docs/endoscope.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    wrong = []
    good = sorted((ROOT / "tests/config/good").glob("*.yaml"))
    bad = sorted((ROOT / "tests/config/bad").glob("*.yaml"))
    for path in good:
        wrong += [f"good/{path.name} is refused: {fault}" for fault in faults(validator, path)]
    for path in bad:
        refused = faults(validator, path)
        if "-v" in sys.argv:
            print(path.name, *refused, sep="\n    ")
        if path.stem in BEYOND and refused:
            wrong.append(f"bad/{path.name} is refused, so it is not beyond a schema: {refused[0]}")
        if path.stem not in BEYOND and not refused:
            wrong.append(f"bad/{path.name} is taken")
    if not good or not bad:
        wrong.append("there are no configs")
    print(*wrong, sep="\n")
    return 1 if wrong else 0


sys.exit(main())

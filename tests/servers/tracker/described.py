# SPDX-License-Identifier: MIT
"""Requests against the published descriptions in api/ (script/api-descriptions cuts them out): the path and method must be
there, and parameters and body as they are described, with no field that nobody knows."""
import json
import pathlib
import re

import jsonschema

BASES = {"github": "/api/v3", "gitea": "/api/v1", "jira": "/rest/api/2"}


def load(kind):
    file = pathlib.Path(__file__).parent / "api" / f"{kind}.json"
    if not file.exists():
        return []
    operations = []
    for path, methods in json.loads(file.read_text())["paths"].items():
        pattern = "/".join("(?P<%s>[^/]+)" % part[1:-1] if part.startswith("{") else re.escape(part) for part in path.split("/"))
        operations += [(method.upper(), re.compile(pattern), it) for method, it in methods.items()]
    return operations


OPERATIONS = {kind: load(kind) for kind in BASES}


def value_of(text, schema):
    """A parameter's text as what its schema wants it to be."""
    if schema.get("type") == "integer" and re.fullmatch(r"-?\d+", text):
        return int(text)
    if schema.get("type") == "boolean" and text in ("true", "false"):
        return text == "true"
    if schema.get("type") == "array":
        return text.split(",")
    return text


def hold(value, schema, what):
    # OpenAPI 3.0 has a word of its own for null, which is never sent here.
    found = next(jsonschema.Draft7Validator(schema).iter_errors(value), None)
    return [f"{what}: {found.message[:200]}"] if found else []


def body_breaches(operation, content_type, body):
    kinds = operation.get("body", {})
    kind = content_type.split(";")[0]
    if not kinds:
        return ["a body that nobody asks for"] if body else []
    if kind not in kinds:
        return [f"the body is {kind or 'nothing'}, not {' or '.join(kinds)}"]
    if kind != "application/json":
        return []
    try:
        value = json.loads(body)
    except ValueError:
        return ["the body is no JSON"]
    schema = kinds[kind]
    known = schema.get("properties")
    unknown = set(value) - set(known) if isinstance(value, dict) and known else set()
    return hold(value, schema, "the body") + [f"the body has {name}, which is not described" for name in sorted(unknown)]


def breaches(kind, command, path, query, content_type, body):
    """What is wrong with a request, by the description of its tracker; [] where there is none."""
    if not OPERATIONS.get(kind):
        return []
    for method, pattern, operation in OPERATIONS[kind]:
        found = pattern.fullmatch(path.removeprefix(BASES[kind]))
        if method == command and found:
            break
    else:
        return ["not described"]
    wrong = []
    asked = {"path": found.groupdict(), "query": {name: values[0] for name, values in query.items()}}
    described = {(one["in"], one["name"]): one for one in operation["parameters"]}
    for (where, name), one in described.items():
        given = asked.get(where, {}).get(name)
        if given is not None:
            wrong += hold(value_of(given, one.get("schema", one)), one.get("schema", {}), name)
        elif one.get("required") and where in asked:
            wrong.append(f"{name} is missing")
    wrong += [f"{name} is not described" for name in asked["query"] if ("query", name) not in described]
    return wrong + body_breaches(operation, content_type, body)

#!/usr/bin/env bash
# docs/causes.md and docs/errors.md are what the program's own tables say.
. "$(dirname "$0")/lib.sh"

mkdir made
"$ROOT/script/reference" "$ENDOSCOPE" "$PWD/made"
for name in causes errors; do
    [[ $(wc -l <made/$name.md) -gt 60 ]]
    diff "$ROOT/docs/$name.md" "made/$name.md"
done

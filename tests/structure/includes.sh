#!/usr/bin/env bash
# Fails when an include runs against the flow of docs/decisions.md and the folders: what each may include stands here,
# and nowhere else.
set -euo pipefail
cd "$(dirname "$0")/../.."

# Reads FILE:LINE:#include "x/y.h" lines; prints those that no rule allows.
forbidden() {
    awk -F: '
    BEGIN {
        may["base"]      = "base/"
        may["collector"] = "base/ collector/"
        may["store"]     = "base/ store/ collector/probe.h"
        may["diagnosis"] = "base/ diagnosis/ collector/probe.h collector/probe_brief.h collector/suite.h collector/plan.h"
        may["render"]    = "base/ render/ diagnosis/model.h"
        may["publish"]   = "base/ publish/ collector/suite.h collector/secret.h"
        may["cli"]       = "base/ collector/ store/ diagnosis/ render/ publish/ cli/"
        may["tests"]     = "base/ collector/ store/ diagnosis/ render/ publish/ cli/ tests/"
    }
    {
        folder = $1
        sub("/.*", "", folder)
        match($0, /"[^"]*"/)
        included = substr($0, RSTART + 1, RLENGTH - 2)
        allowed = 0
        count = split(may[folder], prefixes, " ")
        for (i = 1; i <= count; i++)
            if (index(included, prefixes[i]) == 1)
                allowed = 1
        if (!allowed)
            printf "%s:%s: %s/ may not include \"%s\"\n", $1, $2, folder, included
    }'
}

# A test that cannot fail is none: first the judge is judged.
sample='base/a.c:1:#include "collector/url.h"
store/a.c:2:#  include "collector/suite.h"
publish/a.c:3:#include "cli/options.h"
render/a.c:4:#include "view.h"
newroom/a.c:5:#include "base/buf.h"
store/b.c:6:#include "collector/probe.h"
cli/b.c:7:#include "render/html.h"'
if [[ $(forbidden <<<"$sample" | cut -d: -f2 | tr '\n' ' ') != '1 2 3 4 5 ' ]]; then
    echo "includes.sh does not find what it looks for" >&2
    exit 1
fi

found=$(find . -name build -prune -o -name '.*' ! -name . -prune -o -name '*.[ch]' -print0 |
    xargs -0 grep -nHE '^[[:space:]]*#[[:space:]]*include[[:space:]]*"' | sed 's|^\./||' | forbidden)
if [[ -n $found ]]; then
    echo "$found" >&2
    exit 1
fi

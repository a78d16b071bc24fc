#!/usr/bin/env bash
# headers.sh [CC]: fails when a header does not compile alone.
set -euo pipefail
cd "$(dirname "$0")/../.."
cc=${1:-cc}

read -ra packages < <(pkg-config --cflags libcurl libcares openssl sqlite3 libzstd yaml-0.1 jansson libpcre2-8 \
    libutf8proc libcmark-gfm cmocka)
flags=(-std=c17 -D_GNU_SOURCE -DPCRE2_CODE_UNIT_WIDTH=8 "-DSOURCE_DIR=\"$PWD\"" -Wall -Wextra -Werror -I. "${packages[@]}")

status=0
while IFS= read -r -d '' header; do
    header=${header#./}
    printf '#include "%s"\ntypedef int nothing_else_here;\n' "$header" |
        "$cc" "${flags[@]}" -fsyntax-only -x c - || { echo "$header does not compile alone" >&2; status=1; }
done < <(find . -name build -prune -o -name '.*' ! -name . -prune -o -name '*.h' -print0)
exit "$status"

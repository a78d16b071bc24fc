#!/usr/bin/env bash
# A body that unpacks into gigabytes costs no more memory than its cap, and is no failure.
. "$(dirname "$0")/lib.sh"
start_server raw
export ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}quarantine_size_mb=1" # what was freed is not to count

# peak URL: the most memory in KiB that a run over it takes.
peak() {
    /usr/bin/python3 -ES - "$ENDOSCOPE" "$1" <<'PY'
import resource, subprocess, sys
done = subprocess.run([sys.argv[1], "run", sys.argv[2]], stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
sys.exit(done.stderr.decode()) if done.returncode else print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
PY
}

small=$(peak "http://127.0.0.1:$RAW_PORT/ok")
for path in bomb encoded/gzip encoded/gzip/gzip endless; do
    large=$(peak "http://127.0.0.1:$RAW_PORT/$path")
    # 8 MiB are read and judged; the buffer doubles on its way there.
    ((large - small < 32 * 1024)) || fail "$path takes $((large - small)) KiB"
done
expect_status 0 "$ENDOSCOPE" run --json "http://127.0.0.1:$RAW_PORT/bomb"

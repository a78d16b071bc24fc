#!/usr/bin/env bash
# Where the source has the failing address: found in what people write and nowhere else, and a diff that git takes.
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/servers/common.sh"
lab() {
    cat <<CONF
    access_log off;
    server {
        listen 127.0.0.1:$1;
        location = /api/chat { return 200 'chat'; }
        location / { return 404; }
    }
CONF
}
mkdir lab
SERVERS+=("$WORK/lab")
cd lab
nginx_start 1 lab
cd ..

mkdir -p 'repo/web/src/deep dir' repo/web/node_modules/lib repo/web/tests repo/web/generated repo/server
cd repo
git init -q .
printf 'generated/\n*.local\n' >.gitignore
printf '/src/ignored.ts\n' >web/.gitignore
cat >web/src/config.ts <<TS
const API = import.meta.env.VITE_API
export const endpoints = {
  health: \`\${API}/health\`,
  chat: \`\${API}/talk\`,
  whole: 'http://127.0.0.1:${ports[0]}/api/talk',
}
TS
printf 'export const dos = "/api/talk"\r\n' >'web/src/deep dir/dos.ts'
printf 'path = "/api/talk"' >web/src/unended.py
printf 'const a = "/api/talk"\n' >web/src/ignored.ts
printf 'const a = "/api/talk"\n' >web/generated/a.ts
printf 'const a = "/api/talk"\n' >web/node_modules/lib/a.js
printf 'const a = "/api/talk"\n' >web/tests/a.ts
printf 'const a = "/api/talk"\n\0' >web/src/binary.bin
printf 'VITE_API=http://127.0.0.1:%s/api\nCHAT_PATH=/api/talk\nTOKEN=canary-in-the-env-file\n' "${ports[0]}" >web/.env.staging
printf 'CHAT_PATH=/api/talk\n' >web/.env.local
printf 'const password = "canary-beside-the-hit"\nconst chat = "/api/talk"\n' >web/src/login.js
printf '@app.get("/api/talk")\ndef talk(): ...\n' >server/app.py
cd ..
ln -s repo/web front
printf 'suite: source\ndefaults: { attempts: 2, interval: 20ms }\nsource: { path: front }\nendpoints:\n' >endoscope.yaml
printf '  - { name: chat, url: "http://127.0.0.1:%s/api/talk", candidates: [/api/chat] }\n' "${ports[0]}" >>endoscope.yaml

expect_status 1 "$ENDOSCOPE" run
expect_status 0 "$ENDOSCOPE" report --output report.json
expect_status 0 "$ENDOSCOPE" report --output report.md
expect_status 0 "$ENDOSCOPE" report --output report.html
expect_json report.json \
    '[(p["file"], p["line"], p["kind"]) for p in it["findings"][0]["change"]["locations"]]
     == [("src/config.ts", 5, "url"), (".env.staging", 2, "path"), ("src/deep dir/dos.ts", 1, "path"),
         ("src/login.js", 2, "path"), ("src/unended.py", 1, "path"), ("src/config.ts", 4, "tail")]' \
    '[(p["file"], p["aside"]) for p in it["findings"][0]["change"]["also"]] == [("tests/a.ts", True)]' \
    'it["findings"][0]["change"]["search_cut"] is False' \
    'it["findings"][0]["change"]["locations"][1]["key"] == "CHAT_PATH"'
expect_contains report.md 'src/config.ts' 'git apply' 'in a comment, a test or documentation'

# What stands beside a hit is nobody's business: not in the store either.
expect_status 0 "$ENDOSCOPE" db export --output export.json
expect_not_contains export.json 'canary-' 'def talk'
expect_not_contains report.json 'canary-'
expect_not_contains report.md 'canary-'
expect_not_contains report.html 'canary-'
! grep -q canary- endoscope.db* || fail 'a canary is in the store'

# The diff: of three files of five, for git to take, and for the next night to pass by.
/usr/bin/python3 -ES -c 'import json, sys; sys.stdout.write(json.load(open("report.json"))["findings"][0]["change"]["diff"])' >fix.diff
expect_contains fix.diff 'a/src/config.ts' 'dos.ts' 'unended.py'
expect_not_contains fix.diff 'a/.env' 'login.js' 'tests/'
(cd repo/web && git apply --check "$WORK/fix.diff" && git apply "$WORK/fix.diff") || fail 'git does not take the diff'
expect_contains repo/web/src/config.ts "\${API}/chat" "/api/chat'"
expect_equal "$(od -c 'repo/web/src/deep dir/dos.ts' | grep -c '\\r')" 1

# Globs of the config, as .gitignore has them; the server's side is told from the client's.
sed -i 's,source:.*,source: { path: repo\, include: ["*.py"]\, exclude: [/web/src/unended.py] },' endoscope.yaml
expect_status 1 "$ENDOSCOPE" run
expect_status 0 "$ENDOSCOPE" report --output globs.json
expect_json globs.json \
    '[(p["file"], p["kind"]) for p in it["findings"][0]["change"]["also"]] == [("server/app.py", "route")]' \
    'it["findings"][0]["change"]["locations"] == []' 'it["findings"][0]["change"].get("diff") is None'

# A source that cannot be read takes nothing from the diagnosis.
sed -i 's,source:.*,source: { path: nowhere },' endoscope.yaml
expect_status 1 "$ENDOSCOPE" run
expect_contains stderr 'cannot read the source folder'
expect_contains stdout 'http-wrong-path'

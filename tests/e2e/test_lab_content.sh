#!/usr/bin/env bash
# The lab of contents: answers that come, and say something else than they should.
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/lab/lab.sh"
. "$ROOT/tests/lab/groups.sh"

lab_server members "$PYTHON" -EsB "$ROOT/tests/lab/members.py" one
member=http://127.0.0.1:$MEMBER_ONE

site() {
    mkdir -p static
    echo '<html><div id=root></div></html>' >static/index.html
    cat <<CONF
    access_log off;
    server {
        listen 127.0.0.1:$1;
        location = /wrong-type { default_type application/json; return 200 '<html>we are busy</html>'; }
        location = /as-page { default_type text/html; return 200 '{"a": 1}'; }
        location / { root $PWD/static; try_files \$uri /index.html; }
    }
CONF
}
lab_nginx site 1 site
site=http://127.0.0.1:$ports

lab_case right "url: '$member/shape', expect: { json: { /user/name: ann, /user/id: { type: number } } }"
lab_case error "url: '$member/error', expect: { json: { /success: true } }"
lab_case graphql "url: '$member/graphql', expect: { json: { /data/me: { exists: true } } }"
lab_case wrong-type "url: '$site/wrong-type', expect: { json: { /a: 1 } }"
lab_case as-page "url: '$site/as-page', expect: { type: application/json }"
lab_case fallback "url: '$site/api/users', expect: { json: { /users: { exists: true } } }"
lab_case other "url: '$member/page', expect: { body: { contains: goodbye } }"
lab_group content

# What changed since the last good run, by its path.
mkdir content-changed
cd content-changed
lab_case shape "url: '$member/shape', expect: { json: { /user/name: ann } }"
lab_case page "url: '$member/page', expect: { body: { contains: welcome } }"
lab_case quiet "url: '$member/work'"
lab_suite content-changed
expect_status 0 "$ENDOSCOPE" run
echo after >"$WORK/members/state"
expect_status 1 "$ENDOSCOPE" run
expect_status 0 "$ENDOSCOPE" report --output whole.json
lab_judge whole content-changed
expect_json whole.json \
    '{f["code"]: f["field"] for f in it["findings"]} == {
        "content-shape-changed": "/user/name is gone", "content-changed": "line 1: we are sorry, was welcome"}'
# Found anew from the store alone, the same is found.
expect_status 0 "$ENDOSCOPE" report --rediagnose --format json
json stdout 'it["findings"]' >anew
json whole.json 'it["findings"]' | cmp - anew || fail "--rediagnose finds something else"

#!/usr/bin/env bash
# Two runs over an endpoint that passes in both: what its answer says now, and which header is another, is told by pointer
# and name; what differs from attempt to attempt anyway is not.
. "$(dirname "$0")/lib.sh"

cat >server.py <<'EOF'
import http.server
import itertools
import os

numbers = itertools.count()


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = open("body.json", "rb").read().replace(b"NUMBER", str(next(numbers)).encode())
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("X-Release", open("release").read())
        self.send_header("X-Request-Id", str(next(numbers)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
open("port.new", "w").write(str(server.server_port))
os.rename("port.new", "port")
server.serve_forever()
EOF
printf 4f2c1 >release
echo '{"version": "1.2", "served": NUMBER, "items": [{"id": 7, "name": "a"}]}' >body.json
python3 server.py &
server=$!
for _ in {1..100}; do
    [[ -f port ]] && break
    sleep 0.1
done
printf 'suite: s\nendpoints:\n  - { name: page, url: "http://127.0.0.1:%s/", attempts: 2, interval: 0s }\n' "$(<port)" >endoscope.yaml

expect_status 0 "$ENDOSCOPE" run
printf 9a0b3 >release
echo '{"version": "1.3", "served": NUMBER, "items": [{"id": 8, "name": "b"}, {"id": 7, "name": "a"}]}' >body.json
expect_status 0 "$ENDOSCOPE" run
expect_status 0 "$ENDOSCOPE" compare previous latest --format md
kill "$server"
# shellcheck disable=SC2016 # Markdown
expect_contains stdout '`header X-Release`' '`4f2c1`' '`9a0b3`' '`body /version`' '`body /items/0`'
for word in 'X-Request-Id' '/served' 'header Date' '/items/1'; do
    if sed -n '/What else differs/,/^## /p' stdout | grep -qF "$word"; then fail "$word is told"; fi
done

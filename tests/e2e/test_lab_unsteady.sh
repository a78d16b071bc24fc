#!/usr/bin/env bash
# The lab of what is not the same each time: pools with one bad member, servers that flap, and servers that answer by
# chance, of which nothing may be confirmed.
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/lab/lab.sh"
. "$ROOT/tests/lab/groups.sh"

lab_server members "$PYTHON" -EsB "$ROOT/tests/lab/members.py" one two bad
lab_server sockets "$PYTHON" -EsB "$ROOT/tests/lab/sockets.py"
member=http://127.0.0.1:$MEMBER_ONE
sockets=ws://127.0.0.1:$SOCKETS

pools() {
    cat <<CONF
    access_log off;
    upstream three { server 127.0.0.1:$MEMBER_ONE; server 127.0.0.1:$MEMBER_BAD; server 127.0.0.1:$MEMBER_TWO; }
    upstream two { server 127.0.0.1:$MEMBER_ONE; server 127.0.0.1:$MEMBER_BAD; }
    upstream well { server 127.0.0.1:$MEMBER_ONE; server 127.0.0.1:$MEMBER_TWO; }
    server {
        listen 127.0.0.1:$1;
        location /named/ { proxy_pass http://three/; }
        location /nameless/ { proxy_pass http://two/; proxy_hide_header X-Backend; }
        location /well/ { proxy_pass http://well/; }
        location / { return 404; }
    }
CONF
}
lab_nginx pools 1 pools
pools=http://127.0.0.1:$ports

lab_case well "url: '$pools/well/work', attempts: 4"
lab_case named "url: '$pools/named/work', attempts: 4"
lab_case nameless "url: '$pools/nameless/work', attempts: 4"
lab_case second "url: '$member/second/1'"
lab_case third "url: '$member/third/1'"
lab_case socket "url: '$sockets/second'"
lab_group unsteady

# The member is named, and of what flaps it is said how often.
expect_json unsteady/whole.json \
    '[f["varied"] for f in it["findings"] if f["code"] == "http-faulty-backend"] == ["X-Backend: bad"]' \
    'all(0 < f["broken"]["passed"] < f["broken"]["total"] for f in it["findings"] if f["code"] == "flapping")' \
    'all("of" in f["explanation"] and "attempts passed" in f["explanation"] for f in it["findings"]
        if f["code"] == "flapping")'

# By chance, or as if it were: with everything that could be the one thing that makes the difference.
more="origin: 'https://app.example.com', headers: { X-One: '1', X-Two: '2' }"
for number in 1 2 3 4 5 6; do
    lab_case "dice-$number" "url: '$member/dice/$number?a=1', attempts: $((number % 3 + 1)), $more"
done
lab_case fourth "url: '$member/fourth/1?a=1', attempts: 2, $more"
lab_case fourth-path "url: '$member/fourth/2', attempts: 2, candidates: [/work, /third/2]"
lab_case once "url: '$member/second/2?a=1', attempts: 1, $more"
lab_group chance

lab_case recovers "url: '$member/recovers/1?a=1', candidates: [/work], $more"
lab_case breaks "url: '$member/breaks/1?a=1', candidates: [/work], $more"
lab_case kinds "url: '$member/kinds/1', candidates: [/work], $more"
lab_case dice-path "url: '$member/dice/7', candidates: [/work, /dice/8], $more"
lab_case dice-origin "url: '$sockets/dice-origin', attempts: 2, origin: 'https://app.example.com'"
lab_case dice-socket "url: '$sockets/dice-origin', attempts: 4, origin: 'https://app.example.com'"
lab_group chance-more

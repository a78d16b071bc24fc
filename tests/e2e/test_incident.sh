#!/usr/bin/env bash
# The incident of ticket 488, before and after its fix: what the reports must say, and what they must not.
. "$(dirname "$0")/lib.sh"
start_server replica
cp -R "$ROOT/tests/servers/replica/frontend" "$ROOT/tests/servers/replica/endoscope.yaml" .

export VITE_WS_PATH=/ws
expect_status 1 "$ENDOSCOPE" run --label night=before
expect_contains stdout 'websocket-wrong-path' 'websocket-route-fails'
expect_status 0 "$ENDOSCOPE" report --output before.json
expect_status 0 "$ENDOSCOPE" report --output before.md
expect_status 0 "$ENDOSCOPE" report --output before.html
expect_status 0 "$ENDOSCOPE" report --output before.txt

# The two findings, and how sure each is.
expect_json before.json \
    '[(f["code"], f["certainty"]) for f in it["findings"] if {"name": "chat socket"} in f["endpoints"]]
     == [("websocket-wrong-path", "confirmed"), ("websocket-route-fails", "likely")]' \
    'it["findings"][0]["change"]["from_path"] == "/ws"' \
    'it["findings"][0]["change"]["to_path"] == "/websocket"' \
    '[(p["file"], p["line"]) for p in it["findings"][0]["change"]["locations"]] != []' \
    'any(c.get("value") == "legacy" for c in it["findings"][0]["cautions"])' \
    'any("simplified_auth" in (c.get("key") or "") for c in it["findings"][0]["cautions"])' \
    'any("without" in (c.get("words") or "") for c in it["findings"][0]["cautions"])'

# Every address with its status.
expect_json before.json \
    '{a["name"]: a["status"] for e in it["endpoints"] for a in [e["answer"], *e["candidates"]]}
     == {"chat socket": 500, "/websocket": 101, "/api/ws": 404, "/api/websocket": 404, "/v1/ws": 404,
         "/v1/websocket": 404, "health": 200, "api health": 422, "profile": 200}' \
    'any(f["code"] == "http-validation-error" and "probe" in f["field"] for f in it["findings"])'
for file in before.md before.txt; do
    expect_contains "$file" '/ws' '/websocket' '500' '422' 'legacy' 'simplified_auth' 'confirmed' 'likely'
done
expect_contains before.md '[p1]' 'curl '
expect_not_contains before.md '100 %' 'fully' 'perfect' 'RESOLVED'

# After the fix: the front end asks for what works.
export VITE_WS_PATH=/websocket
expect_status 1 "$ENDOSCOPE" run --label night=after
expect_status 0 "$ENDOSCOPE" compare previous --output comparison.json
expect_status 0 "$ENDOSCOPE" compare previous latest --output comparison.md
expect_json comparison.json \
    '{t["endpoint"]: t["transition"] for t in it["comparison"]["transitions"]}
     == {"chat socket": "fixed", "api health": "still-failing", "health": "still-passing", "profile": "still-passing"}' \
    '{(f["code"], f["change"]) for f in it["comparison"]["findings"]}
     == {("websocket-wrong-path", "cleared"), ("websocket-route-fails", "not-tested"),
         ("http-validation-error", "remains")}'
expect_contains comparison.md '/ws' '/websocket' 'fixed'

# The same store and rules, the same bytes.
for format in md json txt; do
    expect_status 0 "$ENDOSCOPE" compare previous latest --output "again.$format"
done
cmp comparison.md again.md
cmp comparison.json again.json

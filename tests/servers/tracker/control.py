#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""control.py PORT VERB [JSON]: `state KIND`, `fault JSON`, `seed JSON`, `violations`, `elsewhere`; prints the answer."""
import json
import sys
import urllib.request

port, verb = sys.argv[1], sys.argv[2]
data = sys.argv[3] if len(sys.argv) > 3 else "{}"
request = urllib.request.Request(f"http://127.0.0.1:{port}/control/{verb}", data=data.encode(), method="POST")
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
with opener.open(request) as answer:
    print(json.dumps(json.load(answer), indent=1))

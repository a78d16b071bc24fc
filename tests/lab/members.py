"""Members of a pool that name themselves, and answers that change: members.py NAME... ; prints MEMBER_<NAME>=port.

The member called "bad" fails on /work. Behaviour by path: /shape, /shape-then are JSON whose form follows the file `state`
in the working directory; counts are kept by path, so that attempts are told from other requests.
"""
import itertools
import json
import random
import signal
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

COUNTS = {}
LOCK = threading.Lock()


def count(path):
    with LOCK:
        return next(COUNTS.setdefault(path, itertools.count(1)))


def state():
    try:
        with open("state", encoding="ascii") as file:
            return file.read().strip()
    except OSError:
        return "before"


class Member(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    name = ""

    def log_message(self, *_):
        pass

    def work(self, _):
        return (500, {"detail": "no connection to the database"}) if self.name == "bad" else (200, {"ok": True})

    def shape(self, _):
        """A member was renamed and another has become a text."""
        if state() == "before":
            return 200, {"user": {"name": "ann", "id": 7}, "items": [{"price": 12}]}
        return 200, {"user": {"display_name": "ann", "id": "7"}, "items": [{"price": 12}]}

    def page(self, _):
        return 200, "welcome" if state() == "before" else "we are sorry"

    def error(self, _):
        return 200, {"success": False, "error": "database is locked"}

    def graphql(self, _):
        return 200, {"data": None, "errors": [{"message": "no such field"}]}

    def second(self, number):
        """Well every second time."""
        return (200, "well") if number % 2 == 0 else (500, "not well")

    def third(self, number):
        """Fails every third time."""
        return (500, "not well") if number % 3 == 0 else (200, "well")

    def fourth(self, number):
        """Twice badly, twice well: as an A-B-A would have it, if it went on so."""
        return (500, "not well") if number % 4 in (1, 2) else (200, "well")

    def dice(self, number):
        """As chance has it, but the same at each start: the throws belong to the path and its count."""
        return (500, "not well") if random.Random(f"{self.path.split('?')[0]} {number}").random() < 0.5 else (200, "well")

    def recovers(self, number):
        """Fails at first, and is well for good."""
        return (500, "starting") if number <= 4 else (200, "well")

    def breaks(self, number):
        return (500, "out of memory") if number > 2 else (200, "well")

    def kinds(self, number):
        """Fails each time, each time otherwise."""
        return ((500, "not well"), (502, "bad gateway"), (503, "no"))[number % 3]

    def do_GET(self):
        whole = self.path.split("?")[0]
        path = whole.strip("/").split("/")[0]
        route = getattr(self, path, None) if not path.startswith(("do_", "_")) else None
        status, body = route(count(whole)) if route in self.routes() else (404, {"detail": "Not Found"})
        kind = "text/plain" if isinstance(body, str) else "application/json"
        body = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-Backend", self.name)
        self.end_headers()
        self.wfile.write(body)

    def routes(self):
        return [self.work, self.shape, self.page, self.error, self.graphql, self.second, self.third, self.fourth,
                self.dice, self.recovers, self.breaks, self.kinds]


signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
for member in sys.argv[1:]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Member", (Member,), {"name": member}))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"MEMBER_{member.upper()}={server.server_port}", flush=True)
print("READY=1", flush=True)
threading.Event().wait()

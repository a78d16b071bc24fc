"""Servers whose answers point to another cause than theirs: misleading.py ADDRESS OTHER; prints its ports as NAME=NUMBER.

ADDRESS is a free address of 127.0.0.0/8, on whose ports 80 and 443 another service listens, where that is allowed. MOVED is
on OTHER, another such address. TIME_ONE and TIME_TWO, on two hosts, agree on a time that is three days before ours: by
them it is the collector's clock that is wrong.
"""
import itertools
import json
import signal
import socket
import sys
import threading
import time
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

DAYS = 3 * 86400
COUNTS = {}
LOCK = threading.Lock()


def count(path):
    with LOCK:
        return next(COUNTS.setdefault(path, itertools.count(1)))


class Server(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    shift = 0

    def log_message(self, *_):
        pass

    def date_time_string(self, timestamp=None):
        return formatdate((timestamp or time.time()) + self.shift, usegmt=True)

    def answer(self, status, body, *headers, kind="application/json", length=None):
        body = json.dumps(body).encode() if kind == "application/json" and not isinstance(body, bytes) else body
        self.send_response(status)
        for name, value in [("Content-Type", kind), ("Content-Length", str(length or len(body))), *headers]:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def health(self, _):
        self.answer(200, {"status": "ok"})

    def cached(self, query):
        """What a cache keeps is well, what it passes on is not."""
        if query or "X-One" in self.headers:
            return self.answer(500, {"detail": "no database"})
        return self.answer(200, {"items": []}, ("Age", "120"), ("X-Cache", "HIT"))

    def stale(self, _):
        self.answer(200, {"items": []}, ("Age", "3600"))

    def fails(self, _):
        self.answer(500, {"detail": "no database"})

    def refuse_token(self, words):
        self.answer(401, {"detail": words},
                    ("WWW-Authenticate", f'Bearer error="invalid_token", error_description="{words}"'))

    def signature(self, _):
        self.refuse_token("invalid signature")

    def issuer(self, _):
        self.refuse_token("unknown issuer")

    def unauthorized(self, _):
        self.refuse_token("unauthorized")

    def early(self, _):
        self.refuse_token("unauthorized")

    def twice(self, _):
        """Passes twice, and is then limited."""
        if count("twice") <= 2:
            return self.answer(200, {})
        return self.answer(429, {"detail": "slow down"}, ("Retry-After", "30"))

    def limited_later(self, _):
        """Its own fault at first; what we ask beyond that is too much."""
        if count("limited") <= 3:
            return self.answer(500, {"detail": "no database"})
        return self.answer(429, {"detail": "slow down"}, ("Retry-After", "30"))

    def worded(self, _):
        self.answer(403, b"Rate limit exceeded", kind="text/plain")

    def key(self, _):
        if self.headers.get("X-Api-Key") == "the-right-key":
            return self.answer(200, {})
        return self.answer(401, {"error": "unknown key"})

    def overload(self, _):
        self.answer(503, {"error": "overloaded"}, ("Retry-After", "2"))

    def apache(self, _):
        self.answer(503, b"<p>The server is temporarily unable to service your request due to maintenance downtime or "
                         b"capacity\nproblems. Please try again later.</p>", kind="text/html")

    def short(self, _):
        """Its length is wrong, its kind is not."""
        self.answer(200, b'{"status": "ok", "items": []}', length=12)

    def slashes(self, _):
        """Any path is sent to one with a slash, where the page of the application stands."""
        if not self.path.endswith("/"):
            return self.answer(301, b"", ("Location", self.path + "/"), kind="text/html")
        return self.answer(200, b"<!doctype html><title>App</title><div id=root></div>", kind="text/html")

    def members(self, query):
        """A balancer that chooses by the address or by a header: one of its two members fails."""
        if query or "X-Tenant" in self.headers:
            return self.answer(500, {"detail": "no database"}, ("X-Served-By", "app-2"))
        return self.answer(200, {"items": []}, ("X-Served-By", "app-1"))

    def moved(self, _):
        """To a port that nobody listens on, while another service has the usual one."""
        self.answer(301, b"", ("Location", f"https://{sys.argv[2]}:1/moved"), kind="text/html")

    def doubtful(self, _):
        self.answer(401, {"error": "Invalid or expired token"})

    def refresh(self, _):
        self.answer(401, {"error": "invalid_grant", "message": "refresh token expired"})

    def do_GET(self):
        path, _, query = self.path.partition("?")
        routes = {"/" + route.__name__.replace("_", "-"): route for route in (
            self.health, self.cached, self.stale, self.fails, self.signature, self.issuer, self.unauthorized, self.early,
            self.twice, self.limited_later, self.worded, self.key, self.overload, self.apache, self.short,
            self.members, self.moved, self.doubtful, self.refresh)}
        if path in routes:
            routes[path](query)
        elif path.startswith("/slashes/"):
            self.slashes(query)
        else:
            self.answer(404, {"detail": "Not Found"})


def serve(name, address, port=0, shift=0):
    server = ThreadingHTTPServer((address, port), type("Shifted", (Server,), {"shift": shift}))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"{name}={server.server_port}", flush=True)


def hang_up(listener):
    """Takes what is said, and closes: a listener whose TLS is broken."""
    while True:
        peer, _ = listener.accept()
        with peer:
            try:
                peer.recv(4096)
            except OSError:
                pass


signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
serve("MAIN", "127.0.0.1")
serve("MOVED", sys.argv[2])
serve("TIME_ONE", "127.0.0.1", shift=-DAYS)
serve("TIME_TWO", "127.0.0.2", shift=-DAYS)
try:
    serve("USUAL", sys.argv[1], 80)
    secure = socket.create_server((sys.argv[1], 443))
    threading.Thread(target=hang_up, args=(secure,), daemon=True).start()
except OSError:
    print("USUAL=0", flush=True)
print("READY=1", flush=True)
threading.Event().wait()

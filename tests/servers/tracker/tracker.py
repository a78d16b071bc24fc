# SPDX-License-Identifier: MIT
"""Issue trackers of every kind that we publish to, kept in memory, behind one server.

Each request is held against the published rules of its interface: methods, paths, fields, headers. A breach is answered
422 (or as the tracker would) and noted under `violations`, which a test wants to be empty. Faults are set from outside:
{"on": "POST /github", "do": "429", "times": 1, "after": 2}. They are in faults.py.
"""
import json
import re
import ssl
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import faults
import kinds


class World:
    """What all trackers hold."""

    def __init__(self):
        self.lock = threading.RLock()
        self.violations, self.elsewhere, self.requests, self.faults = [], [], [], []
        self.trackers = {kind: kinds.new(kind) for kind in ("github", "gitlab", "gitea", "redmine", "jira", "hook")}
        self.port = self.elsewhere_port = 0


WORLD = World()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *_):
        pass

    def answer(self, status, document=None, headers=(), text=None):
        body = b"" if status == 204 else (text if text is not None else json.dumps(document)).encode()
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Type", "text/plain" if text is not None else "application/json; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def read(self):
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def control(self):
        verb = self.path.split("/")[2]
        order = json.loads(self.read() or b"{}")
        with WORLD.lock:
            if verb == "fault":
                WORLD.faults.append(order)
            elif verb == "heal":
                WORLD.faults.clear()
            elif verb == "seed":
                kinds.seed(WORLD.trackers[order["kind"]], order)
            answer = {"violations": WORLD.violations, "elsewhere": WORLD.elsewhere, "requests": WORLD.requests, "faults": WORLD.faults,
                      "trackers": WORLD.trackers}
        self.answer(200, answer if verb == "state" else answer.get(verb, []))

    def serve(self):
        if self.path.startswith("/control/"):
            return self.control()
        name = f"{self.command} {self.path}"
        fault = faults.take(WORLD, name)
        if fault and faults.before(self, WORLD, fault):
            return None
        body = self.read()
        if len(body) < int(self.headers.get("Content-Length") or 0):
            # Whoever asked is gone in mid-request: nothing was asked.
            self.close_connection = True
            return None
        with WORLD.lock:
            WORLD.requests.append(name)
            try:
                status, document, headers = kinds.handle(WORLD, self, body)
            except kinds.Violation as breach:
                WORLD.violations.append(f"{name}: {breach}")
                status, document, headers = 422, {"message": str(breach)}, ()
        if fault and faults.after(self, WORLD, fault):
            return None
        if isinstance(document, str):
            return self.answer(status, headers=headers, text=document)
        return self.answer(status, document, headers)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = serve


class Elsewhere(BaseHTTPRequestHandler):
    """Another host: notes who comes, and with what."""

    def log_message(self, *_):
        pass

    def serve(self):
        WORLD.elsewhere.append({"request": f"{self.command} {self.path}", "headers": dict(self.headers)})
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"[]")

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = serve


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request, client_address):
        # A client that left, and resets of our own making.
        if not isinstance(sys.exc_info()[1], (ConnectionError, BrokenPipeError, OSError, ValueError)):
            super().handle_error(request, client_address)


def listen(handler, context=None):
    server = Server(("127.0.0.1", 0), handler)
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_address[1]


def main():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[1], sys.argv[2])
    WORLD.port, WORLD.elsewhere_port = listen(Handler), listen(Elsewhere)
    print(f"TRACKER_PORT={WORLD.port}\nTRACKER_TLS_PORT={listen(Handler, context)}")
    print(f"TRACKER_ELSEWHERE={WORLD.elsewhere_port}\nREADY=1", flush=True)
    threading.Event().wait()


main()

"""A server that is not the same each time: changeable.py

Prints CHANGEABLE_PORT and READY=1. The path picks how it changes:
/fair is always right; /first/N right the first N times and never again; /after/N wrong N times and then right for good;
/turns right every second time; /busy right while nobody else asks; /crowd/N right once N requests have been seen in all.
A path that is none of these is 404.
"""
import itertools
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

COUNTS = {}
LOCK = threading.Lock()
ALL = itertools.count(1)
busy = 0


def turn(path):
    with LOCK:
        return next(COUNTS.setdefault(path, itertools.count(1)))


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):  # noqa: N802, the library's name
        global busy
        with LOCK:
            busy += 1
            crowd, seen = busy, next(ALL)
        try:
            self.answer(self.path.partition("?")[0].strip("/").split("/"), crowd, seen)
        finally:
            with LOCK:
                busy -= 1

    def answer(self, parts, crowd, seen):
        number = int(parts[1]) if len(parts) > 1 and parts[1].isdigit() else 0
        right = {
            "fair": lambda: True,
            "first": lambda: turn(self.path) <= number,
            "after": lambda: turn(self.path) > number,
            "turns": lambda: turn(self.path) % 2 == 0,
            "busy": lambda: crowd < 2,
            "crowd": lambda: seen > number,
        }.get(parts[0])
        if parts[0] == "busy":
            time.sleep(0.05)
        status, body = (404, b"no such path") if right is None else (200, b"right") if right() else (500, b"wrong")
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Type", "text/plain")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def main():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(f"CHANGEABLE_PORT={server.server_address[1]}")
    print("READY=1", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()

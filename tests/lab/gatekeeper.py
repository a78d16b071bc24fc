"""An API that looks at tokens: gatekeeper.py SECRET. Each path is another way to refuse, or to be right.

Prints its ports as shell assignments. GATE_LATE is the same API with a clock ten minutes behind, which it tells.
"""
import json
import signal
import sys
import threading
import time
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import jwt

BEHIND = 600
SECRET = sys.argv[1]
PAGE = "https://app.example.com"


class Refused(Exception):
    def __init__(self, status, detail, *headers):
        super().__init__(detail)
        self.status, self.detail, self.headers = status, detail, headers


class Gate(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    clock = staticmethod(time.time)

    def log_message(self, *_):
        pass

    def date_time_string(self, timestamp=None):
        return formatdate(timestamp or self.clock(), usegmt=True)

    def claims(self, missing=401, wrong=401, challenge='Bearer error="invalid_token"'):
        """What a good token says; its times are held against our own clock."""
        said = self.headers.get("Authorization", "")
        challenge = ("WWW-Authenticate", challenge)
        if not said.startswith("Bearer "):
            raise Refused(missing, "Not authenticated", ("WWW-Authenticate", "Bearer"))
        try:
            claims = jwt.decode(said[7:], SECRET, ["HS256"], audience="lab",
                                options={"verify_exp": False, "verify_nbf": False})
        except jwt.InvalidAudienceError as error:
            raise Refused(wrong, "Invalid audience", challenge) from error
        except jwt.InvalidTokenError as error:
            raise Refused(wrong, "Could not validate credentials", challenge) from error
        if claims.get("exp", 1e12) < self.clock() or claims.get("nbf", 0) > self.clock():
            raise Refused(wrong, "Could not validate credentials", challenge)
        return claims

    def open(self):
        return {"status": "ok"}

    def profile(self):
        return {"user": self.claims()["sub"]}

    def forbidding(self):
        """As FastAPI's HTTPBearer does."""
        return {"user": self.claims(missing=403, wrong=403)["sub"]}

    def admin(self):
        if "admin" not in self.claims()["scope"].split():
            raise Refused(403, "Not enough permissions")
        return {}

    def scoped(self):
        if "admin" not in self.claims()["scope"].split():
            raise Refused(403, "forbidden", ("WWW-Authenticate", 'Bearer error="insufficient_scope", scope="admin"'))
        return {}

    def basic(self):
        """A password of its own before the API: the token is never looked at."""
        if not self.headers.get("Authorization", "").startswith("Basic "):
            raise Refused(401, "Authorization Required", ("WWW-Authenticate", 'Basic realm="staging"'))
        return {}

    def session(self):
        if "sid=" not in self.headers.get("Cookie", ""):
            raise Refused(401, "no session")
        return {}

    def origin(self):
        if self.headers.get("Origin", PAGE) != PAGE:
            raise Refused(403, "Forbidden")
        return self.profile()

    def strict_origin(self):
        if self.headers.get("Origin") != PAGE:
            raise Refused(403, "Origin not allowed")
        return self.profile()

    def firewall(self):
        raise Refused(403, "Forbidden")

    def stumbles(self):
        """Takes no token apart, and fails on any."""
        if "Authorization" in self.headers:
            raise Refused(500, "Internal Server Error")
        return {}

    def dashboard(self):
        raise Refused(302, "", ("Location", "/signin?next=/dashboard"))

    def do_GET(self):
        route = getattr(self, self.path.strip("/").split("?")[0].replace("-", "_"), None)
        try:
            if route is None or self.path.startswith("/do_"):
                raise Refused(404, "Not Found")
            self.answer(200, route())
        except Refused as refused:
            self.answer(refused.status, {"detail": refused.detail}, *refused.headers)

    def answer(self, status, body, *headers):
        body = json.dumps(body).encode()
        self.send_response(status)
        for name, value in [("Content-Type", "application/json"), ("Content-Length", str(len(body))), *headers]:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


class LateGate(Gate):
    clock = staticmethod(lambda: time.time() - BEHIND)


def serve(name, handler):
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    print(f"{name}={server.server_port}", flush=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()


signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
serve("GATE", Gate)
serve("GATE_LATE", LateGate)
serve("GATE_OTHER", Gate)
print("READY=1", flush=True)
threading.Event().wait()

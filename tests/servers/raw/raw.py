"""A server that misbehaves on purpose, in the ways real servers cannot be made to: raw.py [CERTIFICATE KEY CLIENT-CA].

One thread a connection, bare sockets, nothing between a mode and the wire. The path of the request picks the mode:
http_modes.py and websocket_modes.py hold them; one registered as "/close" also serves "/close/1008/reason".
Faults that come before any request have ports of their own. All ports are the system's choice, and printed as shell
assignments. Every request is appended to requests.jsonl, so that a test can see what was sent to whom.
"""
import json
import socket
import ssl
import struct
import sys
import threading
from urllib.parse import parse_qs, unquote, urlsplit

MODES = {}
LOG_LOCK = threading.Lock()
HEAD_CAP = 64 * 1024


def mode(path):
    """Registers a function as what happens to requests of `path` and of everything below it."""
    def register(function):
        MODES[path] = function
        return function
    return register


class Gone(Exception):
    """The peer has closed or reset the connection."""


class Connection:
    """One accepted connection: the request that came on it, and the bytes that go back."""

    def __init__(self, sock):
        self.sock = sock
        self.method = self.path = ""
        self.head = b""
        self.headers = {}
        self.query = {}
        self.arguments = []
        self.rest = b""

    def read_head(self):
        data = b""
        while b"\r\n\r\n" not in data and len(data) < HEAD_CAP:
            data += self.receive(4096)
        self.head, _, self.rest = data.partition(b"\r\n\r\n")
        request, *lines = self.head.decode("latin-1").split("\r\n")
        self.method, target, _ = request.split(" ", 2)
        if self.method == "CONNECT":  # to FORM.PLACE.example:443
            target = "/connect/" + target.replace(".", "/")
        url = urlsplit(target)
        self.path, self.query = unquote(url.path), parse_qs(url.query)
        self.headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}

    def receive(self, size):
        """At least one byte of what the peer says; Gone when there is none left."""
        if self.rest:
            data, self.rest = self.rest[:size], self.rest[size:]
            return data
        data = self.sock.recv(size)
        if not data:
            raise Gone
        return data

    def receive_exactly(self, size):
        data = b""
        while len(data) < size:
            data += self.receive(size - len(data))
        return data

    def send(self, *parts):
        for part in parts:
            self.sock.sendall(part.encode("utf-8") if isinstance(part, str) else part)

    def hold(self):
        """Says nothing more, and stays until the peer leaves."""
        while True:
            self.receive(4096)

    def reset(self):
        """Ends with RST instead of FIN."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()

    def find_mode(self):
        path, arguments = self.path, []
        while path and path not in MODES:
            path, _, last = path.rpartition("/")
            arguments.insert(0, last)
        self.arguments = arguments
        return MODES.get(path, MODES["/not-found"])

    def log(self, port):
        with LOG_LOCK, open("requests.jsonl", "a", encoding="utf-8") as file:
            record = {"port": port, "method": self.method, "path": self.path, "headers": self.headers}
            if body := self.read_body():
                record["body"] = body
            file.write(json.dumps(record) + "\n")

    def read_body(self):
        """What Content-Length announces, as far as it has come with the head."""
        size = self.headers.get("content-length", "")
        return self.rest[:int(size)].decode("latin-1") if size.isdigit() else ""

    def log_message(self, payload):
        with LOG_LOCK, open("messages.jsonl", "a", encoding="utf-8") as file:
            file.write(json.dumps({"path": self.path, "message": payload.decode("latin-1")}) + "\n")


def serve_request(sock):
    connection = Connection(sock)
    connection.read_head()
    connection.log(sock.getsockname()[1])
    connection.find_mode()(connection)


def close_at_once(sock):
    sock.recv(65536)  # closing with anything unread would read as a reset


def reset_at_once(sock):
    sock.recv(65536)  # before that, it would be luck whether the client sees its connect succeed
    Connection(sock).reset()


def greet_like_ssh(sock):
    sock.sendall(b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n")
    Connection(sock).hold()


def say_nothing(sock):
    Connection(sock).hold()


def http2_frame(kind, flags, stream, payload=b""):
    """Of RFC 9113, 4.1; kinds: 1 HEADERS, 3 RST_STREAM, 4 SETTINGS, 7 GOAWAY."""
    return struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + payload


def break_stream(sock):
    """HTTP/2 that answers the first request with a head of 200, and then breaks its stream off."""
    connection = Connection(sock)
    connection.receive(65536)
    connection.send(http2_frame(4, 0, 0), http2_frame(1, 4, 1, b"\x88"), http2_frame(3, 0, 1, struct.pack(">I", 2)))
    connection.hold()


def has_request(data):
    """Whether a HEADERS frame has begun behind the preface (RFC 9113, 3.4 and 6.2)."""
    at = 24
    while len(data) >= at + 9:
        if data[at + 3] == 1:
            return True
        at += 9 + int.from_bytes(data[at:at + 3], "big")
    return False


def go_away(last, error):
    """HTTP/2 that answers every request by leaving."""
    def gone(sock):
        connection = Connection(sock)
        data = b""
        while not has_request(data):
            data += connection.receive(65536)
        connection.send(http2_frame(4, 0, 0), http2_frame(7, 0, 0, struct.pack(">II", last, error)))
        if last == 0:
            connection.hold()
    return gone


def secure(sock, context):
    """TLS on `sock`. When the handshake fails, the alert is to be read before the connection goes."""
    plain = sock.dup()
    try:
        return context.wrap_socket(sock, server_side=True)
    except ssl.SSLError:
        plain.shutdown(socket.SHUT_WR)
        plain.settimeout(2)
        while plain.recv(65536):
            pass
        raise
    finally:
        plain.close()


def handle(sock, how, context):
    try:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if context:
            sock = secure(sock, context)
        with sock:
            how(sock)
    except (Gone, OSError, ValueError):
        sock.close()  # the peer left, or sent what we cannot read: both are its affair


def accept_forever(listener, how, context):
    while True:
        sock, _ = listener.accept()
        threading.Thread(target=handle, args=(sock, how, context), daemon=True).start()


def listen(how, context=None):
    """Serves a port of its own; returns its number."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=512)
    threading.Thread(target=accept_forever, args=(listener, how, context), daemon=True).start()
    return listener.getsockname()[1]


def closed_port(keep):
    """A port that refuses connections, and that nobody else can take meanwhile."""
    sock = socket.socket()
    sock.bind(("127.0.0.1", 0))
    keep.append(sock)
    return sock.getsockname()[1]


def blackhole_port(keep):
    """A port whose handshakes are never completed: its queue is full, and nobody accepts."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=0)
    keep.append(listener)
    for _ in range(4):
        sock = socket.socket()
        sock.setblocking(False)
        sock.connect_ex(listener.getsockname())
        keep.append(sock)
    return listener.getsockname()[1]


def tls_context():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[1], sys.argv[2])
    return context


def main():
    keep = []
    ports = {
        "RAW_PORT": listen(serve_request),
        "RAW_PORT_CLOSES": listen(close_at_once),
        "RAW_PORT_RESETS": listen(reset_at_once),
        "RAW_PORT_SSH": listen(greet_like_ssh),
        "RAW_PORT_SILENT": listen(say_nothing),
        "RAW_PORT_BREAKS_STREAM": listen(break_stream),
        "RAW_PORT_GOES_AWAY": listen(go_away(0, 11)),
        "RAW_PORT_GOES_AT_ONCE": listen(go_away(1, 0)),
        "RAW_PORT_WANTS_HTTP1": listen(go_away(0, 13)),
        "RAW_PORT_REFUSES": closed_port(keep),
        "RAW_PORT_BLACKHOLE": blackhole_port(keep),
    }
    if len(sys.argv) == 4:
        ports["RAW_TLS_PORT"] = listen(serve_request, tls_context())
        wanting = tls_context()
        wanting.verify_mode = ssl.CERT_REQUIRED
        wanting.load_verify_locations(sys.argv[3])
        ports["RAW_TLS_PORT_CLIENT"] = listen(serve_request, wanting)
    for name, port in ports.items():
        print(f"{name}={port}")
    print("READY=1", flush=True)
    threading.Event().wait()


if __name__ == "__main__":
    sys.modules["raw"] = sys.modules["__main__"]  # so that the modes register here
    import disguise_modes  # noqa: F401
    import http_modes  # noqa: F401
    import websocket_modes  # noqa: F401
    main()

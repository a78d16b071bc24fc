"""What raw.py does to plain HTTP requests: answers that are cut, endless, malformed, or hostile to a reader."""
import base64
import itertools
import json
import time
import zlib
from urllib.parse import quote

from raw import mode

COUNTERS = {}


def answer(c, body=b"", status="200 OK", headers=()):
    body = body.encode("utf-8") if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers]
    c.send("\r\n".join(lines) + "\r\n\r\n", body)


@mode("/ok")
def ok(c):
    answer(c, '{"status":"ok"}', headers=["Content-Type: application/json"])


@mode("/not-found")
def not_found(c):
    answer(c, '{"detail":"Not Found"}', "404 Not Found", ["Content-Type: application/json"])


@mode("/status")
def status(c):
    """/status/503/Retry-After: 5 answers so, with that header."""
    answer(c, f"status {c.arguments[0]}", f"{c.arguments[0]} Asked For", c.arguments[1:])


@mode("/guarded")
def guarded(c):
    """401 but for the token of the query, which answers 500 below /guarded/fails."""
    right = c.headers.get("authorization") == f"Bearer {c.query['token'][0]}"
    status = "401 Who" if not right else "500 Failed" if c.arguments == ["fails"] else "200 OK"
    answer(c, status, status)


@mode("/livez")
def livez(c):
    """Found where somebody looks for what is alive; says so to those who may know."""
    answer(c, "", "200 OK" if "authorization" in c.headers else "401 Who")


@mode("/redirect")
def redirect(c):
    """/redirect/307?to=URL; without a status 302, without a URL to itself for ever."""
    status = c.arguments[0] if c.arguments else "302"
    answer(c, "gone", f"{status} Elsewhere", [f"Location: {to}" for to in c.query.get("to", [c.path])])


@mode("/redirects")
def redirects(c):
    """/redirects/3 leads over /redirects/2 and so on to /ok."""
    left = int(c.arguments[0])
    answer(c, "", "302 Found", [f"Location: {f'/redirects/{left - 1}' if left > 1 else '/ok'}"])


@mode("/kept")
def kept(c):
    """/kept/N answers N requests on one connection, and hangs up in silence at the next."""
    for _ in range(int(c.arguments[0])):
        c.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nkept")
        c.read_head()
        c.log(c.sock.getsockname()[1])


@mode("/flap")
def flap(c):
    """/flap/NAME/3: every third request under NAME is a 500."""
    name, every = c.arguments
    turn = next(COUNTERS.setdefault(name, itertools.count(1)))
    answer(c, f"request {turn}", "500 Internal Server Error" if turn % int(every) == 0 else "200 OK")


# Connections that end or stall.

@mode("/empty")
def empty(c):
    pass


@mode("/reset")
def reset(c):
    c.reset()


@mode("/reset-in-body")
def reset_in_body(c):
    c.send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nten bytes!")
    time.sleep(0.1)  # an RST right behind may overtake the bytes
    c.reset()


@mode("/truncated")
def truncated(c):
    c.send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", b"x" * 100)


@mode("/truncated-chunk")
def truncated_chunk(c):
    c.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n64\r\nonly this")


@mode("/truncated-head")
def truncated_head(c):
    c.send("HTTP/1.1 200 OK\r\nContent-Le")


@mode("/never")
def never(c):
    c.hold()


@mode("/stall")
def stall(c):
    c.send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nthen nothing")
    c.hold()


@mode("/slow")
def slow(c):
    """/slow/0.5 answers after that many seconds."""
    time.sleep(float(c.arguments[0]))
    ok(c)


@mode("/drip")
def drip(c):
    c.send("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    while True:
        c.send("x")
        time.sleep(0.2)


@mode("/drip-head")
def drip_head(c):
    c.send("HTTP/1.1 200 OK\r\nX-Slow: ")
    while True:
        c.send("x")
        time.sleep(0.2)


# Too much.

@mode("/big-header")
def big_header(c):
    answer(c, "", headers=["X-Big: " + "x" * (4 << 20)])


@mode("/many-headers")
def many_headers(c):
    answer(c, "", headers=[f"X-{i}: y" for i in range(200_000)])


@mode("/endless")
def endless(c):
    c.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        c.send("10000\r\n", b"x" * 0x10000, "\r\n")


@mode("/bomb")
def bomb(c):
    """About 16 GiB of zeros in 16 MiB: after a full flush, deflate's output may be repeated at will."""
    packer = zlib.compressobj(9, wbits=31)
    start = packer.compress(b"") + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    c.send("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nConnection: close\r\n\r\n", start)
    for _ in range(16 << 10):
        c.send(block)


@mode("/encoded")
def encoded(c):
    """/encoded/gzip/br: so says Content-Encoding; the body is 64 MiB of zeros in gzip, twice with "gzip, gzip"."""
    body = zlib.compress(bytes(64 << 20), 9, wbits=31)
    if len(c.arguments) > 1:
        body = zlib.compress(body, 9, wbits=31)
    answer(c, body, headers=["Content-Encoding: " + ", ".join(c.arguments)])


@mode("/no-body")
def no_body(c):
    """/no-body/204 says that it has one, and sends it."""
    answer(c, "this is no body", f"{c.arguments[0]} Nothing")


@mode("/trailer")
def trailer(c):
    c.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\nConnection: close\r\n\r\n",
           "4\r\nbody\r\n0\r\nX-Sum: 9\r\n\r\n")


@mode("/big")
def big(c):
    """/big/BYTES of text."""
    answer(c, (b"0123456789abcde\n" * (int(c.arguments[0]) // 16 + 1))[:int(c.arguments[0])])


# Not HTTP, or nearly.

@mode("/garbage")
def garbage(c):
    c.send(bytes(range(256)) * 4)


@mode("/bad-status")
def bad_status(c):
    c.send("HTTP/1.1 abc Nonsense\r\n\r\n")


@mode("/bad-chunk")
def bad_chunk(c):
    c.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nnot hexadecimal\r\n0\r\n\r\n")


@mode("/bad-gzip")
def bad_gzip(c):
    answer(c, b"this was never packed", headers=["Content-Encoding: gzip"])


@mode("/negative-length")
def negative_length(c):
    c.send("HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nhello")


@mode("/two-lengths")
def two_lengths(c):
    c.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 50\r\n\r\nhello")


@mode("/nul-header")
def nul_header(c):
    c.send("HTTP/1.1 200 OK\r\nX-Nul: a\0b\r\nContent-Length: 0\r\n\r\n")


@mode("/hints")
def hints(c):
    """Interim answers before the real one."""
    c.send("HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n")
    ok(c)


# Hostile to whoever reads the report.

@mode("/hostile")
def hostile(c):
    """Everything that a terminal, a tracker or a browser might act on."""
    text = ("@team closes #1 | </code></pre><script>alert(1)</script> ![x](http://198.51.100.7/x.png) "
            "[a](javascript:alert(1)) `````` ~~~\n| a | b |\n|---|---|\n# Heading\n<!-- \x1b]0;title\x07\x1b[31mred "
            "\u202ereversed {{#sections}} {{{x}}} fixes #2\r\n")
    answer(c, text, "500 @team closes #1 | <script>", ["X-Hostile: `a|b` <b> @team \x1b[31m", "Server: {{{x}}} | #1"])


@mode("/latin1")
def latin1(c):
    answer(c, b"caf\xe9 \xff\xfe\x00 end", headers=["Content-Type: text/plain; charset=iso-8859-1", "X-Name: caf\xe9"])


@mode("/deep-json")
def deep_json(c):
    answer(c, "[" * 100_000 + "]" * 100_000, headers=["Content-Type: application/json"])


@mode("/json-twice")
def json_twice(c):
    answer(c, '{"a":1,"a":2,"big":123456789012345678901234567890,"nul":"a\\u0000b"}',
           headers=["Content-Type: application/json"])


# What was sent comes back: for tests that look for secrets.

@mode("/echo")
def echo(c):
    """The request's head as the body; ?status=500 chooses the status."""
    answer(c, c.head, f"{c.query.get('status', ['200'])[0]} Echo")


@mode("/echo-encoded")
def echo_encoded(c):
    """The Authorization value as a server might disguise it, once in each way, and once in a header and a cookie."""
    value = c.headers.get("authorization", "").encode("latin-1")
    text = value.decode("latin-1")
    forms = {
        "plain": text,
        "percent": quote(text, safe=""),
        "percent_all": "".join(f"%{byte:02x}" for byte in value),
        "hex": value.hex(),
        "json": json.dumps(json.dumps(text)),
        "unicode": "".join(f"\\u{byte:04x}" for byte in value),
        "reversed": text[::-1],
    }
    for shift in range(3):
        forms[f"base64_{shift}"] = base64.b64encode(b"-" * shift + value).decode()
        forms[f"base64url_{shift}"] = base64.urlsafe_b64encode(b"-" * shift + value).decode().rstrip("=")
    answer(c, "\n".join(f"{name}: {form}" for name, form in forms.items()), "500 Echo",
           [f"X-Echo: {text}", f"Set-Cookie: session={quote(text, safe='')}; Path=/; HttpOnly",
            f"Location: /next?token={quote(text, safe='')}"])

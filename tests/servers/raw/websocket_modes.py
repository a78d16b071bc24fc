"""What raw.py does to WebSocket upgrades: refusals, broken handshakes, and frames that RFC 6455 forbids."""
import base64
import hashlib
import json
import socket
import struct
import time
import zlib

from raw import Gone, mode
from http_modes import answer

GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10
GREETING = json.dumps({"type": "connect", "data": {"mode": "raw"}})


def frame(opcode, payload=b"", fin=True, rsv=0, mask=None, length=None):
    """A frame, right or wrong: `length` may claim what is not there."""
    payload = payload.encode("utf-8") if isinstance(payload, str) else payload
    size = len(payload) if length is None else length
    bit = 0x80 if mask else 0
    head = bytes([(0x80 if fin else 0) | rsv << 4 | opcode])
    if size < 126:
        head += bytes([bit | size])
    elif size < 1 << 16:
        head += bytes([bit | 126]) + struct.pack(">H", size)
    else:
        head += bytes([bit | 127]) + struct.pack(">Q", size)
    if mask:
        payload = bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload))
        head += mask
    return head + payload


def close_frame(code, reason=""):
    return frame(CLOSE, struct.pack(">H", code) + reason.encode("utf-8"))


def switch(c, *headers, accept=None, then=b""):
    """The 101; `then` goes in the same segment."""
    key = c.headers.get("sec-websocket-key", "")
    right = base64.b64encode(hashlib.sha1((key + GUID).encode("ascii")).digest()).decode()
    lines = ["HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade",
             f"Sec-WebSocket-Accept: {accept or right}", *headers]
    c.send(("\r\n".join(lines) + "\r\n\r\n").encode("utf-8") + then)


def read_frame(c):
    first, second = c.receive_exactly(2)
    size = second & 0x7f
    if size >= 126:
        size = int.from_bytes(c.receive_exactly(2 if size == 126 else 8), "big")
    mask = c.receive_exactly(4) if second & 0x80 else bytes(4)
    payload = c.receive_exactly(size)
    return first & 0x0f, bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload))


def converse(c, pongs=True, closes=True, echoes=True):
    """Behaves from here on, but for what is switched off."""
    while True:
        opcode, payload = read_frame(c)
        if opcode == PING and pongs:
            c.send(frame(PONG, payload))
        elif opcode in (TEXT, BINARY):
            c.log_message(payload)
            if echoes:
                c.send(frame(opcode, payload))
        elif opcode == CLOSE and closes:
            c.send(frame(CLOSE, payload))
            raise Gone


def then_frames(path, *frames):
    """A mode that upgrades, sends these bytes as they are and then listens."""
    @mode(path)
    def send_them(c):
        switch(c)
        c.send(*frames)
        converse(c)


@mode("/ws/ok")
def ok(c):
    switch(c)
    c.send(frame(TEXT, GREETING))
    converse(c)


@mode("/ws/at-once")
def at_once(c):
    """The greeting in the same segment as the 101."""
    switch(c, then=frame(TEXT, GREETING))
    converse(c)


@mode("/ws/slow-greeting")
def slow_greeting(c):
    """/ws/slow-greeting/SECONDS"""
    switch(c)
    time.sleep(float(c.arguments[0]))
    c.send(frame(TEXT, GREETING))
    converse(c)


@mode("/ws/drip")
def drip(c):
    """Head and greeting byte by byte, as the worst network would."""
    real, c.send = c.send, lambda *parts: collected.extend(parts)
    collected = []
    switch(c)
    c.send(frame(TEXT, GREETING))
    c.send = real
    for byte in b"".join(collected):
        c.send(bytes([byte]))
        time.sleep(0.002)
    converse(c)


@mode("/ws/echo-split")
def echo_split(c):
    """The request's Authorization as one message in fragments of three bytes: for tests that look for secrets."""
    value = c.headers.get("authorization", "").encode("latin-1")
    switch(c, f"X-Echo: {value.decode('latin-1')}")
    pieces = [value[i:i + 3] for i in range(0, len(value), 3)] or [b""]
    for i, piece in enumerate(pieces):
        c.send(frame(TEXT if i == 0 else 0, piece, fin=i == len(pieces) - 1))
    c.send(frame(TEXT, value[:len(value) // 2]), frame(TEXT, value[len(value) // 2:]))
    converse(c)


# Refusals and broken handshakes.

@mode("/ws/refuse")
def refuse(c):
    """/ws/refuse/426/Upgrade: websocket refuses so, with that header."""
    answer(c, json.dumps({"detail": f"refused with {c.arguments[0]}"}), f"{c.arguments[0]} Refused",
           ["Content-Type: application/json", *c.arguments[1:]])


@mode("/ws/wrong-accept")
def wrong_accept(c):
    switch(c, accept="AAAAAAAAAAAAAAAAAAAAAAAAAAA=")
    converse(c)


@mode("/ws/no-accept")
def no_accept(c):
    c.send("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n")
    converse(c)


@mode("/ws/no-upgrade")
def no_upgrade(c):
    c.send("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n\r\n")
    converse(c)


@mode("/ws/unasked-subprotocol")
def unasked_subprotocol(c):
    switch(c, "Sec-WebSocket-Protocol: never-asked-for")
    converse(c)


@mode("/ws/unasked-extension")
def unasked_extension(c):
    switch(c, "Sec-WebSocket-Extensions: permessage-deflate")
    converse(c)


@mode("/ws/unasked-extension-twice")
def unasked_extension_twice(c):
    switch(c, "Sec-WebSocket-Extensions: permessage-deflate, permessage-deflate")
    converse(c)


@mode("/ws/never")
def never(c):
    c.hold()


@mode("/ws/hangup")
def hangup(c):
    switch(c)


@mode("/ws/reset")
def reset(c):
    switch(c)
    time.sleep(0.1)
    c.reset()


@mode("/ws/half-frame")
def half_frame(c):
    switch(c, then=frame(TEXT, GREETING)[:20])


# Behaviour that is allowed, and sad.

@mode("/ws/silent")
def silent(c):
    """Never greets."""
    switch(c)
    converse(c)


@mode("/ws/no-pong")
def no_pong(c):
    switch(c, then=frame(TEXT, GREETING))
    converse(c, pongs=False)


@mode("/ws/wrong-pong")
def wrong_pong(c):
    """Answers a ping with somebody else's payload, which RFC 6455 allows as an unsolicited pong."""
    switch(c, then=frame(TEXT, GREETING))
    while read_frame(c)[0] != CLOSE:
        c.send(frame(PONG, b"not yours"))


@mode("/ws/no-close")
def no_close(c):
    """Takes no leave: ignores a close and keeps the connection."""
    switch(c, then=frame(TEXT, GREETING))
    converse(c, closes=False)


@mode("/ws/close")
def close(c):
    """/ws/close/CODE/REASON: greets, then closes so. /ws/close: without a code."""
    code, *reason = c.arguments or [None]
    switch(c, then=frame(TEXT, GREETING))
    c.send(close_frame(int(code), "/".join(reason)) if code else frame(CLOSE))
    converse(c)


@mode("/ws/close-first")
def close_first(c):
    """/ws/close-first/CODE/REASON: closes so instead of greeting."""
    code, *reason = c.arguments
    switch(c, then=close_frame(int(code), "/".join(reason)))
    converse(c)


@mode("/ws/flood")
def flood(c):
    switch(c)
    while True:
        c.send(frame(TEXT, "x" * 100) * 100)


@mode("/ws/ping-flood")
def ping_flood(c):
    switch(c)
    while True:
        c.send(frame(PING, b"p" * 125) * 100)


@mode("/ws/endless-message")
def endless_message(c):
    """One message in fragments without an end."""
    switch(c, then=frame(TEXT, "x", fin=False))
    while True:
        c.send(frame(0, b"x" * 0x8000, fin=False))


@mode("/ws/big-message")
def big_message(c):
    """/ws/big-message/BYTES"""
    switch(c)
    c.send(frame(TEXT, b"x" * int(c.arguments[0])))
    converse(c)


then_frames("/ws/fragments", frame(TEXT, GREETING[:10], fin=False), frame(PING, b"between"),
            frame(0, GREETING[10:20], fin=False), frame(0, GREETING[20:]))
then_frames("/ws/binary", frame(BINARY, bytes(range(256))))
then_frames("/ws/empty-message", frame(TEXT, b""))
then_frames("/ws/hostile", frame(TEXT, '@team closes #1 | <script>alert(1)</script> ``` \x1b[31m \u202e {{{x}}}'))

# Frames that RFC 6455 forbids.

then_frames("/ws/masked", frame(TEXT, GREETING, mask=b"\x01\x02\x03\x04"))
then_frames("/ws/reserved-opcode", frame(3, GREETING))
then_frames("/ws/reserved-control", frame(11, b""))
then_frames("/ws/rsv", frame(TEXT, GREETING, rsv=4))
then_frames("/ws/big-control", frame(PING, b"x" * 126))
then_frames("/ws/fragmented-control", frame(PING, b"x", fin=False))
then_frames("/ws/invalid-utf8", frame(TEXT, b"abc\xff\xfe\xc0\xaf"))
then_frames("/ws/split-utf8", frame(TEXT, "é".encode()[:1], fin=False), frame(0, "é".encode()[1:]))  # allowed
then_frames("/ws/lone-continuation", frame(0, b"to nothing"))
then_frames("/ws/interrupted-message", frame(TEXT, b"begun", fin=False), frame(TEXT, b"and begun again"))
then_frames("/ws/huge-frame", frame(TEXT, b"x", length=1 << 62))
then_frames("/ws/huge-length", frame(TEXT, b"x", length=1 << 63))
then_frames("/ws/long-length", bytes([0x81, 126, 0, 5]) + b"hello")  # five bytes, not written the shortest way
then_frames("/ws/close-one-byte", frame(CLOSE, b"\x03"))
then_frames("/ws/close-1005", close_frame(1005))
then_frames("/ws/close-invalid-utf8", frame(CLOSE, struct.pack(">H", 1000) + b"\xff\xfe"))
then_frames("/ws/after-close", frame(TEXT, GREETING) + close_frame(1000) + frame(TEXT, "after the close"))


# Handshakes that are none, and permessage-deflate (RFC 7692).

def odd_switch(path, status="HTTP/1.1 101 Switching Protocols", upgrade="Upgrade: websocket",
               connection="Connection: Upgrade", accepts=1):
    """A mode whose 101 is right but for one line."""
    @mode(path)
    def answer_so(c):
        key = c.headers.get("sec-websocket-key", "")
        right = base64.b64encode(hashlib.sha1((key + GUID).encode("ascii")).digest()).decode()
        lines = [status, upgrade, connection, *[f"Sec-WebSocket-Accept: {right}"] * accepts]
        c.send("\r\n".join(line for line in lines if line) + "\r\n\r\n")
        c.hold()


odd_switch("/ws/http10", status="HTTP/1.0 101 Switching Protocols")
odd_switch("/ws/no-connection", connection="")
odd_switch("/ws/wrong-upgrade", upgrade="Upgrade: h2c")
odd_switch("/ws/two-accepts", accepts=2)


@mode("/ws/http2")
def http2(c):
    """A SETTINGS frame, whatever was asked."""
    c.send(b"\x00\x00\x06\x04\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00\x64")
    c.hold()


@mode("/ws/http2-preface")
def http2_preface(c):
    c.send(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
    c.hold()


@mode("/ws/half-close")
def half_close(c):
    """Greets, says nothing more for ever, and goes on reading."""
    switch(c, then=frame(TEXT, GREETING))
    c.sock.shutdown(socket.SHUT_WR)
    c.hold()


@mode("/ws/extension")
def extension(c):
    """/ws/extension/ANSWER: agrees to it, whatever was offered."""
    switch(c, "Sec-WebSocket-Extensions: " + "/".join(c.arguments))
    converse(c)


def packed(payload):
    squeeze = zlib.compressobj(wbits=-15)
    return (squeeze.compress(payload) + squeeze.flush(zlib.Z_SYNC_FLUSH))[:-4]


DEFLATED = {
    "ok": frame(TEXT, packed(GREETING.encode()), rsv=4),
    "bomb": frame(TEXT, packed(bytes(64 << 20)), rsv=4),
    "corrupt": frame(TEXT, b"\xff\xff\xff\xff", rsv=4),
    "bad-utf8": frame(TEXT, packed(b"\xff\xfe"), rsv=4),
    "rsv-continuation": frame(TEXT, packed(b"ab")[:1], rsv=4, fin=False) + frame(0, packed(b"ab")[1:], rsv=4),
    "rsv-control": frame(PING, b"", rsv=4),
}


@mode("/ws/deflate")
def deflate(c):
    """/ws/deflate/WHICH"""
    switch(c, "Sec-WebSocket-Extensions: permessage-deflate")
    c.send(DEFLATED[c.arguments[0]])
    converse(c)

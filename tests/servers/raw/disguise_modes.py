"""What raw.py does with an Authorization it gets: shows it again, in any form of disguise.py and in any place."""
import base64
import gzip
import struct

from disguise import FORMS
from http_modes import answer
from raw import mode
from websocket_modes import CLOSE, PING, TEXT, converse, frame, switch

KEPT = 64 * 1024  # of a body, by default
HEADERS = {"encoding": "Content-Encoding: ", "length": "Content-Length: ", "transfer": "Transfer-Encoding: ",
           "type": "Content-Type: ", "challenge": "WWW-Authenticate: Bearer realm=", "server": "Server: "}
UPGRADES = {"subprotocol": "Sec-WebSocket-Protocol: ", "extension": "Sec-WebSocket-Extensions: ", "with": "X-With: "}


def shown(c):
    """The token, without its scheme, in the form that the path names."""
    return FORMS[c.arguments[0]](c.headers.get("authorization", "").partition(" ")[2])


@mode("/disguise")
def disguise(c):
    """/disguise/FORM/PLACE"""
    text, place = shown(c), c.arguments[1]
    if place == "body":
        answer(c, f"before {text} behind", "500 Disguise")
    elif place == "gzip":
        answer(c, gzip.compress(f"before {text} behind".encode()), "500 Disguise", ["Content-Encoding: gzip"])
    elif place == "cut":
        answer(c, "." * (KEPT - len(text) * 2 // 3) + text, "500 Disguise")
    elif place == "header":
        answer(c, "no", "500 Disguise", [f"X-Disguise: {text}"])
    elif place == "name":
        answer(c, "no", "500 Disguise", [f"X-{text}: of a header"])
    elif place == "cookie":
        answer(c, "no", "500 Disguise", [f"Set-Cookie: kept-name={text}; Path=/kept-path; HttpOnly"])
    elif place == "reason":
        answer(c, "no", f"500 {text}")
    elif place == "location":
        answer(c, "no", "302 Disguise", [f"Location: /next?t={text}"])
    elif place == "hop":
        answer(c, "", "302 Disguise", [f"Location: /status/500?t={text}"])
    elif place == "elsewhere":
        answer(c, "", "302 Disguise", [f"Location: ftp://127.0.0.1/{text}"])
    elif place == "interim":
        c.send(f"HTTP/1.1 103 {text}\r\nLink: <{text}>\r\n\r\n")
        answer(c, "no", "500 Disguise")
    elif place == "trailer":
        c.send("HTTP/1.1 500 Disguise\r\nTransfer-Encoding: chunked\r\nTrailer: X-Disguise\r\nConnection: close\r\n\r\n",
               f"2\r\nno\r\n0\r\nX-Disguise: {text}\r\n\r\n")
    elif place == "chunk":
        c.send(f"HTTP/1.1 500 Disguise\r\nTransfer-Encoding: chunked\r\n\r\n{text}\r\nno\r\n")
    elif place in HEADERS:
        answer(c, "no", "500 Disguise", [HEADERS[place] + text])
    elif place == "line":
        c.send(f"HTTP/1.1 {text}\r\n\r\n")
    elif place == "garbage":
        c.send(f"{text}\r\n\r\n")


@mode("/connect")
def refuse_as_proxy(c):
    """CONNECT to FORM.PLACE.example: a proxy that shows again what it was sent, as it came and without its base64."""
    sent = c.headers.get("proxy-authorization", "").partition(" ")[2]
    text = FORMS[c.arguments[0]](base64.b64decode(sent).decode().partition(":")[2])
    place = c.arguments[1]
    status = f"502 {text}" if place == "reason" else "407 Who" if place == "challenge" else "502 Bad"
    headers = {"header": [f"X-Disguise: {text}", f"X-Sent: {sent}"], "challenge": [f'Proxy-Authenticate: Basic realm="{text}"']}
    answer(c, f"before {text} {sent} behind", status, headers.get(place, []))


@mode("/ws/disguise")
def disguise_in_frames(c):
    """/ws/disguise/FORM/PLACE"""
    text, place = shown(c).encode(), c.arguments[1]
    middle = len(text) // 2
    if place == "refusal":
        answer(c, b"no: " + text, "403 Disguise")
        return
    if place in UPGRADES:
        switch(c, UPGRADES[place] + text.decode())
        converse(c)
        return
    if place == "accept":
        switch(c, accept=text.decode())
        return
    switch(c)
    if place == "message":
        c.send(frame(TEXT, b"before " + text))
    elif place == "split":
        c.send(frame(TEXT, text[:middle]) + frame(TEXT, text[middle:]))
    elif place == "interrupted":
        c.send(frame(TEXT, text[:middle]) + frame(PING, b"ping") + frame(TEXT, text[middle:]))
    elif place == "fragments":
        c.send(frame(TEXT, text[:middle], fin=False) + frame(PING, b"ping") + frame(0, text[middle:]))
    elif place == "ping":
        c.send(frame(PING, text[:120]))
    elif place == "close":
        c.send(frame(CLOSE, struct.pack(">H", 1008) + text[:120]))
    converse(c)

"""What raw.py does with an Authorization it gets: shows it again, in any form of disguise.py and in any place."""
import gzip
import struct

from disguise import FORMS
from http_modes import answer
from raw import mode
from websocket_modes import CLOSE, PING, TEXT, converse, frame, switch

KEPT = 64 * 1024  # of a body, by default


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


@mode("/ws/disguise")
def disguise_in_frames(c):
    """/ws/disguise/FORM/PLACE"""
    text, place = shown(c).encode(), c.arguments[1]
    middle = len(text) // 2
    if place == "refusal":
        answer(c, b"no: " + text, "403 Disguise")
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

# SPDX-License-Identifier: MIT
"""What can go wrong between a tracker and us. `before` a request is obeyed, or `after`: done, and not answered."""
import email.utils
import json
import socket
import struct
import time


def take(world, name):
    """The fault for this request, used up once; None: there is none."""
    with world.lock:
        for fault in world.faults:
            if fault.get("times", 1) > 0 and name.startswith(fault["on"]) and fault.get("part", "") in name:
                if fault.get("skip", 0) > 0:
                    fault["skip"] -= 1
                    continue
                fault["times"] = fault.get("times", 1) - 1
                return fault
    return None


def reset(handler):
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.close_connection = True
    handler.connection.close()


def before(handler, world, fault):
    """True: the fault was the answer."""
    what = fault["do"]
    if what in ("done-reset", "done-502", "done-slow"):
        return False
    if what == "reset":
        handler.rfile.read(min(100, int(handler.headers.get("Content-Length") or 0)))
        reset(handler)
        return True
    if what == "slow":
        time.sleep(fault.get("seconds", 30))
        return False
    if what == "never":
        time.sleep(fault.get("seconds", 30))
        reset(handler)
        return True
    handler.read()
    if what == "retry-after":
        handler.answer(fault.get("status", 429), {"message": "slow down"}, [("Retry-After", str(fault["seconds"]))])
    elif what == "secondary":
        handler.answer(403, {"message": "You have exceeded a secondary rate limit"}, fault.get("headers", []))
    elif what == "reset-header":
        handler.answer(403, {"message": "API rate limit exceeded"},
                       [("X-RateLimit-Remaining", "0"), ("X-RateLimit-Reset", str(int(time.time()) + fault["seconds"]))])
    elif what == "redirect":
        handler.answer(fault.get("status", 307), {}, [("Location", f"http://127.0.0.1:{world.elsewhere_port}/stolen")])
    elif what == "next-elsewhere":
        handler.answer(200, [], [("Link", f'<http://127.0.0.1:{world.elsewhere_port}/stolen>; rel="next"')])
    elif what == "nonsense":
        handler.answer(200, text="<html>Welcome to the proxy</html>")
    elif what == "date":
        # Retry-After as a date (RFC 9110, 10.2.3).
        handler.answer(fault.get("status", 429), {"message": "slow down"},
                       [("Retry-After", email.utils.formatdate(time.time() + fault["seconds"], usegmt=True))])
    elif what == "huge":
        # A gigabyte, if anybody takes it.
        handler.send_response(fault.get("status", 200))
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(1 << 30))
        handler.end_headers()
        handler.close_connection = True
        piece = b'[{"id": 1, "body": "' + b"x" * (1 << 20)
        for _ in range(1 << 10):
            handler.wfile.write(piece[:1 << 20])
    elif what == "short":
        # Less than was announced, and the end.
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        handler.wfile.write(b"[]")
        handler.close_connection = True
    elif what == "half":
        text = json.dumps([{"id": 1}])[:-4]
        handler.answer(200, text=text)
    else:
        handler.answer(int(what), {"message": fault.get("message", "as ordered")})
    return True


def after(handler, world, fault):
    what = fault["do"]
    if what == "done-reset":
        reset(handler)
    elif what == "done-502":
        handler.answer(502, {"message": "bad gateway"})
    elif what == "done-slow":
        time.sleep(fault.get("seconds", 30))
        return False
    else:
        return False
    return True

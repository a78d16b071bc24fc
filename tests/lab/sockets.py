"""WebSocket servers as people run them, made with python3-websockets: each port refuses something else.

Prints the ports as shell assignments. What a client meets is the library's own doing wherever the library can do it.
"""
import asyncio
import http
import json
import random
import signal
import sys

import websockets

GREETING = {"type": "connect", "data": {"user": "u-1", "room": "lobby"}}
COUNTS = {}


async def greet(connection, **more):
    await connection.send(json.dumps({**GREETING, **more}))
    async for message in connection:
        await connection.send(message)


async def legacy(connection):
    await greet(connection, mode="legacy", simplified_auth=True)


async def silent(connection):
    await connection.wait_closed()


async def error(connection):
    await connection.send(json.dumps({"type": "error", "message": "no such room"}))
    await connection.wait_closed()


async def raises(_):
    raise KeyError("room")  # the library closes with 1011


async def returns(_):
    return  # ... and with 1000


async def late(connection):
    await connection.send(json.dumps(GREETING))
    await asyncio.sleep(0.3)
    await connection.close(1001, "going away")


def closes(code, reason):
    async def close(connection):
        await connection.close(code, reason)
    return close


async def wants_subprotocol(connection):
    if connection.subprotocol is None:
        await connection.close(4406, "Subprotocol not acceptable")
    await greet(connection)


ROUTES = {
    "/chat": greet,
    "/socket": legacy,
    "/open": greet,
    "/fewer": legacy,
    "/silent": silent,
    "/error": error,
    "/raises": raises,
    "/returns": returns,
    "/late": late,
    "/policy": closes(1008, "token missing"),
    "/busy": closes(1013, "try again later"),
    "/own": closes(4401, "unauthorized"),
    "/subprotocol": wants_subprotocol,
}


async def talk(connection, path):
    await ROUTES[path.split("?")[0]](connection)


def refuse(status, words, *headers):
    return http.HTTPStatus(status), [("Content-Type", "text/plain"), *headers], (words + "\n").encode()


def count(path):
    COUNTS[path] = COUNTS.get(path, 0) + 1
    return COUNTS[path]


async def route(path, headers):
    """Refuses before the upgrade, as an application does."""
    path, _, query = path.partition("?")
    if path == "/token" or path == "/token-or-origin":
        return None if headers.get("Authorization") == "Bearer right-token-of-the-lab" else refuse(403, "Forbidden")
    if path == "/chat" and "room=closed" in query:
        return refuse(400, "unknown room")
    if path == "/chat" and "X-Trace" in headers:
        return refuse(400, "Bad Request")
    if path == "/needs-subprotocol" and "Sec-WebSocket-Protocol" not in headers:
        return refuse(400, "Missing Sec-WebSocket-Protocol")
    if path == "/dice-origin":
        return refuse(403, "Origin not allowed") if random.Random(count(path)).random() < 0.5 else None
    if path == "/second":
        return None if count(path) % 2 == 0 else refuse(500, "Internal Server Error")
    if path not in ROUTES:
        return refuse(404, "Not Found")
    return None


ROUTES["/token"] = ROUTES["/token-or-origin"] = ROUTES["/needs-subprotocol"] = greet
ROUTES["/dice-origin"] = ROUTES["/second"] = greet


async def listen(name, **settings):
    server = await websockets.serve(talk, "127.0.0.1", 0, **settings)
    print(f"{name}={server.sockets[0].getsockname()[1]}", flush=True)


async def main():
    await listen("SOCKETS", process_request=route)
    await listen("SOCKETS_ANY")
    await listen("SOCKETS_ORIGIN", process_request=route, origins=["https://app.example.com"])
    await listen("SOCKETS_NO_ORIGIN", process_request=route, origins=[None])
    await listen("SOCKETS_CHAT2", process_request=route, subprotocols=["chat.v2"])
    print("READY=1", flush=True)
    await asyncio.Future()


signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
asyncio.run(main())

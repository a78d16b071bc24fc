"""A server made with python3-websockets, compression and all; it prints its port as a shell assignment."""
import asyncio
import json
import os
import signal
import socket
import sys

import websockets

SIGNALS = {"kill": signal.SIGKILL, "abort": signal.SIGABRT, "stop": signal.SIGSTOP, "segv": signal.SIGSEGV}


def workers():
    """The WebSocket workers of the endoscope whose process id is in the file `run`."""
    try:
        parent = open("run", encoding="ascii").read().split()[0]
    except (OSError, IndexError):
        return
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            words = open(f"/proc/{name}/cmdline", "rb").read().split(b"\0")
        except OSError:
            continue
        if words[1:3] == [b"--websocket-worker", parent.encode()]:
            yield int(name)


def is_there(connection):
    """Whether the peer is: what a dead one asked for must not befall its successor."""
    peer = socket.socket(fileno=os.dup(connection.transport.get_extra_info("socket").fileno()))
    with peer:
        try:
            return not connection.transport.is_closing() and peer.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) != b""
        except BlockingIOError:
            return True
        except OSError:
            return False


async def talk(connection, path):
    # libwebsockets alone says Pragma: the wire, which asks the same, shall have no part in it.
    if path[1:] in SIGNALS and "Pragma" in connection.request_headers:
        pids = list(workers())  # first: while the peer is there, it is the only one
        for pid in pids if is_there(connection) else ():
            os.kill(pid, SIGNALS[path[1:]])
    if path.startswith("/slow"):
        await asyncio.sleep(1)
    echo = connection.request_headers.get("Authorization")
    await connection.send(json.dumps({"type": "connect", "path": path, "echo": echo}))
    async for message in connection:
        await connection.send(message)


async def main():
    async with websockets.serve(talk, "127.0.0.1", 0) as server:
        print(f"WEBSOCKETS_PORT={server.sockets[0].getsockname()[1]}", flush=True)
        await asyncio.Future()


signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
asyncio.run(main())

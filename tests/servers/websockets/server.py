"""A server made with python3-websockets, compression and all; it prints its port as a shell assignment."""
import asyncio
import json
import os
import signal
import sys

import websockets

SIGNALS = {"kill": signal.SIGKILL, "abort": signal.SIGABRT, "stop": signal.SIGSTOP}


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


async def talk(socket, path):
    if path[1:] in SIGNALS:
        for pid in workers():
            os.kill(pid, SIGNALS[path[1:]])
    if path.startswith("/slow"):
        await asyncio.sleep(1)
    await socket.send(json.dumps({"type": "connect", "path": path, "echo": socket.request_headers.get("Authorization")}))
    async for message in socket:
        await socket.send(message)


async def main():
    async with websockets.serve(talk, "127.0.0.1", 0) as server:
        print(f"WEBSOCKETS_PORT={server.sockets[0].getsockname()[1]}", flush=True)
        await asyncio.Future()


signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
asyncio.run(main())

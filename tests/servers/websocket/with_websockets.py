"""python3-websockets, with its usual permessage-deflate and without any."""
import asyncio
import json

from websockets.exceptions import ConnectionClosed
from websockets.legacy.server import serve


async def converse(socket, path):
    words = path.partition("?")[0].split("/")[1:]
    await socket.send(json.dumps({"type": "connect", "deflate": bool(socket.extensions)}))
    if words[0] == "long":
        await socket.send("0123456789" * 10000)
    if words[0] == "close":
        await socket.close(int(words[1]), "/".join(words[2:]))
    try:
        async for message in socket:
            await socket.send(message)
    except ConnectionClosed:
        pass


async def main():
    async with serve(converse, "127.0.0.1", 0, subprotocols=["chat"]) as usual, \
            serve(converse, "127.0.0.1", 0, compression=None) as plain:
        print(f"WEBSOCKET_PYTHON={usual.sockets[0].getsockname()[1]}")
        print(f"WEBSOCKET_PYTHON_PLAIN={plain.sockets[0].getsockname()[1]}")
        print("READY=1", flush=True)
        await asyncio.Future()

asyncio.run(main())

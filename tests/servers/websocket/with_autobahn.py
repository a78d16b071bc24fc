"""autobahn for Python, with permessage-deflate as it accepts it."""
import asyncio
import json

from autobahn.asyncio.websocket import WebSocketServerFactory, WebSocketServerProtocol
from autobahn.websocket.compress import PerMessageDeflateOffer, PerMessageDeflateOfferAccept


class Server(WebSocketServerProtocol):
    def onConnect(self, request):
        self.words = request.path.split("/")[1:]

    def onOpen(self):
        self.sendMessage(json.dumps({"type": "connect"}).encode())
        if self.words[0] == "long":
            self.sendMessage(b"0123456789" * 10000, fragmentSize=1000)
        if self.words[0] == "close":
            self.sendClose(int(self.words[1]), "/".join(self.words[2:]))

    def onMessage(self, payload, is_binary):
        self.sendMessage(payload, is_binary)


def accept(offers):
    for offer in offers:
        if isinstance(offer, PerMessageDeflateOffer):
            return PerMessageDeflateOfferAccept(offer)
    return None


async def main():
    factory = WebSocketServerFactory()
    factory.protocol = Server
    factory.setProtocolOptions(perMessageCompressionAccept=accept, autoFragmentSize=50)
    server = await asyncio.get_running_loop().create_server(factory, "127.0.0.1", 0)
    print(f"WEBSOCKET_AUTOBAHN={server.sockets[0].getsockname()[1]}")
    print("READY=1", flush=True)
    await asyncio.Future()

asyncio.run(main())

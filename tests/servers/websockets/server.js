// A server made with node's ws; everything is compressed that may be. It prints its port as a shell assignment.
const {WebSocketServer} = require("ws");

const server = new WebSocketServer({host: "127.0.0.1", port: 0, perMessageDeflate: {threshold: 0}}, () => {
    console.log(`WEBSOCKETS_NODE_PORT=${server.address().port}`);
});
server.on("connection", (socket, request) => {
    socket.send(JSON.stringify({type: "connect", path: request.url}));
    socket.on("message", (data, binary) => socket.send(data, {binary}));
});

// ws for Node.js: compressed from its usual threshold on, always, and with the tightest terms.
const { createRequire } = require('module');
const { WebSocketServer } = createRequire('/usr/share/nodejs/')('ws');

const servers = {
    WEBSOCKET_NODE: true,
    WEBSOCKET_NODE_ALL: { threshold: 0 },
    WEBSOCKET_NODE_FORGETFUL: {
        threshold: 0,
        serverNoContextTakeover: true,
        clientNoContextTakeover: true,
        serverMaxWindowBits: 10,
        clientMaxWindowBits: 10,
    },
};

let left = Object.keys(servers).length;
for (const [name, perMessageDeflate] of Object.entries(servers)) {
    const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate });
    server.on('connection', (socket, request) => {
        const words = request.url.split('?')[0].split('/').slice(1);
        socket.on('message', (data, binary) => socket.send(data, { binary }));
        if (name === 'WEBSOCKET_NODE_ALL') socket.ping('between');
        socket.send(JSON.stringify({ type: 'connect' }));
        if (words[0] === 'long') socket.send('0123456789'.repeat(10000));
        if (words[0] === 'close') socket.close(Number(words[1]), words.slice(2).join('/'));
    });
    server.on('listening', () => {
        console.log(`${name}=${server.address().port}`);
        if (--left === 0) console.log('READY=1');
    });
}

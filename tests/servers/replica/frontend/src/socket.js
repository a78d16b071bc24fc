import { socketUrl } from './config.js'

export function openChat(onMessage) {
  const socket = new WebSocket(socketUrl)
  socket.addEventListener('message', (event) => onMessage(JSON.parse(event.data)))
  return socket
}

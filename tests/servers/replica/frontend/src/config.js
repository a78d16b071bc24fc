const env = import.meta.env

export const apiOrigin = env.VITE_API_ORIGIN
export const socketPath = env.VITE_WS_PATH ?? '/ws'
export const socketUrl = env.VITE_WS_ORIGIN + socketPath

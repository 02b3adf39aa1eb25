import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'

/** Something before the service, as users have it: it passes calls and WebSockets on, and may lose what it is told to. */
export interface HttpProxy {
  readonly url: string
  /** Of the next calls that fit, one unless it says how many, the connection ends after the service has answered. */
  loseAnswerOf(fits: (call: { readonly method: string; readonly path: string }) => boolean, times?: number): void
  readonly lost: number
  close(): Promise<void>
}

/** @param prefix of all paths before the proxy; the service does not see it */
export async function httpProxy(service: { readonly port: number }, { prefix = '' } = {}): Promise<HttpProxy> {
  const sockets = new Set<Socket>()
  let losing: ((call: { method: string; path: string }) => boolean) | undefined
  let toLose = 0
  let lost = 0
  const inner = (url = '') => (url.startsWith(prefix) ? url.slice(prefix.length) || '/' : undefined)
  const pass = (asked: IncomingMessage, reply: ServerResponse): void => {
    const { method = '', headers } = asked
    const path = inner(asked.url)
    if (path === undefined) {
      reply.writeHead(404).end()
      return
    }
    const isLost = toLose > 0 && losing?.({ method, path }) === true
    if (isLost) toLose -= 1
    const onward = request({ host: '127.0.0.1', port: service.port, method, path, headers }, (answer) => {
      if (!isLost) {
        answer.pipe(reply.writeHead(answer.statusCode ?? 0, answer.headers))
        return
      }
      lost += 1
      answer.resume()
      answer.on('end', () => asked.socket.destroy())
    })
    onward.on('error', () => asked.socket.destroy())
    asked.pipe(onward)
  }
  const server = createServer(pass)
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  server.on('upgrade', (asked: IncomingMessage, near: Socket, head: Buffer) => {
    const far = connect(service.port, '127.0.0.1')
    for (const socket of [near, far]) socket.on('error', () => [near, far].forEach((one) => one.destroy()))
    const lines = Object.entries(asked.headers).map(([name, value]) => `${name}: ${String(value)}`)
    far.write(`GET ${inner(asked.url)} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`)
    far.write(head)
    near.pipe(far).pipe(near)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${prefix}`,
    get lost() {
      return lost
    },
    loseAnswerOf(fits, times = 1) {
      losing = fits
      toLose = times
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

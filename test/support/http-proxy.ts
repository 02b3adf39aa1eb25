import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'

/** Something before the service, as users have it: it passes calls and WebSockets on, and may lose what it is told to. */
export interface HttpProxy {
  readonly url: string
  /** Of the next calls that fit, one unless it says how many, the connection ends after the service has answered. */
  loseAnswerOf(fits: Fits, times?: number): void
  readonly lost: number
  /** Of the next call that fits, no more than so many bytes of the answer come; then the connection ends, or nothing more comes. */
  passPartOf(fits: Fits, part: Part): void
  close(): Promise<void>
}

type Fits = (call: { readonly method: string; readonly path: string }) => boolean
type Part = { readonly bytes: number; readonly end: 'break' | 'hold' }

/** @param prefix of all paths before the proxy; the service does not see it */
export async function httpProxy(service: { readonly port: number }, { prefix = '' } = {}): Promise<HttpProxy> {
  const sockets = new Set<Socket>()
  let losing: Fits | undefined
  let toLose = 0
  let passing: { readonly fits: Fits; readonly part: Part } | undefined
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
    const part = passing?.fits({ method, path }) === true ? passing.part : undefined
    if (part !== undefined) passing = undefined
    const onward = request({ host: '127.0.0.1', port: service.port, method, path, headers }, (answer) => {
      if (!isLost) {
        reply.writeHead(answer.statusCode ?? 0, answer.headers)
        if (part === undefined) answer.pipe(reply)
        else passPart(answer, reply, part)
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
    passPartOf(fits, part) {
      passing = { fits, part }
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

function passPart(answer: IncomingMessage, reply: ServerResponse, { bytes, end }: Part): void {
  let left = bytes
  answer.on('data', (chunk: Buffer) => {
    if (left <= 0) return
    const some = chunk.subarray(0, left)
    left -= some.length
    reply.write(some, () => {
      if (left <= 0 && end === 'break') reply.destroy()
    })
    if (left <= 0) answer.pause()
  })
  answer.on('end', () => reply.end())
}

import { lookup } from 'node:dns/promises'
import { once } from 'node:events'
import { createServer as createHttpServer, type Server as HttpServer } from 'node:http'
import { createServer, type ListenOptions, type Server } from 'node:net'
import type { Config } from '../config.ts'
import { answerWhileStarting } from '../http/starting.ts'

/** Where clients come in. */
export interface Door {
  /** Such as `http://127.0.0.1:3000`. */
  readonly url: string
  /** From now on `server` answers whoever comes. Nobody is turned away meanwhile. */
  leadTo(server: HttpServer): Promise<void>
  /** Takes nobody in any more; what `server` has under way is its own. May be called again. */
  close(): Promise<void>
}

/** Connections that may wait to be accepted: a crowd comes at once, and whoever is turned away here tries for seconds. */
const BACKLOG = 4_096

/**
 * Listens, before there is anything to serve: a port that is taken is found before a database is made or started, and
 * whoever looks after the service can ask how far it is.
 * @throws Error that names HOST and PORT, and what to do
 */
export async function openDoor(config: Pick<Config, 'host' | 'port' | 'metricsKey'>): Promise<Door> {
  const { host, port } = config
  const starting = createHttpServer(answerWhileStarting(config))
  // On most machines `localhost` is two addresses, and a browser may take either.
  const names = host === 'localhost' ? (await lookup(host, { all: true })).map(({ address }) => address) : [host]
  const [first = host, ...others] = names
  await listen(starting, { host: first, port }, host)
  const address = starting.address()
  if (address === null || typeof address === 'string') throw new Error('A TCP server has no port.')

  let current = starting
  let isLed = false
  const besides = await Promise.all(
    others.map((name) => besidesAt({ host: name, port: address.port }, (socket) => current.emit('connection', socket))),
  )
  return {
    url: `http://${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}`,
    async leadTo(server) {
      isLed = true
      current = server
      // The socket that listens changes hands; it is never closed in between.
      server.listen(starting, BACKLOG)
      await once(server, 'listening')
      starting.closeIdleConnections()
    },
    async close() {
      for (const server of besides) server?.close()
      if (isLed || !starting.listening) return
      const closed = once(starting, 'close')
      starting.close()
      starting.closeAllConnections()
      await closed
    },
  }
}

async function listen(server: Server, options: ListenOptions, asked: string): Promise<void> {
  server.listen({ ...options, backlog: BACKLOG })
  try {
    // Rejects on an error.
    await once(server, 'listening')
  } catch (error) {
    throw new Error(`HOST ${asked}, PORT ${options.port}: ${whyNot(error as NodeJS.ErrnoException)}`, { cause: error })
  }
}

/** @returns undefined where that other address cannot be listened on: the first one is what was asked for */
async function besidesAt(options: ListenOptions, onConnection: (socket: unknown) => void): Promise<Server | undefined> {
  const server = createServer({ allowHalfOpen: true, noDelay: true }, onConnection)
  server.listen({ ...options, backlog: BACKLOG })
  return once(server, 'listening').then(
    () => server,
    () => undefined,
  )
}

function whyNot({ code, message }: NodeJS.ErrnoException): string {
  switch (code) {
    case 'EADDRINUSE':
      return 'another process listens there. Stop it, or set PORT to another port (0 takes a free one).'
    case 'EACCES':
      return 'this account may not listen there. Set PORT to one above 1023.'
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EINVAL':
      return 'that is no address of this machine. Set HOST to one that is: 127.0.0.1, or 0.0.0.0 for all of them.'
    default:
      return `nobody can listen there (${message}). Set HOST or PORT to others.`
  }
}

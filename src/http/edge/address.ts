import type { IncomingMessage } from 'node:http'
import { isIP, isIPv4 } from 'node:net'
import type { FastifyRequest } from 'fastify'
import { type AddressRange, isAmong, isLoopback, plainAddress } from '../../outgoing/ranges.ts'
import type { App } from '../route.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Where it comes from, as far as that can be believed; undefined where its connection was reset meanwhile. */
    readonly address: string | undefined
  }
}

/** Gives every request its address. Nothing else reads `request.ip`, which knows nothing of proxies. */
export function tellAddresses(app: App, trusted: readonly AddressRange[]): void {
  app.decorateRequest('address', {
    getter(this: FastifyRequest) {
      return addressOf(this.raw, trusted)
    },
  })
}

/**
 * The address of whoever sent a request: of the connection, or, where that is a trusted proxy's, the one that it names in
 * `X-Forwarded-For`. Where several proxies wrote there, each the address that it was called from, the right-most one that
 * is no trusted proxy. What is no address is never taken for one: then it is the proxy that wrote it.
 */
export function addressOf(
  { socket, headers }: Pick<IncomingMessage, 'socket' | 'headers'>,
  trusted: readonly AddressRange[],
): string | undefined {
  const { remoteAddress } = socket
  let address = remoteAddress === undefined ? undefined : addressIn(remoteAddress)
  if (address === undefined || trusted.length === 0) return address
  const named = String(headers['x-forwarded-for'] ?? '').split(',')
  while (isAmong(address, trusted)) {
    const before = addressIn(named.pop()?.trim() ?? '')
    if (before === undefined) break
    address = before
  }
  return address
}

/** What a proxy adds to what it passes on. One is enough to tell that somebody else has called. */
const PASSED_ON = ['x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip', 'forwarded', 'via'] as const

/** A proxy on this machine calls from it, too: what it passes on is not of this machine, whoever it says has called. */
export function isOfThisMachine({ headers, socket }: Pick<IncomingMessage, 'headers' | 'socket'>): boolean {
  return isLoopback(socket.remoteAddress ?? '') && PASSED_ON.every((name) => headers[name] === undefined)
}

/** With the port that some proxies write behind it: `192.0.2.7:4711`, `[2001:db8::7]:4711`. */
const WITH_PORT = /^(?:(\d[\d.]+)|\[([\d.:a-f]+)\])(?::\d{1,5})?$/i

/** @returns an address in its one plain form; undefined where the text is none */
function addressIn(text: string): string | undefined {
  if (isIPv4(text)) return text
  const [, ipv4, ipv6] = WITH_PORT.exec(text) ?? []
  const bare = ipv4 ?? ipv6 ?? text
  return isIP(bare) === 0 ? undefined : plainAddress(bare)
}

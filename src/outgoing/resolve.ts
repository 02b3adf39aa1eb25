import { promises } from 'node:dns'
import { isIP } from 'node:net'

/** Asks for the addresses of a name, anew each time. Rejects where there are none. */
export type Resolve = (host: string, signal: AbortSignal) => Promise<readonly string[]>

/** A name server that does not answer is asked once more. */
const PATIENCE = { timeout: 2_000, tries: 2 }

/** Of this machine by definition (RFC 6761): no name server is asked. */
const LOCALHOST = /^(.+\.)?localhost\.?$/

/**
 * The addresses of a name, from the name servers of this machine. Not through its `getaddrinfo`: that keeps one of four
 * threads, which files and hashes wait for as well, for as long as a slow name server likes. So /etc/hosts is not read.
 */
export const resolveName: Resolve = async (host, signal) => {
  if (isIP(host) !== 0) return [host]
  if (LOCALHOST.test(host)) return ['127.0.0.1', '::1']
  const resolver = new promises.Resolver(PATIENCE)
  const cancel = (): void => resolver.cancel()
  signal.addEventListener('abort', cancel, { once: true })
  try {
    signal.throwIfAborted()
    const [four, six] = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)])
    const found = [four, six].flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []))
    if (found.length === 0 && four.status === 'rejected') throw four.reason
    return found
  } finally {
    signal.removeEventListener('abort', cancel)
  }
}

import type { Server } from 'node:http'

/** How long a request that is still arriving, or an answer that nobody takes, may hold up the end. */
const PATIENCE_MS = 5_000

const LOOK_MS = 20

/**
 * Ends the connections of a server that takes no new ones: at once where nothing is under way, also those on which
 * nothing was ever asked (of pools, balancers and browsers, which keep them for later); the last of them after a while.
 * @param underWay how many requests are being answered
 */
export function endLastConnections(server: Server, underWay: () => number): void {
  const giveUpAt = performance.now() + PATIENCE_MS
  const look = setInterval(() => {
    server.closeIdleConnections()
    if (underWay() > 0 && performance.now() < giveUpAt) return
    clearInterval(look)
    server.closeAllConnections()
  }, LOOK_MS)
  server.once('close', () => clearInterval(look))
}

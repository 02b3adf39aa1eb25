import type { Client } from 'pg'
import { BACKEND } from './server-facts.sql.ts'
import { socketOf } from './socket.ts'
import { query } from './statement.ts'

interface BehindPooler {
  /** Outside a transaction. */
  readonly client: Client
  /** The process of the server that its last statement ran in. */
  readonly pid: number
  readonly another: () => Promise<Client>
}

/**
 * Others that hold a transaction open. A pooler by transaction gives the session of our last statement to one of them, or
 * another one to our next: the one that was used last comes first, or all come in turn.
 */
const HOLDERS = 2

/** A pooler that has no more sessions lets the next client wait. */
const HOLDING_PATIENCE_MS = 3_000

/** Tells whether a pooler gives our session to others while we are connected. Nothing is set in any of them. */
export async function poolingBehind({ client, pid, another }: BehindPooler): Promise<'session' | 'transaction'> {
  const holders: Client[] = []
  try {
    for (let number = 1; number <= HOLDERS; number++) {
      const holder = await another()
      holders.push(holder)
      if (await holdsSession(holder, pid)) return 'transaction'
    }
    const [backend] = await query(client, BACKEND, [])
    return backend!.pid === pid ? 'session' : 'transaction'
  } finally {
    await Promise.all(holders.map((holder) => holder.end().catch(() => {})))
  }
}

/** Opens a transaction, and leaves it open. */
async function holdsSession(holder: Client, pid: number): Promise<boolean> {
  const tired = setTimeout(() => socketOf(holder).destroy(), HOLDING_PATIENCE_MS)
  try {
    await holder.query('begin')
    const [backend] = await query(holder, BACKEND, [])
    return backend!.pid === pid
  } catch {
    // It waits for a session, as one by session does; or refuses transactions, and then the next look tells.
    return false
  } finally {
    clearTimeout(tired)
  }
}

import { randomUUID } from 'node:crypto'
import type { Pool } from 'pg'
import { inTransaction } from '../transaction.ts'
import { BuildRefused } from './build-refused.ts'

/** Whoever dies keeps the others waiting for so long; renewed well before that. */
const LEASE_SECONDS = 30
const RENEW_MS = 5_000

/**
 * Does something that only one process at a time may do to a read model: building, switching, dropping. Any of these
 * changes what the others rest on, whichever build they are about, so all builds are leased together. A time on their
 * rows, not a lock: a lock would hold a database transaction open all the while.
 * @param use gets a signal that is aborted when the lease is lost, or the given signal is
 * @throws BuildRefused where somebody else has it
 */
export async function withLease<T>(
  db: Pool,
  { projection, signal }: { projection: string; signal: AbortSignal },
  use: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const lease = randomUUID()
  const lost = new AbortController()
  const refused = new BuildRefused(
    `${projection} is being rebuilt or rolled back by another process; one that was killed is out of the way after ${LEASE_SECONDS} s.`,
  )
  if (!(await take(db, { projection, lease }))) throw refused
  const renew = async (): Promise<void> => {
    try {
      if (!(await take(db, { projection, lease }))) lost.abort(refused)
    } catch {
      // The database is away: whatever is under way fails by itself, or goes on once it is back.
    }
  }
  let renewed = Promise.resolve()
  const renewing = setInterval(() => {
    renewed = renewed.then(renew)
  }, RENEW_MS)
  try {
    return await use(AbortSignal.any([signal, lost.signal]))
  } finally {
    clearInterval(renewing)
    // One that is under way would take it again, and keep it for nobody.
    await renewed
    // Where this fails, the lease ends by itself.
    await db
      .query('update projections.builds set leased_till = null where projection = $1 and lease = $2', [
        projection,
        lease,
      ])
      .catch(() => {})
  }
}

/** Takes it, or renews it, also on a build that has been begun since. @returns whether nobody else has it */
async function take(db: Pool, { projection, lease }: { projection: string; lease: string }): Promise<boolean> {
  return inTransaction(db, async (tx) => {
    // In the order in which everybody locks them.
    const { rows } = await tx.query<{ taken: boolean | null }>(
      `select lease is distinct from $2 and leased_till > now() as taken
         from projections.builds
        where projection = $1
        order by build
          for update`,
      [projection, lease],
    )
    if (rows.some(({ taken }) => taken)) return false
    await tx.query(
      `update projections.builds
          set lease = $2, leased_till = now() + make_interval(secs => $3)
        where projection = $1`,
      [projection, lease, LEASE_SECONDS],
    )
    return true
  })
}

import { randomUUID } from 'node:crypto'
import type { Pool } from 'pg'

/** Whoever dies keeps the others waiting for so long; renewed well before that. */
const LEASE_SECONDS = 30
const RENEW_MS = 5_000

/** Somebody else is building it. */
export class BeingBuilt extends Error {
  constructor(projection: string) {
    super(
      `${projection} is being rebuilt by another process; one that was killed is out of the way after ${LEASE_SECONDS} s.`,
    )
    this.name = 'BeingBuilt'
  }
}

/**
 * Does something that only one process at a time may do to a build. A row with a time on it, not a lock: a lock would
 * hold a database transaction open all the while.
 * @param use gets a signal that is aborted when the lease is lost, or the given signal is
 * @throws BeingBuilt where somebody else has it
 */
export async function withLease<T>(
  db: Pool,
  { projection, build, signal }: { projection: string; build: number; signal: AbortSignal },
  use: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const lease = randomUUID()
  const lost = new AbortController()
  const take = async (): Promise<boolean> => {
    const { rowCount } = await db.query(
      `update projections.builds
          set lease = $3, leased_till = now() + make_interval(secs => $4)
        where projection = $1
          and build = $2
          and (lease = $3 or leased_till is null or leased_till < now())`,
      [projection, build, lease, LEASE_SECONDS],
    )
    return rowCount === 1
  }
  if (!(await take())) throw new BeingBuilt(projection)
  const renewing = setInterval(() => {
    take().then(
      (taken) => taken || lost.abort(new BeingBuilt(projection)),
      // The database is away: whatever is under way fails by itself, or goes on once it is back.
      () => {},
    )
  }, RENEW_MS)
  try {
    return await use(AbortSignal.any([signal, lost.signal]))
  } finally {
    clearInterval(renewing)
    // Where this fails, the lease ends by itself.
    await db
      .query('update projections.builds set leased_till = null where projection = $1 and lease = $2', [
        projection,
        lease,
      ])
      .catch(() => {})
  }
}

import { randomUUID } from 'node:crypto'
import type { Pool } from 'pg'
import { query, run, statement } from '../../db/statement.ts'
import { inTransaction } from '../../db/transaction.ts'
import { LEASE_SECONDS, whileLeased } from '../../following/lease.ts'
import { BuildRefused } from './build-refused.ts'

/** In the order in which everybody locks them. */
export const LOCK_LEASES = statement({
  columns: { taken: 'bool?' },
  params: ['text', 'text'],
  text: `
      select lease is distinct from $2 and leased_till > now() as taken
        from projections.builds
       where projection = $1
       order by build
         for update`,
})

export const LEASE_BUILDS = statement({
  params: ['text', 'text', 'float8'],
  text: `
      update projections.builds
         set lease = $2, leased_till = now() + make_interval(secs => $3)
       where projection = $1`,
})

export const GIVE_BACK_BUILDS = statement({
  params: ['text', 'text'],
  text: 'update projections.builds set leased_till = null where projection = $1 and lease = $2',
})

/**
 * Does something that only one process at a time may do to a read model: building, switching, dropping. Any of these
 * changes what the others rest on, whichever build they are about, so all builds are leased together.
 * @param use gets a signal that is aborted when the lease is lost, or the given signal is
 * @throws BuildRefused where somebody else has it
 */
export async function withLease<T>(
  db: Pool,
  { projection, signal }: { projection: string; signal: AbortSignal },
  use: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const name = randomUUID()
  const lost = new BuildRefused(
    `${projection} is being rebuilt or rolled back by another process; one that was killed is out of the way after ${LEASE_SECONDS} s.`,
  )
  const renew = () => take(db, { projection, lease: name })
  if (!(await renew())) throw lost
  return whileLeased({ renew, giveBack: () => run(db, GIVE_BACK_BUILDS, [projection, name]) }, { signal, lost }, use)
}

/** Takes it, or renews it, also on a build that has been begun since. @returns whether nobody else has it */
async function take(db: Pool, { projection, lease }: { projection: string; lease: string }): Promise<boolean> {
  return inTransaction(db, async (tx) => {
    const leases = await query(tx, LOCK_LEASES, [projection, lease])
    if (leases.some(({ taken }) => taken)) return false
    await run(tx, LEASE_BUILDS, [projection, lease, LEASE_SECONDS])
    return true
  })
}

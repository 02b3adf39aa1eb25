import type { Pool } from 'pg'
import { query } from '../../db/statement.ts'
import { measureSnapshot } from '../read/snapshot-lines.ts'
import type { Finding } from './finding.ts'
import type { Extent } from './ranges.ts'
import { DIFFERING_SNAPSHOT, SNAPSHOTS } from './snapshots.sql.ts'

/** The first snapshot that its table does not repeat, or whose balances do not have its digest. The chain must be whole. */
export async function verifySnapshots(db: Pool, extent: Extent): Promise<Finding | undefined> {
  return (await differingSnapshot(db, extent.book)) ?? (await differingDigest(db, extent))
}

async function differingSnapshot(db: Pool, book: string): Promise<Finding | undefined> {
  const [row] = await query(db, DIFFERING_SNAPSHOT, [book])
  return row && { position: row.position, problem: 'the snapshot is not what its event says' }
}

/** Computes the balances of each snapshot again. */
async function differingDigest(db: Pool, { book, upTo, signal }: Extent): Promise<Finding | undefined> {
  for (const row of await query(db, SNAPSHOTS, [book, upTo])) {
    if (signal.aborted) return undefined
    const { count, digest } = await measureSnapshot(db, book, {
      position: row.position,
      asOf: row.as_of,
      knownAt: row.known_at,
      resource: row.resource,
      policy: row.policy_id,
      entities: row.entities === null ? null : (JSON.parse(row.entities) as string[]),
    })
    if (count !== row.balances || digest !== row.digest) {
      return {
        position: row.position,
        problem: 'the balances of the snapshot do not have the digest it was recorded with',
      }
    }
  }
  return undefined
}

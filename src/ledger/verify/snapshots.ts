import type { Pool } from 'pg'
import type { CalendarDate } from '../../domain/calendar-date.ts'
import { measureSnapshot } from '../read/snapshot-lines.ts'
import { earliest, type Finding } from './finding.ts'
import type { Extent } from './ranges.ts'

/** The first snapshot that its table does not repeat, or whose balances do not have its digest. The chain must be whole. */
export async function verifySnapshots(db: Pool, extent: Extent): Promise<Finding | undefined> {
  return (await differingSnapshot(db, extent.book)) ?? (await differingDigest(db, extent))
}

async function differingSnapshot(db: Pool, book: string): Promise<Finding | undefined> {
  const { rows } = await db.query<{ position: number | null }>(
    `select coalesce(e.position, s.position) as position
       from (
              select position, data
                from ledger.events
               where book_id = $1
                 and starts_with(stream, 'snapshot:')
            ) as e
       full join (
              select *
                from ledger.snapshots
               where book_id = $1
            ) as s on s.position = e.position
      where (s.known_at = (e.data ->> 'knownAt')::bigint
             and s.as_of = (e.data ->> 'asOf')::date
             and s.resource is not distinct from e.data ->> 'resource'
             and s.policy_id is not distinct from e.data ->> 'policy'
             and s.entities::text is not distinct from e.data ->> 'entities'
             and s.name is not distinct from e.data ->> 'name'
             and s.balances = (e.data ->> 'count')::bigint
             and s.digest = decode(e.data ->> 'digest', 'hex')) is not true
      order by 1
      limit 1`,
    [book],
  )
  const [row] = rows
  return earliest([row && { position: row.position, problem: 'the snapshot is not what its event says' }])
}

interface SnapshotRow {
  readonly position: number
  readonly known_at: number
  readonly as_of: CalendarDate
  readonly resource: string | null
  readonly policy_id: string | null
  readonly entities: string | null
  readonly balances: number
  readonly digest: string
}

/** Computes the balances of each snapshot again. */
async function differingDigest(db: Pool, { book, upTo, signal }: Extent): Promise<Finding | undefined> {
  const { rows } = await db.query<SnapshotRow>(
    `select position, known_at, as_of, resource, policy_id, entities, balances, encode(digest, 'hex') as digest
       from ledger.snapshots
      where book_id = $1
        and position <= $2
      order by position`,
    [book, upTo],
  )
  for (const row of rows) {
    if (signal.aborted) return undefined
    const { count, digest } = await measureSnapshot(db, book, {
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

import type { Pool } from 'pg'
import { query, statement } from '../db/statement.ts'
import { playedNow } from '../world-clock.ts'
import type { Projection } from './projection.ts'

/** How far a read model is behind the record. */
export interface Lag {
  readonly projection: string
  /** Of the projection in the code. */
  readonly version: number
  /** The build that is read, and the version that filled it; null where there is none. */
  readonly build: number | null
  readonly builtBy: number | null
  /** Books with something that is not applied. */
  readonly books: number
  /** Events that are not applied, over all books. */
  readonly events: number
  /** How long the oldest of them has been in the record; 0 where all is applied. */
  readonly seconds: number
  /** Entities that are parked: their events count as applied here, and wait elsewhere. */
  readonly parked: number
}

const KEPT_MS = 1_000

/** Reads the lag when it is asked for, at most once a second however many ask. */
export function openLag(db: Pool, projections: readonly Projection[]): () => Promise<readonly Lag[]> {
  let kept: { readonly at: number; readonly read: Promise<readonly Lag[]> } | undefined
  return () => {
    const now = performance.now()
    if (kept !== undefined && now - kept.at <= KEPT_MS) return kept.read
    const read = readLag(db, projections)
    kept = { at: now, read }
    read.catch(() => {
      kept = undefined
    })
    return read
  }
}

/** The checkpoints of the active builds beside the true heads of all books. */
export const READ_LAG = statement({
  name: 'projecting-lag',
  columns: {
    projection: 'text',
    build: 'int4?',
    builtBy: 'int4?',
    books: 'int8',
    events: 'int8',
    seconds: 'float8',
    parked: 'int8',
  },
  params: ['text[]', 'timestamptz?'],
  text: `
      select p.projection,
             b.build,
             b.version as "builtBy",
             count(l.events) as books,
             coalesce(sum(l.events), 0)::bigint as events,
             coalesce(max(l.seconds), 0)::float8 as seconds,
             (select count(*)
                from projections.withheld
               where projection = p.projection
                 and build = b.build
                 and state = 'parked') as parked
        from unnest($1::text[]) with ordinality as p(projection, ordinality)
        left join projections.builds b on b.projection = p.projection and b.state = 'active'
        left join lateral (
               select h.position - coalesce(c.position, 0) as events,
                      greatest(extract(epoch from coalesce($2, clock_timestamp()) - e.recorded_at), 0) as seconds
                 from ledger.heads h
                 left join projections.checkpoints c
                        on c.book_id = h.book_id
                       and c.projection = b.projection
                       and c.build = b.build
                cross join lateral (
                        select recorded_at
                          from ledger.events
                         where book_id = h.book_id
                           and position = coalesce(c.position, 0) + 1
                         limit 1) as e
                where h.position > coalesce(c.position, 0)
             ) as l on true
       group by p.projection, p.ordinality, b.build, b.version
       order by p.ordinality`,
})

/** In one statement, so that all of it is as of the same moment. */
export async function readLag(db: Pool, projections: readonly Projection[]): Promise<Lag[]> {
  const rows = await query(db, READ_LAG, [projections.map(({ name }) => name), playedNow() ?? null])
  return rows.map((row, index) => ({ ...row, version: projections[index]!.version }))
}

import { randomBytes } from 'node:crypto'
import { openPool } from '../../src/db/pool.ts'
import { childOf, type Tell } from '../load/child.ts'
import type { Counted } from '../load/job.ts'
import { keyOf, newRun } from '../load/key.ts'
import { closedLoop } from './closed-loop.ts'

/*
 * A process of its own: what the database takes at most. Groups of rows go into the record's own two tables, with their
 * keys, indexes and foreign keys, and nothing is looked at, decided, hashed or kept up besides.
 */

export interface BareJob {
  readonly url: string
  /** Where the book ends. */
  readonly position: number
  readonly warmUpSeconds: number
  readonly seconds: number
}

const GROUP = 500

const INSERT = `
  with added_events as (
    insert into ledger.events (
             book_id, position, type, idempotency_key, fingerprint, actor_type, actor_id, data, decision, erasable,
             erasable_digest, recorded_at, hash)
    select 'main', e.position, 'accrual-recorded', e.key, e.hash, 'admin', 'root', '{}', e.decision, e.erasable, e.hash,
           date_trunc('milliseconds', now()), e.hash
      from unnest($1::bigint[], $2::text[], $3::bytea[], $4::json[], $5::json[])
             as e(position, key, hash, decision, erasable)
  )
  insert into ledger.transactions (
           book_id, position, line, type, component, entity_id, policy_id, resource, amount, effective_on)
  select 'main', t.position, 1, 'accrual', 'accrued', t.entity, 'annual', 'leave', 1.50, '2026-01-01'
    from unnest($1::bigint[], $6::text[]) as t(position, entity)`

childOf<BareJob, Counted>(run)

async function run(job: BareJob, tell: Tell): Promise<Counted> {
  const pool = openPool({ url: job.url, max: 1, applicationName: 'bare', role: 'daybook_service' })
  const run = newRun()
  let position = job.position
  const counted = await closedLoop(job, tell, [pool], async (db) => {
    const positions = Array.from({ length: GROUP }, () => ++position)
    await db.query({
      name: 'bare',
      text: INSERT,
      values: [
        positions,
        positions.map((n) => keyOf(run, n)),
        positions.map(() => randomBytes(32)),
        positions.map((n) => `[[["${n}.50","0.00","${n}.50",${n}]],[],[1]]`),
        positions.map(() => `{"client":{"ip":"127.0.0.1","session":null,"userAgent":"daybook-bench"},"salt":"${run}"}`),
        positions.map((n) => `e${n % 10_000}`),
      ],
    })
    return GROUP
  })
  await pool.end()
  return counted
}

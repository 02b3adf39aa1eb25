import { createHash } from 'node:crypto'
import type { ClientBase, Pool } from 'pg'
import { query, statement } from '../../db/statement.ts'
import { newestVersion } from '../../domain/policy/policy.ts'
import type { SnapshotScope } from '../../domain/snapshot/snapshot.ts'
import { versionInForce } from '../../domain/version-in-force.ts'
import { readPolicies } from '../policies.ts'
import { componentSums } from '../rows/component-sums.ts'
import { historyAt } from './balance-item.ts'

/*
 * The balances of a snapshot, computed from the record: what was recorded up to its position never changes, so neither
 * do they, whenever they are computed. No statement takes long, and none needs to see the same as the one before.
 */

/** Entities whose transactions are summed in one statement. */
const BATCH_ENTITIES = 1_000

/** Ids of entities that are read ahead: a few megabytes, and few enough reads of all accounts. */
const READ_ENTITIES = 50_000

/** Balances as canonical JSON (RFC 8785), one a line; no line feed after the last. */
export interface SnapshotBatch {
  readonly count: number
  readonly text: string
}

/** An account that lines come after. */
export interface AccountId {
  readonly entity: string
  readonly policy: string
}

/**
 * The lines of a snapshot, by entity and then policy in the order of their characters, whatever the database's language.
 * @param after only the lines after this account's
 * @param entities how many of them one statement sums
 */
export async function* snapshotLines(
  db: Pool | ClientBase,
  book: string,
  scope: SnapshotScope,
  { after, entities = BATCH_ENTITIES }: { readonly after?: AccountId | undefined; readonly entities?: number } = {},
): AsyncGenerator<SnapshotBatch, void, undefined> {
  const terms = await termsOf(db, book, scope)
  if (terms.policies.length === 0) return
  let coming: Promise<SnapshotBatch> | undefined
  for await (const batch of entityBatches(db, book, scope, terms, { after, size: entities })) {
    const reading = readLines(db, book, { scope, terms, entities: batch, after })
    // Whoever stops early leaves it to itself.
    reading.catch(() => {})
    // One is summed while the one before is being used.
    if (coming !== undefined) yield* present(await coming)
    coming = reading
  }
  if (coming !== undefined) yield* present(await coming)
}

function* present(batch: SnapshotBatch): Generator<SnapshotBatch, void, undefined> {
  if (batch.count > 0) yield batch
}

/** How many balances a snapshot has, and the SHA-256 of its lines, each of them with its line feed. */
export async function measureSnapshot(
  db: Pool | ClientBase,
  book: string,
  scope: SnapshotScope,
): Promise<{ readonly count: number; readonly digest: string }> {
  const digest = createHash('sha256')
  let count = 0
  for await (const batch of snapshotLines(db, book, scope)) {
    count += batch.count
    digest.update(batch.text).update('\n')
  }
  return { count, digest: digest.digest('hex') }
}

/** What the policies of a snapshot say about its balances, in columns. */
interface Terms {
  readonly policies: readonly string[]
  readonly resources: readonly string[]
  /** As JSON. */
  readonly units: readonly string[]
  readonly scales: readonly number[]
  /** null: unlimited. */
  readonly limits: readonly (string | null)[]
}

async function termsOf(db: Pool | ClientBase, book: string, scope: SnapshotScope): Promise<Terms> {
  const known = [...(await readPolicies(db, book)).values()].flatMap((history) => {
    const versions = historyAt(history, scope.knownAt)
    if (versions === undefined) return []
    const { policy, resource, unit, scale } = newestVersion(versions)
    if (scope.policy !== null && policy !== scope.policy) return []
    if (scope.resource !== null && resource !== scope.resource) return []
    const { overdraftLimit } = versionInForce(versions, scope.asOf)
    return [{ policy, resource, unit: JSON.stringify(unit), scale, limit: overdraftLimit }]
  })
  return {
    policies: known.map(({ policy }) => policy),
    resources: known.map(({ resource }) => resource),
    units: known.map(({ unit }) => unit),
    scales: known.map(({ scale }) => scale),
    limits: known.map(({ limit }) => limit),
  }
}

async function* entityBatches(
  db: Pool | ClientBase,
  book: string,
  scope: SnapshotScope,
  terms: Terms,
  { after, size }: { readonly after: AccountId | undefined; readonly size: number },
): AsyncGenerator<readonly string[], void, undefined> {
  const from = after?.entity ?? ''
  if (scope.entities !== null) {
    yield* chunks(
      scope.entities.filter((entity) => entity >= from),
      size,
    )
    return
  }
  // Of the entity that the caller stopped at, other policies may follow.
  if (after !== undefined) yield [from]
  // Pages are small: what they do not need is not read.
  const read = Math.min(READ_ENTITIES, Math.max(size, 1) * 50)
  let last = from
  for (;;) {
    const entities = await readEntities(db, book, terms, { after: last, limit: read })
    yield* chunks(entities, size)
    if (entities.length < read) return
    last = entities.at(-1)!
  }
}

function* chunks(all: readonly string[], size: number): Generator<readonly string[], void, undefined> {
  for (let start = 0; start < all.length; start += size) yield all.slice(start, start + size)
}

// In the order of the characters, which no index of a database with another language has: the smallest are picked from
// all accounts of the book. That is quick, and done once for tens of thousands of them.
async function readEntities(
  db: Pool | ClientBase,
  book: string,
  { policies }: Terms,
  { after, limit }: { readonly after: string; readonly limit: number },
): Promise<string[]> {
  const [found] = await query(db, FIRST_ENTITIES, [book, after, policies, limit])
  const { entities } = found!
  return entities === null ? [] : entities.split('\n')
}

export const FIRST_ENTITIES = statement({
  columns: { entities: 'text?' },
  params: ['text', 'text', 'text[]', 'int8'],
  text: `
      select string_agg(entity_id, E'\\n' order by entity_id) as entities
        from (
               select distinct entity_id collate "C" as entity_id
                 from ledger.accounts
                where book_id = $1
                  and entity_id collate "C" > $2
                  and policy_id = any($3::text[])
                order by 1
                limit $4
             ) as smallest`,
})

/*
 * Days up to `asOf` are folded into one row, so the smallest running sum is the lowest balance from `asOf` on.
 * A policy's scale is not lower than that of anything recorded under it: `round` only adds zeros.
 */
export const SNAPSHOT_LINES = statement({
  columns: { count: 'int4', text: 'text?' },
  params: ['text', 'text[]', 'date', 'int8', 'text[]', 'text[]', 'text[]', 'int4[]', 'numeric[]', 'text', 'text'],
  text: `
  select count(*)::integer as count,
         string_agg(
           '{"accrued":"' || round(b.accrued, t.scale)
             || '","adjusted":"' || round(b.adjusted, t.scale)
             || '","asOf":"' || $3::date
             || '","available":"' || round(b.available, t.scale)
             || '","consumed":"' || round(-b.consumed, t.scale)
             || '","entity":"' || b.entity_id
             || '","knownAt":' || $4::bigint
             || ',"pending":"' || round(-b.pending, t.scale)
             || '","policy":"' || b.policy_id
             || '","resource":"' || t.resource
             || '","spendable":' || coalesce('"' || round(b.lowest + t.overdraft_limit, t.scale) || '"', 'null')
             || ',"unit":' || t.unit
             || ',"version":' || b.version || '}',
           E'\\n' order by b.entity_id collate "C", b.policy_id collate "C") as text
    from (
           select entity_id,
                  policy_id,
                  sum(transactions)::bigint as version,
                  coalesce(sum(accrued) filter (where day = $3), 0) as accrued,
                  coalesce(sum(consumed) filter (where day = $3), 0) as consumed,
                  coalesce(sum(pending) filter (where day = $3), 0) as pending,
                  coalesce(sum(adjusted) filter (where day = $3), 0) as adjusted,
                  coalesce(sum(net) filter (where day = $3), 0) as available,
                  least(coalesce(sum(net) filter (where day = $3), 0), min(balance)) as lowest
             from (
                    select entity_id,
                           policy_id,
                           greatest(effective_on, $3) as day,
                           count(*) as transactions,
                           ${componentSums()},
                           sum(amount) as net,
                           sum(sum(amount)) over (
                             partition by entity_id, policy_id order by greatest(effective_on, $3)) as balance
                      from ledger.transactions
                     where book_id = $1
                       and entity_id = any($2::text[])
                       and policy_id = any($5::text[])
                       and position <= $4
                     group by entity_id, policy_id, greatest(effective_on, $3)
                  ) as days
            group by entity_id, policy_id
         ) as b
    join unnest($5::text[], $6::text[], $7::text[], $8::integer[], $9::numeric[])
           as t(policy_id, resource, unit, scale, overdraft_limit) on t.policy_id = b.policy_id
   where (b.entity_id collate "C", b.policy_id collate "C") > ($10, $11)`,
})

async function readLines(
  db: Pool | ClientBase,
  book: string,
  {
    scope,
    terms,
    entities,
    after,
  }: {
    readonly scope: SnapshotScope
    readonly terms: Terms
    readonly entities: readonly string[]
    readonly after: AccountId | undefined
  },
): Promise<SnapshotBatch> {
  const { policies, resources, units, scales, limits } = terms
  const [summed] = await query(db, SNAPSHOT_LINES, [
    book,
    entities,
    scope.asOf,
    scope.knownAt,
    policies,
    resources,
    units,
    scales,
    limits,
    after?.entity ?? '',
    after?.policy ?? '',
  ])
  const { count, text } = summed!
  return { count, text: text ?? '' }
}

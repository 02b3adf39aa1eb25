import { createHash } from 'node:crypto'
import type { ClientBase, Pool } from 'pg'
import { query, statement } from '../../db/statement.ts'
import { newestVersion, type PolicyHistory } from '../../domain/policy/policy.ts'
import { type Minor, printMinor } from '../../domain/quantity.ts'
import { accountKey } from '../../domain/recording/book-state.ts'
import { canonicalJson, type Json } from '../rows/canonical.ts'
import { componentSums } from '../rows/component-sums.ts'
import { type LotsStanding, lotsStandings } from './lots-standing.ts'
import { type SnapshotRead, type SnapshotTerms, snapshotTerms } from './snapshot-terms.ts'

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

/** Which balances a text holds. */
interface Lines {
  readonly scope: SnapshotRead
  readonly terms: SnapshotTerms
  readonly entities: readonly string[]
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
  scope: SnapshotRead,
  { after, entities = BATCH_ENTITIES }: { readonly after?: AccountId | undefined; readonly entities?: number } = {},
): AsyncGenerator<SnapshotBatch, void, undefined> {
  const terms = await snapshotTerms(db, book, scope)
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
  scope: SnapshotRead,
): Promise<{ readonly count: number; readonly digest: string }> {
  const digest = createHash('sha256')
  let count = 0
  for await (const batch of snapshotLines(db, book, scope)) {
    count += batch.count
    digest.update(batch.text).update('\n')
  }
  return { count, digest: digest.digest('hex') }
}

async function* entityBatches(
  db: Pool | ClientBase,
  book: string,
  scope: SnapshotRead,
  terms: SnapshotTerms,
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
  { policies }: SnapshotTerms,
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

/** How far a balance that lasts from a day until another one is above the tightest of the floors of that time. */
function leastAbove(balance: string, from: string, until: string): string {
  return `select min(${balance} - f.floor)
                 from unnest($12::text[], $13::date[], $14::date[], $15::numeric[])
                        as f(policy_id, from_day, until_day, floor)
                where f.policy_id = b.policy_id
                  and f.from_day < coalesce(${until}, 'infinity')
                  and coalesce(f.until_day, 'infinity') > ${from}`
}

/*
 * Days up to `asOf` are folded into one row, so the smallest running sum is the lowest balance from `asOf` on.
 * A policy's scale is not lower than that of anything recorded under it: `round` only adds zeros.
 *
 * Where the floor changes later, each of these balances is compared with every floor that holds while it lasts.
 */
export const SNAPSHOT_LINES = statement({
  columns: { count: 'int4', text: 'text?' },
  params: [
    'text',
    'text[]',
    'date',
    'int8',
    'text[]',
    'text[]',
    'text[]',
    'int4[]',
    'numeric[]',
    'text',
    'text',
    'text[]',
    'date[]',
    'date[]',
    'numeric[]',
  ],
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
             || '","spendable":' || coalesce('"' || round(
                  case when b.policy_id = any($12::text[])
                    then least(b.headroom, case when b.first_day > $3 then (${leastAbove('0', '$3', 'b.first_day')}) end)
                    else b.lowest + t.overdraft_limit
                  end, t.scale) || '"', 'null')
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
                  least(coalesce(sum(net) filter (where day = $3), 0), min(balance)) as lowest,
                  min(day) as first_day,
                  min(case when policy_id = any($12::text[])
                        then (${leastAbove('b.balance', 'b.day', 'b.next_day')})
                      end) as headroom
             from (
                    select entity_id,
                           policy_id,
                           greatest(effective_on, $3) as day,
                           count(*) as transactions,
                           ${componentSums()},
                           sum(amount) as net,
                           sum(sum(amount)) over (
                             partition by entity_id, policy_id order by greatest(effective_on, $3)) as balance,
                           lead(greatest(effective_on, $3)) over (
                             partition by entity_id, policy_id order by greatest(effective_on, $3)) as next_day
                      from ledger.transactions
                     where book_id = $1
                       and entity_id = any($2::text[])
                       and policy_id = any($5::text[])
                       and position <= $4
                     group by entity_id, policy_id, greatest(effective_on, $3)
                  ) as b
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
    readonly scope: SnapshotRead
    readonly terms: SnapshotTerms
    readonly entities: readonly string[]
    readonly after: AccountId | undefined
  },
): Promise<SnapshotBatch> {
  const { policies, resources, units, scales, limits, held } = terms
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
    held.map(({ policy }) => policy),
    held.map(({ from }) => from),
    held.map(({ until }) => until),
    held.map(({ floor }) => floor),
  ])
  const { count, text } = summed!
  return { count, text: await withLots(db, book, text ?? '', { scope, terms, entities }) }
}

/** Lines of accounts whose lots are looked at say what those say: what may be taken, and what rules have taken. */
async function withLots(
  db: Pool | ClientBase,
  book: string,
  text: string,
  { scope, terms: { policies, histories }, entities }: Lines,
): Promise<string> {
  const { asOf, knownAt } = scope
  const found = await query(db, ACCOUNTS_WITH_LOTS, [book, entities, policies])
  if (found.length === 0) return text
  const accounts = found.map(({ entity, policy }) => ({ entity, policy, history: histories.get(policy)!, asOf }))
  const standings = await lotsStandings(db, { book, knownAt }, accounts)
  const known = new Map(accounts.map((account, at) => [accountKey(account), { ...account, standing: standings[at] }]))
  if (text === '') return text
  return text
    .split('\n')
    .map((line) => {
      const balance = JSON.parse(line) as AccountId & { readonly [member: string]: Json }
      const account = known.get(accountKey(balance))
      return account?.standing === undefined ? line : canonicalJson({ ...balance, ...printedLots(account) })
    })
    .join('\n')
}

function printedLots({ history, standing }: { history: PolicyHistory; standing: LotsStanding | undefined }) {
  const { spendable, lapsed, encashed } = standing!
  const { scale } = newestVersion(history)
  const print = (amount: Minor): string => printMinor(amount, scale)
  return { spendable: spendable === null ? null : print(spendable), lapsed: print(lapsed), encashed: print(encashed) }
}

export const ACCOUNTS_WITH_LOTS = statement({
  columns: { entity: 'text', policy: 'text' },
  params: ['text', 'text[]', 'text[]'],
  text: `
      select entity_id as entity, policy_id as policy
        from ledger.accounts
       where book_id = $1
         and entity_id = any($2::text[])
         and policy_id = any($3::text[])
         and has_lots
       order by entity_id, policy_id`,
})

import type { Pool } from 'pg'
import { query, type RowOf, type Statement, statement } from '../../db/statement.ts'
import { type CalendarDate, dayIn } from '../../domain/calendar-date.ts'
import type { PolicyHistory } from '../../domain/policy/policy.ts'
import { amongThese, leftOut } from '../../domain/reach.ts'
import { worldNow } from '../../world-clock.ts'
import { type KeptPolicies, PolicyCache, readPolicies } from '../policies.ts'
import { ACCOUNT, ACCOUNT_COLUMNS } from '../rows/account-row.ts'
import { type BalanceItem, type BalanceOf, balanceItem, historyAt } from './balance-item.ts'
import type { Balances, BalancesAsked } from './balances.ts'
import { EARNED_THROUGH, JOINED_EARNED_THROUGH, shownEarnedThrough } from './earned-through.ts'
import { inBatches } from './in-batches.ts'
import { type AccountWithLots, lotsStandings } from './lots-standing.ts'
import { type Standing, saysAll, standingByLots, standingFromRow } from './standing.ts'

export interface OneBalanceAsked {
  readonly book: string
  readonly entity: string
  readonly policy: string
  /** The end of this day; of today in the book's time zone, unless given. */
  readonly asOf: CalendarDate | undefined
  /** What "today" is reckoned from. */
  readonly now: Date
}

export interface OneBalance {
  readonly head: number
  readonly asOf: CalendarDate
  /** null where the account has no transaction. */
  readonly item: BalanceItem | null
}

/** Reads one account's balance as it stands at the head: what most readers ask for, most of the time. */
export interface OneBalanceReader {
  /**
   * Never stale: the statement that reads it starts after the call.
   * @returns undefined where this short way does not suffice (no such book, or a day that the account's row does not keep)
   */
  read(asked: OneBalanceAsked): Promise<OneBalance | undefined>
}

/** Accounts read by one statement, at most. */
const BATCH = 200

/** Statements under way at once: more would only take the processor from each other. */
const STATEMENTS = 2

const KEPT_BOOKS = 1_000

/** What a statement says of each account that it was asked for; the same of their book with each of them. */
export const ONE_BALANCE = {
  /** From 1, in the order asked. */
  ordinal: 'int4',
  head: 'int8',
  definitions: 'int8',
  time_zone: 'text',
  ...ACCOUNT,
  ...EARNED_THROUGH,
} as const

export type OneBalanceRow = RowOf<Statement<typeof ONE_BALANCE>>

/** @returns the question, where it is one that a reader of one balance answers */
export function oneAsked({ book, entity, policy, ...rest }: BalancesAsked): OneBalanceAsked | undefined {
  const { resource, asOf, knownAt, reach, cursor, now = worldNow() } = rest
  if (entity === undefined || policy === undefined || amongThese(reach, entity) !== undefined) return undefined
  if (leftOut(rest, entity).hidden !== undefined) return undefined
  if (resource !== undefined || knownAt !== undefined || cursor !== undefined) return undefined
  return { book, entity, policy, asOf, now }
}

/** One balance as the page that it is all of. */
export function pageOfOne({ head, asOf, item }: OneBalance): Balances {
  return { head, items: item === null ? [] : [item], nextCursor: null, asOf, knownAt: head }
}

/** Reads accounts' rows, and nothing else. */
export function openRowReader(db: Pool): OneBalanceReader {
  return readerOfRows(db, readRows, (row, { asOf, policy }) =>
    saysAll(row, { asOf, knownAt: row.head }) ? standingFromRow(row, { asOf, policy }) : undefined,
  )
}

/**
 * @param read gives a row for each account asked for, in any order, or none where there is no such book
 * @param standing gives undefined where the row does not say enough
 */
export function readerOfRows<Row extends OneBalanceRow>(
  db: Pool,
  read: (db: Pool, book: string, batch: readonly OneBalanceAsked[]) => Promise<readonly Row[]>,
  standing: (row: Row, at: { asOf: CalendarDate; policy: PolicyHistory }) => Standing | undefined,
): OneBalanceReader {
  const kept = new PolicyCache<KeptPolicies>(KEPT_BOOKS)

  const policiesAt = async (book: string, definitions: number): Promise<ReadonlyMap<string, PolicyHistory>> => {
    const known = kept.get(book)
    if (known?.definitions === definitions) return known.policies
    const policies = await readPolicies(db, book)
    // Read a moment later, they may hold a version more than the head knows; whoever uses them leaves that out.
    kept.set(book, { definitions, policies })
    return policies
  }

  const ask = inBatches<OneBalanceAsked, OneBalance | undefined>({
    most: BATCH,
    atOnce: STATEMENTS,
    async read(book, batch) {
      const rows = await read(db, book, batch)
      const [first] = rows
      if (first === undefined) return []
      const policies = await policiesAt(book, first.definitions)
      const answers: (OneBalance | undefined)[] = []
      const withLots: (AccountWithLots & { readonly at: number; readonly of: BalanceOf; readonly earned: object })[] =
        []
      for (const row of rows) {
        const { entity, asOf: day, now } = batch[row.ordinal - 1]!
        const asOf = day ?? dayIn(row.time_zone, now)
        const { head } = row
        // No account has this row of nulls.
        if ((row.entity_id as string | null) === null) {
          answers[row.ordinal - 1] = { head, asOf, item: null }
          continue
        }
        const history = policies.get(row.policy_id)
        const policy = history && historyAt(history, head)
        const stands = policy && standing(row, { asOf, policy })
        if (stands === undefined) continue
        const at = row.ordinal - 1
        const earned = shownEarnedThrough(policy!, row)
        const of: BalanceOf = { entity, resource: row.resource, policy: policy!, asOf, knownAt: head, standing: stands }
        if (row.has_lots) withLots.push({ entity, policy: row.policy_id, history: policy!, asOf, at, of, earned })
        else answers[at] = { head, asOf, item: { ...balanceItem(of), ...earned } }
      }
      const lots = await lotsStandings(db, { book, knownAt: first.head }, withLots)
      for (const [index, { at, of, earned }] of withLots.entries()) {
        const standing = standingByLots(of.standing, lots[index])
        answers[at] = { head: first.head, asOf: of.asOf, item: { ...balanceItem({ ...of, standing }), ...earned } }
      }
      return answers
    },
  })
  return { read: ask }
}

export const ONE_BALANCES = statement({
  name: 'read-one-balances',
  columns: ONE_BALANCE,
  params: ['text', 'text[]', 'text[]'],
  text: `
      select k.ordinal::integer, h.position as head, h.definitions, b.time_zone, a.*, e.earned_through
        from ledger.heads h
        join ledger.books b on b.book_id = $1
       cross join unnest($2::text[], $3::text[]) with ordinality as k(entity, policy, ordinal)
        left join lateral (
               select ${ACCOUNT_COLUMNS}
                 from ledger.accounts
                where book_id = $1
                  and entity_id = k.entity
                  and policy_id = k.policy
                limit 1) as a on true${JOINED_EARNED_THROUGH}
       where h.book_id = $1`,
})

async function readRows(db: Pool, book: string, batch: readonly OneBalanceAsked[]): Promise<OneBalanceRow[]> {
  return query(db, ONE_BALANCES, [book, batch.map(({ entity }) => entity), batch.map(({ policy }) => policy)])
}

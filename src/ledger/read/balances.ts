import type { Pool } from 'pg'
import { type CalendarDate, dayIn } from '../../domain/calendar-date.ts'
import type { PolicyHistory } from '../../domain/policy/policy.ts'
import { amongThese, leftOut, type ReadFor } from '../../domain/reach.ts'
import { accountKey } from '../../domain/recording/book-state.ts'
import { worldNow } from '../../world-clock.ts'
import type { AccountRow } from '../rows/account-row.ts'
import type { AccountPage, PageAsked } from './account-page.ts'
import { type BalanceItem, balanceItem, historyAt } from './balance-item.ts'
import { cursorsOf, pageOf } from './cursor.ts'
import { shownEarnedThrough } from './earned-through.ts'
import { type KnownAt, positionAt } from './known-at.ts'
import { lotsStandings } from './lots-standing.ts'
import { type Standing, saysAll, standingByLots, standingFromRow, standingsFromRecord } from './standing.ts'

/** Whose balances, and of which kinds: of all, unless some are hidden. */
export interface BalancesAsked extends ReadFor {
  readonly book: string
  readonly entity?: string | undefined
  readonly policy?: string | undefined
  readonly resource?: string | undefined
  /** The end of this day; of today in the book's time zone, unless given. */
  readonly asOf?: CalendarDate | undefined
  /** The head, unless given. */
  readonly knownAt?: KnownAt | undefined
  readonly cursor?: string | undefined
  readonly limit: number
  /** What "today" is reckoned from. */
  readonly now?: Date
}

export interface Balances {
  readonly head: number
  readonly items: BalanceItem[]
  readonly nextCursor: string | null
  readonly asOf: CalendarDate
  readonly knownAt: number
}

/** The only way to balances. */
export interface BalanceReader {
  /**
   * @returns undefined where the book does not exist
   * @throws BadCursor
   */
  list(asked: BalancesAsked): Promise<Balances | undefined>
}

export interface At {
  readonly asOf: CalendarDate
  readonly knownAt: number
}

/** What a list is read from besides the record itself. */
export interface BalanceSource<Row extends PageRow> {
  /**
   * One statement, so one moment.
   * @returns undefined where the book does not exist
   */
  page(asked: PageAsked): Promise<AccountPage<Row> | undefined>
  /** Whether rows say more where the page was asked for with a day. */
  readonly needsDay: boolean
  /** How an account stands whose row alone does not say it; undefined: its transactions are summed. */
  standing(row: Row, at: At & { readonly policy: PolicyHistory }): Standing | undefined
}

/** An account, and up to which day its rules have posted. */
export type PageRow = AccountRow & { readonly earned_through: CalendarDate | null }

// Accounts looked at in one go where most of them may have been unknown yet.
const FILLING_ROWS = 1_000

/**
 * Balances by entity, then policy: one for each account that had a transaction as the book stood at `knownAt`. All pages
 * of one list are as of the same day and known at the same position. To the byte what the sums over the record say.
 * @returns undefined where the book does not exist
 * @throws BadCursor, and what the source throws
 */
export async function listBalancesFrom<Row extends PageRow>(
  db: Pool,
  source: BalanceSource<Row>,
  asked: BalancesAsked,
): Promise<Balances | undefined> {
  const { book, entity, policy, resource, limit, now = worldNow() } = asked
  const filters = [book, entity, policy, resource, asked.asOf, JSON.stringify(asked.knownAt)]
  const cursors = cursorsOf('balances', filters, ['id', 'id', 'day', 'number'])
  const [cursorEntity, cursorPolicy, cursorDay, cursorPosition] = cursors.parse(asked.cursor) ?? []
  // What all pages of the list have in common, as soon as it is known.
  let asOf = asked.asOf ?? (cursorDay as CalendarDate | undefined)
  let known = cursorPosition ?? (await resolve(db, asked))

  const balances: BalanceItem[] = []
  let rows = limit + 1
  let after = { afterEntity: cursorEntity, afterPolicy: cursorPolicy }
  for (;;) {
    const where = {
      book,
      entity,
      policy,
      resource,
      reach: amongThese(asked.reach, entity),
      ...leftOut(asked, entity),
      ...after,
    }
    const page = await source.page({ ...where, limit: rows, asOf: asOf ?? null, knownAt: known ?? null })
    if (page === undefined) return undefined
    const knownAt = Math.min(known ?? page.head, page.head)
    const wasKnown = asOf !== undefined
    const at = { asOf: asOf ?? dayIn(page.timeZone, now), knownAt }
    asOf = at.asOf
    // Only now is it known what today is; mostly the accounts' rows keep that day.
    if (source.needsDay && !wasKnown && !page.accounts.every(({ row }) => saysAll(row, at))) continue
    known = knownAt
    const isOfNow = asked.knownAt === undefined
    balances.push(...(await balancesIn(db, source, page, { book, ...at, isOfNow })))
    // Accounts that were unknown at `knownAt` leave a page short; the next ones fill it.
    if (balances.length > limit || page.accounts.length < rows) {
      const cursor = (last: BalanceItem): string => cursors.after([last.entity, last.policy, at.asOf, knownAt])
      return { head: page.head, ...pageOf(balances, limit, { item: (balance) => balance, cursor }), ...at }
    }
    const last = page.accounts.at(-1)!.row
    after = { afterEntity: last.entity_id, afterPolicy: last.policy_id }
    rows = Math.max(rows, FILLING_ROWS)
  }
}

async function resolve(db: Pool, { book, knownAt }: BalancesAsked): Promise<number | undefined> {
  if (knownAt === undefined) return undefined
  return 'position' in knownAt ? knownAt.position : positionAt(db, book, knownAt.instant)
}

async function balancesIn<Row extends PageRow>(
  db: Pool,
  source: BalanceSource<Row>,
  { accounts }: AccountPage<Row>,
  // How far rules had come is not recorded: of the past nothing is said about it.
  { book, asOf, knownAt, isOfNow }: At & { readonly book: string; readonly isOfNow: boolean },
): Promise<BalanceItem[]> {
  const shown = accounts.flatMap(({ row, policy: history }) => {
    const policy = historyAt(history, knownAt)
    if (policy === undefined) return []
    const at = { asOf, knownAt, policy }
    const standing = saysAll(row, at) ? standingFromRow(row, at) : source.standing(row, at)
    const { entity_id: entity, policy_id: id, resource, has_lots: hasLots } = row
    const earned = isOfNow ? shownEarnedThrough(policy, row) : {}
    return [{ entity, policy: id, resource, history: policy, standing, hasLots, earned }]
  })
  const unsaid = shown.filter(({ standing }) => standing === undefined)
  const withLots = shown.filter(({ hasLots }) => hasLots).map((account) => ({ ...account, asOf }))
  const [summed, lots] = await Promise.all([
    standingsFromRecord(db, { book, accounts: unsaid, asOf, knownAt }),
    lotsStandings(db, { book, knownAt }, withLots),
  ])
  const byLots = new Map(withLots.map((account, at) => [accountKey(account), lots[at]]))
  return shown.flatMap((account) => {
    const recorded = account.standing ?? summed.get(accountKey(account))!
    const standing = standingByLots(recorded, byLots.get(accountKey(account)))
    const { entity, resource, history: policy, earned } = account
    if (standing.version === 0) return []
    return [{ ...balanceItem({ entity, resource, policy, asOf, knownAt, standing }), ...earned }]
  })
}

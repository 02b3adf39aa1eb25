import type { Pool } from 'pg'
import { type CalendarDate, dayIn } from '../../domain/calendar-date.ts'
import { newestVersion } from '../../domain/policy/policy.ts'
import { accountKey } from '../../domain/recording/book-state.ts'
import { type AccountPage, readAccountPage } from './account-page.ts'
import { type BalanceItem, balanceItem, historyAt } from './balance-item.ts'
import { conditions, when } from './conditions.ts'
import { cursorsOf, pageOf } from './cursor.ts'
import { type KnownAt, positionAt } from './known-at.ts'
import { saysAll, standingFromRow, standingsFromRecord } from './standing.ts'

export interface BalancesAsked {
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

// Accounts looked at in one go where most of them may have been unknown yet.
const FILLING_ROWS = 1_000

/**
 * Balances by entity, then policy: one for each account that had a transaction as the book stood at `knownAt`. All pages
 * of one list are as of the same day and known at the same position. One account, known at the head, takes one statement.
 * @returns undefined where the book does not exist
 * @throws BadCursor
 */
export async function listBalances(db: Pool, asked: BalancesAsked): Promise<Balances | undefined> {
  const { book, entity, policy, resource, limit, now = new Date() } = asked
  const filters = [book, entity, policy, resource, asked.asOf, JSON.stringify(asked.knownAt)]
  const cursors = cursorsOf('balances', filters, ['id', 'id', 'day', 'number'])
  const from = cursors.parse(asked.cursor)
  const pinned = {
    asOf: asked.asOf ?? (from?.[2] as CalendarDate | undefined),
    knownAt: from?.[3] ?? (await resolve(db, asked)),
  }

  const balances: BalanceItem[] = []
  let rows = limit + 1
  let after = from && { entity_id: from[0], policy_id: from[1] }
  for (;;) {
    const page = await readAccountPage(db, {
      where: conditions(book, {
        entity: when(entity, 'entity_id = ?'),
        policy: when(policy, 'policy_id = ?'),
        resource: when(resource, 'resource = ?'),
        after: after && ['(entity_id, policy_id) > (?, ?)', after.entity_id, after.policy_id],
      }),
      limit: rows,
    })
    if (page === undefined) return undefined
    const knownAt = Math.min(pinned.knownAt ?? page.head, page.head)
    const asOf = pinned.asOf ?? dayIn(page.timeZone, now)
    balances.push(...(await balancesIn(db, page, { book, asOf, knownAt })))
    // Accounts that were unknown at `knownAt` leave a page short; the next ones fill it.
    if (balances.length > limit || page.accounts.length < rows) {
      const cursor = (last: BalanceItem): string => cursors.after([last.entity, last.policy, asOf, knownAt])
      return { head: page.head, ...pageOf(balances, limit, { item: (balance) => balance, cursor }), asOf, knownAt }
    }
    Object.assign(pinned, { asOf, knownAt })
    after = page.accounts.at(-1)!.row
    rows = Math.max(rows, FILLING_ROWS)
  }
}

async function resolve(db: Pool, { book, knownAt }: BalancesAsked): Promise<number | undefined> {
  if (knownAt === undefined) return undefined
  return 'position' in knownAt ? knownAt.position : positionAt(db, book, knownAt.instant)
}

async function balancesIn(
  db: Pool,
  { accounts }: AccountPage,
  { book, asOf, knownAt }: { book: string; asOf: CalendarDate; knownAt: number },
): Promise<BalanceItem[]> {
  const known = accounts.flatMap(({ row, policy: history }) => {
    const policy = historyAt(history, knownAt)
    return policy === undefined ? [] : [{ row, policy, scale: newestVersion(policy).scale }]
  })
  const standings = await standingsFromRecord(db, {
    book,
    accounts: known
      .filter(({ row }) => !saysAll(row, { asOf, knownAt }))
      .map(({ row, scale }) => ({ entity: row.entity_id, policy: row.policy_id, scale })),
    asOf,
    knownAt,
  })
  return known.flatMap(({ row, policy, scale }) => {
    const { entity_id: entity, policy_id, resource } = row
    const standing = standings.get(accountKey({ entity, policy: policy_id })) ?? standingFromRow(row, { asOf, scale })
    return standing.version === 0 ? [] : [balanceItem({ entity, resource, policy, asOf, knownAt, standing })]
  })
}

import type { Pool } from 'pg'
import { type CalendarDate, dayIn } from '../../src/domain/calendar-date.ts'
import { newestVersion } from '../../src/domain/policy/policy.ts'
import { accountKey } from '../../src/domain/recording/book-state.ts'
import { type BalanceItem, balanceItem, historyAt } from '../../src/ledger/read/balance-item.ts'
import type { Balances, BalancesAsked } from '../../src/ledger/read/balances.ts'
import { conditions, when } from '../../src/ledger/read/conditions.ts'
import { cursorsOf, pageOf } from '../../src/ledger/read/cursor.ts'
import { positionAt } from '../../src/ledger/read/known-at.ts'
import { saysAll, standingFromRow, standingsFromRecord } from '../../src/ledger/read/standing.ts'
import type { Build } from '../../src/projecting/projection.ts'
import { type AccountPage, readAccountPage } from './account-page.ts'
import { standingNear } from './near-snapshot.ts'

// Accounts looked at in one go where most of them may have been unknown yet.
const FILLING_ROWS = 1_000

/**
 * Balances by entity, then policy: one for each account that had a transaction as the book stood at `knownAt`. All pages
 * of one list are as of the same day and known at the same position. To the byte what the sums over the record say,
 * however far the snapshots have come.
 * @returns undefined where the book does not exist
 * @throws BadCursor, NotActive
 */
export async function listBalances(db: Pool, build: Build, asked: BalancesAsked): Promise<Balances | undefined> {
  const { book, entity, policy, resource, limit, now = new Date() } = asked
  const filters = [book, entity, policy, resource, asked.asOf, JSON.stringify(asked.knownAt)]
  const cursors = cursorsOf('balances', filters, ['id', 'id', 'day', 'number'])
  const from = cursors.parse(asked.cursor)
  const pinned: Pinned = {
    asOf: asked.asOf ?? (from?.[2] as CalendarDate | undefined),
    knownAt: from?.[3] ?? (await resolve(db, asked)),
  }

  const balances: BalanceItem[] = []
  let rows = limit + 1
  let after = from && { entity_id: from[0], policy_id: from[1] }
  for (;;) {
    const where = conditions(book, {
      entity: when(entity, 'entity_id = ?'),
      policy: when(policy, 'policy_id = ?'),
      resource: when(resource, 'resource = ?'),
      after: after && ['(entity_id, policy_id) > (?, ?)', after.entity_id, after.policy_id],
    })
    const page = await readAccountPage(db, build, { where, limit: rows, ...pinned })
    if (page === undefined) return undefined
    const knownAt = Math.min(pinned.knownAt ?? page.head, page.head)
    if (pinned.asOf === undefined) {
      pinned.asOf = dayIn(page.timeZone, now)
      // Only now is it known what today is; mostly the accounts' rows keep that day.
      if (!saysEverything(page, { asOf: pinned.asOf, knownAt })) continue
    }
    const { asOf } = pinned
    pinned.knownAt = knownAt
    balances.push(...(await balancesIn(db, page, { book, asOf, knownAt })))
    // Accounts that were unknown at `knownAt` leave a page short; the next ones fill it.
    if (balances.length > limit || page.accounts.length < rows) {
      const cursor = (last: BalanceItem): string => cursors.after([last.entity, last.policy, asOf, knownAt])
      return { head: page.head, ...pageOf(balances, limit, { item: (balance) => balance, cursor }), asOf, knownAt }
    }
    after = page.accounts.at(-1)!.row
    rows = Math.max(rows, FILLING_ROWS)
  }
}

/** What all pages of a list have in common, as soon as it is known. */
interface Pinned {
  asOf: CalendarDate | undefined
  knownAt: number | undefined
}

interface At {
  readonly asOf: CalendarDate
  readonly knownAt: number
}

async function resolve(db: Pool, { book, knownAt }: BalancesAsked): Promise<number | undefined> {
  if (knownAt === undefined) return undefined
  return 'position' in knownAt ? knownAt.position : positionAt(db, book, knownAt.instant)
}

function saysEverything({ accounts }: AccountPage, at: At): boolean {
  return accounts.every(({ row }) => saysAll(row, at))
}

async function balancesIn(
  db: Pool,
  { accounts }: AccountPage,
  { book, asOf, knownAt }: At & { book: string },
): Promise<BalanceItem[]> {
  const known = accounts.flatMap(({ row, policy: history }) => {
    const policy = historyAt(history, knownAt)
    if (policy === undefined) return []
    const { scale } = newestVersion(policy)
    const standing = saysAll(row, { asOf, knownAt })
      ? standingFromRow(row, { asOf, scale })
      : standingNear(row, { asOf, knownAt, scale })
    return [{ entity: row.entity_id, policy: row.policy_id, resource: row.resource, history: policy, scale, standing }]
  })
  const unsaid = known.filter(({ standing }) => standing === undefined)
  const summed = await standingsFromRecord(db, { book, accounts: unsaid, asOf, knownAt })
  return known.flatMap((account) => {
    const standing = account.standing ?? summed.get(accountKey(account))!
    const { entity, resource, history: policy } = account
    return standing.version === 0 ? [] : [balanceItem({ entity, resource, policy, asOf, knownAt, standing })]
  })
}

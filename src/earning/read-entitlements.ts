import type { Pool } from 'pg'
import { read } from '../db/compiled.ts'
import { type CalendarDate, dayIn } from '../domain/calendar-date.ts'
import { entitlementOf, type YearEntitlement } from '../domain/earning/entitlement.ts'
import { type LeaveYearAsked, lastPostingOf, leaveYearAsked } from '../domain/earning/leave-year-asked.ts'
import type { DaySpan } from '../domain/earning/part.ts'
import { newestVersion, type PolicyHistory } from '../domain/policy/policy.ts'
import { printMinor } from '../domain/quantity.ts'
import { amongThese, type Reader } from '../domain/reach.ts'
import { accountKey } from '../domain/recording/book-state.ts'
import { readPolicies } from '../ledger/policies.ts'
import { cursorsOf, type Page } from '../ledger/read/cursor.ts'
import { earningFactsOf } from '../ledger/read/earning-facts.ts'
import { readHead } from '../ledger/read/head.ts'
import { worldNow } from '../world-clock.ts'
import type { EarningAccount } from './account.ts'
import { ENTITLED } from './entitled.ts'
import { loadAccounts } from './load-accounts.ts'
import type { Mark } from './marks.ts'
import { workedOutBy } from './post-account.ts'
import { readMarks } from './read-marks.ts'

/** Of whom, and of which leave year of theirs: the one that today is in, unless given. */
export interface EntitlementsAsked {
  readonly book: string
  readonly policy: string
  readonly entity?: string | undefined
  readonly year?: number | undefined
  readonly on?: CalendarDate | undefined
  readonly cursor?: string | undefined
  readonly limit: number
  /** Whose is shown. Of a kind that they are not to know only their own. */
  readonly reader: Reader
  readonly now?: Date
}

/** What somebody has of one leave year, printed at the policy's scale. */
export type EntitlementItem = { readonly entity: string; readonly leaveYear: DaySpan } & {
  readonly [Name in keyof YearEntitlement]: null extends YearEntitlement[Name] ? string | null : string
}

/** A page of them, and whose could not be worked out. */
export interface Entitlements extends Page<EntitlementItem> {
  readonly problems: readonly { readonly entity: string; readonly code: 'not-worked-out'; readonly detail: string }[]
}

/** So many are worked out before others have their turn. */
const AT_ONCE = 50

/**
 * What everybody who is assigned to a policy, or has an account under it, has of a leave year; by entity.
 * @returns undefined where the book does not exist
 * @throws BadCursor
 */
export async function readEntitlements(
  db: Pool,
  asked: EntitlementsAsked,
): Promise<({ readonly head: number } & Entitlements) | 'unknown-policy' | undefined> {
  const { book, policy, entity, limit, now = worldNow() } = asked
  const cursors = cursorsOf('entitlements', [book, policy, entity, asked.year, asked.on], ['id', 'day'])
  const [after, pinnedDay] = cursors.parse(asked.cursor) ?? []
  const head = await readHead(db, book)
  if (head === undefined) return undefined
  const history = (await readPolicies(db, book)).get(policy)
  if (history === undefined) return 'unknown-policy'
  const today = (pinnedDay as CalendarDate | undefined) ?? dayIn(head.timeZone, now)
  const year: LeaveYearAsked = asked.year === undefined ? { on: asked.on ?? today } : { year: asked.year }
  const found = await read(db, ENTITLED, {
    book,
    policy,
    entity,
    after,
    reach: amongThese(reachOf(asked.reader, history), entity),
    limit: limit + 1,
  })
  const entities = found.slice(0, limit).map((row) => row.entity)
  const items: EntitlementItem[] = []
  const problems: Entitlements['problems'][number][] = []
  for (let first = 0; first < entities.length; first += AT_ONCE) {
    const some = entities.slice(first, first + AT_ONCE)
    for (const { account, mark } of await accountsOf(db, { book, policy, entities: some })) {
      try {
        items.push(...itemOf(account, { mark, year }))
      } catch (error) {
        const detail = error instanceof Error ? error.message : String(error)
        problems.push({ entity: account.entity, code: 'not-worked-out', detail })
      }
    }
  }
  const isLast = found.length <= limit
  return {
    head: head.position,
    items,
    problems,
    nextCursor: isLast ? null : cursors.after([entities.at(-1)!, today]),
  }
}

/** Whose of this kind a reader may see. */
function reachOf({ reach, entities, hidden = [] }: Reader, policy: PolicyHistory): Reader['reach'] {
  if (!hidden.includes(newestVersion(policy).resource)) return reach
  return reach === 'everybody' ? entities : entities.filter((one) => reach.includes(one))
}

async function accountsOf(
  db: Pool,
  { book, policy, entities }: { readonly book: string; readonly policy: string; readonly entities: readonly string[] },
): Promise<readonly { readonly account: EarningAccount; readonly mark: Mark | undefined }[]> {
  const ids = entities.map((entity) => ({ entity, policy }))
  const marks = await readMarks(db, book, ids)
  const { position, facts } = await earningFactsOf(db, book, ids)
  const accounts = await loadAccounts(db, { book, position }, facts)
  return accounts.map((account) => ({ account, mark: marks.get(accountKey(account)) }))
}

/** @returns none where no leave year of theirs begins in the year that is asked about */
function itemOf(
  account: EarningAccount,
  { mark, year: asked }: { readonly mark: Mark | undefined; readonly year: LeaveYearAsked },
): readonly EntitlementItem[] {
  const { facts, lines, entity } = account
  const year = leaveYearAsked(facts, asked)
  if (year === undefined) return []
  const { scale } = newestVersion(facts.policy)
  const worked = workedOutBy(account, lastPostingOf(facts, year), mark)
  const of = entitlementOf({ facts, lines, ...worked, year, scale })
  return [
    {
      entity,
      leaveYear: year,
      entitlement: of.entitlement === null ? null : printMinor(of.entitlement, scale),
      earned: printMinor(of.earned, scale),
      carriedIn: printMinor(of.carriedIn, scale),
      taken: printMinor(of.taken, scale),
      lapsed: printMinor(of.lapsed, scale),
      remaining: of.remaining === null ? null : printMinor(of.remaining, scale),
    },
  ]
}

import type { Pool } from 'pg'
import { type CalendarDate, dayIn } from '../domain/calendar-date.ts'
import type { PostingRule } from '../domain/earning/posting.ts'
import { lotsOf } from '../domain/lots/lots-of.ts'
import { newestVersion } from '../domain/policy/policy.ts'
import { printMinor } from '../domain/quantity.ts'
import type { Reader } from '../domain/reach.ts'
import { readPolicies } from '../ledger/policies.ts'
import { accountHistories } from '../ledger/read/account-histories.ts'
import { cursorsOf } from '../ledger/read/cursor.ts'
import { readHead } from '../ledger/read/head.ts'
import { type KnownAt, positionAt } from '../ledger/read/known-at.ts'
import { worldNow } from '../world-clock.ts'
import { isKnownTo, MOST_EXPLAINED_LINES } from './read-explanation.ts'

/** An account whose lots somebody wants to see. */
export interface LotsAsked {
  readonly book: string
  readonly entity: string
  readonly policy: string
  /** Today, unless given. */
  readonly asOf?: CalendarDate | undefined
  /** The head, unless given. */
  readonly knownAt?: KnownAt | undefined
  readonly cursor?: string | undefined
  readonly limit: number
  /** Of whoever is out of their reach, and of a kind that they are not to know, there is nothing. */
  readonly reader: Reader
  readonly now?: Date
}

/** A lot as it is shown: quantities at the policy's scale. */
export interface LotItem {
  readonly transaction: string
  readonly earnedOn: CalendarDate
  readonly amount: string
  readonly used: string
  readonly lapsed: string
  readonly remaining: string
  readonly validUntil: CalendarDate | null
  readonly rule: PostingRule | null
}

export interface Lots {
  readonly entity: string
  readonly policy: string
  readonly resource: string
  readonly unit: string
  readonly asOf: CalendarDate
  readonly knownAt: number
  readonly items: readonly LotItem[]
  readonly nextCursor: string | null
}

/**
 * What was earned on an account, and what has become of each of it by the end of a day: worked out of what is recorded.
 * @returns undefined where the book does not exist; `'too-many'` where the account has too many lines
 * @throws BadCursor
 */
export async function readLots(
  db: Pool,
  asked: LotsAsked,
): Promise<({ readonly head: number } & Lots) | 'unknown-policy' | 'too-many' | undefined> {
  const { book, entity, policy, limit, reader, now = worldNow() } = asked
  const filters = [book, entity, policy, asked.asOf, JSON.stringify(asked.knownAt)]
  const cursors = cursorsOf('lots', filters, ['number', 'day', 'number'])
  const [first = 0, pinnedDay, pinned] = cursors.parse(asked.cursor) ?? []
  const found = await readHead(db, book)
  if (found === undefined) return undefined
  const { position: head, timeZone } = found
  const history = (await readPolicies(db, book)).get(policy)
  if (history === undefined) return 'unknown-policy'
  const { resource, unit, scale } = newestVersion(history)
  const asOf = asked.asOf ?? (pinnedDay as CalendarDate | undefined) ?? dayIn(timeZone, now)
  const knownAt = Math.min(pinned ?? (await positionOf(db, asked)) ?? head, head)
  const shown = { head, entity, policy, resource, unit, asOf, knownAt }
  if (!isKnownTo(reader, { entity, resource })) return { ...shown, items: [], nextCursor: null }
  const [recorded] = await accountHistories(db, { book, knownAt }, [{ entity, policy, history }])
  const { lines, carryOvers } = recorded!
  if (lines.length + carryOvers.length > MOST_EXPLAINED_LINES) return 'too-many'
  const lots = lotsOf(recorded!, { asOf })
  const print = (amount: bigint): string => printMinor(amount, scale)
  const items = lots.slice(first, first + limit).map(
    ({ amount, used, lapsed, remaining, ...lot }): LotItem => ({
      ...lot,
      amount: print(amount),
      used: print(used),
      lapsed: print(lapsed),
      remaining: print(remaining),
    }),
  )
  const next = first + items.length
  return { ...shown, items, nextCursor: next < lots.length ? cursors.after([next, asOf, knownAt]) : null }
}

async function positionOf(db: Pool, { book, knownAt }: LotsAsked): Promise<number | undefined> {
  if (knownAt === undefined) return undefined
  return 'position' in knownAt ? knownAt.position : positionAt(db, book, knownAt.instant)
}

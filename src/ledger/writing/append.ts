import type { PoolClient, QueryConfig } from 'pg'
import { bound, run } from '../../db/statement.ts'
import type { CalendarDate } from '../../domain/calendar-date.ts'
import { type Period, periodOf } from '../../domain/period/period.ts'
import { column, columnTexts } from '../rows/column.ts'
import type { Addition, EventRow } from './addition.ts'
import { appendOf, RELEASE_DAYS } from './append.sql.ts'
import {
  ACCOUNT_TEXTS,
  CARRY_OVER_TEXTS,
  CLAIM_TEXTS,
  EVENT_TEXTS,
  HOLD_TEXTS,
  isRare,
  type Line,
  RARE_TRANSACTION_TEXTS,
  REQUEST_TEXTS,
  TRANSACTION_TEXTS,
} from './append-columns.ts'
import type { LockedHead } from './opening/head.ts'
import { sentTogether } from './sent-together.ts'

/** A group as it will be sent: printing it takes time in which the database can work at the group before. */
export interface Append {
  readonly book: string
  readonly before: LockedHead
  readonly releases: Addition['releases']
  readonly statement: QueryConfig
}

/**
 * @param before the head that the group was decided on
 * @param freeKeys keys that must not be taken, besides those of the addition itself
 */
export function printAppend(
  book: string,
  before: LockedHead,
  addition: Addition,
  freeKeys: readonly string[] = [],
): Append {
  const { events, claims, accounts, requests, holds, carryOvers, releases, definitions } = addition
  const lines = events.flatMap(({ event: { position, transactions } }) =>
    transactions.map((transaction): Line => ({ position, transaction })),
  )
  const last = events.at(-1)!.event
  const rare = carryOvers.length > 0 || lines.some(({ transaction }) => isRare(transaction))
  const parts = { claims: claims.length > 0, rare, requests: requests.length > 0, holds: holds.length > 0 }
  const statement = bound(appendOf(parts), [
    book,
    before.position,
    last.position,
    last.hash,
    last.recordedAt,
    definitions,
    before.hash,
    firstTouched(events),
    column(freeKeys, (key) => key),
    ...columnTexts(EVENT_TEXTS, events),
    ...columnTexts(rare ? RARE_TRANSACTION_TEXTS : TRANSACTION_TEXTS, lines),
    ...columnTexts(ACCOUNT_TEXTS, accounts),
    ...(rare ? columnTexts(CARRY_OVER_TEXTS, carryOvers) : []),
    ...(parts.claims ? columnTexts(CLAIM_TEXTS, claims) : []),
    ...(parts.requests ? columnTexts(REQUEST_TEXTS, requests) : []),
    ...(parts.holds ? columnTexts(HOLD_TEXTS, holds) : []),
  ])
  return { book, before, releases, statement }
}

/** The earliest month that a line takes effect in, which must be open; null without lines. */
function firstTouched(events: readonly EventRow[]): Period | null {
  let first: CalendarDate | undefined
  for (const { event, isKept } of events) {
    if (isKept) continue
    for (const { effectiveOn } of event.transactions)
      if (first === undefined || effectiveOn < first) first = effectiveOn
  }
  return first === undefined ? null : periodOf(first)
}

/**
 * Appends a group to its book. Nothing here decides: where a constraint disagrees with the decision, the statement fails
 * and the group with it.
 *
 * A group that releases no claims is one statement, whole in itself: it locks the head, and does nothing unless that is
 * still the head which the group was decided on, and the keys that nobody has looked for are free.
 * @returns whether it was so; if not, nothing was written
 */
export async function append(tx: PoolClient, { book, before, releases, statement }: Append): Promise<boolean> {
  const [, { rowCount }] = await sentTogether(tx, () => [release(tx, book, before, releases), tx.query(statement)])
  return rowCount === 1
}

async function release(
  tx: PoolClient,
  book: string,
  before: LockedHead,
  releases: Addition['releases'],
): Promise<void> {
  if (releases.length === 0) return
  await run(tx, RELEASE_DAYS, [
    book,
    before.position,
    releases.map(({ position }) => position),
    releases.map(({ line }) => line),
    releases.map(({ releasedAt }) => releasedAt),
  ])
}

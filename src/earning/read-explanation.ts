import type { Pool } from 'pg'
import { query, type RowOf } from '../db/statement.ts'
import { type CalendarDate, dayIn } from '../domain/calendar-date.ts'
import { type Explained, explanationOf, type Grounds } from '../domain/earning/explanation.ts'
import type { DaySpan, Figures } from '../domain/earning/part.ts'
import type { Carried, PostingRule } from '../domain/earning/posting.ts'
import { knowsOf, type Reader } from '../domain/reach.ts'
import { cursorsOf } from '../ledger/read/cursor.ts'
import { type KnownAt, positionAt } from '../ledger/read/known-at.ts'
import { transactionFromRow } from '../ledger/rows/transaction-row.ts'
import type { Cause } from './cause.ts'
import { CARRIED_WHOLE, EXPLAINED_ACCOUNT, EXPLAINED_LINES } from './explanation.sql.ts'

/** An account that somebody wants explained. */
export interface ExplanationAsked {
  readonly book: string
  readonly entity: string
  readonly policy: string
  /** Today, unless given. */
  readonly asOf?: CalendarDate | undefined
  /** The head, unless given. */
  readonly knownAt?: KnownAt | undefined
  readonly cursor?: string | undefined
  readonly limit: number
  /** Of whoever is out of their reach, and of a kind that they are not to know, there is nothing to explain. */
  readonly reader: Reader
  readonly now?: Date
}

export interface Explanation {
  readonly entity: string
  readonly policy: string
  readonly resource: string
  readonly unit: string
  readonly asOf: CalendarDate
  readonly knownAt: number
  readonly items: readonly Explained[]
  readonly nextCursor: string | null
}

/** Lines of one account that are looked through for an answer: leave and postings of many years, day by day. */
export const MOST_EXPLAINED_LINES = 50_000

/**
 * How an account came to its balance, from what was recorded with each of its lines.
 * @returns undefined where the book does not exist; `'too-many'` where the account has too many lines
 * @throws BadCursor
 */
export async function readExplanation(
  db: Pool,
  asked: ExplanationAsked,
): Promise<({ readonly head: number } & Explanation) | 'unknown-policy' | 'too-many' | undefined> {
  const { book, entity, policy, limit, reader, now = new Date() } = asked
  const filters = [book, entity, policy, asked.asOf, JSON.stringify(asked.knownAt)]
  const cursors = cursorsOf('explanation', filters, ['number', 'day', 'number'])
  const [first = 0, pinnedDay, pinned] = cursors.parse(asked.cursor) ?? []
  const [account] = await query(db, EXPLAINED_ACCOUNT, [book, policy])
  if (account === undefined) return undefined
  const { head, resource, unit, scale } = account
  if (resource === null || unit === null || scale === null) return 'unknown-policy'
  const asOf = asked.asOf ?? (pinnedDay as CalendarDate | undefined) ?? dayIn(account.time_zone, now)
  const knownAt = Math.min(pinned ?? (await positionOf(db, asked)) ?? head, head)
  const shown = { head, entity, policy, resource, unit, asOf, knownAt }
  if (!isKnownTo(reader, { entity, resource })) return { ...shown, items: [], nextCursor: null }
  const values = [book, entity, policy, asOf, knownAt, MOST_EXPLAINED_LINES + 1] as const
  const [lines, carries] = await Promise.all([
    query(db, EXPLAINED_LINES, [...values]),
    query(db, CARRIED_WHOLE, [...values]),
  ])
  if (lines.length + carries.length > MOST_EXPLAINED_LINES) return 'too-many'
  const explained = explanationOf(
    lines.map((row) => ({ ...transactionFromRow(row), position: row.position, grounds: groundsOf(row) })),
    carries.map((row) => carriedFrom(row)),
    { scale, unit },
  )
  const items = explained.slice(first, first + limit)
  const next = first + items.length
  return { ...shown, items, nextCursor: next < explained.length ? cursors.after([next, asOf, knownAt]) : null }
}

export function isKnownTo(
  { reach, ...reader }: Reader,
  about: { readonly entity: string; readonly resource: string },
): boolean {
  return (reach === 'everybody' || reach.includes(about.entity)) && knowsOf(reader, about)
}

async function positionOf(db: Pool, { book, knownAt }: ExplanationAsked): Promise<number | undefined> {
  if (knownAt === undefined) return undefined
  return 'position' in knownAt ? knownAt.position : positionAt(db, book, knownAt.instant)
}

/** What an event of a rule says, as it was recorded. Other releases may have recorded less. */
interface SaidByRule {
  readonly data: { readonly rule?: PostingRule; readonly carried?: Carried }
  readonly decision: { readonly figures?: Figures; readonly period?: DaySpan; readonly cause?: Cause | null }
}

type GroundsRow = Pick<RowOf<typeof CARRIED_WHOLE>, 'data' | 'decision' | 'event_type' | 'policy_version'>

function saidIn({ data, decision }: Pick<GroundsRow, 'data' | 'decision'>): SaidByRule {
  return {
    data: JSON.parse(data ?? '{}') as SaidByRule['data'],
    decision: JSON.parse(decision ?? '{}') as SaidByRule['decision'],
  }
}

function groundsOf(row: GroundsRow & { readonly to: string | null; readonly reason: string | null }): Grounds {
  const { data, decision } = saidIn(row)
  return {
    type: row.event_type,
    policyVersion: row.policy_version,
    figures: decision.figures ?? {},
    cause: decision.cause ?? null,
    carried: data.carried ?? null,
    to: row.to,
    reason: row.reason,
  }
}

function carriedFrom(row: RowOf<typeof CARRIED_WHOLE>) {
  const { data, decision } = saidIn(row)
  const carried = data.carried!
  return {
    position: row.position,
    rule: data.rule!,
    period: decision.period ?? { from: carried.on, to: carried.on },
    grounds: { ...groundsOf({ ...row, to: null, reason: null }), carried },
  }
}

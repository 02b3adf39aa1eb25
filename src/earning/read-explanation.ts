import type { Pool } from 'pg'
import { query, type RowOf } from '../db/statement.ts'
import { type CalendarDate, dayIn } from '../domain/calendar-date.ts'
import {
  type CarriedWhole,
  type Explained,
  explanationOf,
  type GroundedLine,
  type Grounds,
} from '../domain/earning/explanation.ts'
import type { DaySpan, Figures } from '../domain/earning/part.ts'
import type { Carried, PostingRule } from '../domain/earning/posting.ts'
import type { EventType } from '../domain/event.ts'
import { knowsOf, type Reader } from '../domain/reach.ts'
import { cursorsOf } from '../ledger/read/cursor.ts'
import { type KnownAt, positionAt } from '../ledger/read/known-at.ts'
import { transactionFromRow } from '../ledger/rows/transaction-row.ts'
import { worldNow } from '../world-clock.ts'
import type { Cause } from './cause.ts'
import { EXPLAINED_ACCOUNT } from './explanation.sql.ts'

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
  const { book, entity, policy, limit, reader, now = worldNow() } = asked
  const filters = [book, entity, policy, asked.asOf, JSON.stringify(asked.knownAt)]
  const cursors = cursorsOf('explanation', filters, ['number', 'day', 'number'])
  const [first = 0, pinnedDay, pinned] = cursors.parse(asked.cursor) ?? []
  const day = asked.asOf ?? (pinnedDay as CalendarDate | undefined) ?? null
  const known = pinned ?? (await positionOf(db, asked)) ?? null
  const rows = await query(db, EXPLAINED_ACCOUNT, [book, entity, policy, day, known, MOST_EXPLAINED_LINES + 1])
  const [account] = rows
  if (account === undefined) return undefined
  const { head, policy_resource: resource, unit, scale } = account
  if (resource === null || unit === null || scale === null) return 'unknown-policy'
  const asOf = day ?? dayIn(account.time_zone, now)
  const knownAt = Math.min(known ?? head, head)
  const shown = { head, entity, policy, resource, unit, asOf, knownAt }
  if (!isKnownTo(reader, { entity, resource })) return { ...shown, items: [], nextCursor: null }
  if (rows.length > MOST_EXPLAINED_LINES) return 'too-many'
  const explained = explanationOf(linesIn(rows, asOf), carriedIn(account, asOf), { scale, unit })
  const items = explained.slice(first, first + limit)
  const next = first + items.length
  return { ...shown, items, nextCursor: next < explained.length ? cursors.after([next, asOf, knownAt]) : null }
}

type Row = RowOf<typeof EXPLAINED_ACCOUNT>

/** Where no day was asked for, the database did not know which one today is. */
function linesIn(rows: readonly Row[], asOf: CalendarDate): readonly GroundedLine[] {
  // A cast: an account without lines is one row without one.
  if ((rows[0]!.position as number | null) === null) return []
  return rows.flatMap((row) =>
    row.effective_on > asOf
      ? []
      : [{ ...transactionFromRow(row), position: row.position, grounds: groundsOf(row, saidIn(row)) }],
  )
}

function carriedIn({ carried }: Row, asOf: CalendarDate): readonly CarriedWhole[] {
  // A cast: it is what the statement makes.
  const events = JSON.parse(carried ?? '[]') as readonly CarriedEvent[]
  return events.map(carriedFrom).filter(({ grounds }) => grounds.carried.on <= asOf)
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
  readonly decision: {
    readonly figures?: Figures
    readonly period?: DaySpan
    readonly cause?: Cause | null
    readonly policyVersion?: number
  }
}

/** An event that carried something over and has no transaction. */
interface CarriedEvent extends SaidByRule {
  readonly position: number
  readonly event_type: EventType
}

function saidIn({ data, decision }: Pick<Row, 'data' | 'decision'>): SaidByRule {
  return {
    data: JSON.parse(data ?? '{}') as SaidByRule['data'],
    decision: JSON.parse(decision ?? '{}') as SaidByRule['decision'],
  }
}

function groundsOf(
  row: Pick<Row, 'event_type' | 'policy_version' | 'reason' | 'to'>,
  { data, decision }: SaidByRule,
): Grounds {
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

function carriedFrom({ position, event_type, ...said }: CarriedEvent): CarriedWhole {
  const carried = said.data.carried!
  const policy_version = said.decision.policyVersion ?? null
  return {
    position,
    rule: said.data.rule!,
    period: said.decision.period ?? { from: carried.on, to: carried.on },
    grounds: { ...groundsOf({ event_type, policy_version, to: null, reason: null }, said), carried },
  }
}

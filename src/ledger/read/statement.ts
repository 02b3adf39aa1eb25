import { sql } from 'kysely'
import type { Pool } from 'pg'
import { andOneOf, compiled, isOneOf, type RowRead, read, written } from '../../db/compiled.ts'
import { type CalendarDate, FIRST_DAY, LAST_DAY } from '../../domain/calendar-date.ts'
import { printMinor } from '../../domain/quantity.ts'
import { amongThese, type LeftOut, leftOut, type ReadFor } from '../../domain/reach.ts'
import { cursorsOf, pageOf } from './cursor.ts'
import { isKnown } from './kinds.ts'
import { minorFromNumeric, printQuantity } from './print-quantity.ts'
import { COMPUTED, lines, shownLines, type TransactionItem, transactionItems } from './transaction-items.ts'
import { foundIn } from './with-head.ts'

/** Of whoever is out of reach, and of a kind that the reader is not to know, the statement is empty. */
export interface StatementAsked extends ReadFor {
  readonly book: string
  readonly entity: string
  readonly policy: string
  /** First effective day; from the beginning, unless given. */
  readonly from?: CalendarDate | undefined
  /** Last effective day; everything recorded, unless given. */
  readonly to?: CalendarDate | undefined
  readonly cursor?: string | undefined
  readonly limit: number
}

/** Transactions of one account by the day they take effect, each with the balance after it. */
export interface AccountStatement {
  readonly entity: string
  readonly policy: string
  readonly resource: string
  readonly unit: string
  readonly from: CalendarDate | null
  readonly to: CalendarDate | null
  /** Before the first of these items. */
  readonly openingBalance: string
  readonly items: (TransactionItem & { readonly balance: string })[]
  /** At the end of `to`, whatever the page. */
  readonly closingBalance: string
  readonly nextCursor: string | null
}

/**
 * A page of an account's statement. All pages are known at the same position, the head when the first was read.
 * @returns undefined where the book does not exist, `'unknown-policy'` where the policy does not; an account that has no
 * transaction has an empty statement
 * @throws BadCursor
 */
export async function readStatement(
  db: Pool,
  asked: StatementAsked,
): Promise<({ head: number } & AccountStatement) | 'unknown-policy' | undefined> {
  const { book, entity, policy, from, to, reach, cursor, limit } = asked
  const cursors = cursorsOf('statement', [book, entity, policy, from, to], ['day', 'number', 'number', 'number'])
  const [day, position, line, pinned] = cursors.parse(cursor) ?? [from ?? FIRST_DAY, 0, 0, undefined]
  const range: Range = {
    book,
    entity,
    policy,
    start: [day as CalendarDate, position, line],
    to: to ?? LAST_DAY,
    knownAt: pinned,
    reach: amongThese(reach, entity),
    ...leftOut(asked, entity),
  }
  const frame = await readFrame(db, range)
  if (frame === undefined) return undefined
  const { head, resource, unit, scale, opening, closing } = frame
  if (resource === null || unit === null || scale === null) return 'unknown-policy'
  const knownAt = pinned ?? head

  const rows = await read(db, STATEMENT_LINES, {
    book,
    entity,
    policy,
    day: day as CalendarDate,
    position,
    line,
    to: range.to,
    knownAt,
    reach: range.reach,
    hidden: range.hidden,
    own: range.own,
    limit: limit + 1,
  })
  const page = pageOf(foundIn(rows, 'line')?.rows ?? [], limit, {
    item: (row) => row,
    cursor: (row) => cursors.after([row.effective_on, row.position, row.line, knownAt]),
  })
  let balance = minorFromNumeric(opening, scale)
  const items = transactionItems(page.items).map((item) => {
    balance += minorFromNumeric(item.amount, scale)
    return { ...item, balance: printMinor(balance, scale) }
  })
  return {
    head,
    entity,
    policy,
    resource,
    unit,
    from: from ?? null,
    to: to ?? null,
    openingBalance: printQuantity(opening, scale),
    items,
    closingBalance: printQuantity(closing, scale),
    nextCursor: page.nextCursor,
  }
}

interface Range extends LeftOut {
  readonly book: string
  readonly entity: string
  readonly policy: string
  /** The key that everything shown comes after. */
  readonly start: readonly [day: CalendarDate, position: number, line: number]
  readonly to: CalendarDate
  /** undefined: the head. */
  readonly knownAt: number | undefined
  readonly reach: readonly string[] | undefined
}

// More than one index may serve either, so no plan is kept.
export const STATEMENT_LINES = compiled({
  optional: ['reach', 'hidden'],
  computed: COMPUTED,
  query: ({ book, entity, policy, day, position, line, to, knownAt, reach, hidden, own, limit }: LinesAsked) => {
    const found = lines(book)
      .where('entity_id', '=', entity)
      .where('policy_id', '=', policy)
      .where((eb) => eb(eb.refTuple('effective_on', 'position', 'line'), '>', eb.tuple(day, position, line)))
      .where('effective_on', '<=', to)
      .where('position', '<=', knownAt)
      .$if(reach !== undefined, (rows) => rows.where(isOneOf('entity_id', reach!)))
      .$if(hidden !== undefined, (rows) => rows.where(isKnown({ own: own!, hidden: hidden! })))
      .orderBy('effective_on')
      .orderBy('position')
      .orderBy('line')
      .limit(limit)
    return shownLines(book, found, ['effective_on', 'position', 'line'])
  },
})

interface LinesAsked extends LeftOut {
  readonly book: string
  readonly entity: string
  readonly policy: string
  readonly day: CalendarDate
  readonly position: number
  readonly line: number
  readonly to: CalendarDate
  readonly knownAt: number
  readonly reach: readonly string[] | undefined
  readonly limit: number
}

interface FrameAsked extends Omit<LinesAsked, 'knownAt' | 'limit'> {
  /** null: the head. */
  readonly knownAt: number | null
}

export const STATEMENT_FRAME = written({
  optional: ['reach', 'hidden'],
  columns: {
    head: 'int8',
    // null where there is no such policy
    resource: 'text?',
    unit: 'text?',
    scale: 'int2?',
    opening: 'numeric',
    closing: 'numeric',
  },
  query: ({ book, entity, policy, day, position, line, to, knownAt, reach, hidden, own }: FrameAsked) => sql`
      select h.position as head, p.resource, p.unit, p.scale, s.opening, s.closing
        from ledger.heads h
        left join lateral (
               select resource, unit, scale
                 from ledger.policy_versions
                where book_id = ${book}
                  and policy_id = ${policy}
                order by version desc
                limit 1) as p on true
       cross join lateral (
               select coalesce(sum(amount) filter (where (effective_on, position, line) <= (${day}::date, ${position}::bigint, ${line}::integer)), 0) as opening,
                      coalesce(sum(amount) filter (where effective_on <= ${to}::date), 0) as closing
                 from ledger.transactions
                where book_id = ${book}
                  and entity_id = ${entity}
                  and policy_id = ${policy}
                  and position <= coalesce(${knownAt}::bigint, h.position)${andOneOf('entity_id', reach)}${hidden === undefined ? sql`` : sql` and ${isKnown({ own: own!, hidden })}`}
             ) as s
       where h.book_id = ${book}`,
})

/** What stands above and below the items. */
async function readFrame(
  db: Pool,
  { book, entity, policy, start: [day, position, line], to, knownAt, reach, ...leftOut }: Range,
): Promise<RowRead<typeof STATEMENT_FRAME> | undefined> {
  const rows = await read(db, STATEMENT_FRAME, {
    book,
    entity,
    policy,
    day,
    position,
    line,
    to,
    knownAt: knownAt ?? null,
    reach,
    ...leftOut,
  })
  return rows[0]
}

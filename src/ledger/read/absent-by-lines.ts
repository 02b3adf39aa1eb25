import { type RawBuilder, sql } from 'kysely'
import type { Pool } from 'pg'
import { andOneOf, read, written } from '../../db/compiled.ts'
import { narrowed } from '../../db/statement.ts'
import type { CalendarDate } from '../../domain/calendar-date.ts'
import { type Portion, printTransactionId } from '../../domain/transaction.ts'

/** A day that somebody of a team has by a line of no request. */
export interface AbsentByLine {
  readonly request: null
  /** The id of the line. */
  readonly transaction: string
  readonly entity: string
  readonly resource: string
  readonly status: 'approved'
  readonly days: readonly { readonly date: CalendarDate; readonly portion: Portion }[]
}

interface LinesAsked {
  readonly book: string
  readonly entity: string
  readonly from: CalendarDate
  readonly to: CalendarDate
  readonly limit: number
  /** Of whom alone; undefined: of everybody. */
  readonly reach: readonly string[] | undefined
}

/** The columns that are read of a claim, of those that one of the indexes on live claims has. */
function liveClaims({ book, from, to }: LinesAsked, which: string): RawBuilder<unknown> {
  return sql`
                      select position, line, resource, day, am, pm
                        from ledger.day_claims
                       where book_id = ${book}
                         and entity_id = n.entity_id
                         and day >= ${from}
                         and day <= ${to}
                         and ${sql.raw(which)}
                         and released_at_position is null`
}

/** Each branch has an index of its own: by mornings, by afternoons, by hours. */
export const ABSENT_BY_LINES = written({
  optional: ['reach'],
  columns: {
    position: 'int8',
    line: 'int4',
    entity_id: 'text',
    resource: 'text',
    day: 'date',
    portion: narrowed<Portion>('text'),
  },
  query: (asked: LinesAsked) => sql`
      select c.position, c.line, n.entity_id, c.resource, c.day,
             case when c.am = c.pm then 'full' when c.am then 'am' else 'pm' end as portion
        from (
               select manager, department
                 from ledger.entities
                where book_id = ${asked.book}
                  and entity_id = ${asked.entity}
             ) as one
        join ledger.entities n on n.book_id = ${asked.book}
                              and n.entity_id <> ${asked.entity}${andOneOf('n.entity_id', asked.reach)}
                              and (n.manager = one.manager
                                   or (one.manager is null and n.department = one.department))
       cross join lateral (${liveClaims(asked, 'am')}
                       union all${liveClaims(asked, 'pm and not am')}
                       union all${liveClaims(asked, 'not am and not pm')}
             ) as c
       cross join lateral (
               select type
                 from ledger.events
                where book_id = ${asked.book}
                  and position = c.position
                limit 1) as e
       where e.type not like 'request-%'
         and e.type <> 'hold-placed'
       order by n.entity_id, c.day, c.position, c.line
       limit ${asked.limit}`,
})

/**
 * Who of a team has days of a span by lines of no request, as leave that another system approved is: others with the same
 * manager as an entity, or where nobody is said the same department. By entity, then day.
 */
export async function absentByLines(db: Pool, asked: LinesAsked): Promise<readonly AbsentByLine[]> {
  const rows = await read(db, ABSENT_BY_LINES, asked)
  return rows.map(({ position, line, entity_id, resource, day: date, portion }) => ({
    request: null,
    transaction: printTransactionId({ position, line }),
    entity: entity_id,
    resource,
    status: 'approved',
    days: [{ date, portion }],
  }))
}

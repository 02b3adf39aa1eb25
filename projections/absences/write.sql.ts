import { perBuild, statement } from '../../src/db/statement.ts'
import type { RequestDay } from '../../src/domain/request/request.ts'
import { arrayOf, type PackedColumns, textsOf, unnested } from '../../src/ledger/rows/column.ts'
import type { Build } from '../../src/projecting/projection.ts'
import type { Away } from './away.ts'
import { HALVES_OF_ROW, NO_HALVES } from './halves.ts'

/** A day of a request. */
export type Day = Omit<Away, 'days'> & RequestDay

export const DAY: PackedColumns<Day> = {
  request_id: ['text', ({ request }) => request],
  day: ['date', ({ date }) => date],
  entity_id: ['text', ({ entity }) => entity],
  portion: ['text', ({ portion }) => portion],
  status: ['text', ({ status }) => status],
  resource: ['text', ({ resource }) => resource],
  version: ['bigint', ({ version }) => version],
  changed_at: ['timestamptz', ({ changedAt }) => changedAt.toISOString()],
}

/** Takes away the days of requests. */
export const FREE_DAYS = perBuild((into: Build) =>
  statement({
    name: `absences-free-${into.number}`,
    text: `
      delete from ${into.table('absences')}
       where book_id = $1
         and request_id = any (${arrayOf('$2')})`,
    params: ['text', 'text'],
  }),
)

/** Writes days that are not there. */
export const WRITE_DAYS = perBuild((into: Build) =>
  statement({
    name: `absences-write-${into.number}`,
    text: `
      insert into ${into.table('absences')} (book_id, ${Object.keys(DAY).join(', ')})
      select h.book_id, u.*
        from ledger.heads h,
             ${unnested(DAY, 2)} as u
       where h.book_id = $1`,
    params: ['text', ...textsOf(DAY)],
  }),
)

/** A year in which an entity is away, or was. */
export interface Year {
  readonly year: number
  readonly entity: string
}

export const YEAR: PackedColumns<Year> = {
  year: ['integer', ({ year }) => year],
  entity: ['text', ({ entity }) => entity],
}

/**
 * Adds up the bits of years from the days as they are written. `offset 0` keeps the lateral part whole: planned as a join
 * while the table is empty, it would read the book for ever.
 */
export const WRITE_YEARS = perBuild((into: Build) =>
  statement({
    name: `absences-write-years-${into.number}`,
    text: `
      insert into ${into.table('absence_years')} (book_id, year, entity_id, held, taken)
      select h.book_id,
             k.year,
             k.entity,
             coalesce(bit_or(a.halves) filter (where a.status = 'pending'), ${NO_HALVES}),
             coalesce(bit_or(a.halves) filter (where a.status = 'approved'), ${NO_HALVES})
        from ledger.heads h
       cross join ${unnested(YEAR, 2)} as k(year, entity)
        left join lateral (
               select status,
                      ${HALVES_OF_ROW} as halves
                 from (
                        select day, portion, status
                          from ${into.table('absences')}
                         where book_id = $1
                           and entity_id = k.entity
                           and day >= make_date(k.year, 1, 1)
                           and day <= make_date(k.year, 12, 31)
                         union all
                        select day, portion, 'approved'
                          from ${into.table('absence_claims')}
                         where book_id = $1
                           and entity_id = k.entity
                           and day >= make_date(k.year, 1, 1)
                           and day <= make_date(k.year, 12, 31)
                      ) as days
               offset 0) as a on true
       where h.book_id = $1
       group by h.book_id, k.year, k.entity
          on conflict (book_id, year, entity_id) do update
         set held = excluded.held,
             taken = excluded.taken`,
    params: ['text', ...textsOf(YEAR)],
  }),
)

/** Takes away years without a half day: any of these years with any of these entities, since there are no others. */
export const FREE_YEARS = perBuild((into: Build) =>
  statement({
    name: `absences-free-years-${into.number}`,
    text: `
      delete from ${into.table('absence_years')}
       where book_id = $1
         and year = any (${arrayOf('$2', 'integer')})
         and entity_id = any (${arrayOf('$3')})
         and held = ${NO_HALVES}
         and taken = ${NO_HALVES}`,
    params: ['text', ...textsOf(YEAR)],
  }),
)

import type { ClientBase } from 'pg'
import { yearOf } from '../../src/domain/calendar-date.ts'
import { column } from '../../src/ledger/rows/column.ts'
import type { Batch } from '../../src/projecting/projection.ts'
import type { Away } from './away.ts'
import { HALVES_OF_ROW, NO_HALVES } from './halves.ts'

/** Writes the days of requests anew, all that are left of each. @param requests whose days may have changed */
export async function writeDays(
  tx: ClientBase,
  { book, into }: Batch,
  { requests, away }: { readonly requests: readonly string[]; readonly away: readonly Away[] },
): Promise<void> {
  await tx.query({
    name: `absences-free-${into.number}`,
    text: `
      delete from ${into.table('absences')}
       where book_id = $1
         and request_id = any (string_to_array($2, E'\\x1f'))`,
    values: [book, column(requests, (request) => request)],
  })
  const rows = away.flatMap(({ days, ...request }) => days.map((day) => ({ ...request, ...day })))
  if (rows.length === 0) return
  await tx.query({
    name: `absences-write-${into.number}`,
    text: `
      insert into ${into.table('absences')}
             (book_id, request_id, day, entity_id, portion, status, resource, version, changed_at)
      select h.book_id, u.*
        from ledger.heads h,
             unnest(string_to_array($2, E'\\x1f'),
                    string_to_array($3, E'\\x1f')::date[],
                    string_to_array($4, E'\\x1f'),
                    string_to_array($5, E'\\x1f'),
                    string_to_array($6, E'\\x1f'),
                    string_to_array($7, E'\\x1f'),
                    string_to_array($8, E'\\x1f')::bigint[],
                    string_to_array($9, E'\\x1f')::timestamptz[]) as u
       where h.book_id = $1`,
    values: [
      book,
      column(rows, ({ request }) => request),
      column(rows, ({ date }) => date),
      column(rows, ({ entity }) => entity),
      column(rows, ({ portion }) => portion),
      column(rows, ({ status }) => status),
      column(rows, ({ resource }) => resource),
      column(rows, ({ version }) => version),
      column(rows, ({ changedAt }) => changedAt.toISOString()),
    ],
  })
}

/**
 * Adds up the bits of every year that some requests were or are in, from the days as they are written: another request of
 * the entity may be about the same half day, so no bit can be taken back alone.
 */
export async function writeYears(tx: ClientBase, { book, into }: Batch, away: readonly Away[]): Promise<void> {
  const years = yearsOf(away)
  if (years.length === 0) return
  const keys = [book, column(years, ({ year }) => year), column(years, ({ entity }) => entity)]
  const [yearsText, entitiesText] = [`string_to_array($2, E'\\x1f')::integer[]`, `string_to_array($3, E'\\x1f')`]
  // `offset 0` keeps the lateral part whole: planned as a join while the table is empty, it would read the book for ever.
  await tx.query({
    name: `absences-write-years-${into.number}`,
    text: `
      insert into ${into.table('absence_years')} (book_id, year, entity_id, held, taken)
      select h.book_id,
             k.year,
             k.entity,
             coalesce(bit_or(a.halves) filter (where a.status = 'pending'), ${NO_HALVES}),
             coalesce(bit_or(a.halves) filter (where a.status = 'approved'), ${NO_HALVES})
        from ledger.heads h
       cross join unnest(${yearsText}, ${entitiesText}) as k(year, entity)
        left join lateral (
               select status,
                      ${HALVES_OF_ROW} as halves
                 from ${into.table('absences')}
                where book_id = $1
                  and entity_id = k.entity
                  and day >= make_date(k.year, 1, 1)
                  and day <= make_date(k.year, 12, 31)
               offset 0) as a on true
       where h.book_id = $1
       group by h.book_id, k.year, k.entity
          on conflict (book_id, year, entity_id) do update
         set held = excluded.held,
             taken = excluded.taken`,
    values: keys,
  })
  // Any of these years with any of these entities: there are no others without a half day.
  await tx.query({
    name: `absences-free-years-${into.number}`,
    text: `
      delete from ${into.table('absence_years')}
       where book_id = $1
         and year = any (${yearsText})
         and entity_id = any (${entitiesText})
         and held = ${NO_HALVES}
         and taken = ${NO_HALVES}`,
    values: keys,
  })
}

function yearsOf(away: readonly Away[]): readonly { readonly year: number; readonly entity: string }[] {
  const years = new Map<string, { year: number; entity: string }>()
  for (const { entity, days } of away) {
    for (const { date } of days) years.set(`${date.slice(0, 4)} ${entity}`, { year: yearOf(date), entity })
  }
  return [...years.values()]
}

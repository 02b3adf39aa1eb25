import type { ClientBase } from 'pg'
import { perBuild, query, run, statement } from '../../src/db/statement.ts'
import type { CalendarDate } from '../../src/domain/calendar-date.ts'
import { printTransactionId, type TransactionAt } from '../../src/domain/transaction.ts'
import { arrayOf, columnTexts, type PackedColumns, textsOf, unnested } from '../../src/ledger/rows/column.ts'
import type { Batch, Build, ProjectedClaim } from '../../src/projecting/projection.ts'
import type { ClaimsChanged } from './claims.ts'
import { HALVES_OF_ROW, NO_HALVES } from './halves.ts'

const LINE: PackedColumns<TransactionAt> = {
  position: ['bigint', ({ position }) => position],
  line: ['integer', ({ line }) => line],
}

const DAY_TAKEN: PackedColumns<ProjectedClaim> = {
  entity_id: ['text', ({ entity }) => entity],
  day: ['date', ({ day }) => day],
  portion: ['text', ({ portion }) => portion],
}

const CLAIM: PackedColumns<ProjectedClaim> = {
  position: ['bigint', ({ of }) => of.position],
  line: ['integer', ({ of }) => of.line],
  ...DAY_TAKEN,
  resource: ['text', ({ resource }) => resource],
  changed_at: ['timestamptz', ({ recordedAt }) => recordedAt.toISOString()],
}

/** The two lists alone find the rows by their key, whatever the plan; the pairs say which of them are meant. */
export const FREE_CLAIMS = perBuild((into: Build) =>
  statement({
    name: `absences-free-claims-${into.number}`,
    columns: { position: 'int8', line: 'int4', entity_id: 'text', day: 'date' },
    text: `
      delete from ${into.table('absence_claims')}
       where book_id = $1
         and position = any (${arrayOf('$2', 'bigint')})
         and line = any (${arrayOf('$3', 'integer')})
         and (position, line) in (select * from ${unnested(LINE, 2)} as k(position, line))
   returning position, line, entity_id, day`,
    params: ['text', ...textsOf(LINE)],
  }),
)

export const WRITE_CLAIMS = perBuild((into: Build) =>
  statement({
    name: `absences-write-claims-${into.number}`,
    text: `
      insert into ${into.table('absence_claims')} (book_id, ${Object.keys(CLAIM).join(', ')})
      select h.book_id, u.*
        from ledger.heads h,
             ${unnested(CLAIM, 2)} as u
       where h.book_id = $1`,
    params: ['text', ...textsOf(CLAIM)],
  }),
)

/** Adds days to the years that they are in: what is only added needs no look at the other days of the year. */
export const ADD_TO_YEARS = perBuild((into: Build) =>
  statement({
    name: `absences-add-to-years-${into.number}`,
    text: `
      insert into ${into.table('absence_years')} as y (book_id, year, entity_id, held, taken)
      select h.book_id,
             extract(year from a.day)::integer,
             a.entity_id,
             ${NO_HALVES},
             bit_or(${HALVES_OF_ROW})
        from ledger.heads h,
             ${unnested(DAY_TAKEN, 2)} as a(entity_id, day, portion)
       where h.book_id = $1
       group by 1, 2, 3
          on conflict (book_id, year, entity_id) do update
         set taken = y.taken | excluded.taken`,
    params: ['text', ...textsOf(DAY_TAKEN)],
  }),
)

/** Somebody and a day. */
export interface DayOfEntity {
  readonly entity: string
  readonly date: CalendarDate
}

/**
 * Writes the days that lines of no request claim, also to their years, and takes away those that are given back.
 * @returns those that are given back, whose years have to be added up anew
 * @throws Error where a day is given back that nobody was away on
 */
export async function writeClaims(
  tx: ClientBase,
  { book, into }: Batch,
  { begun, ended }: ClaimsChanged,
): Promise<readonly DayOfEntity[]> {
  const freed = ended.length === 0 ? [] : await query(tx, FREE_CLAIMS(into), [book, ...columnTexts(LINE, ended)])
  if (freed.length < ended.length) {
    const ids = new Set(freed.map(printTransactionId))
    const unknown = ended.map(printTransactionId).find((id) => !ids.has(id))!
    throw new Error(`a reversal of ${unknown}, by which nobody was away`)
  }
  if (begun.length > 0) {
    await run(tx, WRITE_CLAIMS(into), [book, ...columnTexts(CLAIM, begun)])
    await run(tx, ADD_TO_YEARS(into), [book, ...columnTexts(DAY_TAKEN, begun)])
  }
  return freed.map(({ entity_id: entity, day: date }) => ({ entity, date }))
}

import type { ClientBase, Pool } from 'pg'
import { type Parameters, query, type Statement, statement, type ValuesOf } from '../../db/statement.ts'
import { RECORD, RECORD_SQL, UNIT, UNIT_SQL } from './separators.ts'

/*
 * Rows for a reader that looks at every one of them: the server packs a batch into one text. That costs a third of what
 * the driver needs for a row of its own, column by column.
 */

/** What no value may hold, or fields could move between columns unnoticed: one of the two characters above. */
export class Unreadable extends Error {}

const COLUMNS = { rows: 'int8', packed: 'text?' } as const

export type Packed<P extends Parameters> = Statement<typeof COLUMNS, P>

interface Read<P> {
  readonly name: string
  /** Expressions of type text, the first of them the position; not null, see `orNull`. */
  readonly columns: readonly string[]
  /** Tables and conditions on the parameters, and nothing else. */
  readonly from: string
  /** By which the rows come. */
  readonly order: string
  readonly params: P
}

/** A statement that `readPacked` reads. */
export function packed<const P extends Parameters>({ name, columns, from, order, params }: Read<P>): Packed<P> {
  return statement({
    name,
    text: `
      select count(*) as rows,
             string_agg(
               ${columns.join(` || ${UNIT_SQL} ||\n               `)},
               ${RECORD_SQL} order by ${order}) as packed
        from ${from}`,
    columns: COLUMNS,
    params,
  })
}

/** A column that may be null, as text: `fieldOrNull` reads it. */
export function orNull(column: string): string {
  return `coalesce('=' || ${column}, '')`
}

/** A field that may be null is empty then, and begins with a mark otherwise. */
export function fieldOrNull(field: string): string | null {
  return field === '' ? null : field.slice(1)
}

/** @throws Unreadable where a value holds what separates rows, or is null and must not be */
export async function readPacked<P extends Parameters>(
  db: Pool | ClientBase,
  statement: Packed<P>,
  values: ValuesOf<Packed<P>>,
): Promise<string[]> {
  const [row] = await query(db, statement, values)
  const { rows: count, packed } = row!
  const texts = packed === null ? [] : packed.split(RECORD)
  if (texts.length !== count) throw new Unreadable(`${count} rows read as ${texts.length}`)
  return texts
}

/** @throws Unreadable where there are more or fewer fields: a value holds what separates them */
export function fieldsOf(row: string, count: number): string[] {
  const fields = row.split(UNIT)
  if (fields.length !== count) throw new Unreadable('a value holds a control character')
  return fields
}

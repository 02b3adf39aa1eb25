import type { ClientBase, Pool } from 'pg'

/*
 * Rows for a reader that looks at every one of them: the server packs a batch into one text. That costs a third of what
 * the driver needs for a row of its own, column by column.
 */

const BETWEEN_FIELDS = '\x1f'
const BETWEEN_ROWS = '\x1e'

/** What no value may hold, or fields could move between columns unnoticed: one of the two characters above. */
export class Unreadable extends Error {}

/**
 * @param columns expressions of type text, the first of them the position; not null, see `orNull`
 * @param from table, conditions on $1, $2 and $3, and nothing else
 * @param order by which the rows come
 */
export function packed({ columns, from, order }: { columns: readonly string[]; from: string; order: string }): string {
  return `
      select count(*) as rows,
             string_agg(
               ${columns.join(` || E'\\x1f' ||\n               `)},
               E'\\x1e' order by ${order}) as packed
        from ${from}`
}

/** A column that may be null, as text: `fieldOrNull` reads it. */
export function orNull(column: string): string {
  return `coalesce('=' || ${column}, '')`
}

export function fieldOrNull(field: string): string | null {
  return field === '' ? null : field.slice(1)
}

/** @throws Unreadable where a value holds what separates rows, or is null and must not be */
export async function readPacked(
  db: Pool | ClientBase,
  query: { name: string; text: string; values: unknown[] },
): Promise<string[]> {
  const { rows } = await db.query<{ rows: number; packed: string | null }>(query)
  const { rows: count, packed } = rows[0]!
  const texts = packed === null ? [] : packed.split(BETWEEN_ROWS)
  if (texts.length !== count) throw new Unreadable(`${count} rows read as ${texts.length}`)
  return texts
}

/** @throws Unreadable where there are more or fewer fields: a value holds what separates them */
export function fieldsOf(row: string, count: number): string[] {
  const fields = row.split(BETWEEN_FIELDS)
  if (fields.length !== count) throw new Unreadable('a value holds a control character')
  return fields
}

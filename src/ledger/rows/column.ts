import { RECORD, RECORD_SQL, UNIT, UNIT_SQL } from './separators.ts'

/*
 * Many rows that a statement is given: a parameter for each of their columns, which holds the values of all rows as one
 * text. An array literal would be escaped character by character here and unescaped there.
 */

/** PackedColumns by name: the type that their values are read as, and what they hold of a row. */
export type PackedColumns<Row> = Readonly<
  Record<string, readonly [type: string, of: (row: Row) => string | number | null]>
>

/** One column of many rows, as one text; `arrayOf` reads it. No value may hold a control character, nor be empty. */
export function column<Row>(rows: readonly Row[], value: (row: Row) => string | number | null): string {
  // Joined at once: a text that grows row by row is garbage row by row.
  const texts = rows.map((row) => {
    const text = value(row) ?? RECORD
    if (text === '') throw new RangeError('an empty text cannot be sent in a column: it would be taken for no row')
    return text
  })
  return texts.join(UNIT)
}

/** Every column of many rows, in their order. */
export function columnTexts<Row>(columns: PackedColumns<Row>, rows: readonly Row[]): string[] {
  return Object.values(columns).map(([, of]) => column(rows, of))
}

/** The types of the parameters that `unnested` reads. */
export function textsOf(columns: PackedColumns<never>): 'text'[] {
  return Object.keys(columns).map(() => 'text')
}

/** An expression: the values of a column. @param parameter such as `$2` */
export function arrayOf(parameter: string, type = 'text'): string {
  return `string_to_array(${parameter}, ${UNIT_SQL}, ${RECORD_SQL})::${type}[]`
}

/** What stands in a `from`: the rows that columns were made of. @param firstParameter of the first column; the others follow */
export function unnested<Row>(columns: PackedColumns<Row>, firstParameter: number): string {
  const arrays = Object.values(columns).map(([type], index) => arrayOf(`$${firstParameter + index}`, type))
  return `unnest(${arrays.join(',\n                    ')})`
}

const BETWEEN = '\x1f'
const NULL = '\x1e'

/**
 * One column of many rows, as one text: `string_to_array($n, E'\x1f', E'\x1e')` makes an array of it.
 * An array literal would be escaped character by character here and unescaped there. No value may hold a control
 * character (ids and keys have none by their pattern, JSON texts write them as escapes), nor be empty.
 */
export function column<Row>(rows: readonly Row[], value: (row: Row) => string | number | null): string {
  // Joined at once: a text that grows row by row is garbage row by row.
  const texts = rows.map((row) => {
    const text = value(row) ?? NULL
    if (text === '') throw new RangeError('an empty text cannot be sent in a column: it would be taken for no row')
    return text
  })
  return texts.join(BETWEEN)
}

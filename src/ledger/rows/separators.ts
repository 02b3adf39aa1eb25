/*
 * Rows travel as text, in both directions: what stands between their values, and between rows, are two control characters.
 * No value holds one: ids and keys have none by their pattern, and JSON texts write them as escapes.
 */

/** The unit separator: between the values of a row, or of a column. */
export const UNIT = '\x1f'
/** The record separator: between rows; and in a column, in place of a value that is null. */
export const RECORD = '\x1e'

/** The same two, in SQL. */
export const UNIT_SQL = `E'\\x1f'`
export const RECORD_SQL = `E'\\x1e'`

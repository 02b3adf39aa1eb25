/** What a statement found, and the book's head in the same snapshot. */
export interface Found<Row> {
  readonly head: number
  readonly rows: Row[]
}

/**
 * Reads the result of `heads left join lateral (…) on true`: no row is no book, and a book without a match is one row
 * of nulls beside the head.
 * @param key a column that no match has null
 */
export function foundIn<Row extends { readonly head: number }>(rows: Row[], key: keyof Row): Found<Row> | undefined {
  const [first] = rows
  if (first === undefined) return undefined
  return { head: first.head, rows: first[key] === null ? [] : rows }
}

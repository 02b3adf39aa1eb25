/** The `where` of a list, with the values it needs. */
export interface Conditions {
  /** `book_id = $1 and …` */
  readonly sql: string
  readonly values: unknown[]
  /** Which of the conditions wanted these are, in a few characters. */
  readonly set: string
}

/**
 * Only what was asked for becomes part of the statement: `($2 is null or entity_id = $2)` would hide the index from a
 * plan made without the values. Statements that have more than one index to choose from are not prepared under a name:
 * a plan made while a book is new, when all indexes cost the same, would be kept when it is not.
 * @param wanted by name, a condition in which each `?` stands for the next of its values; undefined: not asked for
 */
export function conditions(
  book: string,
  wanted: Readonly<Record<string, readonly [sql: string, ...values: unknown[]] | undefined>>,
): Conditions {
  const clauses = ['book_id = $1']
  const values: unknown[] = [book]
  let set = 0
  for (const [at, condition] of Object.values(wanted).entries()) {
    if (condition === undefined) continue
    const [sql, ...its] = condition
    set |= 1 << at
    clauses.push(sql.replaceAll('?', () => `$${values.push(its.shift())}`))
  }
  return { sql: clauses.join(' and '), values, set: set.toString(36) }
}

/** A condition on a value that may not have been asked about. */
export function when(value: string | number | undefined, sql: string): [sql: string, value: unknown] | undefined {
  return value === undefined ? undefined : [sql, value]
}

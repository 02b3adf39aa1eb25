import { OWNER_SQL } from '../batch-statements.ts'
import type { Build, RecordSlice } from '../projection.ts'

/** Which part of a book's record: everything up to a position, and of that a range of entities or of positions. */
export interface Slice {
  readonly book: string
  readonly upTo: number
  /** Not included. */
  readonly afterPosition?: number
  readonly entities?: {
    /** Not included. */
    readonly after: string
    /** undefined: all that come. */
    readonly upTo: string | undefined
  }
}

/** A slice as parts of a statement, with the values they need: `$1` is the book. */
export function recordSlice(
  { book, upTo, afterPosition, entities }: Slice,
  withheldFrom: Build | undefined,
): RecordSlice & { readonly values: unknown[] } {
  const values: unknown[] = [book]
  const parameter = (value: unknown): string => `$${values.push(value)}`
  const range = [
    `book_id = $1`,
    `position <= ${parameter(upTo)}`,
    ...(afterPosition === undefined ? [] : [`position > ${parameter(afterPosition)}`]),
  ]
  const ofEntities =
    entities === undefined
      ? []
      : [
          `entity_id > ${parameter(entities.after)}`,
          ...(entities.upTo === undefined ? [] : [`entity_id <= ${parameter(entities.upTo)}`]),
        ]
  const rows = (table: string, alias: string, conditions: readonly string[], owner: string): string =>
    `(
       select *
         from ledger.${table} ${alias}
        where ${[
          ...conditions.map((condition) => `${alias}.${condition}`),
          ...applied(withheldFrom, alias, owner),
        ].join('\n          and ')})`
  return {
    transactions: rows('transactions', 't', [...range, ...ofEntities], 't.entity_id'),
    events: rows('events', 'e', range, OWNER_SQL),
    values,
  }
}

/** Leaves out what the build has not applied. */
function applied(build: Build | undefined, alias: string, owner: string): string[] {
  if (build === undefined) return []
  return [
    `not exists (
            select
              from projections.withheld w
             where w.book_id = $1
               and w.projection = '${build.projection}'
               and w.build = ${build.number}
               and w.entity_id = ${owner}
               and case w.state when 'parked' then ${alias}.position >= w.position else ${alias}.position = w.position end)`,
  ]
}

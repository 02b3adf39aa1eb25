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
  const [last, before] = [parameter(upTo), afterPosition === undefined ? undefined : parameter(afterPosition)]
  const range = (column: string): string[] => [
    `book_id = $1`,
    `${column} <= ${last}`,
    ...(before === undefined ? [] : [`${column} > ${before}`]),
  ]
  const ofEntities =
    entities === undefined
      ? []
      : [
          `entity_id > ${parameter(entities.after)}`,
          ...(entities.upTo === undefined ? [] : [`entity_id <= ${parameter(entities.upTo)}`]),
        ]
  const rows = ({ table, alias, conditions, owner, position = 'position' }: Rows): string =>
    `(
       select *
         from ledger.${table} ${alias}
        where ${[
          ...[...range(position), ...conditions].map((condition) => `${alias}.${condition}`),
          ...applied(withheldFrom, `${alias}.${position}`, owner),
        ].join('\n          and ')})`
  return {
    transactions: rows({ table: 'transactions', alias: 't', conditions: ofEntities, owner: 't.entity_id' }),
    events: rows({ table: 'events', alias: 'e', conditions: [], owner: OWNER_SQL }),
    claimedLater: rows({
      table: 'day_claims',
      alias: 'd',
      conditions: ['claimed_by_position is not null', ...ofEntities],
      owner: 'd.entity_id',
      position: 'claimed_by_position',
    }),
    values,
  }
}

interface Rows {
  readonly table: string
  readonly alias: string
  readonly conditions: readonly string[]
  /** The entity that a row is parked with. */
  readonly owner: string
  /** The column that says which event it came with. */
  readonly position?: string
}

/** Leaves out what the build has not applied. */
function applied(build: Build | undefined, position: string, owner: string): string[] {
  if (build === undefined) return []
  return [
    `not exists (
            select
              from projections.withheld w
             where w.book_id = $1
               and w.projection = '${build.projection}'
               and w.build = ${build.number}
               and w.entity_id = ${owner}
               and case w.state when 'parked' then ${position} >= w.position else ${position} = w.position end)`,
  ]
}

import type { ClientBase } from 'pg'
import { printExact } from '../../src/domain/exact.ts'
import { column } from '../../src/ledger/rows/column.ts'
import type { Batch } from '../../src/projecting/projection.ts'
import type { StatsChange } from './fold.ts'

/** Adds what a batch says to what is there. */
export async function addStats(
  tx: ClientBase,
  batch: Batch,
  { events, resources, consumers }: StatsChange,
): Promise<void> {
  await Promise.all([
    add(tx, batch, events, {
      table: 'stats_events',
      key: { day: ['date', ({ day }) => day], type: ['text', ({ type }) => type] },
      sums: { events: ['bigint', (row) => row.events] },
    }),
    add(tx, batch, resources, {
      table: 'stats_resources',
      key: { resource: ['text', ({ resource }) => resource], day: ['date', ({ day }) => day] },
      sums: {
        accrued: ['numeric', ({ sums }) => printExact(sums[0])],
        consumed: ['numeric', ({ sums }) => printExact(sums[1])],
        pending: ['numeric', ({ sums }) => printExact(sums[2])],
        adjusted: ['numeric', ({ sums }) => printExact(sums[3])],
        transactions: ['bigint', ({ transactions }) => transactions],
      },
    }),
    add(tx, batch, consumers, {
      table: 'stats_consumers',
      key: {
        resource: ['text', ({ resource }) => resource],
        year: ['integer', ({ year }) => year],
        entity_id: ['text', ({ entity }) => entity],
      },
      sums: { consumed: ['numeric', ({ consumed }) => printExact(consumed)] },
    }),
  ])
}

/** Columns by name: the type their text is read as, and what they hold of a row. */
type Columns<Row> = Readonly<Record<string, readonly [type: string, of: (row: Row) => string | number]>>

interface Target<Row> {
  readonly table: string
  readonly key: Columns<Row>
  readonly sums: Columns<Row>
}

async function add<Row>(
  tx: ClientBase,
  { book, into }: Batch,
  rows: readonly Row[],
  { table, key, sums }: Target<Row>,
): Promise<void> {
  if (rows.length === 0) return
  const columns = { ...key, ...sums }
  const names = Object.keys(columns).join(', ')
  const arrays = Object.values(columns).map(([type], index) => `string_to_array($${index + 2}, E'\\x1f')::${type}[]`)
  await tx.query({
    name: `stats-${table}-${into.number}`,
    text: `
      insert into ${into.table(table)} as s (book_id, ${names})
      select h.book_id, u.*
        from ledger.heads h,
             unnest(${arrays.join(',\n                    ')}) as u(${names})
       where h.book_id = $1
          on conflict (book_id, ${Object.keys(key).join(', ')}) do update
         set ${Object.keys(sums)
           .map((name) => `${name} = trim_scale(s.${name} + excluded.${name})`)
           .join(',\n             ')}`,
    values: [book, ...Object.values(columns).map(([, of]) => column(rows, of))],
  })
}

import { perBuild, statement } from '../../src/db/statement.ts'
import { printExact } from '../../src/domain/exact.ts'
import { type PackedColumns, textsOf, unnested } from '../../src/ledger/rows/column.ts'
import { componentColumns } from '../../src/ledger/rows/component-sums.ts'
import type { Build } from '../../src/projecting/projection.ts'
import type { StatsChange } from './fold.ts'

/** A table whose rows are sums: what tells them apart, and what is added up. */
export interface Summed<Row> {
  readonly table: string
  readonly key: PackedColumns<Row>
  readonly sums: PackedColumns<Row>
}

export const EVENTS: Summed<StatsChange['events'][number]> = {
  table: 'stats_events',
  key: { day: ['date', ({ day }) => day], type: ['text', ({ type }) => type] },
  sums: { events: ['bigint', ({ events }) => events] },
}

export const RESOURCES: Summed<StatsChange['resources'][number]> = {
  table: 'stats_resources',
  key: {
    resource: ['text', ({ resource }) => resource],
    unit: ['text', ({ unit }) => unit],
    day: ['date', ({ day }) => day],
  },
  sums: {
    ...componentColumns(({ sums }) => sums),
    transactions: ['bigint', ({ transactions }) => transactions],
  },
}

export const CONSUMERS: Summed<StatsChange['consumers'][number]> = {
  table: 'stats_consumers',
  key: {
    resource: ['text', ({ resource }) => resource],
    unit: ['text', ({ unit }) => unit],
    year: ['integer', ({ year }) => year],
    entity_id: ['text', ({ entity }) => entity],
  },
  sums: { consumed: ['numeric', ({ consumed }) => printExact(consumed)] },
}

export const ADD_EVENTS = perBuild((into: Build) => adding(into, EVENTS))
export const ADD_RESOURCES = perBuild((into: Build) => adding(into, RESOURCES))
export const ADD_CONSUMERS = perBuild((into: Build) => adding(into, CONSUMERS))

/** Adds rows to those that are there. */
function adding<Row>(into: Build, { table, key, sums }: Summed<Row>) {
  const columns = { ...key, ...sums }
  const names = Object.keys(columns).join(', ')
  const added = Object.keys(sums).map((name) => `${name} = trim_scale(s.${name} + excluded.${name})`)
  return statement({
    name: `stats-${table}-${into.number}`,
    text: `
      insert into ${into.table(table)} as s (book_id, ${names})
      select h.book_id, u.*
        from ledger.heads h,
             ${unnested(columns, 2)} as u(${names})
       where h.book_id = $1
          on conflict (book_id, ${Object.keys(key).join(', ')}) do update
         set ${added.join(',\n             ')}`,
    params: ['text', ...textsOf(columns)],
  })
}

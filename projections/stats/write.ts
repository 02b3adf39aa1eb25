import type { ClientBase } from 'pg'
import { run } from '../../src/db/statement.ts'
import { columnTexts } from '../../src/ledger/rows/column.ts'
import type { Batch } from '../../src/projecting/projection.ts'
import type { StatsChange } from './fold.ts'
import { ADD_CONSUMERS, ADD_EVENTS, ADD_RESOURCES, CONSUMERS, EVENTS, RESOURCES, type Summed } from './write.sql.ts'

/** Adds what a batch says to what is there. */
export async function addStats(
  tx: ClientBase,
  batch: Batch,
  { events, resources, consumers }: StatsChange,
): Promise<void> {
  await Promise.all([
    add(tx, batch, ADD_EVENTS, EVENTS, events),
    add(tx, batch, ADD_RESOURCES, RESOURCES, resources),
    add(tx, batch, ADD_CONSUMERS, CONSUMERS, consumers),
  ])
}

async function add<Row>(
  tx: ClientBase,
  { book, into }: Batch,
  adding: typeof ADD_EVENTS,
  { key, sums }: Summed<Row>,
  rows: readonly Row[],
): Promise<void> {
  if (rows.length > 0) await run(tx, adding(into), [book, ...columnTexts({ ...key, ...sums }, rows)])
}

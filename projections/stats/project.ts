import type { Projection } from '../../src/projecting/projection.ts'
import { foldStats } from './fold.ts'
import { rebuilt } from './rebuilt.ts'
import { addStats } from './write.ts'

/** Sums over a whole book, for dashboards. */
export const stats: Projection = {
  name: 'stats',
  version: 1,
  tables: new URL('./tables.sql', import.meta.url),
  reads: 'events and transactions',
  rebuilt,
  project: (tx, batch) => addStats(tx, batch, foldStats(batch.events, batch.transactions)),
}

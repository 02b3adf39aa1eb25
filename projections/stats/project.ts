import type { Projection } from '../../src/projecting/projection.ts'
import { foldStats } from './fold.ts'
import { readUnits } from './read-units.ts'
import { rebuilt } from './rebuilt.ts'
import { STATS } from './version.ts'
import { addStats } from './write.ts'

/** Sums over a whole book, for dashboards. */
export const stats: Projection = {
  ...STATS,
  tables: new URL('./tables.sql', import.meta.url),
  reads: 'events and transactions',
  rebuilt,
  async project(tx, batch) {
    const units = await readUnits(tx, batch.book, batch.transactions)
    await addStats(tx, batch, foldStats(batch.events, batch.transactions, units))
  },
}

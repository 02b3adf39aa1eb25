import { setTimeout as sleep } from 'node:timers/promises'
import { projections } from '../../projections/registry.ts'
import { openPool } from '../../src/db/pool.ts'
import { readLag } from '../../src/projecting/lag.ts'

const LOOK_MS = 100
/** Much longer than it takes, as long as anybody projects. */
const PATIENCE_MS = 300_000

/** Waits until the read models of a database have everything that was recorded. */
export async function untilProjected(databaseUrl: string): Promise<void> {
  const db = openPool({ url: databaseUrl, max: 1, applicationName: 'daybook bench' })
  const giveUpAt = Date.now() + PATIENCE_MS
  try {
    while ((await readLag(db, projections)).some(({ events }) => events > 0)) {
      if (Date.now() > giveUpAt) throw new Error('nobody brings the read models up to date')
      await sleep(LOOK_MS)
    }
  } finally {
    await db.end()
  }
}

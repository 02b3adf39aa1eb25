import { isRequestEvent, requestOfStream } from '../../src/domain/request/request.ts'
import type { Projection } from '../../src/projecting/projection.ts'
import { foldAway } from './fold.ts'
import { readAway } from './read-away.ts'
import { rebuilt } from './rebuilt.ts'
import { ABSENCES } from './version.ts'
import { writeDays, writeYears } from './write.ts'

/** Who is away when, by their requests. */
export const absences: Projection = {
  ...ABSENCES,
  tables: new URL('./tables.sql', import.meta.url),
  reads: 'requests',
  rebuilt,
  async project(tx, batch) {
    const streams = batch.events.filter(({ type }) => isRequestEvent(type)).map(({ stream }) => requestOfStream(stream))
    const named = new Set(streams.filter((request) => request !== null))
    const before = await readAway(tx, batch, [...named])
    const after = foldAway(before, batch.events)
    if (after.size === 0) return
    const requests = [...after.keys()]
    const away = [...after.values()].filter((request) => request !== undefined)
    await writeDays(tx, batch, { requests, away })
    const wereAway = requests.flatMap((request) => before.get(request) ?? [])
    await writeYears(tx, batch, [...wereAway, ...away])
  },
}

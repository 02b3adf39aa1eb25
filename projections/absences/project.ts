import type { ClientBase } from 'pg'
import { isRequestEvent, requestFact } from '../../src/domain/request/request.ts'
import type { Batch, ProjectedEvent, Projection } from '../../src/projecting/projection.ts'
import { foldClaims } from './claims.ts'
import { foldAway } from './fold.ts'
import { readAway } from './read-away.ts'
import { readOwners } from './read-owners.ts'
import { rebuilt } from './rebuilt.ts'
import { ABSENCES } from './version.ts'
import { writeDays, writeYears } from './write.ts'
import { type DayOfEntity, writeClaims } from './write-claims.ts'

/** Who is away when: by requests, and by other lines that claim days. */
export const absences: Projection = {
  ...ABSENCES,
  tables: new URL('./tables.sql', import.meta.url),
  reads: 'requests and claims',
  rebuilt,
  async project(tx, batch) {
    const ofRequests = await projectRequests(tx, batch)
    const givenBack = await writeClaims(tx, batch, foldClaims(batch.claims))
    await writeYears(tx, batch, [...ofRequests, ...givenBack])
  },
}

/** @returns the days of the requests that changed: those that they had, and those that they have */
async function projectRequests(tx: ClientBase, batch: Batch): Promise<readonly DayOfEntity[]> {
  const named = new Set(batch.events.flatMap(requestsIn))
  const before = await readAway(tx, batch, [...named])
  const recounted = batch.events.filter(({ type }) => type === 'request-recounted')
  const owners = await readOwners(tx, batch, [...new Set(recounted.flatMap(requestsIn))])
  const after = foldAway(before, batch.events, owners)
  if (after.size === 0) return []
  const requests = [...after.keys()]
  const away = [...after.values()].filter((request) => request !== undefined)
  await writeDays(tx, batch, { requests, away })
  const wereAway = requests.flatMap((request) => before.get(request) ?? [])
  return [...wereAway, ...away].flatMap(({ entity, days }) => days.map(({ date }) => ({ entity, date })))
}

/** The request that an event is about, and those whose days it takes, or takes no more. */
function requestsIn({ type, dataText }: ProjectedEvent): readonly string[] {
  if (!isRequestEvent(type)) return []
  const { request, displaced = [] } = requestFact(type, JSON.parse(dataText)).data
  return [request, ...displaced.map((other) => other.request)]
}

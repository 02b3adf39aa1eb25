import type { Pool } from 'pg'
import { type Lag, readLag } from '../../../projecting/lag.ts'
import type { Projection } from '../../../projecting/projection.ts'
import { counted } from '../book-option.ts'
import { duration } from '../output.ts'
import { type Finding, ok, warning, wrong } from './finding.ts'

/** Behind for longer than this, nobody is applying events. */
const MOST_LAG_SECONDS = 60

/** How far each read model is behind the record, and which events it could not fold. */
export async function examineReadModels(pool: Pool, projections: readonly Projection[]): Promise<Finding[]> {
  const lags = await readLag(pool, projections)
  return lags.flatMap(findingsOf)
}

function findingsOf({ projection, version, builtBy, events, books, seconds, parked }: Lag): Finding[] {
  const about = `read model ${projection}`
  if (builtBy === null) {
    return [warning(about, 'it has no tables yet', 'The service makes them when it starts: daybook serve')]
  }
  const findings: Finding[] = []
  if (builtBy !== version) {
    const says = `its tables were filled by version ${builtBy} of its code, and this is version ${version}`
    findings.push(wrong(about, says, `Run: daybook projections rebuild ${projection}`))
  }
  if (parked > 0) {
    const says = `${counted(parked, 'entity').replace('entitys', 'entities')} parked: an event of theirs could not be applied`
    findings.push(wrong(about, says, 'See why: daybook projections parked list'))
  }
  if (events > 0) {
    const says = `${counted(events, 'event')} of ${counted(books, 'book')} not applied yet, the oldest for ${duration(seconds * 1_000)}`
    const advice = 'Is the service running? It applies events; daybook doctor --url asks it. If it is: see its log.'
    findings.push(seconds > MOST_LAG_SECONDS ? wrong(about, says, advice) : warning(about, says, advice))
  }
  return findings.length > 0 ? findings : [ok(about, 'it is where the record is')]
}

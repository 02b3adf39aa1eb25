import type { PoolClient } from 'pg'
import { query, run } from '../../db/statement.ts'
import type { CalendarDate } from '../../domain/calendar-date.ts'
import { exactFrom } from '../../domain/exact.ts'
import { type DaysFrom, newlyExclusive } from '../../domain/policy/exclusive-days.ts'
import type { PolicyHistory } from '../../domain/policy/policy.ts'
import { type DayOverlap, firstOverlap } from '../../domain/recording/first-overlap.ts'
import type { ClaimingLines, DefinitionReads } from '../definition.ts'
import { readWorkTimes } from '../work-times.ts'
import { CLAIM_DAYS, CLAIMING_LINES, PATIENCE } from './claim-days.sql.ts'
import { CLAIMING_WITH_HOURS } from './claiming-hours.sql.ts'

/**
 * The lines of a policy that would begin to claim their days. Looks through the book once, or twice where hours are counted; at nothing where no version
 * comes into force that has days claimed instead of one that has not.
 */
export async function readClaiming(
  tx: PoolClient,
  book: string,
  { policy, from }: NonNullable<DefinitionReads['claiming']>,
  { today, policies }: { readonly today: CalendarDate; readonly policies: ReadonlyMap<string, PolicyHistory> },
): Promise<ClaimingLines | undefined> {
  const days = newlyExclusive(policies.get(policy), from ?? today)
  if (days === undefined) return undefined
  const values = [book, policy, days.from, days.until] as const
  const [row] = await patiently(tx, () => query(tx, CLAIMING_LINES, [...values]))
  const { lines, day, entity_id: entity, portion, before_position: position, before_line: line } = row!
  const ofHalves =
    day === null
      ? undefined
      : { entity: entity!, date: day, portion: portion!, takenBy: { position: position!, line: line! } }
  const ofHours = lines > 0 && countsHours(policies, policy) ? await readOverlapWithHours(tx, book, values) : undefined
  return { days, lines, overlap: earlier(ofHalves, ofHours) }
}

/** Whether lines about the days of a policy's resource may count hours. */
function countsHours(policies: ReadonlyMap<string, PolicyHistory>, policy: string): boolean {
  const resource = policies.get(policy)?.[0].resource
  return policies.values().some(([first]) => first.resource === resource && first.unit === 'hour')
}

/** The first day of which lines would have more than there is, some of them hours. */
async function readOverlapWithHours(
  tx: PoolClient,
  book: string,
  values: readonly [book: string, policy: string, from: CalendarDate, until: CalendarDate | null],
): Promise<DayOverlap | undefined> {
  const rows = await patiently(tx, () => query(tx, CLAIMING_WITH_HOURS, [...values]))
  const times = await readWorkTimes(
    tx,
    book,
    rows.map((row) => row.entity_id),
  )
  const lines = rows.map(({ entity_id: entity, day: date, hours, ...at }) => {
    return { ...at, entity, date, hours: hours === null ? null : exactFrom(hours) }
  })
  return firstOverlap(lines, times)
}

function earlier(one: DayOverlap | undefined, other: DayOverlap | undefined): DayOverlap | undefined {
  return one === undefined || (other !== undefined && other.date < one.date) ? other : one
}

/** Has the lines of a policy claim their days. @param position of the definition that says so */
export async function claimDays(
  tx: PoolClient,
  book: string,
  { policy, days, position }: { readonly policy: string; readonly days: DaysFrom; readonly position: number },
): Promise<void> {
  await patiently(tx, () => run(tx, CLAIM_DAYS, [book, policy, days.from, days.until, position]))
}

/** A million lines take about a minute. Nobody else writes to the book meanwhile, so not for ever. */
const PATIENCE_OF_A_BOOK = '5min'

async function patiently<Result>(tx: PoolClient, look: () => Promise<Result>): Promise<Result> {
  const [patience] = await query(tx, PATIENCE, [PATIENCE_OF_A_BOOK])
  const result = await look()
  await query(tx, PATIENCE, [patience!.before])
  return result
}

import type { ClientBase, Pool } from 'pg'
import { query, statement } from '../../db/statement.ts'
import { type CalendarDate, FIRST_DAY } from '../../domain/calendar-date.ts'
import { type Floors, floorsAt, floorsOf, onlyFloorFrom } from '../../domain/policy/floor.ts'
import { newestVersion, type PolicyHistory } from '../../domain/policy/policy.ts'
import { printMinor } from '../../domain/quantity.ts'
import type { SnapshotScope } from '../../domain/snapshot/snapshot.ts'
import { readPolicies } from '../policies.ts'
import { historyAt } from './balance-item.ts'

/** A snapshot that is to be computed. */
export interface SnapshotRead extends SnapshotScope {
  /** Of the event that recorded it; absent: it is being taken. */
  readonly position?: number
}

/** What the policies of a snapshot say about its balances, in columns. */
export interface SnapshotTerms {
  /** The versions of each policy that are known. */
  readonly histories: ReadonlyMap<string, PolicyHistory>
  readonly policies: readonly string[]
  readonly resources: readonly string[]
  /** As JSON. */
  readonly units: readonly string[]
  readonly scales: readonly number[]
  /** Of those whose floor is one and the same from the day on; null: unlimited. */
  readonly limits: readonly (string | null)[]
  /** Of the others, one for each time with a floor. */
  readonly held: readonly Held[]
}

/** From a day until another one, which is not included, a policy has this floor. */
interface Held {
  readonly policy: string
  readonly from: CalendarDate
  /** null: for ever. */
  readonly until: CalendarDate | null
  readonly floor: string
}

export async function snapshotTerms(db: Pool | ClientBase, book: string, scope: SnapshotRead): Promise<SnapshotTerms> {
  const floorsThen = (await isOfFirstRules(db, book, scope)) ? floorsByFirstRules : floorsOf
  const known = [...(await readPolicies(db, book)).values()].flatMap((history) => {
    const versions = historyAt(history, scope.knownAt)
    if (versions === undefined) return []
    const { policy, resource, unit, scale } = newestVersion(versions)
    if (scope.policy !== null && policy !== scope.policy) return []
    if (scope.resource !== null && resource !== scope.resource) return []
    const floors = floorsThen(versions, scope.asOf)
    const only = onlyFloorFrom(floors, scope.asOf)
    const limit = only === undefined || only === null ? null : printMinor(-only, scale)
    const held = only === undefined ? timesOf(policy, floors, scale) : []
    return [{ policy, resource, unit: JSON.stringify(unit), scale, limit, held, versions }]
  })
  return {
    histories: new Map(known.map(({ policy, versions }) => [policy, versions])),
    policies: known.map(({ policy }) => policy),
    resources: known.map(({ resource }) => resource),
    units: known.map(({ unit }) => unit),
    scales: known.map(({ scale }) => scale),
    limits: known.map(({ limit }) => limit),
    held: known.flatMap(({ held }) => held),
  }
}

function timesOf(policy: string, { first, changes }: Floors, scale: number): Held[] {
  const begins = [{ from: FIRST_DAY, floor: first }, ...changes]
  return begins.flatMap(({ from, floor }, index) => {
    if (floor === null) return []
    return [{ policy, from, until: changes[index]?.from ?? null, floor: printMinor(floor, scale) }]
  })
}

/**
 * Whether a snapshot was recorded under the first rules. By them, what was spendable was counted from the limit of the day
 * alone: as it was computed then, so it is computed for ever.
 */
async function isOfFirstRules(db: Pool | ClientBase, book: string, { position }: SnapshotRead): Promise<boolean> {
  if (position === undefined) return false
  const [recorded] = await query(db, RULES_OF_EVENT, [book, position])
  return recorded?.is_of_first === true
}

export const RULES_OF_EVENT = statement({
  columns: { is_of_first: 'bool' },
  params: ['text', 'int8'],
  text: `
      select decision ->> 'rules' is null as is_of_first
        from ledger.events
       where book_id = $1
         and position = $2`,
})

/** The floor of the newest version in effect on the day; before all of them, of the first. */
function floorsByFirstRules(history: PolicyHistory, asOf: CalendarDate): Floors {
  const version = history.findLast(({ effectiveFrom }) => effectiveFrom <= asOf) ?? history[0]
  return floorsAt([version], newestVersion(history).scale)
}

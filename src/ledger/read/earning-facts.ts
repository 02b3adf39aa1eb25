import type { Pool, PoolClient } from 'pg'
import { oneAtATime } from '../../db/one-at-a-time.ts'
import { query } from '../../db/statement.ts'
import { onConnection } from '../../db/transaction.ts'
import type { WorkTime } from '../../domain/calendar/work-time.ts'
import { employmentsOf } from '../../domain/definition/employment.ts'
import type { Employment } from '../../domain/definition/facts.ts'
import type { AssignmentHistory, AssignmentVersion } from '../../domain/earning/assignment.ts'
import type { AbsentDay, EarningFacts, Notice, WorkedHours } from '../../domain/earning/facts.ts'
import { neededBy } from '../../domain/earning/what-terms-need.ts'
import { newestVersion, type PolicyHistory } from '../../domain/policy/policy.ts'
import { normalQuantity } from '../../domain/quantity.ts'
import { versionInForce } from '../../domain/version-in-force.ts'
import { assignmentFromRow } from '../assignments.ts'
import { readPolicies } from '../policies.ts'
import { employmentFromRow } from '../rows/employment-row.ts'
import { readWorkTimes } from '../work-times.ts'
import { historyAt } from './balance-item.ts'
import { ASSIGNMENTS_OF, EMPLOYMENTS_OF, HOURS_OF, NOTICES_OF, TAKEN_OF } from './earning-facts.sql.ts'
import { readPeopleThen } from './earning-facts-then.ts'
import { readHead } from './head.ts'

/** Of what account facts are asked for. */
export interface EarningAccountId {
  readonly entity: string
  readonly policy: string
}

/**
 * What entities earn by under policies, whatever the balance: all of it as the book stood at one position. A fixed number of
 * statements, however many are asked for; so that they stay small, some hundred are asked for at once.
 *
 * Hours worked, notices and absences are read only where what the policies or the assignments say looks at them. Absences that
 * count as attended in full are left out: they change nothing.
 * @param atPosition as it was known then; now, unless given
 * @returns of each that was asked for, in that order, but for policies that the book did not know
 * @throws Error where the book does not exist
 */
export async function earningFactsOf(
  db: Pool,
  book: string,
  ids: readonly EarningAccountId[],
  { atPosition }: { readonly atPosition?: number | undefined } = {},
): Promise<{ readonly position: number; readonly facts: readonly EarningFacts[] }> {
  return onConnection(db, async (connection) => {
    const tx = oneAtATime(connection)
    await tx.query('begin isolation level repeatable read read only')
    const head = await readHead(tx, book)
    if (head === undefined) throw new Error(`there is no book ${book}`)
    const position = Math.min(atPosition ?? head.position, head.position)
    const standing = { book, position, isNow: position === head.position }
    const facts = await readFacts(tx, { ...standing, policies: await policiesThen(tx, standing) }, ids)
    await tx.query('commit')
    return { position, facts }
  })
}

/**
 * The same for whoever sees a book already, with its policies as they are.
 * @param tx which sees nothing after the position
 * @param head of the book, and its policies then
 * @returns of each account: all are under policies that there are
 */
export function earningFactsNow(
  tx: PoolClient,
  head: { readonly book: string; readonly position: number; readonly policies: Policies },
  ids: readonly EarningAccountId[],
): Promise<readonly EarningFacts[]> {
  return readFacts(tx, { ...head, isNow: true }, ids)
}

type Policies = ReadonlyMap<string, PolicyHistory>

/** A book as it stood at a position. */
interface Standing {
  readonly book: string
  readonly position: number
  /** Whether it is the last one: then the tables of definitions say what was known. */
  readonly isNow: boolean
}

async function readFacts(
  tx: PoolClient,
  standing: Standing & { readonly policies: Policies },
  ids: readonly EarningAccountId[],
): Promise<readonly EarningFacts[]> {
  const { book, position, policies: all } = standing
  const known = ids.filter(({ policy }) => all.has(policy))
  const entities = [...new Set(known.map(({ entity }) => entity))]
  const policies = [...new Set(known.map(({ policy }) => policy))]
  const rows = await query(tx, ASSIGNMENTS_OF, [book, entities, policies, position])
  const assignments = Map.groupBy(rows.map(assignmentFromRow), accountOf)
  const needed = neededBy([...policies.flatMap((policy) => all.get(policy)!), ...[...assignments.values()].flat()])
  const [people, worked, notices, absent] = await Promise.all([
    readPeople(tx, standing, entities),
    needed.hoursWorked ? readWorked(tx, standing, entities) : NOTHING,
    needed.notices ? readNotices(tx, standing, entities, policies) : NOTHING,
    needed.absences ? readAbsent(tx, standing, entities, all) : NOTHING,
  ])
  return known.map(({ entity, policy }) => ({
    entity,
    policy: all.get(policy)!,
    assignments: byFirstDay(assignments.get(accountOf({ entity, policy })) ?? []),
    employments: people.employments.get(entity) ?? [],
    time: people.times.get(entity)!,
    worked: worked.get(entity) ?? [],
    absent: absent.get(entity) ?? [],
    notices: notices.get(accountOf({ entity, policy })) ?? [],
  }))
}

const NOTHING: ReadonlyMap<string, never[]> = new Map<string, never[]>()

// No id may hold a line feed, so joined ids cannot run into each other.
function accountOf({ entity, policy }: EarningAccountId): string {
  return `${entity}\n${policy}`
}

async function policiesThen(tx: PoolClient, { book, position, isNow }: Standing): Promise<Policies> {
  const policies = await readPolicies(tx, book)
  if (isNow) return policies
  const then = Array.from(policies, ([policy, history]) => [policy, historyAt(history, position)] as const)
  return new Map(then.flatMap(([policy, history]) => (history === undefined ? [] : [[policy, history] as const])))
}

function byFirstDay(versions: readonly AssignmentVersion[]): readonly AssignmentHistory[] {
  const histories = [...Map.groupBy(versions, ({ assignment }) => assignment).values()]
  // A cast: no group is empty, and each is in the order of its versions.
  return (histories as unknown as AssignmentHistory[]).toSorted((a, b) => (a.at(-1)!.from < b.at(-1)!.from ? -1 : 1))
}

/** When entities are employed, and by what they work. */
interface People {
  readonly employments: ReadonlyMap<string, readonly Employment[]>
  readonly times: ReadonlyMap<string, WorkTime>
}

async function readPeople(tx: PoolClient, standing: Standing, entities: readonly string[]): Promise<People> {
  if (!standing.isNow) return readPeopleThen(tx, standing, entities)
  const [rows, times] = await Promise.all([
    query(tx, EMPLOYMENTS_OF, [standing.book, entities]),
    readWorkTimes(tx, standing.book, entities),
  ])
  return { employments: new Map(rows.map((row) => [row.entity, employmentsOf(employmentFromRow(row))])), times }
}

async function readWorked(
  tx: PoolClient,
  { book, position }: Standing,
  entities: readonly string[],
): Promise<ReadonlyMap<string, WorkedHours[]>> {
  const rows = await query(tx, HOURS_OF, [book, entities, position])
  return groupedBy(rows, ({ entity, ...hours }) => [entity, hours])
}

async function readNotices(
  tx: PoolClient,
  { book, position }: Standing,
  entities: readonly string[],
  policies: readonly string[],
): Promise<ReadonlyMap<string, Notice[]>> {
  const rows = await query(tx, NOTICES_OF, [book, entities, policies, position])
  return groupedBy(rows, ({ entity, policy, ...notice }) => [accountOf({ entity, policy }), notice])
}

/** Under whatever policy, as far as it does not count as attended. */
async function readAbsent(
  tx: PoolClient,
  { book, position }: Standing,
  entities: readonly string[],
  all: ReadonlyMap<string, PolicyHistory>,
): Promise<ReadonlyMap<string, AbsentDay[]>> {
  const notAttended = Array.from(all).flatMap(([policy, history]) => (isNotAttended(history) ? [policy] : []))
  if (notAttended.length === 0) return NOTHING
  const rows = await query(tx, TAKEN_OF, [book, entities, notAttended, position])
  return groupedBy(rows, ({ entity, policy, on, amount }) => {
    const history = all.get(policy)!
    const { countsAsWorked = true } = versionInForce(history, on)
    const isInHours = newestVersion(history).unit === 'hour'
    const taken = normalQuantity(amount)
    const countsAs = typeof countsAsWorked === 'string' ? countsAsWorked : countsAsWorked ? '1' : '0'
    return [entity, { on, days: isInHours ? null : taken, hours: isInHours ? taken : null, countsAs }]
  })
}

/** Whether what is taken under a policy is time, and does not always count as attended. */
function isNotAttended(history: PolicyHistory): boolean {
  const { unit } = newestVersion(history)
  return (
    (unit === 'day' || unit === 'hour') &&
    history.some(({ countsAsWorked = true }) => countsAsWorked !== true && countsAsWorked !== '1')
  )
}

function groupedBy<Row, Item>(
  rows: readonly Row[],
  of: (row: Row) => readonly [key: string, item: Item],
): ReadonlyMap<string, Item[]> {
  const groups = new Map<string, Item[]>()
  for (const row of rows) {
    const [key, item] = of(row)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [item])
    else group.push(item)
  }
  return groups
}

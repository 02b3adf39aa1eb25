import type { CalendarDate } from '../domain/calendar-date.ts'
import type { EarningFacts } from '../domain/earning/facts.ts'
import type { Movement } from '../domain/earning/movement.ts'
import type { RecordedLine } from '../domain/earning/movements.ts'
import { type Carried, carriedName } from '../domain/earning/posting.ts'
import { type Posting, workedOut } from '../domain/earning/work-out.ts'
import type { Minor } from '../domain/quantity.ts'
import { postingKey } from './keys.ts'

/** An account as the rules see it, as of a position. */
export interface EarningAccount {
  readonly entity: string
  readonly policy: string
  readonly facts: EarningFacts
  /** How many transactions it has. */
  readonly version: number
  /** All of them, in the order in which they were recorded. */
  readonly lines: readonly RecordedLine[]
  /** What people recorded. */
  readonly movements: readonly Movement[]
  /** What the rules have posted, by the day that it is about. */
  readonly byDay: ReadonlyMap<CalendarDate, Minor>
  /** By name, the newest of each. */
  readonly carried: ReadonlyMap<string, Carried>
  /** Names of what the rules have posted, each with the position at which it was recorded first. */
  readonly names: ReadonlyMap<string, number>
}

/** Everything that the rules come to on an account, up to a day. */
export function postingsOf({ facts, movements, names }: EarningAccount, through: CalendarDate): readonly Posting[] {
  return workedOut({ facts, movements, postedAt: (name) => names.get(name) }, through)
}

export function keyOfPosting({ entity, policy }: EarningAccount, posting: Posting): string {
  const { kind, assignment, carried } = posting
  const first = carried === null ? posting.first : carriedName(carried)
  return postingKey({ entity, policy, kind, assignment, first })
}

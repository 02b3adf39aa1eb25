import type { Account } from '../account/account.ts'
import { firstDayBelow } from '../account/headroom.ts'
import type { CalendarDate } from '../calendar-date.ts'
import { printExact, unitAt } from '../exact.ts'
import { floorsOf } from '../policy/floor.ts'
import type { PolicyHistory, PolicyVersion } from '../policy/policy.ts'
import { type Minor, printMinor } from '../quantity.ts'
import type { Refused } from '../refusal.ts'
import { versionInForce } from '../version-in-force.ts'
import { hasExpired, type Source, type Sources } from './sources.ts'
import { aboveFloor, spendable } from './spendable.ts'

/** The first day of which something could not be drawn. */
export interface Lacking {
  readonly date: CalendarDate
  readonly on: CalendarDate
  /** What could not be drawn of it, at the finest scale. */
  readonly rest: Minor
  /** The accounts of the sources by then, in their order. */
  readonly accounts: readonly Account[]
  /** What all the days cost, at the finest scale. */
  readonly requested: Minor
}

/** An account that was open to the day, and what the days before left of it. */
interface Open {
  readonly history: PolicyHistory
  readonly version: PolicyVersion
  readonly before: Account
  readonly left: Account
}

/**
 * Why days could not be drawn. Two cases:
 * - an account has enough, and counts more coarsely than the rest: `scale-exceeded`;
 * - all of them have too little: `insufficient-balance`, about the whole that was requested.
 */
export function refuseDrawing(sources: Sources, lacking: Lacking): Refused {
  const { date, on, rest, accounts } = lacking
  const open = sources.flatMap(({ history, account: before }, index): Open[] => {
    const version = versionInForce(history, on)
    return hasExpired(version, date) ? [] : [{ history, version, before, left: accounts[index]! }]
  })
  // It has enough and was not drawn from: a rest is left because it is finer than the account counts.
  const tooCoarse = open.find(({ history, left }) => spendable({ history, account: left }, on) >= rest)
  if (tooCoarse === undefined) return insufficient(sources[0], open, lacking)
  const { policy, scale } = tooCoarse.version
  return { refusal: { code: 'scale-exceeded', policy, scale, amount: printExact(rest) } }
}

function insufficient({ account }: Source, open: readonly Open[], { on, rest, requested }: Lacking): Refused {
  const [first, ...others] = open
  const { entity, policy, scale } = first?.before ?? account
  const print = (exact: Minor): string => printMinor(exact / unitAt(scale), scale)
  const available = open.reduce((sum, { history, before }) => sum + aboveFloor({ history, account: before }, on), 0n)
  return {
    refusal: {
      code: 'insufficient-balance',
      entity,
      policy,
      available: print(available),
      requested: print(requested),
      // Of several accounts no single day is to blame.
      firstViolatedOn: (first !== undefined && others.length === 0 && violatedOn(first, on, rest)) || on,
    },
  }
}

function violatedOn({ history, left }: Open, day: CalendarDate, rest: Minor): CalendarDate | undefined {
  return firstDayBelow(left, floorsOf(history), { day, amount: -(rest / unitAt(left.scale)) })
}

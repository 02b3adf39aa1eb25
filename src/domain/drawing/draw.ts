import { type Account, withAmount } from '../account/account.ts'
import type { CalendarDate } from '../calendar-date.ts'
import { exactFrom, printExact, unitAt } from '../exact.ts'
import { newestVersion } from '../policy/policy.ts'
import { MAX_SCALE, type Minor } from '../quantity.ts'
import type { Refused } from '../refusal.ts'
import type { Portion } from '../transaction.ts'
import { versionInForce } from '../version-in-force.ts'
import { isClosedTo, type Source, type Sources } from './sources.ts'
import { roomOf, spendable, wholeAt } from './spendable.ts'
import { refuseDrawing } from './too-little.ts'

/** A day that is to be paid for from accounts. */
export interface DayToDraw {
  readonly date: CalendarDate
  /** When a line about it takes effect: later than `date`, where that is in a closed period. */
  readonly on: CalendarDate
  readonly portion: Portion
  /** At the finest scale, in the unit of the sources. */
  readonly cost: Minor
}

/** What is taken from one account for one day. */
export interface Drawn {
  readonly policy: string
  readonly date: CalendarDate
  readonly amount: string
  /** What it claims of the day. */
  readonly portion: Portion | 'unclaimed'
}

/**
 * Takes each day from the first accounts that have something left on it and on every later day. A day of which one
 * account has only a part is split; what claims it is the first of its lines that claims days at all.
 *
 * A part with more decimals than the next account counts in would leave a rest that cannot be taken from there. Where
 * drawing fails for that, it is tried again with parts in the coarsest scale of all the accounts.
 */
export function draw(sources: Sources, days: readonly DayToDraw[]): readonly Drawn[] | Refused {
  const drawn = drawInParts(sources, days, MAX_SCALE)
  if (!('refusal' in drawn)) return drawn
  const scales = sources.map(({ history }) => newestVersion(history).scale)
  const coarsest = Math.min(...scales)
  if (coarsest === Math.max(...scales)) return drawn
  const drawnCoarsely = drawInParts(sources, days, coarsest)
  return 'refusal' in drawnCoarsely ? drawn : drawnCoarsely
}

/** The sources after a day was drawn from them. */
export function drawnFrom(sources: Sources, { on }: DayToDraw, drawn: readonly Drawn[]): Sources {
  const after = ({ account, ...source }: Source): Source => ({
    ...source,
    account: drawn
      .filter(({ policy }) => policy === account.policy)
      .reduce((left, { amount }) => without(left, exactFrom(amount), on), account),
  })
  const [first, ...others] = sources
  return [after(first), ...others.map(after)]
}

/** @param scale in which an account gives a part of a day: the last one gives all that is left of it */
function drawInParts(sources: Sources, days: readonly DayToDraw[], scale: number): readonly Drawn[] | Refused {
  const accounts = sources.map(({ account }) => account)
  const drawn: Drawn[] = []
  for (const { date, on, portion, cost } of days) {
    let rest = cost
    let isClaimed = false
    for (const [index, source] of sources.entries()) {
      const { history } = source
      const version = versionInForce(history, on)
      if (isClosedTo(date, version, source)) continue
      const account = accounts[index]!
      const most = wholeAt(least(rest, roomOf(source, date, drawn)), version.scale)
      const part = least(rest, spendable({ ...source, account }, on), most)
      const amount = part < rest ? wholeAt(part, scale) : part
      if (amount <= 0n) continue
      // Hours add up, so every line has its own; of a day, or the half of it, one line stands for it.
      const claims: boolean = version.dayExclusive && (!isClaimed || version.unit === 'hour')
      drawn.push({
        policy: version.policy,
        date,
        amount: printExact(amount),
        portion: claims ? portion : 'unclaimed',
      })
      isClaimed ||= claims
      rest -= amount
      accounts[index] = without(account, amount, on)
    }
    if (rest > 0n) {
      const requested = days.reduce((sum, day) => sum + day.cost, 0n)
      return refuseDrawing(sources, { date, on, rest, accounts, requested, drawn })
    }
  }
  return drawn
}

/** An account from which an amount at the finest scale is taken. */
function without(account: Account, exact: Minor, on: CalendarDate): Account {
  const amount = -(exact / unitAt(account.scale))
  return withAmount(account, { component: 'pending', amount, on, position: account.lastPosition })
}

function least(first: Minor, ...others: readonly Minor[]): Minor {
  return others.reduce((lowest, other) => (other < lowest ? other : lowest), first)
}

import { halfOfHours } from '../calendar/half-of-hours.ts'
import type { CalendarDate } from '../calendar-date.ts'
import { exactFrom, printExact } from '../exact.ts'
import { normalQuantity, printMinor } from '../quantity.ts'
import type { AskedLine } from '../recording/asked-line.ts'
import type { BookState } from '../recording/book-state.ts'
import type { Portion } from '../transaction.ts'
import { versionInForce } from '../version-in-force.ts'
import type { TakenLine } from './displacement.ts'
import { effectiveDay, lineAbout } from './lines.ts'
import type { AnyOrder } from './order.ts'
import type { RequestLine } from './request.ts'

export function takenOf(lines: readonly RequestLine[]): readonly TakenLine[] {
  return lines.map(({ policy, amount, scale, portion }) => ({
    policy,
    amount: normalQuantity(printMinor(amount, scale)),
    claims: portion !== null,
  }))
}

/** Half of what lines take of a whole day, from the first of their accounts that have it. */
export function halfOfTaken(lines: readonly TakenLine[]): readonly TakenLine[] {
  const whole = lines.reduce((sum, { amount }) => sum + exactFrom(amount), 0n)
  let rest = exactFrom(halfOfHours(printExact(whole)))
  return lines.flatMap((line) => {
    const amount = exactFrom(line.amount)
    const part = rest < amount ? rest : amount
    rest -= part
    return part === 0n ? [] : [{ ...line, amount: printExact(part) }]
  })
}

/** Of what is taken. */
interface Taking {
  readonly entity: string
  readonly type: 'consumption' | 'pending'
  readonly date: CalendarDate
  /** What they claim of it. */
  readonly portion: Portion
  readonly lines: readonly TakenLine[]
}

/** Takes it all the same where too little is left: it was granted before. */
export function takingAgain(
  state: BookState,
  order: AnyOrder,
  { entity, type, date, portion, lines }: Taking,
): AskedLine[] {
  return claimingOn(state, effectiveDay(state, date, order), lines).map(({ policy, amount, claims }) => ({
    ...lineAbout(order),
    type,
    entity,
    policy,
    amount,
    effectiveOn: date,
    portion: claims ? portion : 'unclaimed',
    allowNegative: true,
  }))
}

/**
 * Lines as they claim their day under the versions in force on it, whatever held when they were recorded. Of a day that none
 * of them claims, the first line stands for the day whose policy has days claimed. Every line of hours has its own.
 */
function claimingOn(state: BookState, on: CalendarDate, lines: readonly TakenLine[]): readonly TakenLine[] {
  const versions = lines.map(({ policy }) => versionInForce(state.policies.get(policy)!, on))
  const claiming = lines.findIndex(({ claims }, index) => claims && versions[index]!.dayExclusive)
  const first = claiming === -1 ? versions.findIndex(({ dayExclusive }) => dayExclusive) : claiming
  return lines.map((line, index) => {
    const { dayExclusive, unit } = versions[index]!
    return { ...line, claims: dayExclusive && (index === first || unit === 'hour') }
  })
}

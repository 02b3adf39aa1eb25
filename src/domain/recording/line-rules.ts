import type { CalendarDate } from '../calendar-date.ts'
import type { PolicyHistory, PolicyVersion } from '../policy/policy.ts'
import { retiredOn } from '../policy/retirement.ts'
import { type Minor, printMinor, toMinor } from '../quantity.ts'
import type { Refused } from '../refusal.ts'
import { dayMeant, type Portion, type Transaction } from '../transaction.ts'
import type { AskedLine } from './asked-line.ts'

/**
 * Where days are claimed and counted, one line is about one day: at most 1, or 0.5 with a half. A line that takes more
 * would take days that nobody claims.
 * @param asked what the line takes, positive, at `scale`
 * @param portion what it claims; null: nothing, or what another line of its request claims
 */
export function refuseSeveralDays(
  { dayExclusive, unit }: PolicyVersion,
  { asked, scale, portion }: { readonly asked: Minor; readonly scale: number; readonly portion: Portion | null },
): Refused | undefined {
  if (!dayExclusive || unit !== 'day' || portion === null) return undefined
  const limit = portion === 'full' ? '1' : '0.5'
  const most = toMinor(limit, scale)
  // Half a day is no quantity of a policy that counts whole ones: nothing fits into a half of it.
  if (most !== 'scale-exceeded' && asked <= most) return undefined
  return { refusal: { code: 'rule-violated', rule: 'one-day-a-line', limit } }
}

/**
 * Under a policy that is retired nothing is accrued or taken any more. What corrects still may: adjustments, so that a rest
 * can be cleared, and reversals.
 * @param day that the line is about, also where it is recorded later because that day is in a closed period
 */
export function refuseRetired(
  line: Exclude<AskedLine, { readonly type: 'reversal' }>,
  history: PolicyHistory,
  day: CalendarDate,
): Refused | undefined {
  // What a late fact counts again, or is left of a day that is given up, is nothing that somebody asks for.
  const isCorrection = line.type === 'adjustment' || ('allowNegative' in line && line.allowNegative)
  const limit = isCorrection ? undefined : retiredOn(history, day)
  return limit === undefined ? undefined : { refusal: { code: 'rule-violated', rule: 'policy-retired', limit } }
}

/** Digits before the point that the amount of a line has at most. */
const MOST_DIGITS = 18

/**
 * An adjustment to a balance has an amount: a balance that is as it is to be is not recorded once more; and no line has more
 * than 18 digits before the point, even where it takes more to get from one balance to the other.
 */
export function refuseUnfit(
  amount: Minor,
  { balance, scale }: { readonly balance: Minor; readonly scale: number },
): Refused | undefined {
  if (amount === 0n) {
    const limit = printMinor(balance, scale)
    return { refusal: { code: 'rule-violated', rule: 'adjustment-changes-nothing', limit } }
  }
  const most = 10n ** BigInt(MOST_DIGITS + scale) - 1n
  if (amount <= most && amount >= -most) return undefined
  return { refusal: { code: 'rule-violated', rule: 'adjustment-too-large', limit: printMinor(most, scale) } }
}

/** Where no days are claimed, there are no halves of them to say. */
export function refusePortion(line: AskedLine, { dayExclusive, policy }: PolicyVersion): Refused | undefined {
  const isTaking = line.type === 'consumption' || line.type === 'pending'
  if (dayExclusive || !isTaking || line.portion === null) return undefined
  return { refusal: { code: 'portion-not-claimed', policy } }
}

/**
 * A reversal is never meant for a day before the one that its original is meant for: on that day there is nothing to undo.
 * @param asked the day that the caller names
 */
export function refuseAskedBefore(original: Transaction, asked: CalendarDate): Refused | undefined {
  const first = dayMeant(original)
  return asked < first ? beforeOriginal(first) : undefined
}

/**
 * A reversal counts from the day of its original at the earliest: else what it gives back would be there before it was
 * taken. Also where it is about a closed period and is recorded today: what counts is the day from which it counts.
 */
export function refuseBeforeOriginal(
  { effectiveOn }: Transaction,
  { on }: { readonly on: CalendarDate },
): Refused | undefined {
  return on < effectiveOn ? beforeOriginal(effectiveOn) : undefined
}

function beforeOriginal(limit: CalendarDate): Refused {
  return { refusal: { code: 'rule-violated', rule: 'reversal-before-original', limit } }
}

import { yearOf } from '../calendar-date.ts'
import type { Portion } from '../transaction.ts'
import { dayInWords, inUnits } from './in-words.ts'
import type { ToldByPeople, ToldLine, UndoneLine } from './told-line.ts'

/** One sentence about what people recorded; its reason in their own words. */
export function peopleSentence(told: ToldLine, by: ToldByPeople): string {
  const sentence = whatWasDone(told, by)
  return by.reason === null ? sentence : `${sentence}: ${by.reason}`
}

function whatWasDone({ on, amount, unit }: ToldLine, by: ToldByPeople): string {
  const units = inUnits(amount, unit)
  switch (by.type) {
    case 'accrual': {
      const until = by.validUntil === null ? '' : `, to be taken by ${dayInWords(by.validUntil, yearOf(on))}`
      return by.isCarriedIn ? `${units} carried in from before${until}` : `${units} given by hand${until}`
    }
    case 'consumption':
      return `${units} taken${halfOf(by.portion)}`
    case 'pending':
      return by.isAskedFor ? `${units} asked for${halfOf(by.portion)} and not decided yet` : `${units} held`
    case 'adjustment': {
      const by12 = `${units} ${amount.startsWith('-') ? 'less' : 'more'}`
      return by.to === null ? `${by12} by hand` : `Set to ${by.to} by hand: ${by12}`
    }
    case 'reversal':
      return whatWasUndone({ on, amount, unit }, by)
  }
}

function halfOf(portion: Portion | null): string {
  if (portion === 'am') return ' (morning)'
  return portion === 'pm' ? ' (afternoon)' : ''
}

function whatWasUndone(
  { on, amount, unit }: Pick<ToldLine, 'amount' | 'on' | 'unit'>,
  { reverses }: ToldByPeople,
): string {
  const units = inUnits(amount, unit)
  const isLess = amount.startsWith('-')
  if (reverses === null) return `${units} ${isLess ? 'less' : 'more'}, by undoing what was recorded before`
  const day = reverses.on === on ? '' : ` of ${dayInWords(reverses.on, yearOf(on))}`
  if (reverses.type === 'consumption') return `${units}${day} given back`
  if (reverses.type === 'pending') return `${units}${day} held no longer`
  const had = whatHadBecomeOf(reverses, isLess)
  if (had !== undefined) return `${units}${day} ${isLess ? 'taken' : 'given'} back that ${had}`
  const what = reverses.rule === 'correction' ? 'a correction' : 'an adjustment'
  return `${units} ${isLess ? 'less' : 'more'}, by undoing ${what}${day}`
}

/**
 * What had become of an amount that is undone now.
 * @param isLess whether it had been given, and is taken away
 * @returns undefined of what only moved a balance, this way or that
 */
function whatHadBecomeOf({ type, rule, isCarriedIn }: UndoneLine, isLess: boolean): string | undefined {
  switch (rule) {
    case null:
      if (type !== 'accrual') return undefined
      return isCarriedIn ? 'had been carried in' : 'had been given'
    case 'accrual':
      return 'had been earned'
    case 'lapse':
      return 'had lapsed'
    case 'carry-over':
      return isLess ? 'had been added in carrying over' : 'had not been carried over'
    case 'cap':
      return 'had been cut off by a cap'
    case 'encashment':
      return 'had been paid out'
    case 'settlement':
      return 'had been settled on leaving'
    case 'correction':
      return undefined
  }
}

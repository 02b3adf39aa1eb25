import { yearOf } from '../calendar-date.ts'
import type { Portion } from '../transaction.ts'
import { dayInWords, inUnits } from './in-words.ts'
import type { ToldByPeople, ToldLine } from './told-line.ts'

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
  const day = reverses === null || reverses.on === on ? '' : ` of ${dayInWords(reverses.on, yearOf(on))}`
  switch (reverses?.type) {
    case 'consumption':
      return `${units}${day} given back`
    case 'pending':
      return `${units}${day} held no longer`
    case 'accrual':
      return `${units}${day} taken back that had been given`
    default:
      return `${units} ${amount.startsWith('-') ? 'less' : 'more'}, by undoing an adjustment${day}`
  }
}

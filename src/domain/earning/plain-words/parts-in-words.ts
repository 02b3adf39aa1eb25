import { dateInWords } from '../in-words.ts'
import type { EarningTerms, WholeOrPart } from '../terms.ts'

type Part = NonNullable<EarningTerms['lastPeriod']>

/** What a period earns in which somebody joins or leaves. */
export function partsInWords({ basis, firstPeriod, lastPeriod, levels, every }: EarningTerms): string[] {
  if (every === 'day' && levels.every((level) => (level.every ?? 'day') === 'day')) return []
  const usual = basis === 'working-time' ? 'working-time' : 'calendar-days'
  const [first, last] = [firstPeriod ?? usual, lastPeriod ?? usual]
  if (JSON.stringify(first) === JSON.stringify(last) && typeof first === 'string') {
    return [`Whoever joins or leaves within a period earns ${earnedOf(first)}.`]
  }
  return [partInWords('joins', first), partInWords('leaves', last)]
}

function partInWords(does: 'joins' | 'leaves', part: Part): string {
  if (typeof part === 'string') return `Whoever ${does} within a period earns ${earnedOf(part)}.`
  const until = `the ${dateInWords(part.joinedBy)} of a month`
  const after = does === 'joins' ? 'joins later' : 'leaves later'
  return `Whoever ${does} within a period by ${until} earns ${PART[part.then]}, and who ${after} ${PART[part.else]}.`
}

const PART: Readonly<Record<WholeOrPart, string>> = { full: 'all of it', half: 'half of it', none: 'nothing of it' }

function earnedOf(part: Exclude<Part, object>): string {
  switch (part) {
    case 'calendar-days':
      return 'by calendar days: their days in it, of all its days'
    case 'working-time':
      return 'by hours scheduled: those of their days in it, of all its hours'
    case 'full-months':
      return 'a twelfth of the year’s amount for each full month, counted from the day of joining'
    case 'started-months':
      return 'a twelfth of the year’s amount for each month that has begun, counted from the day of joining'
    case 'calendar-months':
      return 'for every calendar month that they touch as for a whole one'
    case 'full-months-in-first-half':
      return 'a twelfth of the year’s amount for each full month where that is in the first half of the leave year, and all of it in the second half'
    default:
      return PART[part]
  }
}

import { inUnits } from '../in-words.ts'
import { spellLength } from '../length-in-days.ts'
import { isOfDays } from '../periods.ts'
import { periodsOfLevel } from '../periods-of-level.ts'
import type { EarningTerms, Every, Level } from '../terms.ts'
import { ofTerms } from './carry-over-in-words.ts'
import type { ExplainedTerms } from './explained-terms.ts'
import { periodsInWords } from './periods-in-words.ts'

/** What is earned, one sentence or more for each level. */
export function levelsInWords({ unit, leaveYear }: ExplainedTerms, earning: EarningTerms): string[] {
  return earning.levels.flatMap((level, index) => {
    const { every, on } = periodsOfLevel(level, earning)
    const amount = amountInWords(level, every, { periods: periodsInWords(every, on, leaveYear), unit })
    return [`${sinceInWords(level, index)}${amount}${limitsInWords(level, unit)}.`, ...carriedInWords(level, unit)]
  })
}

function sinceInWords({ after = { days: 0 } }: Level, index: number): string {
  const since = `rom ${spellLength(after)} of service on`
  if (index > 0) return `F${since}: `
  return Object.values(after)[0] === 0 ? 'Earned: ' : `Earned f${since}, and nothing before: `
}

function amountInWords(
  { amount, yearAmount, perHours }: Level,
  every: Every,
  { periods, unit }: { readonly periods: string; readonly unit: string },
): string {
  if (amount !== undefined) return `${inUnits(amount, unit)} ${periods}`
  if (yearAmount !== undefined) return `${inUnits(yearAmount, unit)} ${ofYearInWords(every, periods)}`
  const { amount: what, hours, of } = perHours!
  return `${inUnits(what, unit)} for each ${hours === '1' ? 'hour' : inUnits(hours, 'hour')} ${of}, counted ${periods}`
}

/** How the amount of a leave year falls to its periods. */
function ofYearInWords(every: Every, periods: string): string {
  if (periods === 'each leave year') return periods
  const parts = every === 'year' ? '' : isOfDays(every) ? 'by calendar days ' : 'in equal parts '
  return `for each leave year, ${parts}${periods}`
}

function limitsInWords({ inLastFullPeriodOfCalendarYear, yearMax, balanceCap }: Level, unit: string): string {
  return [
    ...(inLastFullPeriodOfCalendarYear === undefined
      ? []
      : [
          `in the last period that lies wholly in a calendar year ${inUnits(inLastFullPeriodOfCalendarYear, unit)} instead`,
        ]),
    ...(yearMax === undefined ? [] : [`at most ${inUnits(yearMax, unit)} in one leave year`]),
    ...(balanceCap === undefined
      ? []
      : [`nothing that would bring the balance above ${inUnits(balanceCap, unit)}: taking leave makes room again`]),
  ]
    .map((limit) => `; ${limit}`)
    .join('')
}

function carriedInWords({ carryOver }: Level, unit: string): string[] {
  if (carryOver === undefined) return []
  const [first, ...others] = ofTerms(carryOver, unit)
  return [`For people on this level: ${first!.charAt(0).toLowerCase()}${first!.slice(1)}`, ...others]
}

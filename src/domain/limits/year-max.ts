import type { CalendarDate, DaySpan } from '../calendar-date.ts'
import { employmentOn } from '../definition/employment.ts'
import { assignmentSpan } from '../earning/assignment.ts'
import type { EarningFacts } from '../earning/facts.ts'
import { leaveYearOn } from '../earning/leave-year-on.ts'
import { levelReachedBy } from '../earning/levels.ts'
import type { RecordedLine } from '../earning/movements.ts'
import { rulesIn } from '../earning/rules.ts'
import { exactFrom, unitAt } from '../exact.ts'
import type { Minor } from '../quantity.ts'
import type { Refused } from '../refusal.ts'
import { dayMeant } from '../transaction.ts'
import { type LimitedAccount, standingLines } from './limited-account.ts'
import type { LookedAt } from './spending.ts'

/**
 * Holds an accrual by hand to the most that the level in force on its day may earn in the leave year: together with what
 * people accrued in that year, but for what was carried in, and with what the rules have posted of it so far. What the rules
 * are still to post makes way for it by itself.
 * @param amount positive, at the finest scale
 */
export function checkEarned(limited: LimitedAccount, day: CalendarDate, amount: Minor): LookedAt | Refused {
  const year = leaveYearOn(limited.facts, day)
  const yearMax = yearMaxOn(limited.facts, day, year)
  if (yearMax === undefined) return []
  if (earnedIn(year, limited.lines) + amount <= exactFrom(yearMax)) return ['year-most']
  return { refusal: { code: 'rule-violated', rule: 'year-most', limit: yearMax } }
}

/** Of the level in force; undefined: nobody earns on that day, or as much as there is. */
function yearMaxOn(facts: EarningFacts, day: CalendarDate, year: DaySpan): string | undefined {
  const history = facts.assignments.find((versions) => {
    const { from, to } = assignmentSpan(versions)
    return from <= day && (to === null || day <= to)
  })
  if (history === undefined) return undefined
  const { earning, levels } = rulesIn(facts, history, { employment: employmentOn(facts.employments, day) })(day)
  return levelReachedBy(levels, earning?.levelChange === 'next-year' ? year.from : day)?.level.yearMax
}

/**
 * What was earned in a leave year: at the finest scale. What the rules posted counts where its period begins; corrections
 * count where they are about a day on which something was earned by rule.
 */
function earnedIn({ from, to }: DaySpan, lines: readonly RecordedLine[]): Minor {
  const standing = standingLines(lines)
  const isIn = (day: CalendarDate): boolean => from <= day && day <= to
  const accruals = standing.filter((line) => line.type === 'accrual' && !line.carriedIn)
  const inYear = accruals.filter((line) => isIn(line.byRule?.period.from ?? dayMeant(line)))
  const postedOn = new Set(inYear.flatMap((line) => (line.byRule === null ? [] : [dayMeant(line)])))
  const corrections = standing.filter((line) => line.byRule?.rule === 'correction' && postedOn.has(dayMeant(line)))
  return [...inYear, ...corrections].reduce((sum, { amount, scale }) => sum + amount * unitAt(scale), 0n)
}

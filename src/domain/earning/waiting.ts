import { type CalendarDate, dayAfter } from '../calendar-date.ts'
import { ONE } from '../fraction.ts'
import type { EarningFacts } from './facts.ts'
import { dayAfterLength } from './length-of-time.ts'
import { levelReachedBy } from './levels.ts'
import { type CutPeriod, type PartRule, partOfPeriod } from './part-of-period.ts'
import { type EarningRules, isEarning, type PeriodPart } from './period-part.ts'
import type { Rules } from './rules.ts'
import { earlier, type Spell } from './spells.ts'
import { usualPart } from './usual-part.ts'
import { scheduledIn } from './working-time.ts'

/** The first day on which something may be posted; undefined: nobody waits. */
export function waitedUntil({ earning: { waiting }, service }: EarningRules): CalendarDate | undefined {
  return waiting && dayAfterLength(service, waiting)
}

/** The day until which what is earned is kept back, to be posted at once then. */
export function keptBackUntil(rules: EarningRules): CalendarDate | undefined {
  return rules.earning.waiting?.then === 'all' ? waitedUntil(rules) : undefined
}

/** Whether a part is never posted: its waiting does not end before the employment does. */
export function isForfeited({ rules, part }: PeriodPart, { lastDay }: Spell): boolean {
  const until = keptBackUntil(rules)
  return until !== undefined && part.from < until && lastDay < until
}

/**
 * The leave years of a spell that begin before its waiting ends, where that gives the whole year's amount (BUrlG §§ 4, 5): one
 * that ends within the waiting, or that somebody leaves in before its end, keeps the part that `firstPeriod` makes of it,
 * posted on its last day; the one in which the waiting ends is due as a whole on that day.
 * @returns the day from which periods follow: the first one of the spell where nobody waits so
 */
export function* leaveYearsWaited(
  facts: Pick<EarningFacts, 'time'>,
  rules: Rules,
  spell: Spell,
): Generator<PeriodPart, CalendarDate> {
  const until = isEarning(rules) && rules.earning.waiting?.then === 'full-year' ? waitedUntil(rules) : undefined
  let day = spell.from
  while (isEarning(rules) && until !== undefined && day < until && day <= spell.to) {
    const year = rules.leaveYears(day)
    const present = { from: day, to: earlier(year.to, spell.to) }
    const isDue = until <= present.to
    const on = isDue ? until : present.to
    const reached = levelReachedBy(rules.levels, on)
    if (reached !== undefined) {
      const { firstPeriod = usualPart(rules), lastPeriod = usualPart(rules) } = rules.earning
      const cut = isDue
        ? { rule: lastPeriod, present: { from: year.from, to: present.to }, cutOn: present.to }
        : { rule: firstPeriod, present, cutOn: present.from }
      const isWhole = cut.present.from === year.from && cut.present.to === year.to
      yield {
        rules,
        reached,
        kind: 'leave-year',
        part: present,
        period: year,
        present,
        ...(isWhole ? { earns: ONE, cutBy: undefined } : { earns: earnsOf(cut, year, facts), cutBy: cut.rule }),
        postedOn: on,
      }
    }
    day = dayAfter(present.to)
  }
  return day
}

function earnsOf(
  { rule, ...cut }: Pick<CutPeriod, 'present' | 'cutOn'> & { rule: PartRule },
  year: CutPeriod['period'],
  { time }: Pick<EarningFacts, 'time'>,
) {
  const scheduled: CutPeriod['scheduled'] = (span) => scheduledIn(time, span)
  return partOfPeriod(rule, { ...cut, period: year, every: 'leave-year', leaveYear: year, scheduled })
}

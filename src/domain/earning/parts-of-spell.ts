import { type CalendarDate, dayAfter, dayBefore } from '../calendar-date.ts'
import { ONE } from '../fraction.ts'
import type { AssignmentHistory } from './assignment.ts'
import type { EarningFacts } from './facts.ts'
import { levelReachedAfter, levelReachedBy, type ReachedLevel } from './levels.ts'
import type { DaySpan } from './part.ts'
import { type PartRule, partOfPeriod } from './part-of-period.ts'
import { type EarningRules, isEarning, type PeriodPart } from './period-part.ts'
import { isOfDays } from './periods.ts'
import { postedOn } from './post-on.ts'
import { nextVersionAfter, type Rules, rulesIn } from './rules.ts'
import { earlier, later, type Spell } from './spells.ts'
import { usualPart } from './usual-part.ts'
import { isForfeited, keptBackUntil, leaveYearsWaited } from './waiting.ts'
import { scheduledIn } from './working-time.ts'

/** How far somebody has come in a spell. */
interface Progress {
  readonly facts: EarningFacts
  readonly spell: Spell
  readonly rulesOn: (day: CalendarDate) => Rules
  /** The first day of the next part. */
  readonly day: CalendarDate
  /** The day from which something is earned: that of joining, or of reaching the first level. */
  readonly joined: CalendarDate
  /** The part that ends the day before; undefined: nothing was earned then. */
  readonly before: PeriodPart | undefined
}

/** The periods of a spell by day, cut where joining, leaving, levels and waiting cut them. */
export function* partsOfSpell(facts: EarningFacts, history: AssignmentHistory, spell: Spell): Generator<PeriodPart> {
  const rulesOn = rulesIn(facts, history, spell)
  let day: CalendarDate | undefined = yield* leaveYearsWaited(facts, rulesOn(spell.from), spell)
  let joined = spell.from
  let before: PeriodPart | undefined
  while (day !== undefined && day <= spell.to) {
    const progress: Progress = { facts, spell, rulesOn, day, joined, before }
    const rules = rulesOfPart(progress)
    const reached = levelHeld(rules, progress)
    if (isEarning(rules) && reached !== undefined) {
      before = nextPart(progress, rules, reached)
      if (!isForfeited(before, spell)) yield before
      day = dayAfter(before.part.to)
    } else {
      day = nextChange(progress, rules, history)
      joined = day ?? joined
      before = undefined
    }
  }
}

/** The first day after one on which nothing is earned from which that may be otherwise. */
function nextChange({ facts, day }: Progress, { levels }: Rules, history: AssignmentHistory): CalendarDate | undefined {
  const changes = [levelReachedAfter(levels, day)?.from, nextVersionAfter(day, facts.policy, history)]
  return changes.filter((change) => change !== undefined).toSorted()[0]
}

/**
 * A period goes by the rules of its first day, to its end. Where it would have begun under other rules whose own period has
 * ended, it goes by those of the day on which it takes over.
 */
function rulesOfPart({ rulesOn, day, before }: Progress): Rules {
  if (before !== undefined && day <= before.period.to) return before.rules
  const rules = rulesOn(day)
  const earlierRules = rulesOn(firstDayOfPeriod(rules, day))
  if (earlierRules === rules) return rules
  return rulesOn(firstDayOfPeriod(earlierRules, day)) === earlierRules ? earlierRules : rules
}

function firstDayOfPeriod({ levels }: Rules, day: CalendarDate): CalendarDate {
  const reached = levelReachedBy(levels, day)
  return reached === undefined ? day : reached.periods(day).from
}

/** The level that holds for a part which begins on the day. The first one is no change: it holds as soon as it is reached. */
function levelHeld(rules: Rules, { day, joined, before }: Progress): ReachedLevel | undefined {
  switch (rules.earning?.levelChange) {
    case 'next-year':
      return levelReachedBy(rules.levels, later(rules.leaveYears(day).from, joined))
    case 'next-period':
      return before !== undefined && day <= before.period.to ? before.reached : levelReachedBy(rules.levels, day)
    default:
      return levelReachedBy(rules.levels, day)
  }
}

function nextPart(progress: Progress, rules: EarningRules, reached: ReachedLevel): PeriodPart {
  const { day, before } = progress
  const period = reached.periods(day)
  const isSame = before?.period.from === period.from && before.period.to === period.to
  const { present, earns, cutBy } = isSame ? before : whatIsLeft(progress, rules, { reached, period })
  const part = { from: day, to: lastDayOfPart(progress, rules, { reached, period }) }
  return {
    rules,
    reached,
    kind: 'period',
    part,
    period,
    present,
    earns,
    cutBy,
    postedOn: postedOn(rules, reached, part),
  }
}

interface ReachedPeriod {
  readonly reached: ReachedLevel
  readonly period: DaySpan
}

/** What joining and leaving leave of a period. Both in one period are counted once, by the rule for joining. */
function whatIsLeft(
  { facts, spell, day, joined }: Progress,
  rules: EarningRules,
  { reached, period }: ReachedPeriod,
): Pick<PeriodPart, 'present' | 'earns' | 'cutBy'> {
  const present = { from: later(period.from, day), to: earlier(period.to, spell.to) }
  const cut = ruleOfCut(rules, {
    begins: period.from < day ? (day === joined ? 'joining' : 'taking-over') : 'whole',
    isLeaving: present.to < period.to,
  })
  if (cut === undefined) return { present, earns: ONE, cutBy: undefined }
  const cutOn = cut.by === 'leaving' ? present.to : present.from
  const earns = partOfPeriod(cut.rule, {
    period,
    present,
    cutOn,
    every: reached.every,
    leaveYear: rules.leaveYears(cutOn),
    scheduled: (span) => scheduledIn(facts.time, span),
  })
  return { present, earns, cutBy: cut.rule }
}

function ruleOfCut(
  rules: EarningRules,
  { begins, isLeaving }: { begins: 'joining' | 'taking-over' | 'whole'; isLeaving: boolean },
): { readonly rule: PartRule; readonly by: 'joining' | 'leaving' } | undefined {
  const { firstPeriod = usualPart(rules), lastPeriod = usualPart(rules) } = rules.earning
  if (begins === 'joining') return { rule: firstPeriod, by: 'joining' }
  if (begins === 'taking-over') return { rule: usualPart(rules), by: 'joining' }
  return isLeaving ? { rule: lastPeriod, by: 'leaving' } : undefined
}

function lastDayOfPart(
  { spell, day }: Progress,
  rules: EarningRules,
  { reached: { level, every }, period }: ReachedPeriod,
): CalendarDate {
  const { levelChange = 'split' } = rules.earning
  const next = levelChange === 'split' ? levelReachedAfter(rules.levels, day)?.from : undefined
  const keptBack = keptBackUntil(rules)
  return [
    spell.to,
    next && dayBefore(next),
    keptBack && day < keptBack ? dayBefore(keptBack) : undefined,
    // What is earned by days of the leave year is earned in it: so that each year sums to its amount.
    level.yearAmount !== undefined && isOfDays(every) ? rules.leaveYears(day).to : undefined,
  ].reduce<CalendarDate>((last, end) => (end === undefined ? last : earlier(last, end)), period.to)
}

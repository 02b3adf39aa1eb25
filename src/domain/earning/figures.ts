import type { CalendarDate } from '../calendar-date.ts'
import { printExact, unitAt } from '../exact.ts'
import { type Fraction, roundedAt } from '../fraction.ts'
import { MAX_SCALE } from '../quantity.ts'
import { spellLength } from './length-in-days.ts'
import { daysIn } from './length-of-time.ts'
import type { DaySpan, Figures } from './part.ts'
import type { PeriodPart } from './period-part.ts'
import { isOfDays } from './periods.ts'
import { keptBackUntil, waitedUntil } from './waiting.ts'
import { amountOfLevel } from './whole-amount.ts'

/** What of an amount does not change within its part: days, what the level says, and by which rule a part is less than the whole. */
export function figuresOf(periodPart: PeriodPart): Figures {
  const { rules, reached, kind, part, period, present, earns, cutBy } = periodPart
  const { level, every, periodsIn } = reached
  const { amount, yearAmount, perHours, yearMax, after } = level
  const year = rules.leaveYears(kind === 'period' ? period.from : part.from)
  const waitedUntil = waitedBy(periodPart)
  return {
    days: daysIn(part),
    ofDays: daysIn(period),
    ...(isSame(part, period) ? {} : { periodFrom: period.from, periodTo: period.to }),
    ...(cutBy === undefined || isSame(part, present) ? {} : { ofPresentDays: daysIn(present) }),
    every: kind === 'leave-year' ? 'leave-year' : every,
    ...(amount === undefined ? {} : amountSaid(periodPart)),
    ...(yearAmount === undefined ? {} : { yearAmount }),
    ...(yearAmount === undefined || kind === 'leave-year' || isOfDays(every)
      ? {}
      : { periodsOfYear: every === 'year' ? 1 : periodsIn(year) }),
    ...(yearAmount !== undefined && isOfDays(every) ? { daysOfYear: daysIn(rules.leaveYears(part.from)) } : {}),
    ...(perHours === undefined
      ? {}
      : { amount: perHours.amount, perHours: perHours.hours, ofHoursThatAre: perHours.of }),
    ...(yearMax === undefined ? {} : { yearMax }),
    ...(rules.levels.length > 1 ? { after: spellLength(after ?? { days: 0 }), serviceSince: rules.service } : {}),
    ...(cutBy === undefined
      ? {}
      : {
          partRule: typeof cutBy === 'object' ? `joinedBy ${cutBy.joinedBy}` : cutBy,
          partOfPeriod: printFigure(earns),
        }),
    ...(waitedUntil === undefined ? {} : { waitedUntil }),
  }
}

/** What the level says for the period; where a leave year stands for its periods, for each of them. */
function amountSaid({ reached, kind, period }: PeriodPart): Figures {
  return kind === 'leave-year'
    ? { amount: reached.level.amount!, amountEvery: reached.every }
    : { amount: amountOfLevel(reached, period) }
}

/** The day on which a waiting ended, where the part is from before it. */
function waitedBy({ rules, kind, part }: PeriodPart): CalendarDate | undefined {
  if (kind === 'leave-year') return waitedUntil(rules)
  const until = keptBackUntil(rules)
  return until !== undefined && part.from < until ? until : undefined
}

function isSame(one: DaySpan, other: DaySpan): boolean {
  return one.from === other.from && one.to === other.to
}

/** Figures of the pieces of a part. What differs among them is said with their days: `0.8 for 14 days, 0.5 for 17 days`. */
export function joinedFigures(pieces: readonly { readonly piece: DaySpan; readonly figures: Figures }[]): Figures {
  const [first] = pieces
  if (first === undefined || pieces.length === 1) return first?.figures ?? {}
  const names = new Set(pieces.flatMap(({ figures }) => Object.keys(figures)))
  return Object.fromEntries([...names].map((name) => [name, joinedFigure(name, pieces)]))
}

function joinedFigure(
  name: string,
  pieces: readonly { readonly piece: DaySpan; readonly figures: Figures }[],
): Figures[string] {
  const said = pieces.flatMap(({ piece, figures }) => {
    const figure = figures[name]
    return figure === undefined ? [] : [{ figure, length: spellLength({ days: daysIn(piece) }) }]
  })
  const [first] = said
  if (said.every(({ figure }) => figure === first!.figure)) return first!.figure
  return said.map(({ figure, length }) => `${figure} for ${length}`).join(', ')
}

/** A fraction as people write it: a decimal where it is one, else its terms. */
export function printFigure(fraction: Fraction): string {
  const { numerator, denominator } = fraction
  if (unitAt(0) % denominator === 0n) return printExact(roundedAt(fraction, MAX_SCALE))
  return `${numerator}/${denominator}`
}

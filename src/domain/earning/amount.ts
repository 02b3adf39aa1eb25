import { dividedBy, type Fraction, fractionOf, plus, ratio, times, ZERO } from '../fraction.ts'
import type { AssignmentHistory } from './assignment.ts'
import type { EarningFacts } from './facts.ts'
import { figuresOf, joinedFigures, printFigure } from './figures.ts'
import { daysIn } from './length-of-time.ts'
import type { DaySpan, Figures } from './part.ts'
import { ofHours } from './part-of-period.ts'
import type { EarningRules, PeriodPart } from './period-part.ts'
import { type Scaling, steadyPieces, UNSCALED } from './scaling.ts'
import { scaledByShare } from './share.ts'
import type { PerHours } from './terms.ts'
import { scaledByWeek } from './week.ts'
import { wholeAmount } from './whole-amount.ts'
import { attendedIn, scheduledIn, workedIn } from './working-time.ts'

/** Exact, and how it came about. */
interface Amount {
  readonly amount: Fraction
  readonly figures: Figures
}

/** Where everything stands that amounts depend on. */
interface Sources {
  readonly facts: EarningFacts
  readonly history: AssignmentHistory
}

/**
 * What a part of a period earns: of the whole period's amount what joining and leaving leave, of that what falls to the part,
 * and of that what was attended. A share or a week that changes within the part holds for its days.
 */
export function amountOf(part: PeriodPart, sources: Sources): Amount {
  const { rules, reached } = part
  const scaling = scalingOf(rules, sources)
  const { perHours } = reached.level
  const pieces = steadyPieces(part.part, scaling.changes).map((piece) => {
    const { factor, figures } = scaling.on(piece.from)
    const earned =
      perHours === undefined
        ? ofPeriod(part, piece, { factor, ...sources })
        : ofHoursIn(part, piece, { factor, perHours, ...sources })
    return { piece, amount: earned.amount, figures: { ...figures, ...earned.figures } }
  })
  return {
    amount: pieces.map(({ amount }) => amount).reduce(plus, ZERO),
    figures: { ...figuresOf(part), ...joinedFigures(pieces) },
  }
}

interface Scaled extends Sources {
  readonly factor: Fraction
}

function ofPeriod(part: PeriodPart, piece: DaySpan, { factor, facts }: Scaled): Amount {
  const whole = times(wholeAmount(part, factor), part.earns)
  const { present, cutBy, rules } = part
  if (rules.earning.basis === 'working-time') {
    const attended = attendedIn(facts, piece)
    const scheduled = scheduledIn(facts.time, present)
    const figures = { hours: printFigure(attended), ofHours: printFigure(scheduled) }
    return { amount: times(whole, ofHours(attended, scheduled)), figures }
  }
  if (piece.from === present.from && piece.to === present.to) return { amount: whole, figures: {} }
  const ofPresent =
    cutBy === 'working-time'
      ? ofHours(scheduledIn(facts.time, piece), scheduledIn(facts.time, present))
      : ratio(daysIn(piece), daysIn(present))
  return { amount: times(whole, ofPresent), figures: {} }
}

/** By hours a part of a period earns what its own hours do, unless a rule says that it earns nothing or half. */
function ofHoursIn(
  part: PeriodPart,
  piece: DaySpan,
  { perHours, factor, facts }: Scaled & { perHours: PerHours },
): Amount {
  const hours = hoursIn(facts, piece, { perHours, basis: part.rules.earning.basis })
  const rate = dividedBy(fractionOf(perHours.amount), fractionOf(perHours.hours))
  const { cutBy } = part
  const isLess = typeof cutBy === 'object' || cutBy === 'half' || cutBy === 'none'
  const amount = times(times(hours, rate), isLess ? times(factor, part.earns) : factor)
  return { amount, figures: { hours: printFigure(hours) } }
}

function hoursIn(
  facts: EarningFacts,
  piece: DaySpan,
  { perHours, basis }: { perHours: PerHours; basis: EarningRules['earning']['basis'] | undefined },
): Fraction {
  if (perHours.of === 'worked') return workedIn(facts.worked, piece)
  return basis === 'working-time' ? attendedIn(facts, piece) : scheduledIn(facts.time, piece)
}

function scalingOf({ earning }: EarningRules, { facts, history }: Sources): Scaling {
  if (earning.scaledByShare === true) return scaledByShare(history)
  return earning.week === undefined ? UNSCALED : scaledByWeek(earning.week, facts.time)
}

import { dividedBy, type Fraction, fractionOf, minus, ONE, plus, ratio, times, ZERO } from '../fraction.ts'
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
import { missedIn, scheduledIn, workedIn } from './working-time.ts'

/** Exact, and how it came about. */
interface Amount {
  readonly amount: Fraction
  readonly figures: Figures
}

/** What an amount depends on beside its part. */
interface Sources {
  readonly facts: EarningFacts
  readonly scaling: Scaling
}

/** The amounts of an assignment's parts. */
export function amountsOf(facts: EarningFacts, history: AssignmentHistory): (part: PeriodPart) => Amount {
  const scalings = new Map<EarningRules, Scaling>()
  return (part) => {
    let scaling = scalings.get(part.rules)
    if (scaling === undefined) scalings.set(part.rules, (scaling = scalingOf(part.rules, facts, history)))
    return amountOf(part, { facts, scaling })
  }
}

function scalingOf({ earning }: EarningRules, { time }: EarningFacts, history: AssignmentHistory): Scaling {
  if (earning.scaledByShare === true) return scaledByShare(history)
  return earning.week === undefined ? UNSCALED : scaledByWeek(earning.week, time)
}

/**
 * What a part of a period earns: of the whole period's amount what joining and leaving leave, of that what falls to the part,
 * and of that what was attended. A share or a week that changes within the part holds for its days.
 */
function amountOf(part: PeriodPart, { facts, scaling }: Sources): Amount {
  const { perHours } = part.reached.level
  const pieces = steadyPieces(part.part, scaling.changes).map((piece) => {
    const { factor, figures } = scaling.on(piece.from)
    const scaled = { factor, facts }
    const earned =
      perHours === undefined ? ofPeriod(part, piece, scaled) : ofHoursIn(part, piece, { ...scaled, perHours })
    return { piece, amount: earned.amount, figures: { ...figures, ...earned.figures } }
  })
  return {
    amount: pieces.map(({ amount }) => amount).reduce(plus, ZERO),
    figures: { ...figuresOf(part), ...joinedFigures(pieces) },
  }
}

interface Scaled extends Pick<Sources, 'facts'> {
  readonly factor: Fraction
}

function ofPeriod(part: PeriodPart, piece: DaySpan, { factor, facts }: Scaled): Amount {
  const { whole, isAtMost } = wholeAmount(part, factor)
  const { share, figures } = shareOfPresent(part, piece, facts)
  return {
    amount: times(times(whole, part.earns), share),
    figures: isAtMost ? { ...figures, atMost: true } : figures,
  }
}

/** How much of what the parts of a period share falls to a piece of one of them. */
function shareOfPresent(
  { present, cutBy, rules }: PeriodPart,
  piece: DaySpan,
  facts: EarningFacts,
): { readonly share: Fraction; readonly figures: Figures } {
  const isByTime = rules.earning.basis === 'working-time'
  const isWhole = piece.from === present.from && piece.to === present.to
  if (!isByTime && isWhole) return { share: ONE, figures: {} }
  if (!isByTime && cutBy !== 'working-time') return { share: ratio(daysIn(piece), daysIn(present)), figures: {} }
  const scheduled = scheduledIn(facts.time, present)
  const ofPiece = isWhole ? scheduled : scheduledIn(facts.time, piece)
  if (!isByTime) return { share: ofHours(ofPiece, scheduled), figures: {} }
  const hours = minus(ofPiece, missedIn(facts, piece))
  return { share: ofHours(hours, scheduled), figures: { hours: printFigure(hours), ofHours: printFigure(scheduled) } }
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
  const scheduled = scheduledIn(facts.time, piece)
  return basis === 'working-time' ? minus(scheduled, missedIn(facts, piece)) : scheduled
}

import { inDays, spellLength } from '../length-in-days.ts'
import { periodsOfLevel } from '../periods-of-level.ts'
import type { EarningTerms, Length, Level } from '../terms.ts'
import type { AboutPolicy, Contradiction } from './contradiction.ts'
import { inCarryOver } from './in-carry-over.ts'
import { inPeriods } from './in-periods.ts'

const FROM_THE_FIRST_DAY: Length = { days: 0 }

export function* inLevels(earning: EarningTerms, { scale }: AboutPolicy): Generator<Contradiction> {
  const { levels } = earning
  for (const [index, level] of levels.entries()) {
    const at = `/earning/levels/${index}`
    const before = levels[index - 1]
    yield* inAmounts(level, at)
    if (before !== undefined) yield* inOrder(before.after ?? FROM_THE_FIRST_DAY, level.after, `${at}/after`)
    if (level.inLastFullPeriodOfCalendarYear !== undefined) yield* inLastPeriod(level, earning, at)
    if (level.on !== undefined) yield* inPeriods(level.on, periodsOfLevel(level, earning).every, `${at}/on`)
    if (level.carryOver !== undefined) yield* inCarryOver(level.carryOver, { at: `${at}/carryOver`, scale })
  }
}

const AMOUNTS = ['amount', 'yearAmount', 'perHours'] as const

function* inAmounts(level: Level, at: string): Generator<Contradiction> {
  const said = AMOUNTS.filter((name) => level[name] !== undefined)
  if (said.length === 0) {
    yield {
      pointer: at,
      message:
        'must say what is earned: amount for each period, yearAmount for each leave year, or perHours; "0" for nothing',
    }
  } else if (said.length > 1) {
    yield { pointer: at, message: `must say what is earned once, and says ${said.join(' and ')}: keep one of them` }
  }
}

/** Levels are reached one after the other, whenever service began. */
function* inOrder(before: Length, after: Length | undefined, pointer: string): Generator<Contradiction> {
  if (after === undefined) {
    yield { pointer, message: `is missing: say a longer service than that of the level before, ${spellLength(before)}` }
    return
  }
  const [earlier, later] = [inDays(before), inDays(after)]
  if (earlier.most < later.least) return
  const said = `must be longer than ${spellLength(before)}, as in the level before`
  if (earlier.least === later.least && earlier.most === later.most) {
    yield { pointer, message: `${said}: say a longer service, or make one level of the two` }
  } else if (later.most < earlier.least) {
    yield { pointer, message: `${said}: say the levels in the order of their service` }
  } else {
    const months = 'days' in before ? after : before
    const { least, most } = inDays(months)
    yield {
      pointer,
      message: `${said}, whenever service began: ${spellLength(months)} can be ${least} to ${most} days; say both in one unit`,
    }
  }
}

function* inLastPeriod(level: Level, earning: EarningTerms, at: string): Generator<Contradiction> {
  const pointer = `${at}/inLastFullPeriodOfCalendarYear`
  if (periodsOfLevel(level, earning).every !== 'two-weeks') {
    yield { pointer, message: 'is for periods of two weeks alone: leave it out, or say every: "two-weeks"' }
  }
  if (level.amount === undefined) {
    yield {
      pointer,
      message: 'stands in place of an amount for each period, which is not said: leave it out, or say amount',
    }
  }
}

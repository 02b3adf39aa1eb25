import { type CalendarDate, dayAfter } from '../calendar-date.ts'
import type { ReachedLevel } from './levels.ts'
import type { DaySpan } from './part.ts'
import type { EarningRules } from './period-part.ts'
import type { PostOn } from './terms.ts'
import { keptBackUntil } from './waiting.ts'

/** The day on which a part of a period is posted: by its own days, whatever cut it, and not before the waiting ends. */
export function postedOn(rules: EarningRules, { level }: ReachedLevel, part: DaySpan): CalendarDate {
  const { postOn = level.perHours === undefined ? 'first-day' : 'last-day' } = rules.earning
  const day = dayOf(postOn, part)
  const keptBack = keptBackUntil(rules)
  return keptBack !== undefined && day < keptBack ? keptBack : day
}

function dayOf(postOn: PostOn, { from, to }: DaySpan): CalendarDate {
  switch (postOn) {
    case 'first-day':
      return from
    case 'last-day':
      return to
    case 'day-after':
      return dayAfter(to)
  }
}

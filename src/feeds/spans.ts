import type { AwayDay, EntityAway } from '../../projections/absences/query.ts'
import type { CalendarDate } from '../domain/calendar-date.ts'
import { daysBetween } from '../domain/day-number.ts'

/** Days of one request without a day between them: whole ones in a row, or half a day. */
export interface AwaySpan extends Omit<AwayDay, 'date'> {
  readonly entity: string
  readonly from: CalendarDate
  /** Included. */
  readonly to: CalendarDate
}

/** The spans of an entity, by request, then first day. */
export function spansOf({ entity, days }: EntityAway): readonly AwaySpan[] {
  const spans: AwaySpan[] = []
  for (const [, ofRequest] of Map.groupBy(days, ({ request }) => request)) {
    for (const { date, ...day } of ofRequest) {
      const last = spans.at(-1)
      if (last !== undefined && follows(last, { date, ...day })) spans[spans.length - 1] = { ...last, to: date }
      else spans.push({ ...day, entity, from: date, to: date })
    }
  }
  return spans
}

function follows({ request, portion, to }: AwaySpan, day: AwayDay): boolean {
  return day.request === request && day.portion === 'full' && portion === 'full' && daysBetween(to, day.date) === 1
}

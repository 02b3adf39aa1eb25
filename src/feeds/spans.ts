import type { SeenAway, SeenDay } from '../../projections/absences/query.ts'
import type { CalendarDate } from '../domain/calendar-date.ts'
import { daysBetween } from '../domain/day-number.ts'

/**
 * Days of one request, of a resource by lines of no request, or of which is hidden what they are by, without a day between
 * them: whole ones in a row, or half a day.
 */
export type AwaySpan = Omit<SeenDay, 'date'> & {
  readonly entity: string
  readonly from: CalendarDate
  /** Included. */
  readonly to: CalendarDate
  /** Of the last day, as `transaction` is of the first. */
  readonly lastTransaction: string | null | undefined
}

/** The spans of an entity, by request or resource, then first day. */
export function spansOf({ entity, days }: SeenAway): readonly AwaySpan[] {
  const spans: AwaySpan[] = []
  for (const [, together] of Map.groupBy(days, belongsTo)) {
    for (const { date, ...day } of together) {
      const last = spans.at(-1)
      if (last !== undefined && follows(last, { date, ...day }))
        spans[spans.length - 1] = longer(last, { date, ...day })
      else spans.push({ ...day, entity, from: date, to: date, lastTransaction: day.transaction })
    }
  }
  return spans
}

/** No id has a blank in it. */
function belongsTo({ request, resource }: Pick<SeenDay, 'request' | 'resource'>): string {
  return request ?? `of ${resource}`
}

function follows(span: AwaySpan, day: SeenDay): boolean {
  if (belongsTo(span) !== belongsTo(day)) return false
  return day.portion === 'full' && span.portion === 'full' && daysBetween(span.to, day.date) === 1
}

function longer(span: AwaySpan, { date, transaction, changedAt }: SeenDay): AwaySpan {
  const isLater = changedAt > span.changedAt
  return { ...span, to: date, lastTransaction: transaction, changedAt: isLater ? changedAt : span.changedAt }
}

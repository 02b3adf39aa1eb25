import ical, { escape, type ICalCalendar, ICalEventStatus } from 'ical-generator'
import { type CalendarDate, dayAfter } from '../domain/calendar-date.ts'
import type { Feed } from './feed.ts'
import type { FeedContent } from './read-feed.ts'
import type { AwaySpan } from './spans.ts'

/** How often calendar programs are asked to look again: what they show is a read model's, and no alarm. */
const LOOK_AGAIN_S = 3_600

/**
 * A feed as iCalendar (RFC 5545): all-day events, which say who is away and neither why nor on what account. The same
 * content gives the same bytes.
 */
export function calendarText(book: string, feed: Feed, { spans, names }: FeedContent): string {
  // The library escapes what events say, and leaves the name of the calendar as it is.
  const name = escape(titleOf(feed, names), false)
  const calendar = ical({ name, prodId: '//Daybook//Calendar feed//EN', ttl: LOOK_AGAIN_S })
  for (const span of spans) addSpan(calendar, book, span, names)
  return `${calendar.toString()}\r\n`
}

function addSpan(calendar: ICalCalendar, book: string, span: AwaySpan, names: FeedContent['names']): void {
  const { entity, from, to, status = 'approved', version = 1, changedAt } = span
  calendar.createEvent({
    id: `${idOf(span)}.${book}@daybook`,
    sequence: version,
    stamp: changedAt,
    start: midnight(from),
    // RFC 5545: not included.
    end: midnight(dayAfter(to)),
    allDay: true,
    summary: summaryOf(names.get(entity) ?? entity, span),
    status: status === 'approved' ? ICalEventStatus.CONFIRMED : ICalEventStatus.TENTATIVE,
  })
}

/**
 * A span of a request that keeps its first day stays the same event, whatever becomes of it. Lines never change, so one
 * that is made of other lines is another event. No id of a request has a slash in it. Where it is hidden what a span is by,
 * the span itself is all that names it.
 */
function idOf({ entity, request, from, to, portion, transaction, lastTransaction }: AwaySpan): string {
  if (request === undefined) return `${entity}/${from}/${to}/${portion}`
  return request === null ? `${transaction}/${lastTransaction}` : `${request}.${from}`
}

/** Without a time zone the library prints days as they are in UTC. */
function midnight(day: CalendarDate): Date {
  return new Date(`${day}T00:00:00Z`)
}

const PORTIONS = { full: '', am: ' (morning)', pm: ' (afternoon)' } as const

function summaryOf(name: string, { portion, status }: AwaySpan): string {
  return `${name} away${PORTIONS[portion]}${status === 'pending' ? ', not decided' : ''}`
}

function titleOf({ entity, manager, department }: Feed, names: FeedContent['names']): string {
  if (entity !== null) return `Leave of ${names.get(entity) ?? entity}`
  return manager === null ? `Leave in ${department}` : `Leave in the team of ${manager}`
}

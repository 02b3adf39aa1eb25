import { MOST_CALENDAR_DAYS } from '../../../projections/absences/query.ts'
import { invalidRequest, ProblemError } from '../../contract/problem.ts'
import { AwayCalendar, CalendarQuery } from '../../contract/schemas/absences.ts'
import { BookPath, DEFAULT_LIMIT, ReadHeaders } from '../../contract/schemas/parameters.ts'
import type { CalendarDate } from '../../domain/calendar-date.ts'
import { daysBetween } from '../../domain/day-number.ts'
import type { Backend } from '../backend.ts'
import { listed } from '../document/answers.ts'
import { operation } from '../document/operation.ts'
import { refuseReversed } from '../edge/day-range.ts'
import { minPosition, notCaughtUp, READ_PROBLEMS, unknownBook } from '../edge/reading.ts'
import type { App } from '../route.ts'

export function awayRoutes(app: App, backend: Pick<Backend, 'calendar' | 'config'>): void {
  app.get('/books/:book/calendar', { schema: READ_AWAY_CALENDAR }, async (request, reply) => {
    const { book } = request.params
    const { limit = DEFAULT_LIMIT, ...query } = request.query
    refuseReversed(query)
    refuseTooLong(query)
    const atLeast = { position: minPosition(request) ?? 0, waitMs: backend.config.minPositionWaitMs }
    const found = await backend.calendar.read({ book, limit, atLeast, ...query })
    if (found === undefined) throw new ProblemError(unknownBook(book))
    if (found === 'not-built') throw notCaughtUp('The calendar is not built in this database (yet).')
    if (found === 'behind') {
      throw notCaughtUp(`The calendar of the book ${book} has not reached position ${atLeast.position}.`)
    }
    reply.header('daybook-position', String(found.position))
    const { items, ...page } = found
    return {
      ...page,
      items: items.map(({ entity, days }) => ({
        entity,
        days: days.map(({ date, portion, status, request, resource }) => ({
          date,
          portion,
          status,
          request,
          resource,
        })),
      })),
    }
  })
}

const READ_AWAY_CALENDAR = {
  ...operation({
    id: 'readAwayCalendar',
    tag: 'Requests',
    summary: 'Who is away when',
    description:
      'Everybody who is away on any day of a span, or wants to be, with these days; by entity. A read model answers, which ' +
      'follows the record at a short distance: `Daybook-Position` says how far it has come, and `Daybook-Min-Position` ' +
      'waits for it. A page ends early where its entities have very many days.',
    answers: { 200: listed(AwayCalendar) },
    problems: READ_PROBLEMS,
  }),
  params: BookPath,
  querystring: CalendarQuery,
  headers: ReadHeaders,
}

function refuseTooLong({ from, to }: { readonly from: CalendarDate; readonly to: CalendarDate }): void {
  if (daysBetween(from, to) < MOST_CALENDAR_DAYS) return
  const message = `must be at most ${MOST_CALENDAR_DAYS - 1} days after \`from\``
  throw new ProblemError(invalidRequest([{ in: 'query', pointer: '/to', message }]))
}

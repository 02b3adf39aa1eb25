import { MOST_CALENDAR_DAYS } from '../../../projections/absences/query.ts'
import { invalidRequest, ProblemError } from '../../contract/problem.ts'
import { AwayCalendar, CalendarQuery } from '../../contract/schemas/absences.ts'
import { BookPath, DEFAULT_LIMIT, ReadHeaders } from '../../contract/schemas/parameters.ts'
import type { CalendarDate } from '../../domain/calendar-date.ts'
import { daysBetween } from '../../domain/day-number.ts'
import type { Backend } from '../backend.ts'
import { listed } from '../document/answers.ts'
import { operation } from '../document/operation.ts'
import { absencesSeen } from '../edge/absences-seen.ts'
import { forbidden } from '../edge/authorize.ts'
import { refuseReversed } from '../edge/day-range.ts'
import { minPosition, notCaughtUp, READ_PROBLEMS, unknownBook } from '../edge/reading.ts'
import type { App } from '../route.ts'

export function awayRoutes(app: App, backend: Pick<Backend, 'calendar' | 'primary' | 'config'>): void {
  app.get('/books/:book/calendar', { schema: READ_AWAY_CALENDAR }, async (request, reply) => {
    const { book } = request.params
    const { limit = DEFAULT_LIMIT, ...query } = request.query
    refuseReversed(query)
    refuseTooLong(query)
    const atLeast = { position: minPosition(request) ?? 0, waitMs: backend.config.minPositionWaitMs }
    const seen = await absencesSeen(backend.primary, request.principal, { book, ...query })
    if (seen === undefined) throw new ProblemError(forbidden('absences:read'))
    const among = seen === 'everybody' ? {} : { seen }
    const found = await backend.calendar.read({ book, limit, atLeast, ...query, ...among })
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
        days: days.map(({ version: _version, changedAt: _changedAt, ...day }) => day),
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
      'waits for it. A page ends early where its entities have very many days. Whoever reads the absences of everybody sees all of it. ' +
      'Others see their own, those of whoever they are the manager of, and of their team (the same direct manager, and that ' +
      'manager) who is away by what is approved. Why is left out, unless `kindVisibleTo` of the policy says otherwise.',
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

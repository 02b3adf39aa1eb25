import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Caller } from '../../commands/context.ts'
import { defineHoliday, removeHoliday } from '../../commands/define-holiday.ts'
import { calendarReply } from '../../commands/replies.ts'
import type { ProblemCode } from '../../contract/problem-catalogue.ts'
import { DefinedCalendar, SingleHoliday } from '../../contract/schemas/calendars.ts'
import { CalendarHolidayPath, CommandHeaders, CommandQuery } from '../../contract/schemas/parameters.ts'
import type { DefineCommand } from '../../ledger/command.ts'
import type { CommandBackend } from '../backend.ts'
import { recorded, unchanged } from '../document/answers.ts'
import { operation } from '../document/operation.ts'
import { DEFINE_PROBLEMS, define } from '../edge/defining.ts'
import type { App } from '../route.ts'
import { previewedCalendar } from './calendars.ts'

/** One date of a calendar's list of holidays, without saying the rest of the calendar again. */
export function calendarHolidayRoutes(app: App, backend: CommandBackend): void {
  const path = '/books/:book/calendars/:calendar/holidays/:date'
  app.put(path, { schema: DEFINE_HOLIDAY }, (request, reply) => {
    const { params, body } = request
    return change(backend, request, reply, (caller) => defineHoliday(caller, params, body))
  })
  app.delete(path, { schema: REMOVE_HOLIDAY }, (request, reply) => {
    return change(backend, request, reply, (caller) => removeHoliday(caller, request.params))
  })
}

const answers = {
  201: recorded(DefinedCalendar),
  200: unchanged(DefinedCalendar),
}

const problems: readonly ProblemCode[] = ['unknown-book', 'unknown-calendar', ...DEFINE_PROBLEMS, 'rule-violated']

const addressed = { params: CalendarHolidayPath, querystring: CommandQuery, headers: CommandHeaders }

const DEFINE_HOLIDAY = {
  ...operation({
    id: 'defineCalendarHoliday',
    tag: 'Calendars',
    summary: 'List one date as a holiday',
    description:
      'In place of what the calendar lists for the date; everything else of it stays as it is. With `portion` "none" the date ' +
      'is no holiday here, whatever the region says. A past date counts too: leave on it is counted again.',
    answers,
    problems,
  }),
  ...addressed,
  body: SingleHoliday,
}

const REMOVE_HOLIDAY = {
  ...operation({
    id: 'removeCalendarHoliday',
    tag: 'Calendars',
    summary: 'Take one date off the list of holidays',
    description: 'What the region says of the date then holds. 200 where the calendar does not list it.',
    answers,
    problems,
  }),
  ...addressed,
}

type ChangeRequest = FastifyRequest<{ Params: { book: string }; Querystring: { dryRun?: boolean } }>

function change(
  backend: CommandBackend,
  request: ChangeRequest,
  reply: FastifyReply,
  make: (caller: Caller) => DefineCommand,
): Promise<FastifyReply> {
  return define(backend, request, reply, {
    type: 'calendars',
    body: undefined,
    make,
    recorded: calendarReply,
    previewed: previewedCalendar,
  })
}

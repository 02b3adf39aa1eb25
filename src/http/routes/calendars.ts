import { defineCalendar, warningsOf } from '../../commands/define-calendar.ts'
import { calendarReply } from '../../commands/replies.ts'
import { Calendar, CalendarDefinition, CalendarPage, DefinedCalendar } from '../../contract/schemas/calendars.ts'
import {
  BookPath,
  CalendarPath,
  CommandHeaders,
  CommandQuery,
  DEFAULT_LIMIT,
  ListQuery,
  NoQuery,
  ReadHeaders,
} from '../../contract/schemas/parameters.ts'
import { CALENDAR } from '../../contract/schemas/request-examples.ts'
import type { Definition } from '../../ledger/definition.ts'
import { calendars } from '../../ledger/read/calendars.ts'
import { worldNow } from '../../world-clock.ts'
import type { CommandBackend, ReadBackend } from '../backend.ts'
import { listed, recorded, unchanged } from '../document/answers.ts'
import { operation } from '../document/operation.ts'
import { DEFINE_PROBLEMS, define } from '../edge/defining.ts'
import { READ_PROBLEMS, readOf, readOneOf, readVersionsOf } from '../edge/reading.ts'
import type { App } from '../route.ts'
import { regionFacts } from './public-holidays.ts'

export function calendarRoutes(app: App, backend: CommandBackend & ReadBackend): void {
  app.put('/books/:book/calendars/:calendar', { schema: DEFINE_CALENDAR }, (request, reply) => {
    const { calendar } = request.params
    return define(backend, request, reply, {
      type: 'calendars',
      body: request.body,
      make: async (caller, body) => {
        const { region } = body
        const facts = region ? await regionFacts(region, worldNow().getUTCFullYear()) : null
        return defineCalendar(caller, calendar, body, facts)
      },
      recorded: calendarReply,
      previewed: previewedCalendar,
    })
  })
  app.get('/books/:book/calendars', { schema: LIST_CALENDARS }, (request, reply) => {
    const { cursor, limit = DEFAULT_LIMIT } = request.query
    const { book } = request.params
    return readOf(backend, request, reply, () => calendars.list(backend.db, { book, cursor, limit }))
  })
  app.get('/books/:book/calendars/:calendar', { schema: READ_CALENDAR }, (request, reply) => {
    const { book, calendar } = request.params
    const read = () => calendars.read(backend.db, { book, id: calendar })
    return readOneOf(backend, request, reply, `calendar ${calendar}`, read)
  })
  app.get('/books/:book/calendars/:calendar/versions', { schema: LIST_CALENDAR_VERSIONS }, (request, reply) => {
    const { cursor, limit = DEFAULT_LIMIT } = request.query
    const { book, calendar } = request.params
    const read = () => calendars.listVersions(backend.db, { book, id: calendar, cursor, limit })
    return readVersionsOf(backend, request, reply, `calendar ${calendar}`, read)
  })
}

const DEFINE_CALENDAR = {
  ...operation({
    id: 'defineCalendar',
    tag: 'Calendars',
    summary: 'Make or change a calendar',
    description:
      'A changed definition is a new version, which decides from `effectiveFrom` on, until the day of one that is scheduled for ' +
      'later. What is in force on that day already is unchanged. `holidays`, `workedDays` and the days of a region are dated ' +
      'by themselves: the newest list decides about each date, past ones too. With `region`, the public holidays ' +
      'of its years are recorded with the version; said again in a later year, the same definition is a new version ' +
      'with those of later years. Leave of a year whose public holidays are not recorded is not counted.',
    answers: {
      201: { ...recorded(DefinedCalendar), example: CALENDAR },
      200: unchanged(DefinedCalendar),
    },
    problems: ['unknown-book', ...DEFINE_PROBLEMS, 'rule-violated'],
  }),
  params: CalendarPath,
  querystring: CommandQuery,
  headers: CommandHeaders,
  body: CalendarDefinition,
}

const LIST_CALENDARS = {
  ...operation({
    id: 'listCalendars',
    tag: 'Calendars',
    summary: 'List the calendars',
    description: 'By id, each in its newest version.',
    answers: { 200: listed(CalendarPage) },
    problems: READ_PROBLEMS,
  }),
  params: BookPath,
  querystring: ListQuery,
  headers: ReadHeaders,
}

const READ_CALENDAR = {
  ...operation({
    id: 'readCalendar',
    tag: 'Calendars',
    summary: 'Read a calendar',
    description: 'Its newest version.',
    answers: {
      200: { description: 'The calendar.', schema: Calendar, example: CALENDAR, headers: ['Daybook-Position'] },
    },
    problems: [...READ_PROBLEMS, 'not-found'],
  }),
  params: CalendarPath,
  querystring: NoQuery,
  headers: ReadHeaders,
}

const LIST_CALENDAR_VERSIONS = {
  ...operation({
    id: 'listCalendarVersions',
    tag: 'Calendars',
    summary: 'List the versions of a calendar',
    description: 'The oldest first.',
    answers: { 200: listed(CalendarPage) },
    problems: [...READ_PROBLEMS, 'not-found'],
  }),
  params: CalendarPath,
  querystring: ListQuery,
  headers: ReadHeaders,
}

export function previewedCalendar(definition: Definition): object {
  if (definition.kind !== 'calendar') throw new Error(`a calendar was defined as ${definition.kind}`)
  const { calendar, position: _position, rota, ...version } = definition.version
  return { id: calendar, weeks: null, weeksFrom: null, ...rota, ...version, ...warningsOf(definition.parts) }
}

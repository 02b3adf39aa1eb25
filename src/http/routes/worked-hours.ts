import { recordWorkedHours, reverseWorkedHours } from '../../commands/record-worked-hours.ts'
import { hoursReversedReply, workedHoursReply } from '../../commands/replies.ts'
import {
  BookPath,
  CommandHeaders,
  CommandQuery,
  DEFAULT_LIMIT,
  ReadHeaders,
  WorkedHoursPath,
  WorkedHoursQuery,
} from '../../contract/schemas/parameters.ts'
import {
  RecordedWorkedHours,
  ReversedWorkedHours,
  WorkedHoursPage,
  WorkedHoursRecording,
  WorkedHoursReversal,
} from '../../contract/schemas/worked-hours.ts'
import type { CalendarDate } from '../../domain/calendar-date.ts'
import { daysBetween } from '../../domain/day-number.ts'
import { exactFrom } from '../../domain/exact.ts'
import { listWorkedHours } from '../../ledger/read/worked-hours.ts'
import type { CommandBackend, ReadBackend } from '../backend.ts'
import { listed, previewed, recorded } from '../document/answers.ts'
import { operation } from '../document/operation.ts'
import { refuseReversed } from '../edge/day-range.ts'
import { DEFINE_PROBLEMS, define } from '../edge/defining.ts'
import { READ_PROBLEMS, readOf } from '../edge/reading.ts'
import { record } from '../edge/recording.ts'
import { answerSaid } from '../edge/said.ts'
import type { App } from '../route.ts'
import { notAllowed } from './request-span.ts'

/** Whoever records hours does so at least once a year. */
const MOST_DAYS = 366

export function workedHoursRoutes(app: App, backend: CommandBackend & ReadBackend): void {
  app.post('/books/:book/worked-hours', { schema: RECORD_WORKED_HOURS }, (request, reply) => {
    const { body } = request
    refuseHours(body)
    return record(backend, request, reply, {
      type: 'worked-hours',
      make: (caller) => recordWorkedHours(caller, body),
      answer: ANSWER_WORKED_HOURS,
    })
  })
  app.post(
    '/books/:book/worked-hours/:workedHours/reverse',
    { config: { bodyMayBeAbsent: true }, schema: REVERSE_WORKED_HOURS },
    (request, reply) =>
      define(backend, request, reply, {
        type: 'worked-hours-reversals',
        body: undefined,
        make: (caller) => reverseWorkedHours(caller, Number(request.params.workedHours), request.body),
        recorded: hoursReversedReply,
        previewed: (definition) => {
          if (definition.kind !== 'worked-hours-reversed') throw new Error(`hours were reversed as ${definition.kind}`)
          const { entity, workedHours } = definition
          return { id: String(workedHours), entity, reversedBy: null }
        },
      }),
  )
  app.get('/books/:book/worked-hours', { schema: LIST_WORKED_HOURS }, (request, reply) => {
    const { limit = DEFAULT_LIMIT, ...query } = request.query
    refuseReversed(query)
    const asked = { ...request.params, limit, ...query, reach: request.reach }
    return readOf(backend, request, reply, () => listWorkedHours(backend.db, asked))
  })
}

/** How hours are answered, recorded alone or in a bulk. */
export const ANSWER_WORKED_HOURS = answerSaid({
  recorded: workedHoursReply,
  previewed: (said) => ({ id: null, ...said, reversedBy: null }),
})

interface HoursSaid {
  readonly from: CalendarDate
  readonly to?: CalendarDate
  readonly hours: string
}

/** @throws ProblemError where the days are in the wrong order or too many, or nobody could have worked so long in them */
export function refuseHours({ from, to = from, hours }: HoursSaid): void {
  if (to < from) throw notAllowed('/to', 'must not be before `from`')
  const days = daysBetween(from, to) + 1
  if (days > MOST_DAYS) throw notAllowed('/to', `must be at most ${MOST_DAYS - 1} days after \`from\``)
  if (exactFrom(hours) > exactFrom(String(24 * days))) throw notAllowed('/hours', 'must be at most 24 for each day')
}

const RECORD_WORKED_HOURS = {
  ...operation({
    id: 'recordWorkedHours',
    tag: 'Earning',
    summary: 'Record hours worked',
    description:
      'What policies earn by that say `perHours` of `worked`. Hours over several days count evenly on each. Several recordings ' +
      'of the same days add up; what was recorded by mistake is taken back by its `id`.',
    answers: { 201: recorded(RecordedWorkedHours), 200: previewed(RecordedWorkedHours) },
    problems: ['unknown-book', 'own-account', ...DEFINE_PROBLEMS],
  }),
  params: BookPath,
  querystring: CommandQuery,
  headers: CommandHeaders,
  body: WorkedHoursRecording,
}

const REVERSE_WORKED_HOURS = {
  ...operation({
    id: 'reverseWorkedHours',
    tag: 'Earning',
    summary: 'Take hours back',
    description: 'All that one recording says, and once: 409 `already-reversed`.',
    answers: { 201: recorded(ReversedWorkedHours), 200: previewed(ReversedWorkedHours) },
    problems: ['unknown-book', 'not-found', 'own-account', ...DEFINE_PROBLEMS, 'already-reversed'],
  }),
  params: WorkedHoursPath,
  querystring: CommandQuery,
  headers: CommandHeaders,
  body: WorkedHoursReversal,
}

const LIST_WORKED_HOURS = {
  ...operation({
    id: 'listWorkedHours',
    tag: 'Earning',
    summary: 'List hours worked',
    description: 'By entity, each in recorded order; those that were taken back included, with what did.',
    answers: { 200: listed(WorkedHoursPage) },
    problems: READ_PROBLEMS,
  }),
  params: BookPath,
  querystring: WorkedHoursQuery,
  headers: ReadHeaders,
}

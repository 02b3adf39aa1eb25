import type { Static, TSchema } from 'typebox'
import type { OperationId } from '../../access/rights.ts'
import { closePeriod, reopenPeriod } from '../../commands/close-period.ts'
import type { Caller } from '../../commands/context.ts'
import { periodReply } from '../../commands/replies.ts'
import type { ProblemCode } from '../../contract/problem-catalogue.ts'
import {
  BookPath,
  CommandHeaders,
  CommandQuery,
  DEFAULT_LIMIT,
  ListQuery,
  PeriodPath,
  ReadHeaders,
} from '../../contract/schemas/parameters.ts'
import { ChangedPeriod, ClosePeriod, PeriodPage, ReopenPeriod } from '../../contract/schemas/periods.ts'
import type { Actor } from '../../domain/event.ts'
import type { Period } from '../../domain/period/period.ts'
import type { DefineCommand } from '../../ledger/command.ts'
import type { Definition } from '../../ledger/definition.ts'
import { listPeriods } from '../../ledger/read/periods.ts'
import type { CommandBackend, ReadBackend } from '../backend.ts'
import { listed, previewed, recorded } from '../document/answers.ts'
import { operation } from '../document/operation.ts'
import { senderOf } from '../edge/caller.ts'
import { DEFINE_PROBLEMS, define } from '../edge/defining.ts'
import { READ_PROBLEMS, readOf } from '../edge/reading.ts'
import type { Telling } from '../edge/told.ts'
import type { App } from '../route.ts'

export function periodRoutes(app: App, backend: CommandBackend & ReadBackend): void {
  transition(app, backend, 'close', {
    id: 'closePeriod',
    summary: 'Close a month and every one before it',
    description:
      'From then on no line is effective in them, so their balances cannot move: 409 `period-closed`, unless the line says `intoClosedPeriod`. The present ' +
      'month may be closed, a later one may not (422 `rule-violated`). One that is closed already is 409 ' +
      '`invalid-transition`.',
    body: ClosePeriod,
    problems: ['rule-violated'],
    make: closePeriod,
  })
  transition(app, backend, 'reopen', {
    id: 'reopenPeriod',
    summary: 'Open a closed month and every one after it again',
    description: 'Says why. One that is open is 409 `invalid-transition`.',
    body: ReopenPeriod,
    problems: [],
    make: reopenPeriod,
  })
  app.get('/books/:book/periods', { schema: LIST_PERIODS }, (request, reply) => {
    const { cursor, limit = DEFAULT_LIMIT } = request.query
    const { book } = request.params
    return readOf(backend, request, reply, () => listPeriods(backend.db, { book, cursor, limit }))
  })
}

const LIST_PERIODS = {
  ...operation({
    id: 'listPeriods',
    tag: 'Periods',
    summary: 'List the periods',
    description:
      'Every month that was ever closed by itself, in the order of the calendar, with who closed or reopened it last, when ' +
      'and why. What is closed says `closedThrough`: that month and every one before it.',
    answers: {
      200: listed(PeriodPage),
    },
    problems: READ_PROBLEMS,
  }),
  params: BookPath,
  querystring: ListQuery,
  headers: ReadHeaders,
}

interface Transition<Body extends TSchema> {
  readonly id: OperationId
  readonly summary: string
  readonly description: string
  readonly body: Body
  readonly problems: readonly ProblemCode[]
  readonly make: (caller: Caller, period: Period, body: Static<Body>) => DefineCommand
}

function transition<Body extends TSchema>(
  app: App,
  backend: CommandBackend,
  path: 'close' | 'reopen',
  { id, summary, description, body, problems, make }: Transition<Body>,
): void {
  const schema = {
    ...operation({
      id,
      tag: 'Periods',
      summary,
      description,
      answers: { 201: recorded(ChangedPeriod), 200: previewed(ChangedPeriod) },
      problems: ['unknown-book', ...DEFINE_PROBLEMS, 'invalid-transition', ...problems],
    }),
    params: PeriodPath,
    querystring: CommandQuery,
    headers: CommandHeaders,
    body,
  }
  app.post(`/books/:book/periods/:period/${path}`, { schema, config: { bodyMayBeAbsent: true } }, (request, reply) => {
    const { period } = request.params
    // The route's schema has let it through.
    const said = request.body as Static<Body>
    const { reason } = request.body as { readonly reason?: string }
    return define(backend, request, reply, {
      type: 'periods',
      body: undefined,
      make: (caller) => make(caller, period, said),
      recorded: (event, telling) => periodReply(event, (one) => telling.tells('pending', one)),
      previewed: (definition, telling) => previewedPeriod(definition, { reason, by: senderOf(request).actor, telling }),
    })
  })
}

function previewedPeriod(
  definition: Definition,
  { reason, by, telling }: { reason: string | undefined; by: Actor; telling: Telling },
): object {
  if (definition.kind !== 'period') throw new Error(`a period ended as ${definition.kind}`)
  const { period, facts, pending } = definition
  const { status, version } = facts
  const left = status === 'closed' ? { pending: pending.filter((one) => telling.tells('pending', one)) } : {}
  return { period, status, version, reason: reason ?? null, ...left, by }
}

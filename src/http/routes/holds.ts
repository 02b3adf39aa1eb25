import type { Static, TSchema } from 'typebox'
import type { OperationId } from '../../access/rights.ts'
import { placeHold, releaseHold, takeHold } from '../../commands/about-hold.ts'
import type { Caller } from '../../commands/context.ts'
import type { ProblemCode } from '../../contract/problem-catalogue.ts'
import { HOLD_LAPSED, HOLD_RECORDED, HOLD_TAKEN } from '../../contract/schemas/hold-examples.ts'
import { Hold, HoldPlacing, HoldReleasing, HoldTaking, RecordedHold } from '../../contract/schemas/holds.ts'
import {
  BookPath,
  CommandHeaders,
  CommandQuery,
  DEFAULT_LIMIT,
  HoldPath,
  HoldsQuery,
  NoQuery,
  ReadHeaders,
} from '../../contract/schemas/parameters.ts'
import { page } from '../../contract/schemas/replies.ts'
import type { RecordCommand } from '../../ledger/command.ts'
import { listHolds, readHold } from '../../ledger/read/holds.ts'
import type { Backend, CommandBackend, ReadBackend } from '../backend.ts'
import { found, listed, previewed, recorded } from '../document/answers.ts'
import { operation } from '../document/operation.ts'
import { READ_PROBLEMS, readOf, readOneOf } from '../edge/reading.ts'
import { record } from '../edge/recording.ts'
import { readerOf } from '../edge/request-reader.ts'
import type { App } from '../route.ts'
import { answerHold } from './hold-answer.ts'
import { RECORD_PROBLEMS } from './transactions.ts'

export function holdRoutes(app: App, backend: CommandBackend & ReadBackend): void {
  placing(app, backend)
  aboutHold(app, backend, 'take', {
    id: 'takeHold',
    summary: 'Take what is held',
    description:
      'Everything, or by `lines` a part: the rest is released. With `more`, lines of other accounts are recorded in the same ' +
      'event, such as what is paid for it: all of it, or nothing. Of two who take or release a hold, one does; the other is ' +
      'told how it ended.',
    body: HoldTaking,
    problems: [...ENDED_PROBLEMS, ...LINE_PROBLEMS],
    example: HOLD_TAKEN,
    make: takeHold,
  })
  aboutHold(app, backend, 'release', {
    id: 'releaseHold',
    summary: 'Release a hold',
    description: 'What it holds is free at once, before its time is over.',
    body: HoldReleasing,
    problems: ENDED_PROBLEMS,
    make: releaseHold,
  })
  readRoutes(app, backend)
}

const ENDED_PROBLEMS: readonly ProblemCode[] = ['own-account', 'not-found', 'hold-ended']
const LINE_PROBLEMS: readonly ProblemCode[] = [
  'unknown-policy',
  'scale-exceeded',
  'insufficient-balance',
  'day-taken',
  'rule-violated',
]

const RECORDED = recorded(RecordedHold)
const PREVIEWED = previewed(RecordedHold)

function placing(app: App, backend: CommandBackend): void {
  const schema = {
    ...operation({
      id: 'placeHold',
      tag: 'Holds',
      summary: 'Hold something for a while',
      description:
        'Holds lines as `pending`: nobody else gets them, and nothing is taken yet. They are held to what consumptions are: ' +
        'limits, days, months that are closed. It ends when it is taken or released, or by itself at `expiresAt`: whatever is ' +
        'asked from that instant on finds its lines free.',
      answers: { 201: { ...RECORDED, example: HOLD_RECORDED }, 200: PREVIEWED },
      problems: [...RECORD_PROBLEMS, 'own-account', ...LINE_PROBLEMS],
    }),
    params: BookPath,
    querystring: CommandQuery,
    headers: CommandHeaders,
    body: HoldPlacing,
  }
  app.post('/books/:book/holds', { schema }, (request, reply) =>
    record(backend, request, reply, {
      type: 'holds',
      make: (caller) => placeHold(caller, request.body),
      answer: answerHold,
    }),
  )
}

interface HoldRoute<Body extends TSchema> {
  readonly id: OperationId
  readonly summary: string
  readonly description: string
  readonly body: Body
  readonly problems: readonly ProblemCode[]
  /** Of its answer. */
  readonly example?: object
  readonly make: (caller: Caller, hold: string, body: Static<Body>) => RecordCommand
}

function aboutHold<Body extends TSchema>(
  app: App,
  backend: CommandBackend,
  path: 'release' | 'take',
  { id, summary, description, body, problems, example, make }: HoldRoute<Body>,
): void {
  const schema = {
    ...operation({
      id,
      tag: 'Holds',
      summary,
      description,
      answers: { 201: example === undefined ? RECORDED : { ...RECORDED, example }, 200: PREVIEWED },
      problems: [...RECORD_PROBLEMS, ...problems],
    }),
    params: HoldPath,
    querystring: CommandQuery,
    headers: CommandHeaders,
    body,
  }
  app.post(`/books/:book/holds/:hold/${path}`, { schema }, (request, reply) =>
    record(backend, request, reply, {
      type: 'holds',
      // The route's schema has let it through.
      make: (caller) => make(caller, request.params.hold, request.body as Static<Body>),
      answer: answerHold,
    }),
  )
}

function readRoutes(app: App, backend: ReadBackend & Pick<Backend, 'primary'>): void {
  app.get('/books/:book/holds', { schema: LIST_HOLDS }, async (request, reply) => {
    const { limit = DEFAULT_LIMIT, ...query } = request.query
    const { book } = request.params
    const reader = await readerOf(backend.primary, request, query.entity)
    return readOf(backend, request, reply, () => listHolds(backend.db, { book, limit, ...query, reader }))
  })
  app.get('/books/:book/holds/:hold', { schema: READ_HOLD }, async (request, reply) => {
    const { book, hold } = request.params
    const reader = await readerOf(backend.primary, request)
    return readOneOf(backend, request, reply, `hold ${hold}`, () => readHold(backend.db, { book, hold, reader }))
  })
}

const LIST_HOLDS = {
  ...operation({
    id: 'listHolds',
    tag: 'Holds',
    summary: 'List holds',
    description:
      'In the order in which they were placed, those that have ended as well. Of each the lines that the caller may read; ' +
      'one without any is left out.',
    answers: { 200: listed(page('HoldPage', Hold)) },
    problems: READ_PROBLEMS,
  }),
  params: BookPath,
  querystring: HoldsQuery,
  headers: ReadHeaders,
}

const READ_HOLD = {
  ...operation({
    id: 'readHold',
    tag: 'Holds',
    summary: 'Read a hold',
    description: 'With the lines that it holds or held, and what was taken of them.',
    answers: { 200: { ...found('The hold.', Hold), example: HOLD_LAPSED } },
    problems: [...READ_PROBLEMS, 'not-found'],
  }),
  params: HoldPath,
  querystring: NoQuery,
  headers: ReadHeaders,
}

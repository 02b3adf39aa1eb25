import type { Static, TSchema } from 'typebox'
import {
  approveRequest,
  cancelRequest,
  changeRequest,
  rejectRequest,
  submitRequest,
} from '../../commands/about-request.ts'
import type { Caller } from '../../commands/context.ts'
import type { ProblemCode } from '../../contract/problem-catalogue.ts'
import {
  BookPath,
  CommandHeaders,
  CommandQuery,
  DEFAULT_LIMIT,
  NoQuery,
  ReadHeaders,
  RequestPath,
  RequestsQuery,
} from '../../contract/schemas/parameters.ts'
import { page } from '../../contract/schemas/replies.ts'
import {
  ABSENCES,
  APPROVAL_RECORDED,
  REQUEST_APPROVED,
  REQUEST_RECORDED,
} from '../../contract/schemas/request-examples.ts'
import {
  Absences,
  PreviewedRequest,
  RecordedRequest,
  Request,
  RequestCancellation,
  RequestChange,
  RequestDecision,
  RequestSubmission,
} from '../../contract/schemas/requests.ts'
import type { RecordCommand } from '../../ledger/command.ts'
import { listAbsences, listRequests, readRequest } from '../../ledger/read/requests.ts'
import type { Backend, CommandBackend, ReadBackend } from '../backend.ts'
import { listed, previewed, recorded } from '../document/answers.ts'
import { operation } from '../document/operation.ts'
import { refuseReversed } from '../edge/day-range.ts'
import { READ_PROBLEMS, readOf, readOneOf } from '../edge/reading.ts'
import { record } from '../edge/recording.ts'
import type { App } from '../route.ts'
import { answerRequest } from './request-answer.ts'
import { notAllowed, refuseSaid } from './request-span.ts'
import { RECORD_PROBLEMS } from './transactions.ts'

export function requestRoutes(app: App, backend: CommandBackend & ReadBackend & Pick<Backend, 'primary'>): void {
  submission(app, backend)
  aboutRequest(app, backend, 'approve', {
    id: 'approveRequest',
    summary: 'Approve a request',
    description:
      'What it holds is taken, or its next step of approval is done. Where its cancellation was asked for, that is granted.',
    body: RequestDecision,
    problems: [...DECISION_PROBLEMS, ...LINE_PROBLEMS],
    example: APPROVAL_RECORDED,
    make: approveRequest,
  })
  aboutRequest(app, backend, 'reject', {
    id: 'rejectRequest',
    summary: 'Reject a request',
    description: 'What it holds is free. Where its cancellation was asked for, that is refused, and it stays approved.',
    body: RequestDecision,
    problems: DECISION_PROBLEMS,
    make: rejectRequest,
  })
  aboutRequest(app, backend, 'cancel', {
    id: 'cancelRequest',
    summary: 'Cancel a request',
    description:
      'All of it, or single days. After its approval that is only asked for, where the policy wants that and whoever acts ' +
      'may not decide.',
    body: RequestCancellation,
    problems: [...STATE_PROBLEMS, 'rule-violated'],
    make: cancelRequest,
  })
  aboutRequest(app, backend, 'change', {
    id: 'changeRequest',
    summary: 'Change a request',
    description:
      'To other days, or parts of them: the old ones are free and the new ones held together, or nothing happens. What was ' +
      'approved is decided about again.',
    body: RequestChange,
    problems: [...STATE_PROBLEMS, ...LINE_PROBLEMS, ...HOLD_PROBLEMS],
    make: changeRequest,
    check: refuseSaid,
  })
  readRoutes(app, backend)
}

const STATE_PROBLEMS: readonly ProblemCode[] = ['not-found', 'invalid-transition']
const DECISION_PROBLEMS: readonly ProblemCode[] = [...STATE_PROBLEMS, 'own-request', 'forbidden']
const LINE_PROBLEMS: readonly ProblemCode[] = ['insufficient-balance', 'day-taken', 'scale-exceeded']
const HOLD_PROBLEMS: readonly ProblemCode[] = [
  'unknown-policy',
  'unknown-calendar',
  'no-working-days',
  'outside-employment',
  'rule-violated',
]

const RECORDED = recorded(RecordedRequest)
const PREVIEWED = previewed(PreviewedRequest)

function submission(app: App, backend: CommandBackend & Pick<Backend, 'primary'>): void {
  const schema = {
    ...operation({
      id: 'submitRequest',
      tag: 'Requests',
      summary: 'Ask for leave',
      description:
        'Holds the working days of a span until somebody decides; or takes them at once, where nobody has to. They are drawn ' +
        'from one policy, or from all accounts of a resource in the order of their priority, then the earliest expiry.',
      answers: { 201: { ...RECORDED, example: REQUEST_RECORDED }, 200: PREVIEWED },
      problems: [...RECORD_PROBLEMS, ...LINE_PROBLEMS, ...HOLD_PROBLEMS, 'own-request', 'forbidden'],
    }),
    params: BookPath,
    querystring: CommandQuery,
    headers: CommandHeaders,
    body: RequestSubmission,
  }
  app.post('/books/:book/requests', { schema }, async (request, reply) => {
    const { body } = request
    refuseSaid(body)
    if ((body.resource === undefined) === (body.policy === undefined)) {
      throw notAllowed('', 'must say either `resource` or `policy`')
    }
    return record(backend, request, reply, {
      type: 'requests',
      make: (caller) => submitRequest(caller, body),
      answer: (...decided) => answerRequest(backend, ...decided),
    })
  })
}

interface RequestRoute<Body extends TSchema> {
  readonly id: string
  readonly summary: string
  readonly description: string
  readonly body: Body
  readonly problems: readonly ProblemCode[]
  /** Of its answer. */
  readonly example?: object
  readonly make: (caller: Caller, request: string, body: Static<Body>) => RecordCommand
  /** @throws ProblemError */
  readonly check?: (body: Static<Body>) => void
}

function aboutRequest<Body extends TSchema>(
  app: App,
  backend: CommandBackend & Pick<Backend, 'primary'>,
  path: 'approve' | 'cancel' | 'change' | 'reject',
  { id, summary, description, body, problems, example, make, check }: RequestRoute<Body>,
): void {
  const schema = {
    ...operation({
      id,
      tag: 'Requests',
      summary,
      description,
      answers: { 201: example === undefined ? RECORDED : { ...RECORDED, example }, 200: PREVIEWED },
      problems: [...RECORD_PROBLEMS, ...problems],
    }),
    params: RequestPath,
    querystring: CommandQuery,
    headers: CommandHeaders,
    body,
  }
  app.post(`/books/:book/requests/:request/${path}`, { schema }, async (request, reply) => {
    // The route's schema has let it through.
    const said = request.body as Static<Body>
    check?.(said)
    return record(backend, request, reply, {
      type: 'requests',
      make: (caller) => make(caller, request.params.request, said),
      answer: (...decided) => answerRequest(backend, ...decided),
    })
  })
}

function readRoutes(app: App, backend: ReadBackend): void {
  app.get('/books/:book/requests', { schema: LIST_REQUESTS }, (request, reply) => {
    const { limit = DEFAULT_LIMIT, ...query } = request.query
    const { book } = request.params
    refuseReversed(query)
    return readOf(backend, request, reply, () => listRequests(backend.db, { book, limit, ...query }))
  })
  app.get('/books/:book/requests/:request', { schema: READ_REQUEST }, (request, reply) => {
    const { book, request: id } = request.params
    return readOneOf(backend, request, reply, `request ${id}`, () => readRequest(backend.db, { book, request: id }))
  })
  app.get('/books/:book/requests/:request/absences', { schema: LIST_ABSENCES }, (request, reply) => {
    const { book, request: id } = request.params
    return readOneOf(backend, request, reply, `request ${id}`, () => listAbsences(backend.db, { book, request: id }))
  })
}

const LIST_REQUESTS = {
  ...operation({
    id: 'listRequests',
    tag: 'Requests',
    summary: 'List requests',
    description: 'In the order in which they were submitted, each with its days and its whole history.',
    answers: {
      200: listed(page('RequestPage', Request)),
    },
    problems: READ_PROBLEMS,
  }),
  params: BookPath,
  querystring: RequestsQuery,
  headers: ReadHeaders,
}

const READ_REQUEST = {
  ...operation({
    id: 'readRequest',
    tag: 'Requests',
    summary: 'Read a request',
    description: 'With its days and its whole history: who, when, why.',
    answers: {
      200: {
        description: 'The request.',
        schema: Request,
        example: REQUEST_APPROVED,
        headers: ['Daybook-Position'],
      },
    },
    problems: [...READ_PROBLEMS, 'not-found'],
  }),
  params: RequestPath,
  querystring: NoQuery,
  headers: ReadHeaders,
}

const LIST_ABSENCES = {
  ...operation({
    id: 'listAbsences',
    tag: 'Requests',
    summary: 'Who else is away',
    description:
      'For whoever decides: the pending and approved leave of others with the same manager (or, without one, of the ' +
      'same department) on the days of a request.',
    answers: {
      200: { description: 'Who, and when.', schema: Absences, example: ABSENCES, headers: ['Daybook-Position'] },
    },
    problems: [...READ_PROBLEMS, 'not-found'],
  }),
  params: RequestPath,
  querystring: NoQuery,
  headers: ReadHeaders,
}

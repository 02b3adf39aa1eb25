import type { Static, TSchema } from 'typebox'
import type { OperationId } from '../../access/rights.ts'
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
  RecordedRequest,
  Request,
  RequestCancellation,
  RequestChange,
  RequestDecision,
  RequestSubmission,
} from '../../contract/schemas/requests.ts'
import type { RecordCommand } from '../../ledger/command.ts'
import { readRequestOwner } from '../../ledger/read/deciders.ts'
import { listRequests } from '../../ledger/read/request-list.ts'
import { listAbsences, readRequest } from '../../ledger/read/requests.ts'
import type { RequestItem } from '../../ledger/read/waiting-for.ts'
import type { Backend, CommandBackend, ReadBackend } from '../backend.ts'
import { listed, previewed, recorded } from '../document/answers.ts'
import { type DescribedAnswer, operation } from '../document/operation.ts'
import { refuseReversed } from '../edge/day-range.ts'
import { READ_PROBLEMS, readOf, readOneOf } from '../edge/reading.ts'
import { record } from '../edge/recording.ts'
import { mayRead, mayReadToDecide, readerOf } from '../edge/request-reader.ts'
import { missingRequest, refuseEntityBeyondReach, refuseRequestBeyondReach } from '../edge/within-reach.ts'
import type { App } from '../route.ts'
import { answerRequest, saysOfRequest } from './request-answer.ts'
import { notAllowed, refuseSaid } from './request-span.ts'
import { RECORD_PROBLEMS } from './transactions.ts'

export function requestRoutes(app: App, backend: CommandBackend & ReadBackend): void {
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
      'approved is decided about again. Where it asks for what the request asks for already, nothing is recorded, and nothing ' +
      'is decided again: 200 with the request as it is, and the key is free.',
    body: RequestChange,
    answers200: AS_IT_IS,
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
const PREVIEWED = previewed(RecordedRequest)
const AS_IT_IS: DescribedAnswer = {
  description: 'Nothing is to change: the request as it is. Or a dry run: what would be recorded.',
  schema: RecordedRequest,
  headers: ['Daybook-Position', 'Preference-Applied'],
}

function submission(app: App, backend: CommandBackend): void {
  const schema = {
    ...operation({
      id: 'submitRequest',
      tag: 'Requests',
      summary: 'Ask for leave',
      description:
        'Holds the working days of a span until somebody decides; or takes them at once, where nobody has to. They are drawn ' +
        'from one policy, or from all accounts of a resource in the order of their priority, then the earliest expiry.',
      answers: { 201: { ...RECORDED, example: REQUEST_RECORDED }, 200: PREVIEWED },
      problems: [...RECORD_PROBLEMS, ...LINE_PROBLEMS, ...HOLD_PROBLEMS, 'not-found', 'own-request', 'forbidden'],
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
    refuseEntityBeyondReach(request, body.entity)
    return record(backend, request, reply, {
      type: 'requests',
      decides: body.decided !== undefined,
      make: (caller) => submitRequest(caller, body),
      answer: (command, verdict, how) =>
        answerRequest(backend, command, verdict, {
          ...how,
          isReadBy: (one) => mayRead(backend.primary, request, one),
          about: async () => undefined,
          isTheirs: false,
        }),
    })
  })
}

interface RequestRoute<Body extends TSchema> {
  readonly id: OperationId
  readonly summary: string
  readonly description: string
  readonly body: Body
  readonly problems: readonly ProblemCode[]
  /** Of its answer. */
  readonly example?: object
  /** Where a dry run is not all that is answered so. */
  readonly answers200?: DescribedAnswer
  readonly make: (caller: Caller, request: string, body: Static<Body>) => RecordCommand
  /** @throws ProblemError */
  readonly check?: (body: Static<Body>) => void
}

function aboutRequest<Body extends TSchema>(
  app: App,
  backend: CommandBackend,
  path: 'approve' | 'cancel' | 'change' | 'reject',
  { id, summary, description, body, problems, example, answers200 = PREVIEWED, make, check }: RequestRoute<Body>,
): void {
  const schema = {
    ...operation({
      id,
      tag: 'Requests',
      summary,
      description,
      answers: { 201: example === undefined ? RECORDED : { ...RECORDED, example }, 200: answers200 },
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
    const decides = path === 'approve' || path === 'reject'
    const owner = await refuseRequestBeyondReach(backend.primary, request, { decides })
    const isReadBy = (one: Pick<RequestItem, 'entity' | 'id' | 'resource'>) =>
      (decides ? mayReadToDecide : mayRead)(backend.primary, request, one)
    return record(backend, request, reply, {
      type: 'requests',
      decides,
      make: (caller) => make(caller, request.params.request, said),
      answer: async (command, verdict, how) => {
        // An approval names them, and does not ask them, or not any more: they are told what reading it tells them.
        const { request: id } = request.params
        const isHidden = owner !== undefined && saysOfRequest(verdict) && !(await isReadBy({ ...owner, id }))
        if (isHidden) return { problem: missingRequest(id) }
        const about = async () => {
          const found = owner ?? (await readRequestOwner(backend.primary, command.book, { request: id, deciders: [] }))
          return found && { ...found, id }
        }
        return answerRequest(backend, command, verdict, {
          ...how,
          request: id,
          isReadBy,
          about,
          isTheirs: owner !== undefined,
        })
      },
    })
  })
}

function readRoutes(app: App, backend: ReadBackend & Pick<Backend, 'primary'>): void {
  app.get('/books/:book/requests', { schema: LIST_REQUESTS }, (request, reply) => {
    const { limit = DEFAULT_LIMIT, ...query } = request.query
    const { book } = request.params
    refuseReversed(query)
    return readOf(backend, request, reply, async () => {
      const reader = await readerOf(backend.primary, request)
      return listRequests(backend.db, { book, limit, ...query, reader })
    })
  })
  app.get('/books/:book/requests/:request', { schema: READ_REQUEST }, async (request, reply) => {
    const { book, request: id } = request.params
    const asked = { book, request: id, reader: await readerOf(backend.primary, request) }
    return readOneOf(backend, request, reply, `request ${id}`, () => readRequest(backend.db, asked))
  })
  app.get('/books/:book/requests/:request/absences', { schema: LIST_ABSENCES }, async (request, reply) => {
    const { book, request: id } = request.params
    const asked = { book, request: id, reader: await readerOf(backend.primary, request) }
    return readOneOf(backend, request, reply, `request ${id}`, () => listAbsences(backend.db, asked))
  })
}

const LIST_REQUESTS = {
  ...operation({
    id: 'listRequests',
    tag: 'Requests',
    summary: 'List requests',
    description:
      'In the order in which they were submitted, each with its days and its whole history. With `waitingFor`: the queue of ' +
      'whoever decides, as it is now. Of a kind that is for hr alone (`kindVisibleTo`), managers see what they have to decide.',
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
      'same department) on the days of a request. Consumptions of no request that claim their days are shown as well. Of a kind ' +
      'that is for hr alone (`kindVisibleTo`), managers are shown the days that are approved, and nothing else.',
    answers: {
      200: { description: 'Who, and when.', schema: Absences, example: ABSENCES, headers: ['Daybook-Position'] },
    },
    problems: [...READ_PROBLEMS, 'not-found'],
  }),
  params: RequestPath,
  querystring: NoQuery,
  headers: ReadHeaders,
}

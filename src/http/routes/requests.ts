import type { Static, TSchema } from 'typebox'
import {
  approveRequest,
  cancelRequest,
  changeRequest,
  rejectRequest,
  submitRequest,
} from '../../commands/about-request.ts'
import type { Caller } from '../../commands/context.ts'
import { invalidRequest, ProblemError } from '../../contract/problem.ts'
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
import type { Backend } from '../backend.ts'
import { operation, type Success } from '../document/operation.ts'
import { sendAnswer } from '../edge/answer.ts'
import { idempotencyKeyOf, senderOf } from '../edge/caller.ts'
import { refuseReversed } from '../edge/day-range.ts'
import { readOf, readOneOf } from '../edge/reading.ts'
import { submit } from '../edge/submit.ts'
import type { App } from '../route.ts'
import { answerRequest } from './request-answer.ts'
import { RECORD_PROBLEMS } from './transactions.ts'

export function requestRoutes(app: App, backend: Backend): void {
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
    check: refuseEnds,
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

const RECORDED: Success = {
  description: 'Recorded, durably. A replay has the same body.',
  schema: RecordedRequest,
  headers: ['Daybook-Position', 'Idempotency-Replayed', 'Preference-Applied'],
}
const PREVIEWED: Success = {
  description: 'A dry run: what would be recorded.',
  schema: PreviewedRequest,
  headers: ['Preference-Applied'],
}

function submission(app: App, backend: Backend): void {
  const schema = {
    ...operation({
      id: 'submitRequest',
      tag: 'Requests',
      summary: 'Ask for leave',
      description:
        'Holds the working days of a span until somebody decides; or takes them at once, where nobody has to. They are drawn ' +
        'from one policy, or from all accounts of a resource in the order of their priority, then the earliest expiry.',
      answers: { 201: { ...RECORDED, example: REQUEST_RECORDED }, 200: PREVIEWED },
      problems: [...RECORD_PROBLEMS, ...LINE_PROBLEMS, ...HOLD_PROBLEMS],
    }),
    params: BookPath,
    querystring: CommandQuery,
    headers: CommandHeaders,
    body: RequestSubmission,
  }
  app.post('/books/:book/requests', { schema }, async (request, reply) => {
    const { strict, ...sender } = senderOf(request)
    refuseEnds(request.body)
    if ((request.body.resource === undefined) === (request.body.policy === undefined)) {
      throw notAllowed('', 'must say either `resource` or `policy`')
    }
    const asked = submitRequest({ ...sender, idempotencyKey: idempotencyKeyOf(request) }, request.body)
    const verdict = await submit(backend, 'requests', asked)
    return sendAnswer(reply, await answerRequest(backend, asked, verdict, { strict }), { strict })
  })
}

/** @throws ProblemError where a span ends before it begins, or leaves out what lies in its midst */
function refuseEnds({ from, to, fromPortion }: Static<typeof RequestChange> | Static<typeof RequestSubmission>): void {
  if (from === undefined || to === undefined) return
  if (to < from) throw notAllowed('/to', 'must not be before `from`')
  if (from !== to && fromPortion === 'am')
    throw notAllowed('/fromPortion', 'must be "full" or "pm" where `to` is later')
}

function notAllowed(pointer: string, message: string): ProblemError {
  return new ProblemError(invalidRequest([{ in: 'body', pointer, message }]))
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
  backend: Backend,
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
    const { strict, ...sender } = senderOf(request)
    // The route's schema has let it through.
    const said = request.body as Static<Body>
    check?.(said)
    const asked = make({ ...sender, idempotencyKey: idempotencyKeyOf(request) }, request.params.request, said)
    const verdict = await submit(backend, 'requests', asked)
    return sendAnswer(reply, await answerRequest(backend, asked, verdict, { strict }), { strict })
  })
}

function readRoutes(app: App, backend: Backend): void {
  app.get(
    '/books/:book/requests',
    {
      schema: {
        ...operation({
          id: 'listRequests',
          tag: 'Requests',
          summary: 'List requests',
          description: 'In the order in which they were submitted, each with its days and its whole history.',
          answers: {
            200: { description: 'A page.', schema: page('RequestPage', Request), headers: ['Daybook-Position'] },
          },
          problems: ['unknown-book', 'not-caught-up'],
        }),
        params: BookPath,
        querystring: RequestsQuery,
        headers: ReadHeaders,
      },
    },
    (request, reply) => {
      const { limit = DEFAULT_LIMIT, ...query } = request.query
      const { book } = request.params
      refuseReversed(query)
      return readOf(backend, request, reply, () => listRequests(backend.db, { book, limit, ...query }))
    },
  )
  app.get(
    '/books/:book/requests/:request',
    {
      schema: {
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
          problems: ['unknown-book', 'not-found', 'not-caught-up'],
        }),
        params: RequestPath,
        querystring: NoQuery,
        headers: ReadHeaders,
      },
    },
    (request, reply) => {
      const { book, request: id } = request.params
      return readOneOf(backend, request, reply, `request ${id}`, () => readRequest(backend.db, { book, request: id }))
    },
  )
  app.get(
    '/books/:book/requests/:request/absences',
    {
      schema: {
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
          problems: ['unknown-book', 'not-found', 'not-caught-up'],
        }),
        params: RequestPath,
        querystring: NoQuery,
        headers: ReadHeaders,
      },
    },
    (request, reply) => {
      const { book, request: id } = request.params
      return readOneOf(backend, request, reply, `request ${id}`, () => listAbsences(backend.db, { book, request: id }))
    },
  )
}

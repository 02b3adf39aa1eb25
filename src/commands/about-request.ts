import type { RecordedEvent } from '../domain/event.ts'
import { normalQuantity } from '../domain/quantity.ts'
import { decideRequest } from '../domain/request/decide-request.ts'
import type { RequestOrder } from '../domain/request/order.ts'
import {
  isRequestEvent,
  type RecountCause,
  type RequestEventType,
  type RequestFact,
  type RequestSpan,
  requestFact,
} from '../domain/request/request.ts'
import { spanOf } from '../domain/request/span.ts'
import type { Erasable, RecordCommand } from '../ledger/command.ts'
import type { RequestNeed } from '../ledger/needs.ts'
import { asJson, canonicalJson, type Json } from '../ledger/rows/canonical.ts'
import { sha256 } from '../ledger/rows/hash.ts'
import type { CancelRequestBody, ChangeRequestBody, DecideRequestBody, SubmitRequestBody } from './bodies.ts'
import type { Caller } from './context.ts'
import { differences } from './differences.ts'

/** Asks for leave: holds its working days until somebody decides, or takes them at once where nobody has to. */
export function submitRequest(caller: Caller, body: SubmitRequestBody): RecordCommand {
  const request = body.id ?? requestIdFor(caller.idempotencyKey)
  const { entity, resource = null, policy = null, from, to } = body
  const hoursPerDay = body.hoursPerDay === undefined ? null : normalQuantity(body.hoursPerDay)
  const { fromPortion = 'full', toPortion = 'full' } = body
  const span = spanOf({ ...body, from, to, fromPortion, toPortion, hoursPerDay })
  return command(caller, {
    path: 'requests',
    order: {
      kind: 'submit',
      ...orderOf(caller, request, body),
      entity,
      resource,
      policy,
      span,
      isDecided: body.decided !== undefined,
    },
    hold: { entity, resource, policy, from, to },
    body: normalSubmission(body),
    erasable: {
      ...(body.reason === undefined ? {} : { reason: body.reason }),
      ...(body.metadata === undefined ? {} : { metadata: body.metadata }),
    },
  })
}

/** Agrees: to the request, or to the cancellation that was asked for. */
export function approveRequest(caller: Caller, request: string, body: DecideRequestBody): RecordCommand {
  return decision(caller, body, { kind: 'approve', ...orderOf(caller, request, body), ...versionOf(body) })
}

/** Does not agree: what was held is free, or what was to be cancelled stays. */
export function rejectRequest(caller: Caller, request: string, body: DecideRequestBody): RecordCommand {
  return decision(caller, body, { kind: 'reject', ...orderOf(caller, request, body), ...versionOf(body) })
}

/** Gives back what it holds or has taken, all or single days; or asks for that. */
export function cancelRequest(caller: Caller, request: string, body: CancelRequestBody): RecordCommand {
  const days = body.days === undefined ? null : [...new Set(body.days)].toSorted()
  return decision(caller, body, { kind: 'cancel', ...orderOf(caller, request, body), ...versionOf(body), days })
}

/** Moves it to other days, or other parts of them: in one step, or not at all. */
export function changeRequest(caller: Caller, request: string, body: ChangeRequestBody): RecordCommand {
  const order = orderOf(caller, request, body)
  const said = saidIn(body)
  const { from = null, to = null } = said
  const hold = { entity: null, resource: null, policy: null, from, to }
  return decision(caller, body, { kind: 'change', ...order, ...versionOf(body), said }, hold)
}

/**
 * Counts the days of a request again, by the definitions as they are now: no more than that is asked, so whatever version
 * it has by then will do. Lines for closed periods are recorded today.
 */
export function recountRequest(caller: Caller, request: string, cause: RecountCause): RecordCommand {
  return command(caller, {
    path: `requests/${request}/recount`,
    order: { kind: 'recount', request, postToday: true, cause },
    hold: { entity: null, resource: null, policy: null, from: null, to: null },
    body: { cause: { ...cause } },
    erasable: {},
  })
}

/**
 * The id of a request whose caller gave it none. Made of the key, which one event of the book has: a replay finds the
 * same, and so does whoever imports the history.
 */
export function requestIdFor(idempotencyKey: string): string {
  return `req-${sha256(idempotencyKey).slice(0, 24)}`
}

/** A body apart from what of it may be erased. */
type Said = { readonly [member: string]: Json }

interface Parts {
  readonly path: string
  readonly order: RequestOrder
  readonly hold: RequestNeed['hold']
  /** As it is compared: defaults and quantities in one spelling. */
  readonly body: Said
  readonly erasable: Erasable
}

/** Lines that a command about a request has, as groups and queues are measured: nobody knows before it is decided. */
const USUAL_LINES = 20

function decision(
  caller: Caller,
  body: DecideRequestBody,
  order: RequestOrder,
  hold: RequestNeed['hold'] = null,
): RecordCommand {
  return command(caller, {
    path: `requests/${order.request}/${order.kind}`,
    order,
    hold,
    body: normalDecision(body),
    erasable: body.comment === undefined ? {} : { reason: body.comment },
  })
}

function command(caller: Caller, { path, order, hold, body, erasable }: Parts): RecordCommand {
  const { book, actor } = caller
  return {
    ...caller,
    kind: 'record',
    type: TYPES[order.kind],
    lines: USUAL_LINES,
    needs: {
      accounts: [],
      targets: [],
      days: [],
      requests: [{ request: order.request, actor: actor.id, hold }],
    },
    dataText: '{}',
    erasable,
    canonical: `POST /v1/books/${book}/${path} ${canonicalJson(body)}`,
    decide: (state, position) => decideRequest(state, position, order),
    differs: (original) => differsFrom(original, { order, body }),
  }
}

/** What a command records unless the decision says something else. */
const TYPES = {
  submit: 'request-submitted',
  approve: 'request-approved',
  reject: 'request-rejected',
  cancel: 'request-cancelled',
  change: 'request-changed',
  recount: 'request-recounted',
} as const satisfies Record<RequestOrder['kind'], RequestEventType>

function orderOf(
  { actor, authority }: Caller,
  request: string,
  { intoClosedPeriod }: Pick<DecideRequestBody, 'intoClosedPeriod'>,
) {
  return { request, actor, ...(authority && { authority }), postToday: intoClosedPeriod !== undefined }
}

function versionOf({ expectedVersion }: DecideRequestBody) {
  return { expectedVersion }
}

function saidIn({ from, to, fromPortion, toPortion, hoursPerDay, ...also }: ChangeRequestBody): Partial<RequestSpan> {
  const { portions, fromTime, toTime } = also
  return {
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(fromPortion === undefined ? {} : { fromPortion }),
    ...(toPortion === undefined ? {} : { toPortion }),
    ...(portions === undefined ? {} : { portions }),
    ...(hoursPerDay === undefined ? {} : { hoursPerDay: normalQuantity(hoursPerDay) }),
    ...(fromTime === undefined ? {} : { fromTime }),
    ...(toTime === undefined ? {} : { toTime }),
  }
}

function normalSubmission({ hoursPerDay, ...body }: SubmitRequestBody): Said {
  return {
    ...asJson(body),
    fromPortion: body.fromPortion ?? 'full',
    toPortion: body.toPortion ?? 'full',
    ...(hoursPerDay === undefined ? {} : { hoursPerDay: normalQuantity(hoursPerDay) }),
  }
}

function normalDecision(body: ChangeRequestBody & CancelRequestBody): Said {
  const { hoursPerDay, days, ...others } = body
  return {
    ...asJson(others),
    ...(hoursPerDay === undefined ? {} : { hoursPerDay: normalQuantity(hoursPerDay) }),
    ...(days === undefined ? {} : { days: [...new Set(days)].toSorted() }),
  }
}

function differsFrom(original: RecordedEvent, asked: { readonly order: RequestOrder; readonly body: Said }): string[] {
  const before = originalRequestBody(original)
  if (before === undefined || before.kind !== asked.order.kind) return ['/type']
  const { reason: _reason, comment: _comment, metadata: _metadata, ...remembered } = asked.body
  const body = original.erasableText === null ? remembered : asked.body
  const found = differences(before.body, body)
  return before.request === asked.order.request || asked.order.kind === 'submit' ? found : ['/id', ...found]
}

/** What an event about a request was asked by: which command, and its body. */
export interface OriginalRequest {
  readonly kind: RequestOrder['kind']
  readonly request: string
  readonly body: Said
}

/** @returns undefined where the event is about something else */
export function originalRequestBody(event: RecordedEvent): OriginalRequest | undefined {
  if (!isRequestEvent(event.type)) return undefined
  const fact = requestFact(event.type, JSON.parse(event.dataText))
  const { request, version, intoClosedPeriod } = fact.data
  const { reason, metadata } = JSON.parse(event.erasableText ?? '{}') as { reason?: string; metadata?: Json }
  const kind = kindOf(fact)
  const closed: Said = intoClosedPeriod === undefined ? {} : { intoClosedPeriod }
  if (fact.type === 'request-submitted') {
    const { entity, resource, policy, decided } = fact.data
    const { hoursPerDay, ...span } = spanOf(fact.data)
    const body = {
      ...(request === requestIdFor(event.idempotencyKey) ? {} : { id: request }),
      entity,
      ...(policy === null ? { resource } : { policy }),
      ...asJson(span),
      ...(hoursPerDay === null ? {} : { hoursPerDay }),
      ...(decided === undefined ? {} : { decided }),
      ...closed,
      ...(reason === undefined ? {} : { reason }),
      ...(metadata === undefined ? {} : { metadata }),
    }
    return { kind, request, body }
  }
  if (fact.type === 'request-recounted') return { kind, request, body: { cause: { ...fact.data.cause } } }
  const said: Said = { expectedVersion: version - 1, ...closed, ...(reason === undefined ? {} : { comment: reason }) }
  return { kind, request, body: { ...said, ...beyond(fact) } }
}

function kindOf(fact: RequestFact): RequestOrder['kind'] {
  switch (fact.type) {
    case 'request-submitted':
      return 'submit'
    case 'request-changed':
      return 'change'
    case 'request-recounted':
      return 'recount'
    case 'request-step-approved':
    case 'request-approved':
      return 'approve'
    case 'request-rejected':
    case 'request-cancellation-refused':
      return 'reject'
    case 'request-cancelled':
      return fact.data.granted === undefined ? 'cancel' : 'approve'
    case 'request-cancellation-asked':
      return 'cancel'
  }
}

/** What only one kind of command says. */
function beyond(fact: RequestFact): Said {
  if (fact.type === 'request-changed') return asJson(fact.data.said)
  if (fact.type === 'request-cancellation-asked') return daysIn(fact.data.days)
  return fact.type === 'request-cancelled' && fact.data.granted === undefined ? daysIn(fact.data.days) : {}
}

function daysIn(days: readonly string[] | undefined): Said {
  return days === undefined ? {} : { days }
}

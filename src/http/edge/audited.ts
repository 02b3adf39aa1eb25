import type { FastifyReply, FastifyRequest } from 'fastify'
import { entitiesOf, grantsOn, roleOf } from '../../access/held.ts'
import { EVERY_BOOK, type Principal } from '../../access/principal.ts'
import { type Needed, type OperationId, RIGHTS, type Right } from '../../access/rights.ts'
import { type AuditOutcome, type Auditor, type Noted, UNKNOWN_CALLER } from '../../audit/entry.ts'
import type { AuditReads } from '../../config.ts'
import { type Problem, statusOf } from '../../contract/problem.ts'
import type { CalendarDate } from '../../domain/calendar-date.ts'
import { isId } from '../../domain/id.ts'
import type { Reach } from '../../domain/reach.ts'
import { grantedEntities } from '../../identity/granted-entities.ts'
import type { App } from '../route.ts'
import { lenientClientOf } from './caller.ts'
import { todayInUtc } from './today.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** What only a handler finds out for the audit trail. */
    audited: Audited | null
  }
}

/** What a handler says of its call, beside what the call itself says. */
export interface Audited {
  /** The book that it concerns, where its path names none. */
  readonly book?: string | undefined
  /** Whom it is about. */
  readonly entity?: string | undefined
  /** What else it is about, such as `key:3f9c2a7e51b04d68`. */
  readonly subject?: string | undefined
  /** Of a call without a credential: the user that whoever calls has shown to be. */
  readonly user?: string | undefined
  /** Who a user is that it is by, or who was not let in as one, as `<book>/<entity>`. */
  readonly persons?: readonly string[] | undefined
}

export interface Auditing {
  readonly audit: Auditor
  readonly reads: AuditReads
}

/** Reads by these rights are of no person's data. Whatever else is read, is. */
const ABOUT_NOBODY: ReadonlySet<Right> = new Set<Right>([
  'me:read',
  'sessions:manage',
  'book:read',
  'policies:read',
  'calendars:read',
  'periods:read',
  'retention:read',
  'stats:read',
  'keys:define',
  'webhooks:read',
])

/** Reads by these are noted whatever the setting says. */
const ALWAYS: ReadonlySet<Right> = new Set<Right>(['audit:read', 'service-audit:read', 'access-review:read'])

/** A read that is refused so was an attempt to see what is not theirs. */
const ATTEMPTS: ReadonlySet<string> = new Set(['forbidden', 'not-found', 'unknown-book'])

/** Parameters of paths that name what a call is about, and are no secrets. */
const SUBJECTS = [
  'key',
  'user',
  'session',
  'webhook',
  'request',
  'hold',
  'feed',
  'policy',
  'calendar',
  'period',
  'snapshot',
  'transaction',
] as const

/** Notes what is called below a scope, once it is answered; long answers as they begin. */
export function auditCalls(scope: App, auditing: Auditing): void {
  scope.addHook('preHandler', (request, _reply, done) => {
    // From here on, path, query and body are what the schemas let through.
    request.audited ??= {}
    done()
  })
  scope.addHook('onSend', (request, reply, _payload, done) => {
    if (isStreamed(request)) note(auditing, request, reply)
    done()
  })
  scope.addHook('onResponse', (request, reply, done) => {
    if (!isStreamed(request)) note(auditing, request, reply)
    done()
  })
}

/** Notes a call that is not answered over HTTP: it goes on as something else. */
export function auditOpened(auditing: Auditing, request: FastifyRequest): void {
  const noted = notedOf(request, { isRecorded: false, outcome: 'accepted', problem: null }, auditing.reads)
  if (noted !== undefined) auditing.audit.note(noted)
}

/** @returns notes that one of the commands of a call was refused, or failed */
export function auditItems(
  audit: Auditor,
  request: FastifyRequest,
  action: OperationId,
): (problem: Problem, entity: string | null) => void {
  const same = {
    ...by(request.principal, request, { right: RIGHTS[action].right, entity: null }),
    action,
    isRead: false,
    subject: null,
  }
  return (problem, entity) =>
    audit.note({ ...same, entity, outcome: statusOf(problem) < 500 ? 'refused' : 'failed', problem: problem.code })
}

function isStreamed({ method, routeOptions }: FastifyRequest): boolean {
  return method === 'GET' && routeOptions.config.streams === true
}

function note({ audit, reads }: Auditing, request: FastifyRequest, reply: FastifyReply): void {
  const noted = notedOf(request, answeredBy(request, reply), reads)
  if (noted !== undefined) audit.note(noted)
}

interface Answered {
  readonly outcome: AuditOutcome
  readonly problem: string | null
  /** Whether the record says it, or it changed nothing at all. */
  readonly isRecorded: boolean
}

/** @returns undefined where the record says it, or nobody asks for it */
function notedOf(
  request: FastifyRequest,
  { outcome, problem, isRecorded }: Answered,
  reads: AuditReads,
): Noted | undefined {
  const { principal, routeOptions, method } = request
  const id = routeOptions.schema?.operationId
  // Nobody has been asked who they are: a preflight, or a connection that broke.
  if (principal === undefined && problem === null) return undefined
  const action = id ?? 'unknown'
  if (principal === undefined) return { ...ofNobody(request), action, outcome, problem }
  if (id === undefined) return undefined
  const { right }: Needed = RIGHTS[id as OperationId]
  const isRead = method === 'GET' || method === 'HEAD'
  if (!isRead && outcome === 'accepted' && isRecorded) return undefined
  const about = aboutOf(request)
  const noted = {
    ...by(principal, request, { right, entity: about.entity }),
    ...about,
    action,
    isRead: isRead && !ABOUT_NOBODY.has(right),
    outcome,
    problem,
  }
  return isRead && !isNotedRead(noted, { request, right, reads }) ? undefined : noted
}

function answeredBy(request: FastifyRequest, reply: FastifyReply): Answered {
  const { statusCode: status, problemCode: problem } = reply
  const { dryRun } = request.query as { readonly dryRun?: boolean }
  const isRecorded =
    dryRun === true ||
    reply.hasHeader('daybook-position') ||
    reply.hasHeader('idempotency-replayed') ||
    // Of its commands, those that were refused are noted one by one.
    request.routeOptions.schema?.operationId === 'recordBulk'
  return { outcome: status < 400 ? 'accepted' : status < 500 ? 'refused' : 'failed', problem, isRecorded }
}

function ofNobody(request: FastifyRequest): Omit<Noted, 'action' | 'outcome' | 'problem'> {
  const nothing = { via: null, role: null, isRead: false, entity: null, subject: null }
  return { ...nothing, actor: UNKNOWN_CALLER, client: lenientClientOf(request), book: bookOf(request) }
}

interface Reading {
  readonly request: FastifyRequest
  readonly right: Right
  readonly reads: AuditReads
}

function isNotedRead({ outcome, problem, isRead, entity }: Noted, { request, right, reads }: Reading): boolean {
  if (outcome !== 'accepted') return problem === 'forbidden' || (isRead && ATTEMPTS.has(problem ?? ''))
  if (ALWAYS.has(right)) return true
  if (!isRead || reads === 'none') return false
  return reads === 'all' || !isOwn(request, entity)
}

/** Whether a call is about nobody but the caller. */
function isOwn(request: FastifyRequest, entity: string | null): boolean {
  const { principal, reach, params } = request
  const { book = EVERY_BOOK } = params as { readonly book?: string }
  const own = entitiesOf(grantsOn(principal, book, dayOfCall(request)))
  if (own.length === 0) return false
  if (entity !== null) return own.includes(entity)
  return reach !== 'everybody' && reach.every((one) => own.includes(one))
}

/** Who did it: as the command said, or else the entity that the caller is, or else the caller. */
function by(
  principal: Principal,
  request: FastifyRequest,
  { right, entity }: { readonly right: Right; readonly entity: string | null },
): Pick<Noted, 'actor' | 'via' | 'role' | 'client' | 'book' | 'persons'> {
  const book = bookOf(request)
  const grants = grantsOn(principal, book ?? EVERY_BOOK, dayOfCall(request))
  const { kind, id } = principal
  const own = entitiesOf(grants)
  const isAsManager = isOfTeam(request, own, entity)
  const role = isAsManager ? 'manager' : (roleOf(grants, right) ?? null)
  const caller = own[0] === undefined ? { type: kind, id } : { type: isAsManager ? 'manager' : 'employee', id: own[0] }
  const actor = request.actor ?? caller
  const persons = actor.type === 'user' ? grantedEntities(principal.grants) : []
  return { actor, via: { kind, id }, role, client: lenientClientOf(request), book, persons }
}

function dayOfCall(request: FastifyRequest): CalendarDate {
  // Not there where a call was refused before.
  const today = request.today as CalendarDate | undefined
  return today ?? todayInUtc()
}

/** Whether somebody was let in because others are below them: it is given to nobody, and follows from the record. */
function isOfTeam(request: FastifyRequest, own: readonly string[], entity: string | null): boolean {
  // Not there where a call was refused before.
  const reach = request.reach as Reach | undefined
  if (reach === undefined || reach === 'everybody') return false
  const read = entity === null ? reach : reach.filter((one) => one === entity)
  return read.some((one) => !own.includes(one))
}

function bookOf({ params, audited }: FastifyRequest): string | null {
  const { book = audited?.book } = (params ?? {}) as { readonly book?: string }
  return book !== undefined && isId(book) ? book : null
}

/** Whom and what it is about. Only of a call that was read through is more taken than an id in its path. */
function aboutOf(request: FastifyRequest): Pick<Noted, 'entity' | 'subject'> {
  const { audited } = request
  const params = (request.params ?? {}) as Readonly<Record<string, string | undefined>>
  const inPath = params['entity']
  const entity = inPath !== undefined && isId(inPath) ? inPath : null
  if (audited === null) return { entity, subject: null }
  const subject = SUBJECTS.find((name) => params[name] !== undefined)
  return {
    entity: audited.entity ?? entity ?? entityIn(request.query) ?? entityIn(request.body),
    subject: audited.subject ?? (subject === undefined ? null : `${subject}:${params[subject]}`),
  }
}

/** The one entity that a query or a body names, alone or in all of its lines. */
export function entityIn(said: unknown): string | null {
  if (typeof said !== 'object' || said === null) return null
  const { entity, transactions, lines = transactions } = said as { readonly [member: string]: unknown }
  if (typeof entity === 'string') return entity
  if (!Array.isArray(lines)) return null
  const [first, ...others] = new Set(lines.map((line: unknown) => entityIn(line)))
  return others.length === 0 ? (first ?? null) : null
}

import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Pool } from 'pg'
import type { Static } from 'typebox'
import { RIGHTS } from '../../access/rights.ts'
import { ACTIONS_WITHOUT_CALL } from '../../audit/actions.ts'
import type { Entry } from '../../audit/entry.ts'
import type { AuditFilter } from '../../audit/read/asked.ts'
import { listAudit } from '../../audit/read/list.ts'
import { invalidRequest, ProblemError } from '../../contract/problem.ts'
import { AuditEntry, AuditQuery, ServiceAuditQuery } from '../../contract/schemas/audit.ts'
import { BookPath, DEFAULT_LIMIT, ReadHeaders } from '../../contract/schemas/parameters.ts'
import { page } from '../../contract/schemas/replies.ts'
import { type CalendarDate, dayAfter, parseCalendarDate, startOfDay } from '../../domain/calendar-date.ts'
import type { Page } from '../../ledger/read/cursor.ts'
import { readHead } from '../../ledger/read/head.ts'
import type { ReadBackend } from '../backend.ts'
import { operation } from '../document/operation.ts'
import { instantIn } from '../edge/instant.ts'
import { preferred } from '../edge/media-type.ts'
import { READ_PROBLEMS, readOf } from '../edge/reading.ts'
import type { App } from '../route.ts'

const MEDIA_TYPES = ['application/json', 'application/x-ndjson'] as const

/** Entries of one reading of a stream. */
const STREAM_PAGE = 500

export function auditRoutes(app: App, backend: ReadBackend): void {
  const { db } = backend
  app.get('/books/:book/audit', { config: { streams: true }, schema: LIST_AUDIT }, async (request, reply) => {
    const { book } = request.params
    const { cursor, limit, ...filters } = request.query
    const filter = filterOf(filters, await zoneOf(db, book, filters))
    const list: Lister = (asked) => listAudit(db, { book, filter, ...asked })
    // The first page says whether there is such a book at all.
    const first = await readOf(backend, request, reply, () => list({ cursor, limit: limit ?? firstOf(request) }))
    return isStream(request) ? sendStream(reply, first, list, limit) : first
  })
  app.get('/audit', { config: { streams: true }, schema: LIST_SERVICE_AUDIT }, async (request, reply) => {
    const { cursor, limit, ...filters } = request.query
    const filter = filterOf(filters, 'UTC')
    const list: Lister = (asked) => listAudit(db, { book: null, filter, ...asked })
    const first = (await list({ cursor, limit: limit ?? firstOf(request) }))!
    return isStream(request)
      ? sendStream(reply, first, list, limit)
      : { items: first.items, nextCursor: first.nextCursor }
  })
}

type Lister = (asked: { readonly cursor: string | undefined; readonly limit: number }) => ReturnType<typeof listAudit>

function isStream({ headers, method }: FastifyRequest): boolean {
  return method !== 'HEAD' && preferred(headers.accept, MEDIA_TYPES) === 'application/x-ndjson'
}

function firstOf(request: FastifyRequest): number {
  return isStream(request) ? STREAM_PAGE : DEFAULT_LIMIT
}

type Filters = Omit<Static<typeof AuditQuery>, 'cursor' | 'limit'>

/** The time zone whose days are meant; where none are, any. */
async function zoneOf(db: Pool, book: string, { from = '', to = '' }: Filters): Promise<string> {
  const days = [from, to].some((text) => parseCalendarDate(text) !== undefined)
  return (days ? (await readHead(db, book))?.timeZone : undefined) ?? 'UTC'
}

/** Calls that need no caller, and are in the trail. */
const OPEN_CALLS = [
  'signIn',
  'choosePassword',
  'listWaysToSignIn',
  'beginSignIn',
  'finishSignIn',
  'endSessionsOfLogin',
  'readCalendarFeed',
]

const ACTIONS: readonly string[] = [...Object.keys(RIGHTS), ...OPEN_CALLS, ...ACTIONS_WITHOUT_CALL].toSorted()

/** @throws ProblemError where nothing is called so: an empty list would say that it never happened */
function refuseUnknownAction(action: string | undefined): void {
  if (action === undefined || ACTIONS.includes(action)) return
  const message = `must be one of: ${ACTIONS.join(', ')}`
  throw new ProblemError(invalidRequest([{ in: 'query', pointer: '/action', message }]))
}

/** @throws ProblemError where an action, an instant or a day does not exist */
function filterOf({ actor, entity, action, outcome, from, to }: Filters, timeZone: string): AuditFilter {
  const bound = (name: string, text: string | undefined, first: (day: CalendarDate) => CalendarDate) => {
    if (text === undefined) return undefined
    const day = parseCalendarDate(text)
    const at = day === undefined ? instantIn(text) : startOfDay(timeZone, first(day)).toISOString()
    if (at !== undefined) return at
    const message = 'must be a day or an instant that exists'
    throw new ProblemError(invalidRequest([{ in: 'query', pointer: `/${name}`, message }]))
  }
  refuseUnknownAction(action)
  return {
    actor: actorOf(actor),
    entity,
    action,
    outcome,
    from: bound('from', from, (day) => day),
    to: bound('to', to, dayAfter),
  }
}

function actorOf(text: string | undefined): AuditFilter['actor'] {
  if (text === undefined) return undefined
  const at = text.indexOf(':')
  return at === -1 ? { type: text, id: null } : { type: text.slice(0, at), id: text.slice(at + 1) }
}

/** All entries, or as many as are asked for, one a line. */
function sendStream(reply: FastifyReply, first: Page<Entry>, list: Lister, limit: number | undefined): FastifyReply {
  async function* lines(): AsyncGenerator<string, void, undefined> {
    let page: Page<Entry> | undefined = first
    let left = limit ?? Number.POSITIVE_INFINITY
    while (page !== undefined) {
      const { items, nextCursor }: Page<Entry> = page
      if (items.length > 0) yield items.map((entry) => `${JSON.stringify(entry)}\n`).join('')
      left -= items.length
      page =
        nextCursor === null || left <= 0
          ? undefined
          : await list({ cursor: nextCursor, limit: Math.min(left, STREAM_PAGE) })
    }
  }
  return reply
    .header('content-type', 'application/x-ndjson; charset=utf-8')
    .send(Readable.from(lines(), { objectMode: false }))
}

const ANSWER = {
  description: 'By time. In the stream each is a line, as an item of the page is.',
  schema: page('AuditPage', AuditEntry),
  mediaTypes: MEDIA_TYPES,
} as const

const LIST_AUDIT = {
  ...operation({
    id: 'listAudit',
    tag: 'Audit',
    summary: 'Read the audit trail of a book',
    description:
      'Who did what, or tried to, by time: accepted commands, from the record; and from beside it refused commands and calls, ' +
      'reads of data about people (`DAYBOOK_AUDIT_READS`), and changes of what is no part of the record. What is beside the ' +
      'record comes up to a second later, and is kept for `DAYBOOK_AUDIT_DAYS`. By `Accept` a page, or as ' +
      '`application/x-ndjson` all of it. A page may be short, or empty, and have another one after it. Reading this is audited.',
    answers: { 200: { ...ANSWER, headers: ['Daybook-Position'] } },
    problems: READ_PROBLEMS,
  }),
  params: BookPath,
  querystring: AuditQuery,
  headers: ReadHeaders,
}

const LIST_SERVICE_AUDIT = {
  ...operation({
    id: 'listServiceAudit',
    tag: 'Audit',
    summary: 'Read the audit trail of what is about no book',
    description:
      'Keys, sign-ins and whatever else belongs to no book, by time. What names a book that is not there is here, too. ' +
      'Otherwise like the audit trail of a book.',
    answers: { 200: ANSWER },
    problems: [],
  }),
  querystring: ServiceAuditQuery,
}

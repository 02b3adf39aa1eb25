import type { FastifyReply, FastifyRequest } from 'fastify'
import { ProblemError } from '../../contract/problem.ts'
import type { ProblemCode } from '../../contract/problem-catalogue.ts'
import {
  BalancesQuery,
  BookPath,
  DEFAULT_LIMIT,
  EntityBalancesQuery,
  EntityPath,
  ReadHeaders,
  StatementQuery,
} from '../../contract/schemas/parameters.ts'
import { Balances, Statement } from '../../contract/schemas/replies.ts'
import type { BalancesAsked } from '../../ledger/read/balances.ts'
import { readStatement } from '../../ledger/read/statement.ts'
import type { Backend, ReadBackend } from '../backend.ts'
import { listed } from '../document/answers.ts'
import { operation } from '../document/operation.ts'
import { refuseReversed } from '../edge/day-range.ts'
import { knownAtOf } from '../edge/known-at.ts'
import { preferred } from '../edge/media-type.ts'
import { readOf } from '../edge/reading.ts'
import { readerOf } from '../edge/request-reader.ts'
import type { App } from '../route.ts'
import { CSV_TYPE, csvHeader, csvLines } from './balance-csv.ts'
import { type AskedForm, csvFormOf, refuseCsvForm } from './csv-form.ts'
import { profilesFor } from './profile-columns.ts'
import { refuseProjected, withProjections } from './projected-balances.ts'

const MEDIA_TYPES = ['application/json', 'text/csv'] as const

/** Nobody has as many accounts. */
const MOST_PROJECTED = 1_000

const ANSWERS = {
  200: { ...listed(Balances), mediaTypes: MEDIA_TYPES, headers: ['Daybook-Position', 'Link'] },
} as const
const PROBLEMS: readonly ProblemCode[] = ['unknown-book', 'not-caught-up']

export function balanceRoutes(app: App, backend: ReadBackend & Pick<Backend, 'balances' | 'primary'>): void {
  app.get('/books/:book/balances', { schema: LIST_BALANCES }, async (request, reply) => {
    const { limit = DEFAULT_LIMIT, knownAt, delimiter, decimal, columns, ...query } = request.query
    const { book } = request.params
    const reader = await readerOf(backend.primary, request, query.entity)
    const asked = { book, limit, ...query, knownAt: knownAtOf(knownAt), ...reader }
    return sendBalances(backend, request, reply, { asked, form: { delimiter, decimal, columns } })
  })
  app.get('/books/:book/entities/:entity/balances', { schema: LIST_ENTITY_BALANCES }, async (request, reply) => {
    const { limit = DEFAULT_LIMIT, knownAt, delimiter, decimal, columns, projected, ...query } = request.query
    const reader = await readerOf(backend.primary, request, request.params.entity)
    if (projected === true) {
      refuseProjected(request.query, preferred(request.headers.accept, MEDIA_TYPES) === 'text/csv')
      return readOf(backend, request, reply, async () => {
        const page = await backend.balances.list({ ...request.params, limit: MOST_PROJECTED, ...query, ...reader })
        if (page === undefined) return undefined
        const items = await withProjections(backend.db, { ...request.params, ...query }, page, reader)
        return { ...page, items, nextCursor: null }
      })
    }
    const asked = { ...request.params, limit, ...query, knownAt: knownAtOf(knownAt), ...reader }
    return sendBalances(backend, request, reply, { asked, form: { delimiter, decimal, columns } })
  })
  app.get('/books/:book/entities/:entity/statement', { schema: READ_STATEMENT }, async (request, reply) => {
    const { limit = DEFAULT_LIMIT, ...query } = request.query
    const { policy } = query
    refuseReversed(query)
    const reader = await readerOf(backend.primary, request, request.params.entity)
    return readOf(backend, request, reply, async () => {
      const statement = await readStatement(backend.db, { ...request.params, limit, ...query, ...reader })
      if (statement !== 'unknown-policy') return statement
      const detail = `There is no policy ${policy} in this book.`
      throw new ProblemError({ code: 'unknown-policy', detail, members: { policy } })
    })
  })
}

async function sendBalances(
  backend: ReadBackend & Pick<Backend, 'balances'>,
  request: FastifyRequest<{ Params: { book: string } }>,
  reply: FastifyReply,
  { asked, form: said }: { readonly asked: BalancesAsked; readonly form: AskedForm },
) {
  const isCsv = preferred(request.headers.accept, MEDIA_TYPES) === 'text/csv'
  if (!isCsv) refuseCsvForm(said)
  const form = csvFormOf(said)
  const page = await readOf(backend, request, reply, () => backend.balances.list(asked))
  if (!isCsv) return page
  const { items, nextCursor } = page
  if (nextCursor !== null) reply.header('link', nextLink(request.url, nextCursor))
  const text = csvHeader(form) + (await csvLines(items, form, profilesFor(backend, request)))
  return reply.header('content-type', CSV_TYPE).send(text)
}

/** The same query with another cursor. Relative, as a proxy may serve the path under another one. */
function nextLink(url: string, cursor: string): string {
  const { searchParams } = new URL(url, 'http://any.invalid')
  searchParams.set('cursor', cursor)
  return `<?${searchParams.toString()}>; rel="next"`
}

const LIST_BALANCES = {
  ...operation({
    id: 'listBalances',
    tag: 'Balances',
    summary: 'List balances',
    description:
      'By entity, then policy. Never stale: every command answered before the read began is in it, unless `knownAt` ' +
      'asks about the past. All pages of one walk are as of the same day and known at the same position. As `text/csv` ' +
      'each page is a file with a header line (RFC 4180), and `Link` names the next one.',
    answers: ANSWERS,
    problems: PROBLEMS,
  }),
  params: BookPath,
  querystring: BalancesQuery,
  headers: ReadHeaders,
}

const LIST_ENTITY_BALANCES = {
  ...operation({
    id: 'listEntityBalances',
    tag: 'Balances',
    summary: 'List the balances of an entity',
    description:
      'By policy; none where nothing was ever recorded for the entity. With `projected=true` each has beside it what the rules of ' +
      'its policy will have posted by `asOf`.',
    answers: ANSWERS,
    problems: PROBLEMS,
  }),
  params: EntityPath,
  querystring: EntityBalancesQuery,
  headers: ReadHeaders,
}

const READ_STATEMENT = {
  ...operation({
    id: 'readStatement',
    tag: 'Balances',
    summary: 'Read the statement of an account',
    description:
      'Transactions by the day they take effect, each with the balance after it, between an opening and a closing ' +
      'balance. All pages of one walk are known at the same position.',
    answers: { 200: listed(Statement) },
    problems: [...PROBLEMS, 'unknown-policy'],
  }),
  params: EntityPath,
  querystring: StatementQuery,
  headers: ReadHeaders,
}

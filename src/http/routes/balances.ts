import { invalidRequest, ProblemError } from '../../contract/problem.ts'
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
import type { KnownAt } from '../../ledger/read/known-at.ts'
import { readStatement } from '../../ledger/read/statement.ts'
import type { Backend, ReadBackend } from '../backend.ts'
import { listed } from '../document/answers.ts'
import { operation } from '../document/operation.ts'
import { refuseReversed } from '../edge/day-range.ts'
import { readOf } from '../edge/reading.ts'
import type { App } from '../route.ts'

const ANSWERS = { 200: listed(Balances) } as const
const PROBLEMS: readonly ProblemCode[] = ['unknown-book', 'not-caught-up']

export function balanceRoutes(app: App, backend: ReadBackend & Pick<Backend, 'balances'>): void {
  app.get('/books/:book/balances', { schema: LIST_BALANCES }, (request, reply) => {
    const { limit = DEFAULT_LIMIT, knownAt, ...query } = request.query
    const { book } = request.params
    const asked = { book, limit, ...query, knownAt: knownAtOf(knownAt) }
    return readOf(backend, request, reply, () => backend.balances.list(asked))
  })
  app.get('/books/:book/entities/:entity/balances', { schema: LIST_ENTITY_BALANCES }, (request, reply) => {
    const { limit = DEFAULT_LIMIT, knownAt, ...query } = request.query
    const asked = { ...request.params, limit, ...query, knownAt: knownAtOf(knownAt) }
    return readOf(backend, request, reply, () => backend.balances.list(asked))
  })
  app.get('/books/:book/entities/:entity/statement', { schema: READ_STATEMENT }, (request, reply) => {
    const { limit = DEFAULT_LIMIT, ...query } = request.query
    const { policy } = query
    refuseReversed(query)
    return readOf(backend, request, reply, async () => {
      const statement = await readStatement(backend.db, { ...request.params, limit, ...query })
      if (statement !== 'unknown-policy') return statement
      const detail = `There is no policy ${policy} in this book.`
      throw new ProblemError({ code: 'unknown-policy', detail, members: { policy } })
    })
  })
}

const LIST_BALANCES = {
  ...operation({
    id: 'listBalances',
    tag: 'Balances',
    summary: 'List balances',
    description:
      'By entity, then policy. Never stale: every command answered before the read began is in it, unless `knownAt` ' +
      'asks about the past. All pages of one walk are as of the same day and known at the same position.',
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
    description: 'By policy; none where nothing was ever recorded for the entity.',
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

/** @param text as its schema lets through: a position, or the form of an instant */
function knownAtOf(text: string | undefined): KnownAt | undefined {
  if (text === undefined) return undefined
  if (/^[0-9]+$/.test(text)) return { position: Number(text) }
  const instant = new Date(text)
  // 30 February has the form, and JavaScript moves it to March.
  const day = Number(text.slice(8, 10))
  const monthEnd = new Date(Date.UTC(Number(text.slice(0, 4)), Number(text.slice(5, 7)), 0)).getUTCDate()
  if (!Number.isNaN(instant.getTime()) && day <= monthEnd) return { instant: instant.toISOString() }
  throw new ProblemError(
    invalidRequest([{ in: 'query', pointer: '/knownAt', message: 'must be an instant that exists' }]),
  )
}

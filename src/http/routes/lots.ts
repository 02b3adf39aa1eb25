import { ProblemError, toProblem } from '../../contract/problem.ts'
import { ExplanationQuery, LotPage } from '../../contract/schemas/looking-ahead.ts'
import { EntityPath, ReadHeaders } from '../../contract/schemas/parameters.ts'
import { MOST_EXPLAINED_LINES } from '../../earning/read-explanation.ts'
import { readLots } from '../../earning/read-lots.ts'
import type { Backend, ReadBackend } from '../backend.ts'
import { listed } from '../document/answers.ts'
import { operation } from '../document/operation.ts'
import { knownAtOf } from '../edge/known-at.ts'
import { READ_PROBLEMS, readOf } from '../edge/reading.ts'
import { readerOf } from '../edge/request-reader.ts'
import type { App } from '../route.ts'

/** Items of a page, unless the caller says: mostly all there are. */
const USUAL_LIMIT = 1_000

export function lotRoutes(app: App, backend: ReadBackend & Pick<Backend, 'primary'>): void {
  app.get('/books/:book/entities/:entity/lots', { schema: LIST_LOTS }, async (request, reply) => {
    const { limit = USUAL_LIMIT, knownAt, ...query } = request.query
    const reader = await readerOf(backend.primary, request, request.params.entity)
    const asked = { ...request.params, limit, ...query, knownAt: knownAtOf(knownAt), reader }
    return readOf(backend, request, reply, async () => {
      const found = await readLots(backend.db, asked)
      if (found === 'unknown-policy') {
        throw new ProblemError(toProblem({ refusal: { code: 'unknown-policy', policy: query.policy } }))
      }
      if (found === 'too-many') throw new ProblemError(toProblem({ refusal: TOO_MANY }))
      return found
    })
  })
}

const TOO_MANY = { code: 'rule-violated', rule: 'explanation-lines', limit: String(MOST_EXPLAINED_LINES) } as const

const LIST_LOTS = {
  ...operation({
    id: 'listLots',
    tag: 'Balances',
    summary: 'List the lots of an account',
    description:
      'What was earned, and how much of each was used, has lapsed and remains at the end of `asOf`, by the day on which it was ' +
      'earned. What lapses first is drawn on first, what never lapses last, and older before younger. Lots are worked out of ' +
      'what is recorded: a line for a day before changes what later days draw. What remains adds up to the balance, unless that ' +
      'is a debt; of a lot whose last day is over nothing remains, posted or not. An account of more than 50,000 lines has ' +
      'too many: `rule-violated`, rule `explanation-lines`. Other lists have pages of 50 items unless `limit` is given; these ' +
      'have 1,000.',
    answers: { 200: listed(LotPage) },
    problems: [...READ_PROBLEMS, 'unknown-policy', 'rule-violated'],
  }),
  params: EntityPath,
  querystring: ExplanationQuery,
  headers: ReadHeaders,
}

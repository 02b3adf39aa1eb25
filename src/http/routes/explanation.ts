import { ProblemError, toProblem } from '../../contract/problem.ts'
import { Explanation, ExplanationQuery } from '../../contract/schemas/looking-ahead.ts'
import { EntityPath, ReadHeaders } from '../../contract/schemas/parameters.ts'
import { MOST_EXPLAINED_LINES, readExplanation } from '../../earning/read-explanation.ts'
import type { Backend, ReadBackend } from '../backend.ts'
import { listed } from '../document/answers.ts'
import { operation } from '../document/operation.ts'
import { knownAtOf } from '../edge/known-at.ts'
import { READ_PROBLEMS, readOf } from '../edge/reading.ts'
import { readerOf } from '../edge/request-reader.ts'
import type { App } from '../route.ts'

/** Items of a page, unless the caller says: mostly all there are. */
const USUAL_LIMIT = 1_000

export function explanationRoutes(app: App, backend: ReadBackend & Pick<Backend, 'primary'>): void {
  app.get('/books/:book/entities/:entity/explanation', { schema: READ_EXPLANATION }, async (request, reply) => {
    const { limit = USUAL_LIMIT, knownAt, ...query } = request.query
    const reader = await readerOf(backend.primary, request, request.params.entity)
    const asked = { ...request.params, limit, ...query, knownAt: knownAtOf(knownAt), reader }
    return readOf(backend, request, reply, async () => {
      const found = await readExplanation(backend.db, asked)
      if (found === 'unknown-policy') {
        throw new ProblemError(toProblem({ refusal: { code: 'unknown-policy', policy: query.policy } }))
      }
      if (found === 'too-many') throw new ProblemError(toProblem({ refusal: TOO_MANY }))
      return found
    })
  })
}

const TOO_MANY = { code: 'rule-violated', rule: 'explanation-lines', limit: String(MOST_EXPLAINED_LINES) } as const

const READ_EXPLANATION = {
  ...operation({
    id: 'readExplanation',
    tag: 'Balances',
    summary: 'Explain the balance of an account',
    description:
      'Every posting, and every line of leave, that the balance is made of, with the figures that it was decided on and a sentence ' +
      'that says the same. They add up to the balance of `asOf`. By day; on one day what lapses, what is carried, what is earned, and then ' +
      'leave. What was held and is decided is left out: only what became of it is there. Figures are those that were recorded with each ' +
      'posting, whatever has changed since. An account of more than 50,000 lines is not explained: `rule-violated`, rule ' +
      '`explanation-lines`. Other lists have pages of 50 items unless `limit` is given; these have 1,000.',
    answers: { 200: listed(Explanation) },
    problems: [...READ_PROBLEMS, 'unknown-policy', 'rule-violated'],
  }),
  params: EntityPath,
  querystring: ExplanationQuery,
  headers: ReadHeaders,
}

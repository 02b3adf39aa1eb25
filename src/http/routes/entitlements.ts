import { invalidRequest, ProblemError, toProblem } from '../../contract/problem.ts'
import { EntitlementPage, EntitlementsQuery } from '../../contract/schemas/looking-ahead.ts'
import { BookPath, DEFAULT_LIMIT, ReadHeaders } from '../../contract/schemas/parameters.ts'
import { readEntitlements } from '../../earning/read-entitlements.ts'
import type { Backend, ReadBackend } from '../backend.ts'
import { listed } from '../document/answers.ts'
import { operation } from '../document/operation.ts'
import { READ_PROBLEMS, readOf } from '../edge/reading.ts'
import { readerOf } from '../edge/request-reader.ts'
import type { App } from '../route.ts'

export function entitlementRoutes(app: App, backend: ReadBackend & Pick<Backend, 'primary'>): void {
  app.get('/books/:book/entitlements', { schema: LIST_ENTITLEMENTS }, async (request, reply) => {
    const { limit = DEFAULT_LIMIT, ...query } = request.query
    if (query.year !== undefined && query.on !== undefined) {
      const message = 'must not be given together with `year`'
      throw new ProblemError(invalidRequest([{ in: 'query', pointer: '/on', message }]))
    }
    const reader = await readerOf(backend.primary, request, query.entity)
    return readOf(backend, request, reply, async () => {
      const found = await readEntitlements(backend.db, { ...request.params, limit, ...query, reader })
      if (found !== 'unknown-policy') return found
      throw new ProblemError(toProblem({ refusal: { code: 'unknown-policy', policy: query.policy } }))
    })
  })
}

const LIST_ENTITLEMENTS = {
  ...operation({
    id: 'listEntitlements',
    tag: 'Balances',
    summary: 'List entitlements of a leave year',
    description:
      'Of everybody who is assigned to a policy, or has an account under it, by entity: what they are entitled to in one leave year, ' +
      'how much of that is earned, and what is left. What the rules post counts in the year that it is about: what is earned in that of ' +
      'the first of its days, whenever it is posted; what lapses, or is cut off by a carry-over, in that of the last day on which it could ' +
      'be taken. Whose leave year does not begin in `year` is left out.',
    answers: { 200: listed(EntitlementPage) },
    problems: [...READ_PROBLEMS, 'unknown-policy'],
  }),
  params: BookPath,
  querystring: EntitlementsQuery,
  headers: ReadHeaders,
}

import { invalidRequest, ProblemError, toProblem } from '../../contract/problem.ts'
import { Forecast, ForecastQuery } from '../../contract/schemas/looking-ahead.ts'
import { EntityPath, ReadHeaders } from '../../contract/schemas/parameters.ts'
import type { Backend, ReadBackend } from '../backend.ts'
import { found } from '../document/answers.ts'
import { operation } from '../document/operation.ts'
import { READ_PROBLEMS, readOf } from '../edge/reading.ts'
import { readerOf } from '../edge/request-reader.ts'
import type { App } from '../route.ts'

export function forecastRoutes(app: App, backend: ReadBackend & Pick<Backend, 'forecasts' | 'primary'>): void {
  const { forecasts } = backend
  app.get('/books/:book/entities/:entity/forecast', { schema: READ_FORECAST }, async (request, reply) => {
    const { entity } = request.params
    const { policy } = request.query
    const reader = await readerOf(backend.primary, request, entity)
    return readOf(backend, request, reply, async () => {
      const foreseen = await forecasts.read({ ...request.params, ...request.query, reader })
      switch (foreseen?.outcome) {
        case undefined:
          return undefined
        case 'unknown-policy':
          throw new ProblemError(toProblem({ refusal: { code: 'unknown-policy', policy } }))
        case 'not-worked-out':
          throw new ProblemError({ code: 'not-worked-out', detail: foreseen.detail, members: { entity, policy } })
        case 'bad-until': {
          const message = `must be from ${foreseen.first} to ${foreseen.last}: from asOf to ten years after it`
          throw new ProblemError(invalidRequest([{ in: 'query', pointer: '/until', message }]))
        }
        case 'foreseen': {
          const { outcome: _outcome, ...shown } = foreseen
          return shown
        }
      }
    })
  })
}

const READ_FORECAST = {
  ...operation({
    id: 'readForecast',
    tag: 'Balances',
    summary: 'Look ahead on an account',
    description:
      'How the balance goes on after `asOf`: by leave that is booked or held, and by what the rules of the policy will post if nothing ' +
      'changes. It begins with what is recorded; what was due by then and has not been posted yet comes first. Nothing is recorded. A ' +
      'policy that does not earn is answered as well: with what is recorded for later days, and with what lapses.',
    answers: { 200: found('How it goes on.', Forecast) },
    problems: [...READ_PROBLEMS, 'unknown-policy', 'not-worked-out'],
  }),
  params: EntityPath,
  querystring: ForecastQuery,
  headers: ReadHeaders,
}

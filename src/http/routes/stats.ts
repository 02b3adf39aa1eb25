import type { StatsAsked } from '../../../projections/stats/query.ts'
import { invalidRequest, ProblemError } from '../../contract/problem.ts'
import { BookPath, ReadHeaders } from '../../contract/schemas/parameters.ts'
import { DEFAULT_TOP, Stats, StatsQuery } from '../../contract/schemas/stats.ts'
import { bareRunDay } from '../../earning/run-days.ts'
import type { Backend } from '../backend.ts'
import { found } from '../document/answers.ts'
import { operation } from '../document/operation.ts'
import { hasRight } from '../edge/authorize.ts'
import { refuseReversed } from '../edge/day-range.ts'
import { minPosition, notCaughtUp, READ_PROBLEMS, unknownBook } from '../edge/reading.ts'
import { isToldOfRuns } from '../edge/told.ts'
import type { App } from '../route.ts'

/** The answer is not paged, so it is bounded here. */
const MOST_DAYS = 366

export function statsRoutes(app: App, backend: Pick<Backend, 'config' | 'runs' | 'stats'>): void {
  app.get('/books/:book/stats', { schema: READ_STATS }, async (request, reply) => {
    const { book } = request.params
    const { top = DEFAULT_TOP, ...query } = request.query
    refuseReversed(query)
    refuseTooLong(query)
    const atLeast = { position: minPosition(request) ?? 0, waitMs: backend.config.minPositionWaitMs }
    const ofManyOnly = !hasRight(request, book, 'absences:read')
    const found = await backend.stats.read({ book, top, atLeast, ofManyOnly, ...query })
    if (found === undefined) throw new ProblemError(unknownBook(book))
    if (found === 'not-built') throw notCaughtUp('The statistics are not built in this database (yet).')
    if (found === 'behind') {
      throw notCaughtUp(`The statistics of the book ${book} have not reached position ${atLeast.position}.`)
    }
    reply.header('daybook-position', String(found.position))
    const days = await backend.runs.days({ book, from: found.from, to: found.to })
    return { ...found, runs: isToldOfRuns(request) ? days : days.map(bareRunDay) }
  })
}

const READ_STATS = {
  ...operation({
    id: 'readStats',
    tag: 'Statistics',
    summary: 'Read the statistics of a book',
    description:
      'Events by day and type, balances by resource, who takes most, and up to which days the rules were run. A read model answers, which follows the ' +
      'record at a short distance: `Daybook-Position` says how far it has come, and `Daybook-Min-Position` waits for it. ' +
      'Whoever may not read the absences of everybody is told nothing of groups of fewer than 5 people.',
    answers: { 200: found('The statistics.', Stats) },
    problems: READ_PROBLEMS,
  }),
  params: BookPath,
  querystring: StatsQuery,
  headers: ReadHeaders,
}

function refuseTooLong({ from, to }: Pick<StatsAsked, 'from' | 'to'>): void {
  if (from === undefined || to === undefined || Date.parse(to) - Date.parse(from) < MOST_DAYS * 86_400_000) return
  const message = `must be at most ${MOST_DAYS - 1} days after \`from\``
  throw new ProblemError(invalidRequest([{ in: 'query', pointer: '/to', message }]))
}

import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { ProblemError, toProblem } from '../../contract/problem.ts'
import {
  BookPath,
  CommandHeaders,
  CommandQuery,
  DEFAULT_LIMIT,
  ListQuery,
  NoQuery,
  ReadHeaders,
} from '../../contract/schemas/parameters.ts'
import {
  MOST_WAIT_SECONDS,
  RunOrder,
  RunPage,
  RunPath,
  Run as ShownRun,
  StartedRun,
} from '../../contract/schemas/runs.ts'
import { type CalendarDate, yearOf } from '../../domain/calendar-date.ts'
import { bareRun, type Run, type RunAsked } from '../../earning/run.ts'
import { todayIn } from '../../ledger/read/today.ts'
import { worldNow } from '../../world-clock.ts'
import type { Backend, ReadBackend } from '../backend.ts'
import { found, listed } from '../document/answers.ts'
import { operation } from '../document/operation.ts'
import { idempotencyKeyOf, senderOf } from '../edge/caller.ts'
import { DEFINE_PROBLEMS } from '../edge/defining.ts'
import { READ_PROBLEMS, readOf, readOneOf, unknownBook } from '../edge/reading.ts'
import { isToldOfRuns, withoutOriginal } from '../edge/told.ts'
import { waitAsked } from '../edge/wait-asked.ts'
import type { App } from '../route.ts'

/** How often a run is looked at that somebody waits for. */
const LOOK_MS = 40

export function runRoutes(app: App, backend: ReadBackend & Pick<Backend, 'runs' | 'primary'>): void {
  const { runs } = backend
  app.post('/books/:book/runs', { config: { streams: true }, schema: START_RUN }, async (request, reply) => {
    const { book } = request.params
    const { strict, actor, dryRun } = senderOf(request)
    const idempotencyKey = idempotencyKeyOf(request)
    const { through, entities = null, policies = null } = request.body
    const asked: RunAsked = { through, entities, policies }
    await refuseTooFarAhead(backend, book, asked.through)
    const isTold = isToldOfRuns(request)
    if (dryRun) {
      const run = await previewed(backend, book, asked)
      return reply.send(isTold ? run : bareRun(run))
    }
    const by = `${actor.type}:${actor.id}`
    const started = await runs.start({ book, idempotencyKey, by, ...asked })
    switch (started.outcome) {
      case 'unknown-book':
        throw new ProblemError(unknownBook(book))
      case 'unknown-policy':
        throw new ProblemError(toProblem({ refusal: { code: 'unknown-policy', policy: started.policy } }))
      case 'key-reused': {
        const { startedAfter: originalPosition, differs } = started
        const refused = { refusal: { code: 'idempotency-key-reused', originalPosition, differs } } as const
        throw new ProblemError(isTold || started.by === by ? toProblem(refused) : withoutOriginal(refused))
      }
      case 'known':
        if (strict) {
          throw new ProblemError(
            toProblem({
              refusal: { code: 'duplicate-idempotency-key', originalPosition: started.startedAfter },
            }),
          )
        }
        reply.header('idempotency-replayed', 'true')
        return sendStarted(backend, request, reply, { book, run: started.run, isTold })
      case 'started':
        return sendStarted(backend, request, reply, { book, run: started.run, isTold })
    }
  })
  app.get('/books/:book/runs', { schema: LIST_RUNS }, (request, reply) => {
    const { cursor, limit = DEFAULT_LIMIT } = request.query
    const { book } = request.params
    return readOf(backend, request, reply, () => runs.list({ book, cursor, limit }))
  })
  app.get('/books/:book/runs/:run', { schema: READ_RUN }, (request, reply) => {
    const { book, run } = request.params
    return readOneOf(backend, request, reply, `run ${run}`, () => runs.read({ book, run }))
  })
}

/** 201 once it has finished, where that is within the time that the caller waits; else 202. */
async function sendStarted(
  { runs }: Pick<Backend, 'runs'>,
  request: FastifyRequest,
  reply: FastifyReply,
  { book, run, isTold }: { readonly book: string; readonly run: Run; readonly isTold: boolean },
): Promise<FastifyReply> {
  const seconds = waitAsked(request, MOST_WAIT_SECONDS)
  const until = Date.now() + (seconds ?? 0) * 1_000
  let isRunning = run.status === 'running'
  while (isRunning && Date.now() < until && !request.raw.socket.destroyed) {
    await sleep(LOOK_MS)
    isRunning = await runs.isRunning({ book, run: run.id })
  }
  const now = seconds === undefined ? run : (await runs.read({ book, run: run.id }))!.item!
  if (seconds !== undefined) reply.header('preference-applied', `wait=${seconds}`)
  if (now.position !== null) reply.header('daybook-position', String(now.position))
  return reply.code(now.status === 'running' ? 202 : 201).send(isTold ? now : bareRun(now))
}

async function previewed({ runs }: Pick<Backend, 'runs'>, book: string, asked: RunAsked) {
  const preview = await runs.preview({ book, ...asked })
  if (preview.outcome === 'unknown-book') throw new ProblemError(unknownBook(book))
  if (preview.outcome === 'previewed') return preview.run
  const refusal =
    preview.outcome === 'unknown-policy'
      ? ({ code: 'unknown-policy', policy: preview.policy } as const)
      : ({ code: 'rule-violated', rule: 'dry-run-accounts', limit: String(preview.most) } as const)
  throw new ProblemError(toProblem({ refusal }))
}

/** 422 `not-due` for a day after the end of the next calendar year. */
async function refuseTooFarAhead(
  { primary }: Pick<Backend, 'primary'>,
  book: string,
  through: CalendarDate,
): Promise<void> {
  const today = await todayIn(primary, book, worldNow())
  const last = `${yearOf(today) + 1}-12-31` as CalendarDate
  if (through <= last) return
  throw new ProblemError(toProblem({ refusal: { code: 'not-due', through, last } }))
}

const START_RUN = {
  ...operation({
    id: 'startRun',
    tag: 'Earning',
    summary: 'Post everything that is due',
    description:
      'Works out what the rules come to, up to and including `through`, and posts it: what was earned by assignments, ' +
      'what is carried over or cut, what lapses, and the differences that late facts have made. A second run, or one ' +
      'at the same time, posts nothing again; one that is killed is finished by the next. The answer comes at once (202), ' +
      'or with `Prefer: wait=30` when all is posted, where that is within so many seconds (201). `through` may lie ahead ' +
      'until the end of the next calendar year. A dry run works out at most 5,000 accounts: `entities` says whose. Without ' +
      '`runs:read` the answer says of the run only how far it is.',
    answers: {
      201: {
        description: 'All of it is posted.',
        schema: StartedRun,
        headers: ['Daybook-Position', 'Idempotency-Replayed', 'Preference-Applied'],
      },
      202: { description: 'It goes on.', schema: StartedRun, headers: ['Idempotency-Replayed', 'Preference-Applied'] },
      200: { description: 'A dry run: what would be posted.', schema: StartedRun, headers: ['Preference-Applied'] },
    },
    problems: ['unknown-book', ...DEFINE_PROBLEMS, 'unknown-policy', 'rule-violated', 'not-due'],
  }),
  params: BookPath,
  querystring: CommandQuery,
  headers: CommandHeaders,
  body: RunOrder,
}

const LIST_RUNS = {
  ...operation({
    id: 'listRuns',
    tag: 'Earning',
    summary: 'List the runs',
    description: 'The newest first.',
    answers: { 200: listed(RunPage) },
    problems: READ_PROBLEMS,
  }),
  params: BookPath,
  querystring: ListQuery,
  headers: ReadHeaders,
}

const READ_RUN = {
  ...operation({
    id: 'readRun',
    tag: 'Earning',
    summary: 'Read a run',
    description: 'How far it has come, what it posted, and whose accounts could not be worked out.',
    answers: { 200: found('The run.', ShownRun) },
    problems: [...READ_PROBLEMS, 'not-found'],
  }),
  params: RunPath,
  querystring: NoQuery,
  headers: ReadHeaders,
}

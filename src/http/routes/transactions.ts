import type { Static, TSchema } from 'typebox'
import type { OperationId } from '../../access/rights.ts'
import type { Caller } from '../../commands/context.ts'
import {
  recordAccrual,
  recordAdjustment,
  recordConsumption,
  recordReversal,
  recordTransactions,
} from '../../commands/record-transactions.ts'
import { invalidRequest, ProblemError } from '../../contract/problem.ts'
import type { ProblemCode } from '../../contract/problem-catalogue.ts'
import { Accrual, Adjustment, Consumption, Reversal, Transactions } from '../../contract/schemas/lines.ts'
import {
  BookPath,
  CommandHeaders,
  CommandQuery,
  DEFAULT_LIMIT,
  ReadHeaders,
  TransactionPath,
  TransactionQuery,
  TransactionsQuery,
} from '../../contract/schemas/parameters.ts'
import { page, Recorded, Transaction } from '../../contract/schemas/replies.ts'
import { parseTransactionId } from '../../domain/transaction.ts'
import type { RecordCommand } from '../../ledger/command.ts'
import { listTransactions, readTransaction } from '../../ledger/read/transactions.ts'
import type { Backend, CommandBackend, ReadBackend } from '../backend.ts'
import { found, listed, previewed, recorded } from '../document/answers.ts'
import { operation } from '../document/operation.ts'
import { answerOf } from '../edge/answer.ts'
import { refuseReversed } from '../edge/day-range.ts'
import { READ_PROBLEMS, readOf } from '../edge/reading.ts'
import { record } from '../edge/recording.ts'
import { readerOf } from '../edge/request-reader.ts'
import type { App } from '../route.ts'

export function transactionRoutes(app: App, backend: CommandBackend & ReadBackend): void {
  commandRoutes(app, backend)
  readRoutes(app, backend)
}

/** What any command that records transactions may be refused with. */
export const RECORD_PROBLEMS: readonly ProblemCode[] = [
  'idempotency-key-missing',
  'unknown-book',
  'period-closed',
  'version-conflict',
  'duplicate-idempotency-key',
  'too-large',
  'unsupported-media-type',
  'idempotency-key-reused',
]

const AMOUNT_PROBLEMS: readonly ProblemCode[] = ['own-account', 'unknown-policy', 'scale-exceeded']
const REVERSAL_PROBLEMS: readonly ProblemCode[] = [
  'own-account',
  'unknown-transaction',
  'already-reversed',
  'insufficient-balance',
  'not-reversible',
  'rule-violated',
]

function commandRoutes(app: App, backend: CommandBackend): void {
  command(app, backend, 'accruals', {
    id: 'recordAccrual',
    summary: 'Earn',
    description:
      'Adds `amount` to what is available from `effectiveOn` on; with `validUntil`, until that day, as far as it is not taken ' +
      'by then. What is not `carriedIn` is held to the `yearMax` of the level in force on that day, together with what was ' +
      'accrued in that leave year by hand, and by the rules so far: 422 `rule-violated`, rule `year-most`.',
    body: Accrual,
    problems: [...AMOUNT_PROBLEMS, 'rule-violated'],
    make: recordAccrual,
  })
  command(app, backend, 'consumptions', {
    id: 'recordConsumption',
    summary: 'Take',
    description:
      'Subtracts `amount` from what is available from `effectiveOn` on, if no recorded day from then on falls below the ' +
      "policy's limit. With a `resource` instead of a `policy` it is taken from the accounts that a request would draw on, one " +
      'transaction each. Under a `dayExclusive` policy it takes that day, or half of it: counted in days, at most 1 or 0.5. ' +
      'Under any other policy `portion` is 400. What the policy says of `spending` holds as it does for requests: 422 ' +
      '`rule-violated`, rule `waiting` before leave may be taken at all, `year-most` beyond the most of a leave year.',
    body: Consumption,
    problems: [...AMOUNT_PROBLEMS, 'insufficient-balance', 'day-taken', 'rule-violated'],
    make: recordConsumption,
  })
  command(app, backend, 'adjustments', {
    id: 'recordAdjustment',
    summary: 'Correct',
    description:
      'Adds a signed `amount`, or whatever brings the balance of that day `to` another. With `allowNegative` it may take the ' +
      'balance below its limit.',
    body: Adjustment,
    problems: [...AMOUNT_PROBLEMS, 'insufficient-balance', 'rule-violated'],
    make: recordAdjustment,
  })
  command(app, backend, 'reversals', {
    id: 'recordReversal',
    summary: 'Undo a transaction, or a command',
    description:
      'Undoes one whole transaction by another one that names it; or, by `position`, all lines of one command or none: first ' +
      'those that took something. A day that was taken is free at once. Nothing is undone before the day of its original.',
    body: Reversal,
    problems: REVERSAL_PROBLEMS,
    make: recordReversal,
  })
  command(app, backend, 'transactions', {
    id: 'recordTransactions',
    summary: 'Record several lines',
    description:
      'Records 1 to 1000 lines across any entities, all or none. A line without a `reference` or `reason` of its own has ' +
      "the command's. A refusal says by `pointer` which line it is about.",
    body: Transactions,
    problems: [...AMOUNT_PROBLEMS, 'day-taken', ...REVERSAL_PROBLEMS],
    make: recordTransactions,
  })
}

export const RECORDED = recorded(Recorded)
export const PREVIEWED = previewed(Recorded)

interface CommandRoute<Body extends TSchema> {
  readonly id: OperationId
  readonly summary: string
  readonly description: string
  readonly body: Body
  readonly problems: readonly ProblemCode[]
  readonly make: (caller: Caller, body: Static<Body>) => RecordCommand
}

function command<Body extends TSchema>(
  app: App,
  backend: CommandBackend,
  path: string,
  { id, summary, description, body, problems, make }: CommandRoute<Body>,
): void {
  const schema = {
    ...operation({
      id,
      tag: 'Transactions',
      summary,
      description,
      answers: { 201: RECORDED, 200: PREVIEWED },
      problems: [...RECORD_PROBLEMS, ...problems],
    }),
    params: BookPath,
    querystring: CommandQuery,
    headers: CommandHeaders,
    body,
  }
  app.post(`/books/:book/${path}`, { schema }, (request, reply) =>
    record(backend, request, reply, {
      type: path,
      // The route's schema has let it through.
      make: (caller) => make(caller, request.body as Static<Body>),
      answer: answerOf,
    }),
  )
}

function readRoutes(app: App, backend: ReadBackend & Pick<Backend, 'primary'>): void {
  app.get('/books/:book/transactions', { schema: LIST_TRANSACTIONS }, async (request, reply) => {
    const { limit = DEFAULT_LIMIT, include, ...query } = request.query
    const { book } = request.params
    refuseReversed(query)
    const metadata = metadataIn(query)
    const showsMetadata = include === 'metadata'
    const reader = await readerOf(backend.primary, request, query.entity)
    return readOf(backend, request, reply, () =>
      listTransactions(backend.db, { book, limit, ...query, metadata, showsMetadata, ...reader }),
    )
  })
  app.get('/books/:book/transactions/:transaction', { schema: READ_TRANSACTION }, async (request, reply) => {
    const { book, transaction } = request.params
    // The pattern of the path is the one that is parsed here.
    const at = parseTransactionId(transaction)!
    const showsMetadata = request.query.include === 'metadata'
    const reader = await readerOf(backend.primary, request)
    const { item } = await readOf(backend, request, reply, () =>
      readTransaction(backend.db, { book, at, showsMetadata, ...reader }),
    )
    if (item === undefined) {
      const detail = `There is no transaction ${transaction} in this book.`
      throw new ProblemError({ code: 'unknown-transaction', detail, members: { transaction } })
    }
    return item
  })
}

const METADATA = 'metadata.'
const MOST_ASKED = 8

/** What `metadata.<name>=` parameters ask for, as JSON; undefined where there is none. @throws ProblemError */
function metadataIn(query: object): string | undefined {
  const asked = Object.entries(query).filter(([name]) => name.startsWith(METADATA))
  if (asked.length === 0) return undefined
  if (asked.length > MOST_ASKED) {
    const message = `must be asked for at most ${MOST_ASKED} times`
    throw new ProblemError(invalidRequest([{ in: 'query', pointer: `/${asked[MOST_ASKED]![0]}`, message }]))
  }
  return JSON.stringify(Object.fromEntries(asked.map(([name, said]) => [name.slice(METADATA.length), said as string])))
}

const LIST_TRANSACTIONS = {
  ...operation({
    id: 'listTransactions',
    tag: 'Transactions',
    summary: 'List transactions',
    description:
      'In the order they were recorded, the newest last. `from` and `to` are effective days, both included. ' +
      '`metadata.<name>=<text>`, up to 8 times, finds those whose metadata says so at its top: a text, or a number or truth ' +
      'value as JSON has it. All events with metadata are looked at where nothing else is asked for.',
    answers: {
      200: listed(page('TransactionPage', Transaction)),
    },
    problems: READ_PROBLEMS,
  }),
  params: BookPath,
  querystring: TransactionsQuery,
  headers: ReadHeaders,
}

const READ_TRANSACTION = {
  ...operation({
    id: 'readTransaction',
    tag: 'Transactions',
    summary: 'Read a transaction',
    description: 'With the reversal that undid it, if any.',
    answers: { 200: found('The transaction.', Transaction) },
    problems: ['unknown-book', 'unknown-transaction', 'not-caught-up'],
  }),
  params: TransactionPath,
  querystring: TransactionQuery,
  headers: ReadHeaders,
}

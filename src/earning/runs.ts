import { randomUUID } from 'node:crypto'
import type { ClientBase, Pool } from 'pg'
import { run as execute, query, type RowOf } from '../db/statement.ts'
import { inTransaction } from '../db/transaction.ts'
import { exactFrom } from '../domain/exact.ts'
import type { PolicyHistory } from '../domain/policy/policy.ts'
import { readPolicies } from '../ledger/policies.ts'
import { cursorsOf, type Page, pageOf } from '../ledger/read/cursor.ts'
import { readHead } from '../ledger/read/head.ts'
import { canonicalJson } from '../ledger/rows/canonical.ts'
import { amountsByPolicy } from './amounts-by-policy.ts'
import {
  COUNTED_AS,
  fingerprintOf,
  NO_POSTINGS,
  type PostingCounts,
  type Run,
  type RunAsked,
  type RunProblem,
} from './run.ts'
import {
  CALENDARS_POSITION,
  DIVIDE_RUN,
  INSERT_RUN,
  LIST_RUNS,
  OPEN_BATCHES,
  PLAN_FOR_MANY,
  POSTED_BY_BATCHES,
  POSTED_BY_RUN,
  PROBLEMS_OF_RUN,
  READ_RUN,
  RUN_OF_KEY,
  SIZE_RUN,
} from './runs.sql.ts'

export interface RunStarting extends RunAsked {
  readonly book: string
  readonly idempotencyKey: string
  /** `<kind>:<id>` */
  readonly by: string
}

export type RunStarted =
  | { readonly outcome: 'started'; readonly run: Run }
  /** The key is that of a run already; which began when the book was at this position. */
  | { readonly outcome: 'known'; readonly run: Run; readonly startedAfter: number }
  | {
      readonly outcome: 'key-reused'
      readonly differs: readonly string[]
      readonly startedAfter: number
      /** Who started the other. `<kind>:<id>` */
      readonly by: string
    }
  | { readonly outcome: 'unknown-book' }
  | { readonly outcome: 'unknown-policy'; readonly policy: string }

/** Accounts of one batch: they are worked out and posted in well under a second. */
const BATCH_ACCOUNTS = 200

/** Finds what is due and divides it, so that whoever has time can take some of it. Posts nothing yet. */
export async function startRun(db: Pool, starting: RunStarting): Promise<RunStarted> {
  const { book, idempotencyKey } = starting
  if ((await readHead(db, book)) === undefined) return { outcome: 'unknown-book' }
  const missing = await unknownPolicy(db, starting)
  if (missing !== undefined) return { outcome: 'unknown-policy', policy: missing }
  const started = await inTransaction(db, async (tx) => {
    const row = await insertRun(tx, starting)
    return row && { ...row, ...(await divideRun(tx, starting, row.run)) }
  })
  if (started !== undefined) return { outcome: 'started', run: shown(started, { left: started.accounts }) }
  const [known] = await query(db, RUN_OF_KEY, [book, idempotencyKey])
  const { startedAfter } = known!
  const differs = differing(known!.fingerprint, fingerprintOf(starting))
  if (differs.length > 0) return { outcome: 'key-reused', differs, startedAfter, by: known!.by }
  return { outcome: 'known', run: await withProgress(db, book, known!), startedAfter }
}

/** @returns a policy that was named and does not exist */
export async function unknownPolicy(
  db: Pool,
  { book, policies }: Pick<RunStarting, 'book' | 'policies'>,
): Promise<string | undefined> {
  if (policies === null) return undefined
  const histories = await readPolicies(db, book)
  return policies.find((policy) => !histories.has(policy))
}

/** @returns undefined where the key is another run's already */
export async function insertRun(tx: ClientBase, starting: RunStarting): Promise<RunRow | undefined> {
  const { book, idempotencyKey, by, through, entities, policies } = starting
  const fingerprint = canonicalJson(fingerprintOf(starting))
  const [row] = await query(tx, INSERT_RUN, [
    book,
    randomUUID(),
    idempotencyKey,
    fingerprint,
    through,
    entities,
    policies,
    by,
  ])
  return row
}

/** Finds the accounts of which something is due, or has changed, and divides them. */
export async function divideRun(
  tx: ClientBase,
  { book, through, entities, policies }: Pick<RunStarting, 'book' | 'entities' | 'policies' | 'through'>,
  run: string,
): Promise<{ readonly accounts: number; readonly people: number }> {
  const ruled = Array.from((await readPolicies(tx, book)).values()).filter(isRuled)
  const [calendars] = await query(tx, CALENDARS_POSITION, [book])
  await execute(tx, PLAN_FOR_MANY, [entities === null ? 'off' : 'on'])
  const [sizes] = await query(tx, DIVIDE_RUN, [
    book,
    run,
    through,
    ruled.map(([{ policy }]) => policy),
    ruled.map((history) => Math.max(...history.map(({ position }) => position))),
    BATCH_ACCOUNTS,
    ruled.filter(looksAtLeave).map(([{ policy }]) => policy),
    calendars!.position,
    entities,
    policies,
  ])
  const { accounts, people } = sizes!
  await execute(tx, SIZE_RUN, [book, run, accounts, people])
  return { accounts, people }
}

/** Whether anything may be due under a policy by its own terms. */
function isRuled(history: PolicyHistory): boolean {
  return history.some(({ earning, carryOver }) => earning !== undefined || carryOver !== undefined)
}

function looksAtLeave(history: PolicyHistory): boolean {
  return history.some(({ earning }) => earning?.basis === 'working-time')
}

/** JSON pointers to what another run with the same key asked for otherwise. */
function differing(recorded: string, asked: { readonly [member: string]: unknown }): string[] {
  const known = JSON.parse(recorded) as { readonly [member: string]: unknown }
  return Object.keys(asked)
    .filter((member) => JSON.stringify(known[member]) !== JSON.stringify(asked[member]))
    .map((member) => `/${member}`)
}

/** @returns undefined where there is none */
export async function readRun(db: Pool, book: string, id: string): Promise<Run | undefined> {
  const [row] = await query(db, READ_RUN, [book, id])
  return row && withProgress(db, book, row)
}

/** The newest first. @throws BadCursor */
export async function listRuns(
  db: Pool,
  { book, cursor, limit }: { readonly book: string; readonly cursor?: string | undefined; readonly limit: number },
): Promise<({ readonly head: number } & Page<Run>) | undefined> {
  const cursors = cursorsOf('runs', [book], ['id'])
  const [before] = cursors.parse(cursor) ?? [null]
  const head = await readHead(db, book)
  if (head === undefined) return undefined
  const rows = await query(db, LIST_RUNS, [book, before, limit + 1])
  const items = new Map<string, Run>()
  for (const row of rows.slice(0, limit)) items.set(row.run, await withProgress(db, book, row))
  const page = pageOf(rows, limit, {
    item: ({ run }) => items.get(run)!,
    cursor: ({ run }) => cursors.after([run]),
  })
  return { head: head.position, ...page }
}

/** @returns undefined where there is none */
export async function runStatus(db: Pool, book: string, id: string): Promise<Run['status'] | undefined> {
  return (await query(db, READ_RUN, [book, id]))[0]?.status
}

type RunRow = RowOf<typeof READ_RUN>

async function withProgress(db: Pool, book: string, row: RunRow): Promise<Run> {
  if (row.status !== 'running') return shown(row, { left: 0 })
  const [open] = await query(db, OPEN_BATCHES, [book, row.run])
  const problems = await problemsOf(db, book, row.run)
  const [postings] = await query(db, POSTED_BY_BATCHES, [book, row.run])
  return shown(row, { left: open!.accounts, postings: postings!, problems })
}

/** What a run has posted, whichever process did. */
export async function postedBy(
  db: Pool,
  book: string,
  { run, startedAfter }: Pick<RunRow, 'run' | 'startedAfter'>,
): Promise<Pick<Run, 'amounts' | 'postings'>> {
  const rows = await query(db, POSTED_BY_RUN, [book, run, startedAfter])
  const postings: Record<keyof PostingCounts, number> = { ...NO_POSTINGS }
  const sums = new Map<string, bigint>()
  for (const { rule, policy, postings: count, amount } of rows) {
    postings[COUNTED_AS[rule]!] += count
    sums.set(policy, (sums.get(policy) ?? 0n) + exactFrom(amount))
  }
  return { postings, amounts: amountsByPolicy(sums, await readPolicies(db, book)) }
}

export async function problemsOf(db: Pool, book: string, run: string): Promise<readonly RunProblem[]> {
  const rows = await query(db, PROBLEMS_OF_RUN, [book, run])
  return rows.flatMap(({ problems }) => JSON.parse(problems) as RunProblem[])
}

function shown(
  row: RunRow,
  { left, ...found }: { readonly left: number } & Partial<Pick<Run, 'amounts' | 'postings' | 'problems'>>,
): Run {
  return {
    id: row.run,
    through: row.through,
    status: row.status,
    entities: row.people,
    accounts: row.accounts,
    accountsLeft: left,
    postings: found.postings ?? (row.postings === null ? NO_POSTINGS : (JSON.parse(row.postings) as PostingCounts)),
    amounts: found.amounts ?? (row.amounts === null ? {} : (JSON.parse(row.amounts) as Run['amounts'])),
    startedAt: row.startedAt.toISOString(),
    finishedAt: row.finishedAt?.toISOString() ?? null,
    position: row.position,
    problems: found.problems ?? (row.problems === null ? [] : (JSON.parse(row.problems) as RunProblem[])),
  }
}

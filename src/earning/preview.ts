import type { Pool } from 'pg'
import { query } from '../db/statement.ts'
import { begin, onConnection } from '../db/transaction.ts'
import { exactFrom, unitAt } from '../domain/exact.ts'
import { newestVersion } from '../domain/policy/policy.ts'
import { readPolicies } from '../ledger/policies.ts'
import { readHead } from '../ledger/read/head.ts'
import { worldNow } from '../world-clock.ts'
import { amountsByPolicy } from './amounts-by-policy.ts'
import { COUNTED_AS, NO_POSTINGS, type PostingCounts, type Run, type RunAsked } from './run.ts'
import { READ_BATCHES } from './runs.sql.ts'
import { divideRun, insertRun, unknownPolicy } from './runs.ts'
import { tryAccounts } from './work-accounts.ts'

/** A run that was only tried; it has no id. */
export type PreviewedRun = Omit<Run, 'id'> & { readonly id: null }

export type Previewed =
  | { readonly outcome: 'previewed'; readonly run: PreviewedRun }
  | { readonly outcome: 'unknown-book' }
  | { readonly outcome: 'unknown-policy'; readonly policy: string }
  | { readonly outcome: 'too-many'; readonly most: number }

/** A dry run is answered while its caller waits. */
const MOST_ACCOUNTS = 5_000

/** What a run would post, worked out as it would be; nothing of it stays. */
export async function previewRun(db: Pool, asked: RunAsked & { readonly book: string }): Promise<Previewed> {
  const { book, through } = asked
  if ((await readHead(db, book)) === undefined) return { outcome: 'unknown-book' }
  const missing = await unknownPolicy(db, asked)
  if (missing !== undefined) return { outcome: 'unknown-policy', policy: missing }
  const startedAt = worldNow().toISOString()
  const batches = await onConnection(db, async (tx) => {
    await begin(tx)
    const starting = { ...asked, idempotencyKey: ' preview', by: 'nobody' }
    const row = (await insertRun(tx, starting))!
    await divideRun(tx, starting, row.run)
    const divided = await query(tx, READ_BATCHES, [book, row.run])
    await tx.query('rollback')
    return divided
  })
  const accounts = batches.flatMap(({ entities, policies }) =>
    entities.map((entity, at) => ({ entity, policy: policies[at]! })),
  )
  if (accounts.length > MOST_ACCOUNTS) return { outcome: 'too-many', most: MOST_ACCOUNTS }
  const { due, problems } = await tryAccounts(db, { book, through, accounts })
  const postings: Record<keyof PostingCounts, number> = { ...NO_POSTINGS }
  const sums = new Map<string, bigint>()
  for (const { account, postings: posted, correction } of due) {
    for (const { kind } of posted) postings[COUNTED_AS[kind]!] += 1
    if (correction !== null) postings.corrections += 1
    const lines = [...posted.flatMap(({ lines }) => lines), ...(correction?.days ?? [])]
    const sum = lines.reduce((all, { amount }) => all + amount, 0n) * unitAt(newestVersion(account.facts.policy).scale)
    if (lines.length > 0) sums.set(account.policy, (sums.get(account.policy) ?? exactFrom('0')) + sum)
  }
  return {
    outcome: 'previewed',
    run: {
      id: null,
      through,
      status: 'done',
      entities: new Set(accounts.map(({ entity }) => entity)).size,
      accounts: accounts.length,
      accountsLeft: 0,
      postings,
      amounts: amountsByPolicy(sums, await readPolicies(db, book)),
      startedAt,
      finishedAt: null,
      position: null,
      problems,
    },
  }
}

import type { Pool, PoolClient } from 'pg'
import { query, run } from '../db/statement.ts'
import { inTransaction } from '../db/transaction.ts'
import { claim, keyOf } from './checkpoint.ts'
import { inWords, isOfTheData } from './failure.ts'
import { applyPrefix, type Stop } from './isolate.ts'
import { isEmpty, only } from './parts.ts'
import type { Batch } from './projection.ts'
import { readBatch } from './read-batch.ts'
import type { Task } from './task.ts'
import { LIST_WITHHELD, MOVE_PARKED, PARK, READ_PARKED_ENTITY, SKIP, UNPARK } from './withheld-statements.ts'

/** What a build has not applied. */
export interface Withheld {
  readonly projection: string
  readonly build: number
  readonly book: string
  readonly entity: string
  /** Parked: the first event that is not applied. Skipped: the one that never will be. */
  readonly position: number
  readonly state: 'parked' | 'skipped'
  readonly error: string
  readonly since: Date
  /** Why it was skipped. */
  readonly reason: string | null
  /** Of a parked entity: how many of its events wait, the first one included. */
  readonly waiting: number | null
}

/** What the active builds have not applied, oldest first. */
export async function listWithheld(
  db: Pool,
  { projection, book }: { projection?: string | undefined; book?: string | undefined } = {},
): Promise<Withheld[]> {
  return query(db, LIST_WITHHELD, [projection, book])
}

export type Retried =
  | { readonly outcome: 'applied'; readonly transactions: number }
  | { readonly outcome: 'still-parked'; readonly position: number; readonly error: string }
  | { readonly outcome: 'not-parked' }

/**
 * Applies what is parked of an entity, from its first event that was not applied on: a batch a transaction, so it may be
 * broken off and begun again. Waits for whoever is projecting the book.
 */
export async function retryParked(db: Pool, task: Task, entity: string, most: number): Promise<Retried> {
  let transactions = 0
  for (;;) {
    const step = await inTransaction(db, (tx) => retryNext(tx, task, entity, most))
    if (step.outcome !== 'applied') return step
    transactions += step.transactions
    if (step.done) return { outcome: 'applied', transactions }
  }
}

/**
 * Decides that one event is never applied to an entity, and has it applied what comes after.
 * @param position of the event at which the entity is parked; another one is not skipped
 */
export async function skipParked(
  db: Pool,
  task: Task,
  { entity, position, reason }: { entity: string; position: number; reason: string },
  most: number,
): Promise<Retried> {
  const skipped = await inTransaction(db, async (tx) => {
    if ((await lockParked(tx, task, entity))?.position !== position) return false
    await run(tx, SKIP, [...keyOf(task), entity, position, reason])
    const waits = `waits for what comes after the skipped event ${position}`
    await run(tx, PARK, [...keyOf(task), entity, position + 1, waits])
    return true
  })
  return skipped ? retryParked(db, task, entity, most) : { outcome: 'not-parked' }
}

type Step = Exclude<Retried, { outcome: 'applied' }> | { outcome: 'applied'; transactions: number; done: boolean }

async function retryNext(tx: PoolClient, task: Task, entity: string, most: number): Promise<Step> {
  const parked = await lockParked(tx, task, entity)
  if (parked === undefined) return { outcome: 'not-parked' }
  const { position, checkpoint: head } = parked
  const { projection, build, book } = task
  // An entity may be parked at what comes after all that was applied so far.
  const read = await readBatch(tx, projection.reads, { book, after: Math.min(position - 1, head), head, most })
  const batch = only(new Set([entity]), { book, ...read, into: build })
  const failure = isEmpty(batch) ? undefined : await failureOf(tx, task, batch)
  if (failure !== undefined) {
    const error = inWords(failure.error)
    await moveParked(tx, task, { entity, from: position, to: failure.position, error })
    return { outcome: 'still-parked', position: failure.position, error }
  }
  const done = read.upTo >= head
  if (done) await run(tx, UNPARK, [...keyOf(task), entity, position])
  else await moveParked(tx, task, { entity, from: position, to: read.upTo + 1, error: parked.error })
  return { outcome: 'applied', transactions: batch.transactions.length, done }
}

async function failureOf(tx: PoolClient, task: Task, batch: Batch): Promise<Stop | undefined> {
  await tx.query('savepoint retry')
  try {
    await task.projection.project(tx, batch)
    return undefined
  } catch (error) {
    if (!isOfTheData(error)) throw error
    await tx.query('rollback to savepoint retry')
    return applyPrefix(tx, task, batch, error)
  }
}

interface Parked {
  readonly position: number
  readonly error: string
  /** How far the book is applied, for everybody else. */
  readonly checkpoint: number
}

/** Claims the book, so that nothing is applied meanwhile. */
async function lockParked(tx: PoolClient, task: Task, entity: string): Promise<Parked | undefined> {
  const claimed = await claim(tx, task.book, task.build, { expected: task.expected, wait: true })
  if (typeof claimed === 'string') return undefined
  const [row] = await query(tx, READ_PARKED_ENTITY, [...keyOf(task), entity])
  return row && { ...row, checkpoint: claimed.position }
}

async function moveParked(
  tx: PoolClient,
  task: Task,
  { entity, from, to, error }: { entity: string; from: number; to: number; error: string },
): Promise<void> {
  await run(tx, MOVE_PARKED, [...keyOf(task), entity, from, to, error])
}

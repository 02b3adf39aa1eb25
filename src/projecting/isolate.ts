import type { PoolClient } from 'pg'
import { run } from '../db/statement.ts'
import { keyOf } from './checkpoint.ts'
import { inWords, isOfTheData } from './failure.ts'
import { entitiesIn, only, positionsIn, upTo } from './parts.ts'
import type { Batch } from './projection.ts'
import type { Task } from './task.ts'
import { PARK } from './withheld-statements.ts'

/** Where so many entities fail, it is not them: the book stands still, and its lag shows it. */
const MOST_PARKED = 100

/** More is parked than can be the fault of what was recorded. */
export class TooMuchParked extends Error {
  constructor(task: Task, cause: unknown) {
    super(`${task.projection.name} has parked ${MOST_PARKED} entities of ${task.book} and stops`, { cause })
    this.name = 'TooMuchParked'
  }
}

/**
 * Applies a batch of which something cannot be applied: halves it by entity until each entity that fails is alone, and
 * parks that from its first event that fails on. The others are applied whole.
 * @returns the entities it parked
 */
export async function isolate(
  tx: PoolClient,
  task: Task,
  batch: Batch,
  parked: ReadonlySet<string>,
): Promise<readonly string[]> {
  const newlyParked: string[] = []
  const apply = async (entities: readonly string[]): Promise<void> => {
    const part = only(new Set(entities), batch)
    const error = await failureOf(tx, task, part)
    if (error === undefined) return
    if (entities.length > 1) {
      const half = Math.ceil(entities.length / 2)
      await apply(entities.slice(0, half))
      await apply(entities.slice(half))
      return
    }
    if (parked.size + newlyParked.length >= MOST_PARKED) throw new TooMuchParked(task, error)
    newlyParked.push(entities[0]!)
    const stop = await applyPrefix(tx, task, part, error)
    await park(tx, task, { entity: entities[0]!, ...stop })
  }
  await apply(entitiesIn(batch))
  return newlyParked
}

/** An event that cannot be applied, and why. */
export interface Stop {
  readonly position: number
  readonly error: unknown
}

/**
 * Applies as much of one entity's events as can be, from the first one on.
 * @param error why the whole cannot be
 */
export async function applyPrefix(tx: PoolClient, task: Task, batch: Batch, error: unknown): Promise<Stop> {
  const positions = positionsIn(batch)
  let applicable = 0
  let reason = error
  // Halving: everything before `applicable` can be applied, everything up to `failing` cannot.
  for (let failing = positions.length; failing - applicable > 1; ) {
    const tried = Math.floor((applicable + failing) / 2)
    const failure = await failureOf(tx, task, upTo(positions[tried - 1]!, batch), 'try')
    if (failure === undefined) {
      applicable = tried
    } else {
      failing = tried
      reason = failure
    }
  }
  if (applicable > 0) {
    const failure = await failureOf(tx, task, upTo(positions[applicable - 1]!, batch))
    if (failure !== undefined) throw new Error('what could be applied cannot be applied again', { cause: failure })
  }
  return { position: positions[applicable]!, error: reason }
}

/** What keeps a batch from being applied; undefined where it is applied now (or, for `try`, would be). */
async function failureOf(tx: PoolClient, { projection }: Task, batch: Batch, mode?: 'try'): Promise<unknown> {
  await tx.query('savepoint part')
  try {
    await projection.project(tx, batch)
  } catch (error) {
    if (!isOfTheData(error)) throw error
    await tx.query('rollback to savepoint part')
    await tx.query('release savepoint part')
    return error
  }
  if (mode === 'try') await tx.query('rollback to savepoint part')
  await tx.query('release savepoint part')
  return undefined
}

async function park(tx: PoolClient, task: Task, { entity, position, error }: Stop & { entity: string }): Promise<void> {
  await run(tx, PARK, [...keyOf(task), entity, position, inWords(error)])
}

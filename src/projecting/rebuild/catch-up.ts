import { setTimeout as sleep } from 'node:timers/promises'
import type { Pool } from 'pg'
import { advance } from '../advance.ts'
import { addCheckpoint } from '../checkpoint.ts'
import type { Task } from '../task.ts'
import { allBooks, countBehind } from './books.ts'
import { BuildRefused } from './build-refused.ts'
import { startProgress } from './progress.ts'
import type { Work } from './work.ts'

const BATCH_TRANSACTIONS = 5_000

/** What is recorded while a pass runs is applied by the next; after so many, the rest is left to the runners. */
const MOST_PASSES = 10
const FEW_EVENTS = 1_000

/**
 * Applies what was recorded since, batch by batch.
 * @returns whether it came to the end, or as near to it as those who write let it
 */
export async function catchUp({ db, projection, build, expected, signal, onProgress }: Work): Promise<boolean> {
  for (let pass = 1; pass <= MOST_PASSES; pass++) {
    const behind = await countBehind(db, build)
    const progress = startProgress('catching up', behind, onProgress)
    for await (const { book } of allBooks(db)) {
      await advanceTo(db, { projection, build, book, expected }, signal, (events) => progress.add(events))
      if (signal.aborted) return false
    }
    if (behind < FEW_EVENTS) return true
  }
  return true
}

/** How often somebody else may hold the claim on a book before it is left to him. */
const MOST_BUSY = 500
const BUSY_PAUSE_MS = 10

/**
 * Applies a book up to its end, or to what is not to be gone beyond, or until `signal`.
 * @throws BuildRefused where the build is no more what it was when this began
 */
export async function advanceTo(
  db: Pool,
  task: Task,
  signal?: AbortSignal,
  tell?: (events: number) => void,
): Promise<void> {
  for (let busy = 0; busy < MOST_BUSY && !signal?.aborted; ) {
    const advanced = await advance(db, task, BATCH_TRANSACTIONS)
    switch (advanced.outcome) {
      case 'stale':
        throw new BuildRefused(
          `Build ${task.build.number} of ${task.projection.name} is ${task.expected} no more: another process has switched meanwhile.`,
        )
      case 'busy':
        busy += 1
        await addCheckpoint(db, task.book, task.build)
        await sleep(BUSY_PAUSE_MS)
        break
      case 'advanced':
        tell?.(advanced.position - advanced.from)
        if (advanced.position >= advanced.head) return
    }
  }
}

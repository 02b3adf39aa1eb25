import type { Pool, PoolClient } from 'pg'
import type { RecordCommand } from '../command.ts'
import type { Watcher } from '../ledger.ts'
import { type Ahead, decideAhead, recordAhead } from './group.ts'
import { isRecording, type Pending } from './pending.ts'
import type { Settled } from './settle.ts'
import type { Tip } from './tip.ts'

/** A group that was decided ahead, and the connection it can be sent on at once. */
export interface Prepared {
  readonly group: readonly Pending<RecordCommand>[]
  readonly ahead: Ahead
  readonly tx: PoolClient
}

/** A group that was decided ahead, from the moment it is sent. While it is in the air the next one is decided. */
export interface Flight {
  readonly group: readonly Pending[]
  /** True where the keys of the group were not looked for before it was decided. */
  readonly trusting: boolean
  /** On this process's own clock. */
  readonly started: number
  /** True once `landed` has resolved. */
  done: boolean
  /**
   * Never rejects.
   * - the group was recorded as it was decided: what became of its commands, still to be answered
   * - it was not, or nobody knows: undefined, and the group has to be opened under the lock
   */
  readonly landed: Promise<readonly Settled[] | undefined>
}

/**
 * Decides a group on the tip, whether or not what the tip rests on is committed by now.
 * @returns undefined where the group has to be opened under the lock; no connection is held then
 */
export async function prepare(
  { pool, watcher }: { readonly pool: Pool; readonly watcher: Watcher },
  book: string,
  group: readonly Pending[],
  from: { readonly tip: Tip; readonly trusting: boolean },
): Promise<Prepared | undefined> {
  if (!isRecording(group)) return undefined
  let tx: PoolClient | undefined
  try {
    tx = await pool.connect()
    const ahead = await decideAhead(tx, book, group, from)
    if (ahead !== undefined) return { group, ahead, tx }
    tx.release()
  } catch (error) {
    watcher.trouble('a group could not be decided ahead', error)
    tx?.release(true)
  }
  return undefined
}

/** Sends a group before it returns. */
export function launch(book: string, prepared: Prepared, watcher: Watcher): Flight {
  const flight: Flight = {
    group: prepared.group,
    trusting: prepared.ahead.opened.uncheckedKeys.length > 0,
    started: performance.now(),
    done: false,
    landed: fly(book, prepared, watcher),
  }
  void flight.landed.then(() => {
    flight.done = true
  })
  return flight
}

async function fly(
  book: string,
  { group, ahead, tx }: Prepared,
  watcher: Watcher,
): Promise<readonly Settled[] | undefined> {
  let broken = true
  try {
    const settled = await recordAhead(tx, book, group, ahead)
    broken = false
    return settled
  } catch (error) {
    watcher.trouble('a group that was decided ahead could not be appended', error)
    return undefined
  } finally {
    tx.release(broken)
  }
}

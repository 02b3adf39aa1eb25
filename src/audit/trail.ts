import type { Pool } from 'pg'
import { query } from '../db/statement.ts'
import { worldNow } from '../world-clock.ts'
import type { Auditor, Entry, Noted } from './entry.ts'
import { WaitingEntries } from './waiting.ts'
import { KNOWN_BOOKS } from './write.sql.ts'
import { writeEntries } from './write.ts'

export interface TrailOptions {
  /** May write, each batch a commit; used by nobody else, so that nobody waits for it. */
  readonly db: Pool
  /** What was written, as it is shown. */
  readonly written?: (entries: readonly Entry[]) => void
  readonly onTrouble: (message: string, error: unknown) => void
}

export interface Trail extends Auditor {
  /** Opens its connection, so that the first entry is written as soon as any other. */
  warm(): Promise<void>
  /** Writes what waits. Where that fails now, it is said, and what waits is lost. */
  close(): Promise<void>
}

/** What comes within this time is written together. */
const GATHER_MS = 100

/** After a failure. */
const REST_MS = 500

/** Entries of one commit. */
const MOST_AT_ONCE = 1_000

/** Writes what is noted a moment later, in batches. */
export function openTrail({ db, written = () => {}, onTrouble }: TrailOptions): Trail {
  const waiting = new WaitingEntries(() => worldNow().getTime())
  let batch: ReturnType<WaitingEntries['take']> = []
  let timer: NodeJS.Timeout | undefined
  let writing: Promise<void> | undefined
  let isFailing = false

  const writeAll = async ({ isLast = false } = {}): Promise<void> => {
    while (batch.length > 0 || waiting.size > 0) {
      if (batch.length === 0) batch = waiting.take(MOST_AT_ONCE, isLast)
      if (batch.length === 0) return
      const entries = await writeEntries(db, batch)
      batch = []
      isFailing = false
      written(entries)
    }
  }
  const begin = (): void => {
    timer = undefined
    writing = writeAll()
      .catch((error: unknown) => {
        // Once for each time that the database is away.
        if (!isFailing) onTrouble('the audit trail cannot be written; it is tried again', error)
        isFailing = true
      })
      .finally(() => {
        writing = undefined
        if (batch.length > 0 || waiting.size > 0) schedule(isFailing ? REST_MS : GATHER_MS)
      })
  }
  const schedule = (afterMs: number): void => {
    if (timer === undefined && writing === undefined) timer = setTimeout(begin, afterMs)
  }
  return {
    async warm() {
      await query(db, KNOWN_BOOKS, [[]])
    },
    note(noted: Noted) {
      waiting.add(noted)
      schedule(GATHER_MS)
    },
    async close() {
      clearTimeout(timer)
      await writing
      clearTimeout(timer)
      try {
        await writeAll({ isLast: true })
      } catch (error) {
        onTrouble(`${batch.length + waiting.size} entries of the audit trail are lost`, error)
      }
    },
  }
}

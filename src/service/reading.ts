import { setTimeout as sleep } from 'node:timers/promises'
import type { Pool } from 'pg'
import type { Config } from '../config.ts'
import type { Wakeups } from '../ledger/read/wakeups.ts'
import { openReadPool } from './pools.ts'

export interface Reading {
  /** For what queries answer. */
  readonly db: Pool
  /** For what must not be a moment old. */
  readonly primary: Pool
  /** For whoever reads from `db`. */
  readonly wakeups: Wakeups
  close(): Promise<unknown>
}

export interface ReadingOptions {
  /** Of the database that commands go to. */
  readonly url: string
  readonly config: Config
  readonly wakeups: Wakeups
  readonly onError: (error: Error) => void
}

/** Beside a replica, the primary is read for checks, and once for each bulk. */
const PRIMARY_CONNECTIONS = 2

/** What is recorded comes to a replica a moment after it is heard of: whoever waits for it looks this often at most. */
const REPLICA_LOOK_MS = 20

/** Connections for reading: to the database of commands, or to its replica where there is one. */
export function openReading({ url, config, wakeups, onError }: ReadingOptions): Reading {
  if (config.replicaUrl === undefined) {
    const db = openReadPool(url, config, onError)
    return { db, primary: db, wakeups, close: () => db.end() }
  }
  const db = openReadPool(config.replicaUrl, config, onError)
  const primary = openReadPool(url, { ...config, readPool: PRIMARY_CONNECTIONS }, onError)
  return {
    db,
    primary,
    wakeups: behind(wakeups),
    close: () => Promise.all([db.end(), primary.end()]),
  }
}

/** Wake-ups for those who read what comes later than the news: never one right after the other. */
function behind(wakeups: Wakeups): Wakeups {
  return {
    ...wakeups,
    async next(book, after, signal, timeoutMs) {
      const pause = sleep(Math.min(REPLICA_LOOK_MS, timeoutMs), undefined, { signal }).catch(() => {})
      await Promise.all([wakeups.next(book, after, signal, timeoutMs), pause])
    },
  }
}

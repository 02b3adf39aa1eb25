import type { Pool } from 'pg'
import { openPool } from '../db/pool.ts'

/** Owns the read models' tables; may read the record and not change it. */
const ROLE = 'daybook_service'

/** A batch takes a fraction of a second; one that hangs would keep its book from everybody else. */
const BATCH_PATIENCE_MS = 60_000

/**
 * Settings of the connections that apply batches. Statements are prepared once, mostly while the tables are empty, and must
 * find their rows by their keys for ever. Losing a commit in a crash loses the rows and the checkpoint alike: nobody has
 * to wait for the disk.
 */
const PROJECTING_SETTINGS = {
  plan_cache_mode: 'force_generic_plan',
  enable_seqscan: 'off',
  enable_bitmapscan: 'off',
  enable_hashjoin: 'off',
  enable_mergejoin: 'off',
  jit: 'off',
  synchronous_commit: 'off',
  statement_timeout: BATCH_PATIENCE_MS,
  idle_in_transaction_session_timeout: BATCH_PATIENCE_MS,
} as const

type OnError = (error: Error) => void

/** For the runner: so many books are projected at the same time, and one more connection looks for work. */
export function openProjectingPool(url: string, { workers, onError }: { workers: number; onError: OnError }): Pool {
  return openPool({
    url,
    max: workers + 1,
    applicationName: 'daybook projecting',
    role: ROLE,
    settings: PROJECTING_SETTINGS,
    pipeline: true,
    onError,
  })
}

/** For rebuilding and comparing: a few statements, each over much of the record. */
export function openRebuildPool(url: string, { workers, onError }: { workers: number; onError: OnError }): Pool {
  return openPool({
    url,
    max: workers + 1,
    applicationName: 'daybook rebuild',
    role: ROLE,
    settings: { jit: 'off', work_mem: '64MB', synchronous_commit: 'off', max_parallel_workers_per_gather: 0 },
    pipeline: true,
    onError,
  })
}

import { type Pool, types } from 'pg'
import type { Config } from '../config.ts'
import { openPool } from '../db/pool.ts'

/** May read everything and add to the record; cannot change it. */
export const SERVICE_ROLE = 'daybook_service'

/** A writer that hangs holds up its book: its statements, and its pauses inside a transaction, are ended by the server. */
const WRITER_PATIENCE_MS = 15_000

/**
 * Settings of the writer's connections. Its statements are prepared once and always find their rows through an index;
 * plans for other parameters, or for other sizes, would only be worse.
 */
export const WRITER_SETTINGS = {
  plan_cache_mode: 'force_generic_plan',
  enable_seqscan: 'off',
  enable_bitmapscan: 'off',
  enable_hashjoin: 'off',
  enable_mergejoin: 'off',
  // Where an order is asked for it is there to name the index that has it.
  enable_sort: 'off',
  jit: 'off',
  // What is answered is durable, whatever the database's default is.
  synchronous_commit: 'on',
  statement_timeout: WRITER_PATIENCE_MS,
  idle_in_transaction_session_timeout: WRITER_PATIENCE_MS,
  // A group is one statement, whole in itself: it must read what the lock before it waited for.
  default_transaction_isolation: 'read committed',
  // A statement that arrived without its end is not covered by those two.
  tcp_keepalives_idle: 10,
  tcp_keepalives_interval: 5,
  tcp_keepalives_count: 3,
} as const

type OnError = (error: Error) => void

/** For the ledger alone: statements of one step go out without waiting for each other. */
export function openWritePool(url: string, { writePool: max }: Config, onError: OnError): Pool {
  return openPool({
    url,
    max,
    applicationName: 'daybook write',
    role: SERVICE_ROLE,
    settings: WRITER_SETTINGS,
    pipeline: true,
    onError,
  })
}

/**
 * For one import: what the ledger's connections may, and taking its time. Nobody waits for a book that is not there yet.
 */
export function openImportPool(url: string): Pool {
  return openPool({
    url,
    max: 1,
    applicationName: 'daybook import',
    role: SERVICE_ROLE,
    settings: { ...WRITER_SETTINGS, statement_timeout: 0, idle_in_transaction_session_timeout: 0 },
    pipeline: true,
  })
}

/** For the audit trail: a batch at a time, which nobody waits for. */
export function openAuditPool(url: string, onError: OnError): Pool {
  return openPool({
    url,
    max: 1,
    applicationName: 'daybook audit',
    role: SERVICE_ROLE,
    settings: {
      jit: 'off',
      statement_timeout: AUDIT_PATIENCE_MS,
      idle_in_transaction_session_timeout: AUDIT_PATIENCE_MS,
    },
    onError,
  })
}

/** Whoever holds the end of the trail so long has hung. */
const AUDIT_PATIENCE_MS = 15_000

/** For jobs: what they look at, and how far they have come. */
export function openJobsPool(url: string, { jobWorkers }: Config, onError: OnError): Pool {
  return openPool({
    url,
    // One more finds the books.
    max: jobWorkers + 1,
    applicationName: 'daybook jobs',
    role: SERVICE_ROLE,
    settings: { jit: 'off', statement_timeout: JOBS_PATIENCE_MS },
    onError,
  })
}

/** For the queues of jobs: one connection fetches jobs while the other says what became of them. */
export function openQueuesPool(url: string, onError: OnError): Pool {
  return openPool({ url, max: 2, applicationName: 'daybook queues', role: SERVICE_ROLE, types, onError })
}

/** Of sending to webhooks most is waiting for the receivers: a few connections do for many of them. */
const WEBHOOKS_CONNECTIONS = 4

/** For webhooks: what they are sent, and how far they have come. */
export function openWebhooksPool(url: string, onError: OnError): Pool {
  return openPool({
    url,
    max: WEBHOOKS_CONNECTIONS,
    applicationName: 'daybook webhooks',
    role: SERVICE_ROLE,
    settings: { jit: 'off', statement_timeout: JOBS_PATIENCE_MS },
    onError,
  })
}

/** Nobody waits for them, and some look at a whole book. */
const JOBS_PATIENCE_MS = 60_000

/** Connections that read: they cannot write, and a statement ends after `statementTimeoutMs`. */
export function openReadPool(url: string, { readPool: max, statementTimeoutMs }: Config, onError: OnError): Pool {
  return openPool({
    url,
    max,
    applicationName: 'daybook read',
    role: SERVICE_ROLE,
    settings: { jit: 'off', statement_timeout: statementTimeoutMs, default_transaction_read_only: 'on' },
    onError,
  })
}

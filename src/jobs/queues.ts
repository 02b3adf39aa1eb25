import type { Pool } from 'pg'
import { PgBoss } from 'pg-boss'
import { asDatabase, JOBS_SCHEMA } from './install.ts'

export interface QueuesOptions {
  /** Connections in the service's role, with the driver's own parsers; closed by whoever opened them. */
  readonly queues: Pool
  readonly onError: (error: Error) => void
}

/**
 * The queues, started. Whoever sends a job wakes the worker of its own process; all others ask once in a while, and
 * rarely: an idle service hardly touches them.
 */
export async function openQueues({ queues, onError }: QueuesOptions): Promise<PgBoss> {
  const boss = new PgBoss({
    db: asDatabase(queues),
    schema: JOBS_SCHEMA,
    // It was made when the database was migrated, by a role that may.
    migrate: false,
    createSchema: false,
    // A job whose process died is found by its missing sign of life.
    superviseIntervalSeconds: 30,
    monitorIntervalSeconds: 30,
    cronMonitorIntervalSeconds: 30,
    cronWorkerIntervalSeconds: 30,
    flowIntervalSeconds: 3_600,
    // Its tables hold a handful of rows, and belong to another role.
    reindex: false,
    monitorVacuum: false,
  })
  boss.on('error', onError)
  await boss.start()
  return boss
}

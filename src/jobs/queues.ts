import { PgBoss } from 'pg-boss'
import { JOBS_SCHEMA } from './install.ts'

export interface QueuesOptions {
  /** Starts its connections in the service's role. */
  readonly url: string
  readonly onError: (error: Error) => void
}

/** One connection fetches jobs while the other says what became of them. */
const CONNECTIONS = 2

/**
 * The queues, started. Whoever sends a job wakes the worker of its own process; all others ask once in a while, and
 * rarely: an idle service hardly touches them.
 */
export async function openQueues({ url, onError }: QueuesOptions): Promise<PgBoss> {
  const boss = new PgBoss({
    connectionString: url,
    application_name: 'daybook jobs',
    schema: JOBS_SCHEMA,
    max: CONNECTIONS,
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

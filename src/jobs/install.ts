import { type Pool, types } from 'pg'
import { type Db, PgBoss } from 'pg-boss'
import { openPool } from '../db/pool.ts'

/** Where the queues are: beside the record, and nothing of it. */
export const JOBS_SCHEMA = 'pgboss'

/**
 * Makes the queues' schema, or brings it to what this release works with; any number of processes may do so at once.
 * @param url of a role that may create schemas; where there is nothing to make, of any that may read them
 * @throws Error where the schema is one of a later release
 */
export async function installJobs(url: string): Promise<void> {
  const pool = openPool({ url, max: 1, applicationName: 'daybook migrate', types })
  try {
    const boss = new PgBoss({ db: asDatabase(pool), schema: JOBS_SCHEMA, supervise: false, schedule: false })
    // What breaks while it starts is thrown as well.
    boss.on('error', () => {})
    try {
      await boss.start()
    } finally {
      await boss.stop({ graceful: false })
    }
    await admitService(pool)
  } finally {
    await pool.end()
  }
}

/** The library's statements on connections of ours: in the role and with the settings that ours have. */
export function asDatabase(pool: Pool): Db {
  return { executeSql: (text, values) => pool.query(text, values) }
}

/** The service's role works with the queues. In turn with migrations: two grants at once disturb each other. */
async function admitService(pool: Pool): Promise<void> {
  await pool.query(`
    do $$
    begin
      perform pg_advisory_xact_lock(hashtext('daybook migrations'));
      if exists (
           select
             from pg_class
            where relnamespace = '${JOBS_SCHEMA}'::regnamespace
              and relkind in ('r', 'p')
              and not has_table_privilege('daybook_service', oid, 'delete')) then
        grant usage on schema ${JOBS_SCHEMA} to daybook_service;
        grant select, insert, update, delete on all tables in schema ${JOBS_SCHEMA} to daybook_service;
      end if;
    end $$`)
}

import { Client } from 'pg'
import { PgBoss } from 'pg-boss'

/** Where the queues are: beside the record, and nothing of it. */
export const JOBS_SCHEMA = 'pgboss'

/**
 * Makes the queues' schema, or brings it to what this release works with; any number of processes may do so at once.
 * @param url of a role that may create schemas; where there is nothing to make, of any that may read them
 * @throws Error where the schema is one of a later release
 */
export async function installJobs(url: string): Promise<void> {
  const boss = new PgBoss({
    connectionString: url,
    application_name: 'daybook migrate',
    schema: JOBS_SCHEMA,
    max: 1,
    supervise: false,
    schedule: false,
  })
  // What breaks while it starts is thrown as well.
  boss.on('error', () => {})
  try {
    await boss.start()
  } finally {
    await boss.stop({ graceful: false })
  }
  await admitService(url)
}

/** The service's role works with the queues. In turn with migrations: two grants at once disturb each other. */
async function admitService(url: string): Promise<void> {
  const client = new Client({ connectionString: url, application_name: 'daybook migrate' })
  client.on('error', () => {})
  await client.connect()
  try {
    await client.query(`
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
  } finally {
    await client.end()
  }
}

import { Client } from 'pg'

/** Changes what nobody may change, as whoever owns the database could who switches its guards off. */
export async function changedBeside(url: string, sql: string, values: readonly unknown[]): Promise<void> {
  const admin = new Client({ connectionString: url })
  await admin.connect()
  try {
    await admin.query('begin; set local session_replication_role = replica')
    await admin.query(sql, [...values])
    await admin.query('commit')
  } finally {
    await admin.end()
  }
}

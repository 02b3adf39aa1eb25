import type { Pool } from 'pg'
import { IDENTITY } from './identity.sql.ts'
import { query } from './statement.ts'

/**
 * Names a database of a running server: two who ask get the same name where they are connected to the same database, and only
 * there. It says nothing else, and is another one when the server was started anew.
 */
export async function databaseIdentity(db: Pool): Promise<string> {
  const [row] = await query(db, IDENTITY, [])
  return row!.identity
}
